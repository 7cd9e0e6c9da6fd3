"""Ranking units by how well they tell inside from outside: chosen on one half of the articles,
shown on the other."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from charlstm.experiments.cells.areas import areas, centred_ranks, moved
from charlstm.experiments.cells.linear_probe import control_labels, probed_area
from charlstm.experiments.cells.source import Slice, Source
from charlstm.experiments.cells.targets import labels
from charlstm.model.hold import Unit
from charlstm.model.recording import Recording, share_of

LISTED = 20
"""Units in a ranking."""
MOVES = 99
"""Labellings of the null."""

_MOST_PROBED = 12_000  # characters that the linear probe is fitted on, and tested on
_CONTROL = "control task"
_UNITS_AT_A_TIME = 32  # whose areas are computed between two reports


@dataclass(frozen=True)
class UnitArea:
    """How well one unit alone tells inside from outside.

    Attributes:
        unit: its name, "LAYER:NUMBER".
        part: "c" or "h", whichever tells better.
        high: whether it is high inside; otherwise it is low there.
        chosen, shown: area under the ROC curve on the half that part and direction were chosen on,
            0.5 to 1, and on the other half.
    """

    unit: str
    part: str
    high: bool
    chosen: float
    shown: float


@dataclass(frozen=True)
class NullAreas:
    """The best unit's area where the labels were moved, so that there is nothing to be found.

    Attributes:
        draws: how many such labellings.
        median, highest: of the best unit's area over them.
        passed: units whose area on the half they were chosen on is above ``highest``. Passing it
            is no discovery: moved labels have lost everything that goes with the target.
    """

    draws: int
    median: float
    highest: float
    passed: int


@dataclass(frozen=True)
class ProbeAreas:
    """Areas on the half that nothing was fitted on.

    Attributes:
        target, control: of a linear probe on h of all units, for the target and for its control
            task (`linear_probe`).
        unit_target, unit_control: of the best unit alone.
    """

    target: float
    control: float
    unit_target: float
    unit_control: float


@dataclass(frozen=True)
class TargetArea:
    """The best unit for one target.

    Attributes:
        target: its name (`targets.TARGETS`).
        spans: how many of them the recorded characters touch.
        best: None if a half has none.
    """

    target: str
    spans: int
    best: UnitArea | None


@dataclass(frozen=True)
class Finding:
    """What the units tell.

    Attributes:
        target: what was looked for.
        whole: whether the whole text was read, or a slice.
        characters, spans: characters recorded, and spans of the target that they touch.
        units: the best units, best first, by the half that they were chosen on.
        null, probe: of the target.
        targets: the best unit of each target.
    """

    target: str
    whole: bool
    characters: int
    spans: int
    units: list[UnitArea]
    null: NullAreas
    probe: ProbeAreas
    targets: list[TargetArea]


class Areas:
    """The areas of all units for all targets.

    Args:
        units: of the model.
        labellings: names of the labellings, the targets first.
        chosen, shown: areas on either half, of shape (labellings, parts, units), parts c and h.
        told: labelling -> whether either half has characters that it labels.
    """

    def __init__(
        self,
        units: Sequence[Unit],
        labellings: Sequence[str],
        chosen: np.ndarray,
        shown: np.ndarray,
        told: Mapping[str, bool],
    ) -> None:
        self._units, self._labellings, self._told = units, labellings, told
        self._index = {unit: index for index, unit in enumerate(units)}
        self._chosen, self._shown = chosen, shown
        self._strength = np.abs(chosen - 0.5).max(1)  # of shape (labellings, units)

    def area(self, unit: Unit, target: str) -> UnitArea:
        """How well a unit tells a target."""
        row, index = self._labellings.index(target), self._index[unit]
        pair = self._chosen[row, :, index]
        part = int(np.abs(pair - 0.5).argmax())
        high = bool(pair[part] >= 0.5)
        areas = pair[part], self._shown[row, part, index]
        chosen, shown = (float(area if high else 1 - area) for area in areas)
        return UnitArea(str(unit), "ch"[part], high, chosen, shown)

    def best(self, target: str, most: int) -> list[UnitArea]:
        """The units with the largest areas on the half that they are chosen on, best first."""
        order = (-self._strength[self._labellings.index(target)]).argsort(kind="stable")
        return [self.area(self._units[index], target) for index in order[:most]]

    def above(self, target: str, area: float) -> int:
        """How many units have a larger area on the half that they are chosen on."""
        row = self._strength[self._labellings.index(target)]
        return int(np.count_nonzero(0.5 + row > area))

    def tells(self, target: str) -> bool:
        """Whether both halves have characters inside the target and outside."""
        return self._told[target]


@dataclass(frozen=True)
class Ranking:
    """What the units tell, and the areas of all of them.

    Attributes:
        finding: the best of the units.
        areas: of all.
        targets: names of the targets.
    """

    finding: Finding
    areas: Areas
    targets: list[str]

    def reads(self, unit: Unit) -> dict[str, float]:
        """Target -> the unit's area on the half that is shown, for targets on both halves."""
        told = [name for name in self.targets if self.areas.tells(name)]
        return {name: self.areas.area(unit, name).shown for name in told}


