"""Draw continuations of a seed text until the fate of each is decided.

Several seed texts can be continued in parallel with the same dice (`rounds`): sample number n of
each then has the same noise, which is drawn once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch

from charlstm.model.noise import gumbel_noise
from charlstm.model.sampler import Sampler
from charlstm.text.brackets import OPENING, PAIRS, Stray, Target

FATES = ("closed", "paragraph", "horizon")


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


class Drawn(Protocol):
    """Streams that take part in `rounds`."""

    @property
    def numbers(self) -> np.ndarray:
        """Sample numbers that are still to be drawn: int array, ascending and distinct."""

    def advance(self, noise: torch.Tensor, numbers: np.ndarray) -> None:
        """Draw the next characters.

        Args:
            noise: of shape (characters, numbers, vocab), from `noise.gumbel_noise`.
            numbers: the sample number of each column of noise, ascending; its own and maybe others.
        """


def rounds(
    sampler: Sampler, parts: Sequence[Drawn], horizon: int, dice: int, every: int
) -> Iterator[int]:
    """Advance all parts with the same noise, ``every`` characters a round.

    Args:
        sampler: of the model, for the size of its vocabulary.
        parts: the streams of each seed text.
        horizon: the most characters to draw.
        dice: 0 to `noise.MAX_DICE`.
        every: characters a round.

    Yields:
        the number of characters drawn so far, until the horizon is reached or no stream is left.
    """
    done = 0
    while done < horizon:
        numbers = np.unique(np.concatenate([part.numbers for part in parts]))
        if not len(numbers):
            return
        steps = min(every, horizon - done)
        noise = gumbel_noise(dice, numbers.tolist(), done, steps, len(sampler.vocab))
        for part in parts:
            part.advance(noise, numbers)
        done += steps
        yield done


class Watched:
    """The streams of one seed text, ordered [temperature][sample], and the fate of each.

    The event is that of the watch (the bracket closes, or a stray comes); a newline before it ends
    the paragraph. A stream whose fate is decided is drawn no further. The characters are those that
    `Sampler.stream` draws with the same dice.

    Args:
        sampler: of the model.
        seed_text: the text to continue.
        watch: a `Target` or `Stray` of that seed text; each stream gets a copy.
        temperatures: one or more, each 0 to `sampler.MAX_TEMPERATURE`.
        samples: samples at each temperature, 1 or more.
    """

    def __init__(
        self,
        sampler: Sampler,
        seed_text: str,
        watch: Target | Stray,
        temperatures: Sequence[float],
        samples: int,
    ) -> None:
        shape = (len(temperatures), samples)
        self._vocab, self._seed_text = sampler.vocab, seed_text
        self._watches = [[watch.again() for _ in range(samples)] for _ in temperatures]
        # Only brackets and newlines, which are few, are fed to watches in Python. The last element
        # is for UNK, and for the -1 in streams that are drawn no further.
        deciding = {*PAIRS, *OPENING, "\n"}
        self._deciding = np.array([c in deciding for c in self._vocab.characters] + [False])
        self._undecided = np.ones(shape, dtype=bool)
        self._event = np.zeros(shape, np.int32)  # characters up to the event, 0: none
        self._end = np.zeros(shape, np.int32)  # characters up to the newline, 0: none
        self._written: list[np.ndarray] = []
        self._characters = 0
        self._living = np.arange(self._undecided.size)  # rows of the streams that are drawn
        self._streams = sampler.start(seed_text, len(self._living))
        self._scale = torch.tensor(temperatures, dtype=torch.float32).repeat_interleave(samples)

    @property
    def numbers(self) -> np.ndarray:
        """As `Drawn.numbers`."""
        return np.flatnonzero(self._undecided.any(axis=0))

    @torch.inference_mode()
    def advance(self, noise: torch.Tensor, numbers: np.ndarray) -> None:
        """As `Drawn.advance`."""
        temperatures, samples = self._undecided.shape
        drawn_ids = np.full((len(noise), temperatures * samples), -1, np.int32)
        if len(self._living):
            columns = torch.from_numpy(np.searchsorted(numbers, self._living % samples))
            scale = self._scale[:, None]
            for step, drawn in enumerate(noise):
                # As in `Sampler.stream`: argmax(logits / T + g), and at T = 0 it is greedy.
                ids = torch.addcmul(self._streams.logits, scale, drawn[columns]).argmax(-1)
                drawn_ids[step, self._living] = ids.numpy()
                self._streams.step(ids)
        block = drawn_ids.reshape(len(noise), temperatures, samples)
        self._written.append(block)
        self._decide(block)
        self._characters += len(block)
        going_on = self._undecided.reshape(-1)[self._living]
        if not going_on.all():
            rows = torch.from_numpy(np.flatnonzero(going_on))
            self._streams.keep(rows)
            self._living, self._scale = self._living[going_on], self._scale[rows]

    def _decide(self, block: np.ndarray) -> None:
        for step, row, sample in np.argwhere(self._deciding[block]).tolist():
            if not self._undecided[row, sample]:
                continue
            character = self._vocab.characters[block[step, row, sample]]
            if character == "\n":
                self._end[row, sample] = self._characters + step + 1
            elif self._watches[row][sample].feed(character):
                self._event[row, sample] = self._characters + step + 1
            else:
                continue
            self._undecided[row, sample] = False

    @property
    def decided(self) -> int:
        """The number of streams that have had their event or newline."""
        return int(np.count_nonzero(~self._undecided))

    def happened(self) -> list[int]:
        """The number of streams that have had the event, for each temperature."""
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
            fate = "closed" if event else "paragraph" if end else "horizon"
            length = event or end or self._characters
            text = self._seed_text + self._vocab.decode(ids[:length, sample])
            yield ProbeSample(text, fate, event or None, length)
