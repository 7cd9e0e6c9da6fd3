"""The page's endpoints for programs: /sample, /score and /probe.

Each answer contains all settings of the request, the checkpoint's fingerprint and the characters
that were read as UNK, so that it can be reproduced. Since a program can't press Stop, the work of a
request is bounded.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import UserError
from charlstm.experiments.probe import probe as probe_brackets
from charlstm.experiments.question import ProbeQuestion
from charlstm.model.reading import read
from charlstm.model.sampler import Sampler
from charlstm.model.truncation import Truncation
from charlstm.ui.components.asker import asker
from charlstm.ui.components.events import PROBING, WRITING, sentences
from charlstm.ui.components.limits import check_seed_text
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
            checkpoint: a name in the page's list.
            seed_text: the text to continue.
            temperatures: one or more, each from 0 (greedy) to 5; all share the dice.
            length: characters to write in each text.
            dice: a whole number.
            samples: texts at each temperature; the page shows number 1.
            top_k: keep the k likeliest characters; 0 is off.
            top_p: keep the fewest likeliest characters whose chances add up to this; 1 is off.
            min_p: keep characters at least this share as likely as the likeliest; 0 is off.
        """
        check_seed_text(_text(seed_text, "seed text"))
        at = _temperatures(temperatures)
        length, samples = _whole(length, "length"), _whole(samples, "number of samples")
        dice = _whole(dice, "dice")
        truncation = Truncation(
            _whole(top_k, "top-k"), _number(top_p, "top-p"), _number(min_p, "min-p")
        )
        _bounded(len(at) * length * samples, MOST_WRITTEN)
        sampler, about = _model(checkpoints, checkpoint, seed_text)
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
            checkpoint: a name in the page's list.
            text: at least two characters; the first has no score, because none precedes it.
        """
        check_text(_text(text, "text"))
        sampler, about = _model(checkpoints, checkpoint, text)
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
    ) -> dict[str, Any]:
        """Sample many continuations, and count how often they close a seed text's open bracket.

        Args:
            checkpoint: a name in the page's list.
            seed_text: leaves at least one bracket open; the innermost is watched.
            temperatures: one or more, each from 0 (greedy) to 5.
            samples: continuations at each temperature.
            horizon: characters after which a sample is cut off.
            dice: a whole number; the same dice give the same result.
        """
        check_seed_text(_text(seed_text, "seed text"))
        at = _temperatures(temperatures)
        samples, horizon = _whole(samples, "number of samples"), _whole(horizon, "horizon")
        dice = _whole(dice, "dice")
        _bounded(3 * len(at) * samples * horizon, MOST_PROBED)
        sampler, about = _model(checkpoints, checkpoint, seed_text)
        question = ProbeQuestion(seed_text, tuple(at), samples, horizon, dice)
        # Converts numpy's numbers to Python's: Gradio would send the former as text.
        result: dict[str, Any] = json.loads(json.dumps(probe_brackets(sampler, question).plain()))
        return about | result

    for endpoint, work in ((sample, WRITING), (score, WRITING), (probe, PROBING)):
        gr.events.api(sentences(endpoint, _as_it_is), api_name=endpoint.__name__, **work)


def _as_it_is(error: UserError) -> gr.Error:
    """The error for a program, which reads plain text: unlike in a toast, nothing is escaped."""
    return gr.Error(str(error), print_exception=False)


def _model(checkpoints: Checkpoints, name: Any, text: str) -> tuple[Sampler, dict[str, Any]]:
    """A checkpoint's sampler, and the fields of an answer that describe it and a text."""
    sampler = checkpoints.sampler(name).asked_by(asker())
    return sampler, {
        "checkpoint": name,
        "fingerprint": checkpoints.info(name).fingerprint,
        "read_as_unk": sampler.vocab.unknown(text),
    }


def _text(value: Any, what: str) -> str:
    if not isinstance(value, str):
        raise UserError(f"The {what} must be a text.", "Send a string.")
    return value


def _number(value: Any, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _HUGE:
        raise UserError(f"The {what} must be a number.", "Send one.")
    return value


def _whole(value: Any, what: str) -> int:
    if _number(value, what) != int(value):
        raise UserError(f"The {what} must be a whole number.", "Send one.")
    return int(value)


def _temperatures(values: Any) -> list[float]:
    if not isinstance(values, list) or not 1 <= len(values) <= MOST_TEMPERATURES:
        raise UserError(
            "The temperatures must be a list of numbers.",
            f"Send one with 1 to {MOST_TEMPERATURES} of them.",
        )
    return [float(_number(value, "temperature")) for value in values]


def _bounded(characters: int, most: int) -> None:
    if characters > most:
        raise UserError(
            f"That would be up to {characters:,} characters, and {most:,} are allowed at a time.",
            "Ask for fewer or shorter texts; a further request with other dice gives more.",
        )
