"""One sampler: every continuation on the page is a stream of one batch.

What makes it fast: embedding times input weights plus both biases is a table with one row per
character, computed once, so a step is one row look-up and one matrix product a layer; the gates
are reordered to (i, f, o, g) so that one sigmoid serves three of them; everything happens in
place. What keeps it exact: float32 throughout, and a test that compares it with a plain loop over
`torch.nn.LSTM`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import torch

from charlstm.dice import MAX_DICE, gumbel_noise
from charlstm.errors import UserError
from charlstm.model import CharLSTM, Hidden
from charlstm.vocab import Vocabulary

MAX_TEMPERATURE = 5.0
MAX_LENGTH = 5_000
_NOISE_BYTES = 16 << 20  # noise is drawn some steps at a time, to bound its memory


class Sampler:
    """Draws continuations from a snapshot of a model's weights.

    Args:
        model: copied; later training of it changes nothing here.
        vocab: the model's own.
    """

    def __init__(self, model: CharLSTM, vocab: Vocabulary) -> None:
        self.vocab = vocab
        weights = {
            name: value.detach().to("cpu", torch.float32, copy=True)
            for name, value in model.state_dict().items()
        }
        self._model = CharLSTM(
            model.vocab_size, model.embed_size, model.hidden_size, model.n_layers, dropout=0.0
        ).eval()
        self._model.load_state_dict(weights)
        self._size = model.hidden_size
        order = _sigmoid_gates_first(self._size)
        self._recurrent, self._inputs, self._biases = [], [], []
        for layer in range(model.n_layers):
            self._recurrent.append(weights[f"lstm.weight_hh_l{layer}"][order])
            self._inputs.append(weights[f"lstm.weight_ih_l{layer}"][order])
            bias = weights[f"lstm.bias_ih_l{layer}"] + weights[f"lstm.bias_hh_l{layer}"]
            self._biases.append(bias[order])
        self._table = weights["embedding.weight"] @ self._inputs[0].T + self._biases[0]
        self._fc_weight = weights["fc.weight"]
        self._fc_bias = weights["fc.bias"].clone()
        self._fc_bias[vocab.unk_id] = -math.inf  # UNK is read, never written

    @torch.inference_mode()
    def stream(
        self,
        seed_text: str,
        temperatures: Sequence[float],
        length: int,
        dice: int,
        samples: int = 1,
        every: int = 25,
    ) -> Iterator[np.ndarray]:
        """Continue a seed text, some characters at a time.

        Sample number n has the same noise at every temperature. A temperature of 0 is greedy.

        Args:
            seed_text: read once, however many streams follow it; unknown characters are read as
                UNK (`Vocabulary.unknown` names them).
            temperatures: one or more, each 0 to `MAX_TEMPERATURE`.
            length: characters to write, 1 to `MAX_LENGTH`.
            dice: 0 to `dice.MAX_DICE`.
            samples: continuations at each temperature.
            every: characters a block.

        Yields:
            int64 arrays of shape (characters, temperatures, samples), at most ``every`` characters
            each: only what is new.

        Raises:
            UserError: an argument is out of its range; the sentence says which.
        """
        _check(seed_text, temperatures, length, dice, samples)
        hidden = [
            (h.repeat(len(temperatures) * samples, 1), c.repeat(len(temperatures) * samples, 1))
            for h, c in zip(*self._read(seed_text), strict=True)
        ]
        scale = torch.tensor(temperatures, dtype=torch.float32).view(-1, 1, 1)
        characters = len(self.vocab)
        chunk = max(1, min(every, _NOISE_BYTES // (4 * samples * characters)))
        logits = self._logits(hidden[-1][0])
        step = _Step(self, hidden, logits)
        done = 0
        while done < length:
            block = np.empty((min(every, length - done), len(temperatures), samples), np.int64)
            for start in range(0, len(block), chunk):
                steps = min(chunk, len(block) - start)
                noise = gumbel_noise(dice, samples, done + start, steps, characters)
                for offset in range(steps):
                    # argmax(logits + T g) is argmax(logits / T + g), and at T = 0 it is greedy.
                    scores = torch.addcmul(
                        logits.view(len(temperatures), samples, characters),
                        scale,
                        noise[offset],
                    )
                    ids = scores.argmax(-1)
                    block[start + offset] = ids.numpy()
                    step(ids.view(-1))
            done += len(block)
            yield block

    def sample(
        self,
        seed_text: str,
        temperatures: Sequence[float],
        length: int,
        dice: int,
        samples: int = 1,
    ) -> list[list[str]]:
        """Whole texts at once: ``texts[temperature][sample]``, each beginning with the seed text.

        Arguments and errors as for `stream`.
        """
        ids = np.concatenate(list(self.stream(seed_text, temperatures, length, dice, samples)))
        return [
            [seed_text + self.vocab.decode(ids[:, t, s].tolist()) for s in range(samples)]
            for t in range(len(temperatures))
        ]

    def _read(self, text: str) -> Hidden:
        """Hidden after a text, each of shape (layers, 1, hidden_size), in one call."""
        ids = torch.from_numpy(self.vocab.encode(text).astype(np.int64))[None]
        return self._model.lstm(self._model.embedding(ids))[1]

    def _logits(self, output: torch.Tensor) -> torch.Tensor:
        return torch.addmm(self._fc_bias, output, self._fc_weight.T)


class _Step:
    """One character for all streams: hidden and logits are updated in place."""

    def __init__(self, sampler: Sampler, hidden: list[Hidden], logits: torch.Tensor) -> None:
        self._sampler, self._hidden, self._logits = sampler, hidden, logits
        streams, size = hidden[0][0].shape
        self._gates = torch.empty(streams, 4 * size)
        self._squashed = torch.empty(streams, size)
        # A product with few rows reads its weights row by row; from 4 rows on, a transposed copy
        # is faster (measured at hidden 256 to 1024 on 2 cores; see `python -m charlstm bench`).
        transposed = [w.T.contiguous() if streams >= 4 else w.T for w in sampler._recurrent]
        self._recurrent = transposed

    def __call__(self, ids: torch.Tensor) -> None:
        own, gates, size = self._sampler, self._gates, self._sampler._size
        torch.index_select(own._table, 0, ids, out=gates)
        for layer, (h, c) in enumerate(self._hidden):
            if layer:
                torch.addmm(
                    own._biases[layer], self._hidden[layer - 1][0], own._inputs[layer].T, out=gates
                )
            gates.addmm_(h, self._recurrent[layer])
            gates[:, : 3 * size].sigmoid_()
            i, f, o, g = gates.split(size, dim=1)
            c.mul_(f).addcmul_(i, g.tanh_())
            torch.tanh(c, out=self._squashed)
            torch.mul(o, self._squashed, out=h)
        torch.addmm(own._fc_bias, self._hidden[-1][0], own._fc_weight.T, out=self._logits)


def _sigmoid_gates_first(size: int) -> torch.Tensor:
    """Rows of an `nn.LSTM` weight, ordered (i, f, g, o) by torch, in the order (i, f, o, g)."""
    i, f, g, o = torch.arange(4 * size).split(size)
    return torch.cat([i, f, o, g])


def _check(
    seed_text: str, temperatures: Sequence[float], length: int, dice: int, samples: int
) -> None:
    if not seed_text:
        raise UserError("The seed text is empty.", "Type at least one character.")
    if not temperatures:
        raise UserError("No temperature is given.", "Give one or more.")
    for temperature in temperatures:
        if not 0 <= temperature <= MAX_TEMPERATURE:  # NaN fails this too
            raise UserError(
                f"A temperature of {temperature:g} is out of range.",
                f"Choose one from 0 (always the likeliest character) to {MAX_TEMPERATURE:g}.",
            )
    if not 1 <= length <= MAX_LENGTH:
        raise UserError(
            f"A length of {length:,} characters is out of range.",
            f"Choose one from 1 to {MAX_LENGTH:,}.",
        )
    if samples < 1:
        raise UserError(f"{samples} samples can't be drawn.", "Ask for one or more.")
    if not 0 <= dice <= MAX_DICE:
        raise UserError(
            f"The dice {dice} are out of range.", f"Choose a whole number from 0 to {MAX_DICE}."
        )
