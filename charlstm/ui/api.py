"""The page's endpoints for programs: /sample, /score, /probe and /cells.

Each answer contains all settings of the request, the checkpoint's fingerprint, the characters that
were read as UNK, and a sentence on line ends that were read as newlines, so that it can be
reproduced. Since a program can't press Stop, the work of a request is bounded.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import user_error
from charlstm.experiments.cells.report import CellsReport, report_beside
from charlstm.experiments.cells.source import control_character
from charlstm.experiments.cells.warm_up import warm_up_text
from charlstm.experiments.cells.watch import MOST_UNITS, watched
from charlstm.experiments.cells.writing import written_on
from charlstm.experiments.probe import probe as probe_brackets
from charlstm.experiments.question import ProbeQuestion
from charlstm.model.hold import Unit
from charlstm.model.reading import read
from charlstm.model.sampler import Sampler
from charlstm.model.truncation import Truncation
from charlstm.text.decoding import PlainText, plain
from charlstm.ui.components.events import PROBING, WRITING, endpoint
from charlstm.ui.components.limits import MOST_WATCHED, check_characters, check_seed_text
from charlstm.ui.components.visitor import asker
from charlstm.ui.temperature.reading.feed import check_text

MOST_TEMPERATURES = 8
MOST_WRITTEN = 200_000
"""Most characters of all texts of a /sample: some seconds of two cores at 512 units."""
MOST_PROBED = 1_000_000
"""Most characters of all samples of a /probe, its two controls included."""

_HUGE = 1e30  # above any range, and converts to float; NaN and infinity are not below it


def add_api(checkpoints: Checkpoints) -> None:
    """Add the endpoints to the page in the current Gradio context."""

    def sample(
        checkpoint: str,
        seed_text: str,
        temperatures: list[float],
        length: int = 400,
        dice: int = 7,
        samples: int = 1,
        top_k: int = 0,
        top_p: float = 1.0,
        min_p: float = 0.0,
    ) -> dict[str, Any]:
        """Continue a seed text; the same dice give the same texts, as on the page.

        Args:
            checkpoint: a name in the page's list; of a run, the one in the page's address.
            seed_text: the text to continue.
            temperatures: one or more, each from 0 (greedy) to 5; all share the dice.
            length: characters to write in each text.
            dice: a whole number.
            samples: texts at each temperature; the page shows number 1.
            top_k: keep the k likeliest characters; 0 is off.
            top_p: keep the fewest likeliest characters whose chances add up to this; 1 is off.
            min_p: keep characters at least this share as likely as the likeliest; 0 is off.
        """
        given = _text(seed_text, "seed_text")
        seed_text = check_seed_text(given.text)
        at = _temperatures(temperatures)
        length, samples = _whole(length, "length"), _whole(samples, "samples")
        dice = _whole(dice, "dice")
        truncation = Truncation(
            _whole(top_k, "top_k"), _number(top_p, "top_p"), _number(min_p, "min_p")
        )
        _bounded(len(at) * length * samples, MOST_WRITTEN)
        sampler, about = _model(checkpoints, checkpoint, given)
        texts = sampler.sample(seed_text, at, length, dice, samples, truncation)
        return {
            **about,
            "seed_text": seed_text,
            "length": length,
            "dice": dice,
            **asdict(truncation),
            "texts": [
                {"temperature": temperature, "sample": number, "text": text}
                for temperature, row in zip(at, texts, strict=True)
                for number, text in enumerate(row, 1)
            ],
        }

    def score(checkpoint: str, text: str) -> dict[str, Any]:
        """Read a text: the bits and the rank of each character.

        Args:
            checkpoint: a name in the page's list; of a run, the one in the page's address.
            text: at least two characters; the first has no score, because none precedes it.
        """
        given = _text(text, "text")
        text = check_text(given.text)
        sampler, about = _model(checkpoints, checkpoint, given)
        reading = read(sampler, text)
        return {
            **about,
            "text": text,
            "total_bits": reading.total_bits,
            "bpc": reading.bpc,
            "bits": [None, *reading.bits[1:].tolist()],
            "ranks": [None, *reading.ranks[1:].tolist()],
        }

    def probe(
        checkpoint: str,
        seed_text: str,
        temperatures: list[float],
        samples: int = 200,
        horizon: int = 200,
        dice: int = 7,
        across_lines: bool = False,
    ) -> dict[str, Any]:
        """Sample many continuations, and count how often they close a seed text's open bracket.

        Args:
            checkpoint: a name in the page's list; of a run, the one in the page's address.
            seed_text: leaves at least one bracket open; the innermost is watched.
            temperatures: one or more, each from 0 (greedy) to 5.
            samples: continuations at each temperature.
            horizon: characters after which a sample is cut off.
            dice: a whole number; the same dice give the same result.
            across_lines: let samples go on after a newline, which else ends them.
        """
        given = _text(seed_text, "seed_text")
        seed_text = check_seed_text(given.text)
        at = _temperatures(temperatures)
        samples, horizon = _whole(samples, "samples"), _whole(horizon, "horizon")
        dice = _whole(dice, "dice")
        _bounded(3 * len(at) * samples * horizon, MOST_PROBED)
        sampler, about = _model(checkpoints, checkpoint, given)
        across_lines = _flag(across_lines, "across_lines")
        question = ProbeQuestion(seed_text, tuple(at), samples, horizon, dice, across_lines)
        # Converts numpy's numbers to Python's: Gradio would send the former as text.
        result: dict[str, Any] = json.loads(json.dumps(probe_brackets(sampler, question).plain()))
        return about | result

    def cells(
        checkpoint: str,
        text: str,
        units: list[str] | None = None,
        hold: bool = False,
        gates: bool = False,
        length: int = 0,
        temperature: float = 0.7,
        dice: int = 7,
    ) -> dict[str, Any]:
        """Watch units along a text and along its control, a comma for its innermost open bracket.

        Args:
            checkpoint: a name in the page's list; of a run, the one in the page's address.
            text: is read after some hundred characters that warm the model up.
            units: names such as "2:60", layer and number; up to 8. Without any: those that the
                checkpoint's own file says closing depends on.
            hold: also hold these units from the bracket on, each at its c in the other text.
            gates: also give the input, forget and output gates.
            length: characters to write on with the hold and without, on the same dice; 0 for none.
            temperature: of what is written on.
            dice: a whole number.
        """
        given = _text(text, "text")
        text = check_characters(given.text, "text", MOST_WATCHED)
        length, dice = _whole(length, "length"), _whole(dice, "dice")
        at = float(_number(temperature, "temperature"))
        hold, gates = _flag(hold, "hold"), _flag(gates, "gates")
        _bounded(4 * length, MOST_WRITTEN)
        sampler, about = _model(checkpoints, checkpoint, given)
        report = report_beside(checkpoints.folder(checkpoint), about["fingerprint"])
        named = _units(units, report)
        before = warm_up_text(checkpoints.info(checkpoint).corpus)
        control = control_character(sampler.vocab)
        found = watched(
            sampler,
            text,
            named,
            before=before,
            control=control,
            held=named if hold else (),
            gates=gates,
        )
        written = None
        if length:
            written = written_on(
                sampler, text, named, before=before, control=control, temperature=at,
                length=length, dice=dice,
            )  # fmt: skip
        return {
            **about,
            "temperature": at,
            "dice": dice,
            **asdict(found),
            "written_on": written and asdict(written),
            "report": report and json.loads(report.json()),
        }

    for function, work in (
        (sample, WRITING), (score, WRITING), (probe, PROBING), (cells, PROBING)
    ):  # fmt: skip
        gr.events.api(endpoint(function), api_name=function.__name__, **work)


def _model(checkpoints: Checkpoints, name: Any, text: PlainText) -> tuple[Sampler, dict[str, Any]]:
    """A checkpoint's sampler, and the fields of an answer that describe it and a text."""
    sampler = checkpoints.sampler(name).asked_by(asker())
    return sampler, {
        "checkpoint": name,
        "fingerprint": checkpoints.info(name).fingerprint,
        "read_as_unk": sampler.vocab.unknown(text.text),
        "line_ends": text.remark("text"),
    }