def ranked(
    source: Source,
    target: str,
    whole: bool,
    piece: Slice,
    recording: Recording,
    units: Sequence[Unit],
    seed: int,
) -> Generator[float, None, Ranking]:
    """Rank the units by what was recorded of them.

    Args:
        source, target, whole, seed: as for `finding`.
        piece: the characters that were recorded.
        recording: what stands after them.
        units: of the model, in the order of the recording.

    Yields:
        the share that is done.
    """
    positions = piece.positions[piece.keep]
    inside = {
        name: labels(spans, len(source.text))[positions] for name, spans in source.spans.items()
    }
    own = inside[target]
    control = control_labels(source.text, positions, float(own.mean()))
    targets, inside = [*inside], inside | {_CONTROL: control}
    shown = source.article_of(positions) % 2 == 1
    first, second = np.flatnonzero(~shown), np.flatnonzero(shown)
    probed: list[float] = []
    for label in (own, control):
        yield 0.15 * len(probed)
        halves = (*_thinned(recording.h, label, first), *_thinned(recording.h, label, second))
        probed.append(probed_area(*halves))
    all_labels = np.stack([*inside.values()])
    null = moved(own[first], np.nonzero(piece.keep)[0][first], MOVES, seed)
    of_first = np.concatenate([all_labels[:, first], null])
    chosen = yield from share_of(_of_parts(recording, first, of_first), 0.3, 0.4)
    on_second = yield from share_of(_of_parts(recording, second, all_labels[:, second]), 0.7, 0.3)
    told = {
        name: bool(label[first].any() and label[second].any()) for name, label in inside.items()
    }
    spans = {
        name: int(np.count_nonzero(np.diff(inside[name].astype(int), prepend=0) > 0))
        for name in targets
    }
    areas = Areas(units, [*inside], chosen[: len(inside)], on_second, told)
    of_null = 0.5 + np.abs(chosen[len(inside) :] - 0.5).max((1, 2))
    best = areas.best(target, LISTED)
    top = Unit.parse(best[0].unit)
    finding = Finding(
        target=target,
        whole=whole,
        characters=len(positions),
        spans=spans[target],
        units=best,
        null=NullAreas(
            MOVES,
            float(np.median(of_null)),
            float(of_null.max()),
            areas.above(target, float(of_null.max())),
        ),
        probe=ProbeAreas(probed[0], probed[1], best[0].shown, areas.area(top, _CONTROL).shown),
        targets=[
            TargetArea(name, spans[name], areas.best(name, 1)[0] if told[name] else None)
            for name in targets
        ],
    )
    return Ranking(finding, areas, targets)


def _of_parts(
    recording: Recording, rows: np.ndarray, inside: np.ndarray
) -> Generator[float, None, np.ndarray]:
    """The areas of some characters, of shape (labellings, 2, units): those of c, and of h.

    Yields:
        the share that is done, after every few units.
    """
    units = recording.c.shape[1]
    found = np.empty((len(inside), 2, units))
    for number, values in enumerate((recording.c, recording.h)):
        for begin in range(0, units, _UNITS_AT_A_TIME):
            some = slice(begin, begin + _UNITS_AT_A_TIME)
            found[:, number, some] = areas(centred_ranks(values[rows, some]), inside)
            yield (number + min(some.stop, units) / units) / 2
    return found


def _thinned(
    values: np.ndarray, label: np.ndarray, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Values and labels of some of the characters, evenly spread."""
    rows = rows[:: -(-len(rows) // _MOST_PROBED) or 1]
    return values[rows], label[rows]
