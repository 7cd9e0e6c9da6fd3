"""The sampler: continuations at several temperatures, all of them streams of one batch.

The steps themselves are in `charlstm.model.engine`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
import torch

from charlstm.errors import UserError
from charlstm.model.engine import StepWeights, Streams
from charlstm.model.lstm import CharLSTM, Hidden
from charlstm.model.noise import check_dice, gumbel_noise
from charlstm.model.truncation import NO_TRUNCATION, Truncation, probabilities
from charlstm.model.workers import Workers, share_count, shares
from charlstm.text.vocabulary import Vocabulary

MAX_TEMPERATURE = 5.0
MAX_LENGTH = 5_000
_PIECE = 1_000  # characters of a text read at a time
_PIECES_KEPT = 64
_STEPS_AHEAD = 64  # steps whose noise is drawn at a time,
_NOISE_BYTES = 16 << 20  # or fewer, to bound its memory


class Sampler:
    """Draws continuations from a copy of a model's weights.

    Args:
        model: copied, so that later training of it changes nothing here.
        vocab: the model's vocabulary.

    Attributes:
        model: the copy, float32 in eval mode on the CPU; not to be changed.
        vocab: the model's vocabulary.
    """

    def __init__(self, model: CharLSTM, vocab: Vocabulary) -> None:
        self.vocab = vocab
        self.model = CharLSTM(
            model.vocab_size, model.embed_size, model.hidden_size, model.n_layers, dropout=0.0
        )
        self.model.load_state_dict(model.state_dict())
        self.model.eval().requires_grad_(False)
        self._weights = StepWeights(self.model, vocab.unk_id)
        self._kept: dict[str, Hidden] = {}
        self._workers = Workers()

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
        if alive is not None and (alive.shape != shape or alive.dtype != np.bool_):
            raise ValueError(f"alive is {alive.dtype} of shape {alive.shape}, not bool of {shape}")
        hidden = self._after(seed_text)
        scale = torch.tensor(temperatures, dtype=torch.float32)
        # Split by sample, not by temperature: a sample has the same noise at all temperatures.
        count = min(share_count(len(temperatures) * samples), samples)
        parts = [
            _Share(self, hidden, scale, np.arange(samples)[part], samples, dice, truncation)
            for part in shares(samples, count)
        ]
        for done in range(0, length, every):
            block = np.full((min(every, length - done), len(temperatures) * samples), -1)
            left = None if alive is None else alive.reshape(-1).copy()

            self._workers.map(partial(_Share.write, block=block, alive=left), parts, block.size)
            yield block.reshape(-1, *shape)

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

    def start(self, seed_text: str, streams: int) -> Streams:
        """Streams that have all read the same seed text.

        Raises:
            UserError: the seed text is empty.
        """
        return Streams(self._weights, self._after(seed_text), streams)

    def _after(self, seed_text: str) -> Hidden:
        if not seed_text:
            raise UserError("The seed text is empty.", "Type at least one character.")
        [hidden] = self._workers.map(self.after, [seed_text])
        return hidden

    def after(self, text: str) -> Hidden:
        """Hidden after a text, (h, c) of shape (layers, 1, hidden_size) each; not to be changed.

        The hidden after every `_PIECE` characters of recent texts is cached, so that calls for
        successive positions of a long text need not read all of it each time.
        """
        whole = max(0, len(text) - 1) // _PIECE * _PIECE
        before = self._kept.get(text[:whole])
        if before is None:
            before = self.after(text[:whole]) if whole else self.model.init_hidden(1)
            # A new dict, since another thread may be reading the old one.
            self._kept = dict([*self._kept.items(), (text[:whole], before)][-_PIECES_KEPT:])
        return self._lstm(text[whole:], before)[1]

    def read(self, text: str) -> Iterator[torch.Tensor]:
        """Read a text from a hidden of zeros, in pieces that bound the memory.

        Yields:
            the last layer's output, (characters, hidden_size), for at most `_PIECE` characters.
        """
        hidden = self.model.init_hidden(1)
        for start in range(0, len(text), _PIECE):
            output, hidden = self._lstm(text[start : start + _PIECE], hidden)
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


class _Share:
    """A share of the samples, at every temperature, whose streams one thread draws.

    Args:
        hidden: (h, c) after the seed text.
        temperatures: float32 tensor of shape (temperatures,).
        numbers: int64 array, the numbers of this share's samples.
        samples: the number of samples in all shares.
    """

    def __init__(
        self,
        sampler: Sampler,
        hidden: Hidden,
        temperatures: torch.Tensor,
        numbers: np.ndarray,
        samples: int,
        dice: int,
        truncation: Truncation,
    ) -> None:
        rows = len(temperatures) * len(numbers)
        self._streams = Streams(sampler._weights, hidden, rows)
        self._scale = temperatures.repeat_interleave(len(numbers))[:, None]
        self._numbers = np.tile(numbers, len(temperatures))
        self._places = np.arange(len(temperatures)).repeat(len(numbers)) * samples + self._numbers
        self._dice, self._vocab_size = dice, len(sampler.vocab)
        self._truncation = truncation
        self._ahead = max(1, min(_STEPS_AHEAD, _NOISE_BYTES // (4 * self._vocab_size * rows)))
        self._noise = np.empty((0, rows, self._vocab_size), np.float32)
        self._done = 0

    def write(self, block: np.ndarray, alive: np.ndarray | None) -> None:
        """Draw a block of steps into this share's columns.

        Args:
            block: int64 array of shape (steps, temperatures * samples).
            alive: bool array of shape (temperatures * samples,); a stream whose entry is False is
                drawn no further. None if all go on.
        """
        if alive is not None and not (still := alive[self._places]).all():
            kept = torch.from_numpy(np.flatnonzero(still))
            self._streams.keep(kept)
            self._scale, self._noise = self._scale[kept], self._noise[:, still]
            self._numbers, self._places = self._numbers[still], self._places[still]
        if not len(self._places):
            return
        for written in block:
            step, self._done = self._done, self._done + 1
            if step % self._ahead == 0:
                self._noise = self._drawn_noise(step)
            logits = self._streams.logits
            if self._truncation != NO_TRUNCATION:
                allowed = self._truncation.applied(probabilities(logits, self._scale)) > 0
                logits = logits.where(allowed, -math.inf)
            # argmax(logits + T g) is argmax(logits / T + g), and at T = 0 it is greedy.
            # From here in the Notebook tab,
            ids = (logits.numpy() + self._noise[step % self._ahead]).argmax(-1)
            # to here.
            written[self._places] = ids
            self._streams.step(torch.from_numpy(ids))

    def _drawn_noise(self, step: int) -> np.ndarray:
        """T g of the next steps, (steps, streams, vocab); a sample has the same g at every T."""
        numbers, indices = np.unique(self._numbers, return_inverse=True)
        noise = gumbel_noise(self._dice, numbers.tolist(), step, self._ahead, self._vocab_size)
        if len(numbers) < len(self._numbers):
            noise = noise.index_select(1, torch.from_numpy(indices))
        return noise.mul_(self._scale).numpy()


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