def _units(names: Any, report: CellsReport | None) -> list[Unit]:
    """The units that a request names; without any, those of the checkpoint's own report."""
    if names is None or names == []:
        own = report.result.verdict.units if report is not None else []
        if not own:
            raise user_error("page.api.no_unit")
        return [Unit.parse(name) for name in own[:MOST_UNITS]]
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise user_error("page.api.units")
    return [Unit.parse(name) for name in dict.fromkeys(names)]


def _text(value: Any, argument: str) -> PlainText:
    if not isinstance(value, str):
        raise user_error("page.api.text", argument=repr(argument))
    return plain(value)


def _number(value: Any, argument: str) -> float:
    if not _is_number(value):
        raise user_error("page.api.number", argument=repr(argument))
    number: float = value
    return number


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _HUGE


def _flag(value: Any, argument: str) -> bool:
    if not isinstance(value, bool):
        raise user_error("page.api.flag", argument=repr(argument))
    return value


def _whole(value: Any, argument: str) -> int:
    if _number(value, argument) != int(value):
        raise user_error("page.api.whole", argument=repr(argument))
    return int(value)


def _temperatures(values: Any) -> list[float]:
    some = isinstance(values, list) and 1 <= len(values) <= MOST_TEMPERATURES
    if not some or not all(map(_is_number, values)):
        raise user_error("page.api.temperatures", most=MOST_TEMPERATURES)
    return [*map(float, values)]


def _bounded(characters: int, most: int) -> None:
    if characters > most:
        raise user_error("page.api.too_much", n=characters, most=most)
