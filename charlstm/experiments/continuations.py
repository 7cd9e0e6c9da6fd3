"""Draw continuations of seed texts until the fate of each is decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from charlstm.model.choosers import Draws
from charlstm.model.hold import Held
from charlstm.model.jobs import AnyGroup, Group
from charlstm.model.sampler import Sampler
from charlstm.model.streams import States
from charlstm.text.brackets import OPENING, PAIRS, Stray, Target
from charlstm.text.vocabulary import Vocabulary

FATES = ("closed", "line", "horizon")


@dataclass(frozen=True)
class ProbeSample:
    """One continuation.

    Attributes:
        text: the seed text and the continuation, up to and including the character that decided
            the fate.
        fate: one of `FATES`.
        distance: characters after the seed text up to and including the closing bracket; None
            unless closed.
        length: characters after the seed text in ``text``.
    """

    text: str
    fate: str
    distance: int | None
    length: int


Watch = Target | Stray


class Drawn(Protocol):
    """Streams that take part in `rounds`."""

    @property
    def groups(self) -> Sequence[AnyGroup]:
        """The groups of streams that are still drawn."""

    def settle(self, steps: int) -> None:
        """Read what the groups have written in so many steps; drop the streams that are done."""


def rounds(sampler: Sampler, parts: Sequence[Drawn], horizon: int, every: int) -> Iterator[int]:
    """Advance all parts side by side, ``every`` characters a round.

    Args:
        sampler: of the model.
        parts: that still have the whole horizon before them.
        horizon: the most characters to draw.
        every: characters a round.

    Yields:
        the number of characters drawn so far, until the horizon is reached or no stream is left.
    """
    done = 0
    while done < horizon:
        groups = [group for part in parts for group in part.groups if len(group)]
        if not groups:
            return
        steps = min(every, horizon - done)
        sampler.advance(groups, steps)
        for part in parts:
            part.settle(steps)
        done += steps
        yield done


class Watching:
    """Streams of several seed texts, drawn until the fate of each is decided: sample number n has
    the same noise at each seed text and temperature.

    The characters are those that `Sampler.stream` draws.

    Args:
        sampler: of the model.
        watches: the seed texts, each with a `Target` or `Stray` of it.
        temperatures: one or more, each 0 to `limits.MAX_TEMPERATURE`.
        numbers: the sample numbers at each seed text and temperature, consecutive, one or more.
        dice: 0 to `noise.MAX_DICE`.
        every: characters a round, for `Sampler.draws`.
        held, starts: as for `Sampler.draws`.
        across_lines: as in `ProbeQuestion`.

    Attributes:
        fates: of each seed text, in the order of the numbers.
        groups: as `Drawn.groups`.
    """

    def __init__(
        self,
        sampler: Sampler,
        watches: Sequence[tuple[str, Watch]],
        temperatures: Sequence[float],
        numbers: range,
        dice: int,
        every: int,
        held: Sequence[Held] = (),
        across_lines: bool = False,
        starts: Sequence[States] = (),
    ) -> None:
        shape = (len(temperatures), len(numbers))
        self.fates = [
            Fates(sampler.vocab, text, watch, shape, across_lines) for text, watch in watches
        ]
        seed_texts = [text for text, _ in watches]
        self.groups = sampler.draws(
            Draws, seed_texts, temperatures, numbers, dice, ahead=every, held=held, starts=starts
        )
        self._numbers = numbers
        self._shape = (len(watches) * len(temperatures), len(numbers))

    def settle(self, steps: int) -> None:
        """As `Drawn.settle`."""
        block = np.full((steps, *self._shape), -1, np.int32)
        for group in self.groups:
            if len(group):
                block[:, *self._places(group)] = group.written
        for fates, part in zip(self.fates, np.split(block, len(self.fates), axis=1), strict=True):
            fates.read(part)
        undecided = np.concatenate([fates.undecided for fates in self.fates])
        for group in self.groups:
            group.keep(np.flatnonzero(undecided[self._places(group)]))

    def _places(self, group: Group[Draws]) -> tuple[np.ndarray, np.ndarray]:
        """The rows and columns of a group's streams in an array of `_shape`."""
        return group.chooser.branches, group.chooser.numbers - self._numbers.start


class Fates:
    """The fate of each sample of one seed text.

    The event is that of the watch (the bracket closes, or a stray comes); a newline before it ends
    the line, and the sample with it, unless samples go across lines.

    Args:
        vocab: of the model.
        seed_text: the text that is continued.
        watch: a `Target` or `Stray` of that seed text; each sample gets a copy.
        shape: (temperatures, samples).
        across_lines: whether a newline ends nothing.

    Attributes:
        undecided: bool array of that shape.
    """

    def __init__(
        self,
        vocab: Vocabulary,
        seed_text: str,
        watch: Watch,
        shape: tuple[int, int],
        across_lines: bool,
    ) -> None:
        self._vocab, self._seed_text = vocab, seed_text
        self._watches = [[watch.again() for _ in range(shape[1])] for _ in range(shape[0])]
        # Only brackets and newlines, which are few, are fed to watches in Python. The last element
        # is for UNK, and for the -1 of samples that are drawn no further.
        deciding = {*PAIRS, *OPENING, *("" if across_lines else "\n")}
        self._deciding = np.array([c in deciding for c in vocab.characters] + [False])
        self.undecided = np.ones(shape, dtype=bool)
        self._event = np.zeros(shape, np.int32)  # characters up to the event, 0: none
        self._end = np.zeros(shape, np.int32)  # characters up to the newline, 0: none
        self._written: list[np.ndarray] = []
        self._characters = 0

    def read(self, block: np.ndarray) -> None:
        """Read the next characters: int32 of shape (characters, temperatures, samples), -1 for a
        sample that is decided."""
        self._written.append(block)
        for step, row, sample in np.argwhere(self._deciding[block]).tolist():
            if not self.undecided[row, sample]:
                continue
            character = self._vocab.characters[block[step, row, sample]]
            if character == "\n":
                self._end[row, sample] = self._characters + step + 1
            elif self._watches[row][sample].feed(character):
                self._event[row, sample] = self._characters + step + 1
            else:
                continue
            self.undecided[row, sample] = False
        self._characters += len(block)

    @property
    def decided(self) -> int:
        """The number of samples that have had their event or newline."""
        return int(np.count_nonzero(~self.undecided))

    def happened(self) -> list[int]:
        """The number of samples that have had the event, for each temperature."""
        return [int(count) for count in np.count_nonzero(self._event, axis=1)]

    def distances(self, row: int) -> list[int | None]:
        """Characters up to the event, by sample number, at temperature number ``row``; None
        without an event."""
        return [event or None for event in self._event[row].tolist()]

    def samples(self, row: int) -> Iterator[ProbeSample]:
        """The samples at temperature number ``row``, by sample number; the fate "closed" stands
        for the event."""
        ids = np.concatenate([block[:, row] for block in self._written])
        ends = zip(self._event[row].tolist(), self._end[row].tolist(), strict=True)
        for sample, (event, end) in enumerate(ends):
            fate = "closed" if event else "line" if end else "horizon"
            length = event or end or self._characters
            text = self._seed_text + self._vocab.decode(ids[:length, sample])
            yield ProbeSample(text, fate, event or None, length)
