"""The sampler: continuations of a seed text as streams of the sampling engine.

The engine is `charlstm.model.engine`; how a character is drawn is in `charlstm.model.choosers`,
and how a seed text is read in `charlstm.model.seed_texts`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np
import torch

from charlstm.model.choosers import STEPS_AHEAD, Chooser, Draws
from charlstm.model.engine import Engine
from charlstm.model.hold import Held, Hold, units_of
from charlstm.model.jobs import GROUP_ROWS, NOBODY, AnyGroup, Asker, Group
from charlstm.model.limits import check_asked, check_temperature
from charlstm.model.lstm import CharLSTM
from charlstm.model.seed_texts import SeedTexts
from charlstm.model.streams import States, StepWeights
from charlstm.model.truncation import NO_TRUNCATION, Truncation, probabilities
from charlstm.text.vocabulary import Vocabulary

C = TypeVar("C", bound=Chooser)
D = TypeVar("D", bound=Draws)


class Sampler:
    """Draws continuations from a copy of a model's weights. Safe for several threads.

    Args:
        model: copied, so that later training of it changes nothing here.
        vocab: the model's vocabulary.
        engine: draws the streams; None for an engine of its own.

    Attributes:
        model: the copy, float32 in eval mode on the CPU; not to be changed.
        vocab: the model's vocabulary.
        weights: the copy's, scaled for steps.
        texts: reads texts with the copy.
        units: all units, ordered [layer][number].
    """

    def __init__(self, model: CharLSTM, vocab: Vocabulary, engine: Engine | None = None) -> None:
        self.vocab = vocab
        self.model = CharLSTM(
            model.vocab_size, model.embed_size, model.hidden_size, model.n_layers, dropout=0.0
        )
        self.model.load_state_dict(model.state_dict())
        self.model.eval().requires_grad_(False)
        self.weights = StepWeights(self.model, vocab.unk_id)
        self.texts = SeedTexts(self.model, self.weights, vocab)
        self.units = units_of(model.n_layers, model.hidden_size)
        self._engine = engine or Engine()
        self._asker = NOBODY

    def asked_by(self, asker: Asker) -> Sampler:
        """The same sampler, whose streams the engine draws for somebody."""
        other = copy.copy(self)
        other._asker = asker
        return other

    def stream(
        self,
        seed_text: str,
        temperatures: Sequence[float],
        length: int,
        dice: int,
        samples: int = 1,
        every: int = 25,
        truncation: Truncation = NO_TRUNCATION,
        alive: np.ndarray | None = None,
        held: Held | None = None,
        first_step: int = 0,
        start: States | None = None,
    ) -> Iterator[np.ndarray]:
        """Continue a seed text, ``every`` characters at a time.

        Sample number n has the same noise at every temperature. A temperature of 0 is greedy.

        Args:
            seed_text: read once for all streams; unknown characters are read as UNK
                (`Vocabulary.unknown` lists them).
            temperatures: one or more, each 0 to `limits.MAX_TEMPERATURE`.
            length: characters to write, 1 to `limits.MAX_LENGTH`.
            dice: 0 to `noise.MAX_DICE`.
            samples: continuations at each temperature.
            every: characters a block.
            truncation: which characters may be drawn.
            alive: bool array of shape (temperatures, samples) that the caller may change; read
                before each block. A stream whose entry has become False is drawn no further, and
                takes no time; the other streams are unchanged.
            held: units that are held in all streams, from the seed text's last character on.
            first_step: the number of the first character's step, whose noise it gets: a text that
                was written up to there, given as seed text, is continued as it would have been.
            start: the stream after the seed text, where it was read with a hold of its own; None to
                read it.

        Yields:
            ids, int64 of shape (characters, temperatures, samples), at most ``every`` characters:
            those drawn since the last block; -1 for a stream that is no longer alive.

        Raises:
            UserError: an argument is out of its range; the message says which.
            ValueError: ``alive`` has another shape or type.
        """
        check_asked(temperatures, length, dice, samples)
        shape, holds = (len(temperatures), samples), [held] if held else []
        starts = [start] if start else []
        if alive is None:
            groups = self.draws(
                Draws,
                [seed_text],
                temperatures,
                range(samples),
                dice,
                truncation,
                held=holds,
                first_step=first_step,
                starts=starts,
            )
            yield from self._blocks(groups, shape, length, every)
            return
        if alive.shape != shape or alive.dtype != np.bool_:
            raise ValueError(f"alive is {alive.dtype} of shape {alive.shape}, not bool of {shape}")
        groups = self.draws(
            Draws,
            [seed_text],
            temperatures,
            range(samples),
            dice,
            truncation,
            every,
            holds,
            first_step,
            starts,
        )
        for done in range(0, length, every):
            for group in groups:
                group.keep(np.flatnonzero(alive[group.chooser.branches, group.chooser.numbers]))
            block = np.full((min(every, length - done), *shape), -1)
            self.advance(groups, len(block))
            for group in groups:
                block[:, group.chooser.branches, group.chooser.numbers] = group.written
            yield block

    def _blocks(
        self, groups: Sequence[Group[Draws]], shape: tuple[int, int], length: int, every: int
    ) -> Iterator[np.ndarray]:
        job = self._engine.begin(groups, length, self._asker)
        try:
            for done in range(0, length, every):
                steps = slice(done, min(done + every, length))
                job.wait(steps.stop)
                block = np.empty((steps.stop - done, *shape), np.int64)
                for group in groups:
                    block[:, group.chooser.branches, group.chooser.numbers] = group.written[steps]
                yield block
        finally:
            job.cancel()

    def sample(
        self,
        seed_text: str,
        temperatures: Sequence[float],
        length: int,
        dice: int,
        samples: int = 1,
        truncation: Truncation = NO_TRUNCATION,
        held: Held | None = None,
        first_step: int = 0,
        start: States | None = None,
    ) -> list[list[str]]:
        """Whole texts, ``texts[temperature][sample]``, each beginning with the seed text.

        Arguments and errors as for `stream`.
        """
        blocks = self.stream(
            seed_text,
            temperatures,
            length,
            dice,
            samples,
            truncation=truncation,
            held=held,
            first_step=first_step,
            start=start,
        )
        ids = np.concatenate(list(blocks))
        return [
            [seed_text + self.vocab.decode(ids[:, t, s].tolist()) for s in range(samples)]
            for t in range(len(temperatures))
        ]

    def draws(
        self,
        chooser: Callable[..., D],
        seed_texts: Sequence[str],
        temperatures: Sequence[float],
        numbers: Sequence[int],
        dice: int,
        truncation: Truncation = NO_TRUNCATION,
        ahead: int = STEPS_AHEAD,
        held: Sequence[Held] = (),
        first_step: int = 0,
        starts: Sequence[States] = (),
    ) -> list[Group[D]]:
        """Streams that continue seed texts, for `advance`, in groups of `GROUP_ROWS`.

        Args:
            chooser: `Draws`, or what makes one of a subclass from the same arguments.
            seed_texts, temperatures: each pair of them is a branch of `Draws`, ordered
                [seed text][temperature].
            numbers: the sample numbers of each branch.
            ahead: as for `Draws`; noise that an `advance` does not use stays in memory.
            held: for each seed text, the values of the same units, which are held from the text's
                last character on; empty for no hold.
            first_step: as for `stream`.
            starts: for each seed text, the stream after it where it was read otherwise than from
                nothing without a hold; empty to read them.

        Raises:
            UserError: a seed text is empty, or the model has no such unit.
        """
        branches = [(text, at) for text in seed_texts for at in temperatures]
        texts, scales = zip(*branches, strict=True)
        of_branches = [values for values in held for _ in temperatures]
        starts = [start for start in starts for _ in temperatures]
        size = max(1, GROUP_ROWS // len(branches))
        groups: list[Group[D]] = []
        for first in range(0, len(numbers), size):
            own = numbers[first : first + size]
            draws = chooser(dice, own, scales, len(self.vocab), truncation, ahead, first_step)
            groups.append(self.group(texts, len(own), draws, of_branches, starts))
        return groups

    def group(
        self,
        seed_texts: Sequence[str],
        streams: int,
        chooser: C,
        held: Sequence[Held] = (),
        starts: Sequence[States] = (),
    ) -> Group[C]:
        """So many streams after each seed text, ordered [seed text][stream].

        Args:
            held, starts: as for `draws`.

        Raises:
            UserError: as for `draws`.
        """
        rows = torch.zeros(streams, dtype=torch.int64)
        of_texts: Sequence[Held | None] = held or [None] * len(seed_texts)
        after = starts or [
            self.texts.start(text, values)
            for text, values in zip(seed_texts, of_texts, strict=True)
        ]
        parts = [start.rows(rows) for start in after]
        return Group(self.weights, parts, chooser, Hold.of(held, streams) if held else None)

    def advance(self, groups: Sequence[AnyGroup], steps: int) -> None:
        """Let groups of this sampler take steps; their ``written`` then has the characters."""
        self._engine.advance(groups, steps, self._asker)

    def logits(self, text: str) -> torch.Tensor:
        """Logits of the character after a text, (vocab,), UNK at -inf.

        Raises:
            UserError: the text is empty.
        """
        return self.texts.start(text).logits[0]

    @staticmethod
    def distribution(
        logits: torch.Tensor, temperature: float, truncation: Truncation = NO_TRUNCATION
    ) -> torch.Tensor:
        """The distribution to draw from: float32 probabilities of the shape of ``logits``.

        Args:
            logits: float32 tensor of shape (…, vocab), UNK at -inf, as in `Streams.logits`.
            temperature: 0 to `limits.MAX_TEMPERATURE`; at 0 the likeliest character has
                probability 1.
            truncation: applied at that temperature; the result sums to 1 again.

        Raises:
            UserError: the temperature is out of its range.
        """
        check_temperature(temperature)
        return truncation.applied(probabilities(logits, torch.tensor(float(temperature))))
