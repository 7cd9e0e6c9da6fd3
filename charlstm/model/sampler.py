"""The sampler: continuations of a seed text as streams of the sampling engine.

The engine is `charlstm.model.engine`; how a character is drawn is in `charlstm.model.choice`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
import torch
from cachetools import LRUCache

from charlstm.errors import UserError
from charlstm.model.choosers import STEPS_AHEAD, Chooser, Draws
from charlstm.model.engine import Engine
from charlstm.model.jobs import GROUP_ROWS, NOBODY, AnyGroup, Asker, Group
from charlstm.model.lstm import CharLSTM, Hidden
from charlstm.model.noise import check_dice
from charlstm.model.streams import States, StepWeights
from charlstm.model.truncation import NO_TRUNCATION, Truncation, probabilities
from charlstm.text.vocabulary import Vocabulary

C = TypeVar("C", bound=Chooser)
D = TypeVar("D", bound=Draws)

MAX_TEMPERATURE = 5.0
MAX_LENGTH = 5_000
PIECE = 1_000  # characters of a text read at a time
_PIECES_KEPT = 64
_SEEDS_KEPT = 64


class Sampler:
    """Draws continuations from a copy of a model's weights. Safe for several threads.

    Args:
        model: copied, so that later training of it changes nothing here.
        vocab: the model's vocabulary.
        engine: draws the streams; None for an engine of its own.

    Attributes:
        model: the copy, float32 in eval mode on the CPU; not to be changed.
        vocab: the model's vocabulary.
    """

    def __init__(self, model: CharLSTM, vocab: Vocabulary, engine: Engine | None = None) -> None:
        self.vocab = vocab
        self.model = CharLSTM(
            model.vocab_size, model.embed_size, model.hidden_size, model.n_layers, dropout=0.0
        )
        self.model.load_state_dict(model.state_dict())
        self.model.eval().requires_grad_(False)
        self._weights = StepWeights(self.model, vocab.unk_id)
        self._engine = engine or Engine()
        self._asker = NOBODY
        self._kept: dict[str, Hidden] = {}
        # Its one thread reads a seed text once for all who ask for it at the same time.
        self._reader = ThreadPoolExecutor(1, initializer=torch.set_num_threads, initargs=(1,))
        self._seeds: LRUCache[str, States] = LRUCache(_SEEDS_KEPT)

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
    ) -> Iterator[np.ndarray]:
        """Continue a seed text, ``every`` characters at a time.

        Sample number n has the same noise at every temperature. A temperature of 0 is greedy.

        Args:
            seed_text: read once for all streams; unknown characters are read as UNK
                (`Vocabulary.unknown` lists them).
            temperatures: one or more, each 0 to `MAX_TEMPERATURE`.
            length: characters to write, 1 to `MAX_LENGTH`.
            dice: 0 to `noise.MAX_DICE`.
            samples: continuations at each temperature.
            every: characters a block.
            truncation: which characters may be drawn.
            alive: bool array of shape (temperatures, samples) that the caller may change; read
                before each block. A stream whose entry has become False is drawn no further, and
                takes no time; the other streams are unchanged.

        Yields:
            ids, int64 of shape (characters, temperatures, samples), at most ``every`` characters:
            those drawn since the last block; -1 for a stream that is no longer alive.

        Raises:
            UserError: an argument is out of its range; the message says which.
            ValueError: ``alive`` has another shape or type.
        """
        _check(temperatures, length, dice, samples)
        shape = (len(temperatures), samples)
        if alive is None:
            groups = self.draws(Draws, [seed_text], temperatures, range(samples), dice, truncation)
            yield from self._blocks(groups, shape, length, every)
            return
        if alive.shape != shape or alive.dtype != np.bool_:
            raise ValueError(f"alive is {alive.dtype} of shape {alive.shape}, not bool of {shape}")
        groups = self.draws(
            Draws, [seed_text], temperatures, range(samples), dice, truncation, every
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
    ) -> list[list[str]]:
        """Whole texts, ``texts[temperature][sample]``, each beginning with the seed text.

        Arguments and errors as for `stream`.
        """
        blocks = self.stream(seed_text, temperatures, length, dice, samples, truncation=truncation)
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
    ) -> list[Group[D]]:
        """Streams that continue seed texts, for `advance`, in groups of `GROUP_ROWS`.

        Args:
            chooser: `Draws`, or what makes one of a subclass from the same arguments.
            seed_texts, temperatures: each pair of them is a branch of `Draws`, ordered
                [seed text][temperature].
            numbers: the sample numbers of each branch.
            ahead: as for `Draws`; noise that an `advance` does not use stays in memory.

        Raises:
            UserError: a seed text is empty.
        """
        branches = [(text, at) for text in seed_texts for at in temperatures]
        texts, scales = zip(*branches, strict=True)
        size = max(1, GROUP_ROWS // len(branches))
        groups: list[Group[D]] = []
        for first in range(0, len(numbers), size):
            own = numbers[first : first + size]
            draws = chooser(dice, own, scales, len(self.vocab), truncation, ahead)
            groups.append(self.group(texts, len(own), draws))
        return groups

    def group(self, seed_texts: Sequence[str], streams: int, chooser: C) -> Group[C]:
        """So many streams after each seed text, ordered [seed text][stream].

        Raises:
            UserError: a seed text is empty.
        """
        rows = torch.zeros(streams, dtype=torch.int64)
        return Group(self._weights, [self._start(text).rows(rows) for text in seed_texts], chooser)

    def advance(self, groups: Sequence[AnyGroup], steps: int) -> None:
        """Let groups of this sampler take steps; their ``written`` then has the characters."""
        self._engine.advance(groups, steps, self._asker)

    def logits(self, text: str) -> torch.Tensor:
        """Logits of the character after a text, (vocab,), UNK at -inf.

        Raises:
            UserError: the text is empty.
        """
        return self._start(text).logits[0]

    def _start(self, seed_text: str) -> States:
        if not seed_text:
            raise UserError("The seed text is empty.", "Type at least one character.")
        return self._reader.submit(self._read_seed, seed_text).result()

    @torch.inference_mode()
    def _read_seed(self, seed_text: str) -> States:
        states = self._seeds.get(seed_text)
        if states is None:
            states = self._seeds[seed_text] = self._weights.start(self.after(seed_text))
        return states

    def after(self, text: str) -> Hidden:
        """Hidden after a text, (h, c) of shape (layers, 1, hidden_size) each; not to be changed.

        The hidden after every `PIECE` characters of recent texts is cached, so that calls for
        successive positions of a long text need not read all of it each time.
        """
        whole = max(0, len(text) - 1) // PIECE * PIECE
        before = self._kept.get(text[:whole])
        if before is None:
            before = self.after(text[:whole]) if whole else self.model.init_hidden(1)
            # A new dict, since another thread may be reading the old one.
            self._kept = dict([*self._kept.items(), (text[:whole], before)][-_PIECES_KEPT:])
        return self._lstm(text[whole:], before)[1]

    def read(self, text: str) -> Iterator[torch.Tensor]:
        """Read a text from a hidden of zeros, in pieces that bound the memory.

        Yields:
            the last layer's output, (characters, hidden_size), for at most `PIECE` characters.
        """
        hidden = self.model.init_hidden(1)
        for start in range(0, len(text), PIECE):
            output, hidden = self._lstm(text[start : start + PIECE], hidden)
            yield output[0]

    def _lstm(self, text: str, hidden: Hidden) -> tuple[torch.Tensor, Hidden]:
        ids = torch.from_numpy(self.vocab.encode(text).astype(np.int64))[None]
        output, hidden = self.model.lstm(self.model.embedding(ids), hidden)
        return output, hidden

    @staticmethod
    def distribution(
        logits: torch.Tensor, temperature: float, truncation: Truncation = NO_TRUNCATION
    ) -> torch.Tensor:
        """The distribution to draw from: float32 probabilities of the shape of ``logits``.

        Args:
            logits: float32 tensor of shape (…, vocab), UNK at -inf, as in `Streams.logits`.
            temperature: 0 to `MAX_TEMPERATURE`; at 0 the likeliest character has probability 1.
            truncation: applied at that temperature; the result sums to 1 again.

        Raises:
            UserError: the temperature is out of its range.
        """
        check_temperature(temperature)
        return truncation.applied(probabilities(logits, torch.tensor(float(temperature))))


def check_temperature(temperature: float) -> None:
    """Check that a temperature lies within 0 to `MAX_TEMPERATURE`.

    Raises:
        UserError: it doesn't.
    """
    if not 0 <= temperature <= MAX_TEMPERATURE:  # NaN fails this too
        raise UserError(
            f"A temperature of {temperature:g} is out of range.",
            f"Choose one from 0 (always the likeliest character) to {MAX_TEMPERATURE:g}.",
        )


def _check(temperatures: Sequence[float], length: int, dice: int, samples: int) -> None:
    if not temperatures:
        raise UserError("No temperature is given.", "Give one or more.")
    for temperature in temperatures:
        check_temperature(temperature)
    if not 1 <= length <= MAX_LENGTH:
        raise UserError(
            f"A length of {length:,} characters is out of range.",
            f"Choose one from 1 to {MAX_LENGTH:,}.",
        )
    if samples < 1:
        raise UserError(f"{samples} samples can't be drawn.", "Ask for one or more.")
    check_dice(dice)
