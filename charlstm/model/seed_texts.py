"""Reading the texts that streams start from, and texts to score, with `torch.nn.LSTM`."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from cachetools import LRUCache

from charlstm.errors import user_error
from charlstm.model.hold import Held, Hold
from charlstm.model.lstm import CharLSTM, Hidden
from charlstm.model.streams import States, StepWeights, Streams
from charlstm.text.vocabulary import Vocabulary

PIECE = 1_000  # characters of a text read at a time
_PIECES_KEPT = 64
_SEEDS_KEPT = 64


class SeedTexts:
    """Reads texts with a model, and caches what it has read last. Safe for several threads.

    Args:
        model: float32 in eval mode on the CPU; not to be changed.
        weights: of the model.
        vocab: the model's vocabulary; unknown characters are read as UNK.
    """

    def __init__(self, model: CharLSTM, weights: StepWeights, vocab: Vocabulary) -> None:
        self._model, self._weights, self._vocab = model, weights, vocab
        self._kept: dict[str, Hidden] = {}
        # Its one thread reads a seed text once for all who ask for it at the same time.
        self._reader = ThreadPoolExecutor(1, initializer=torch.set_num_threads, initargs=(1,))
        self._seeds: LRUCache[str, States] = LRUCache(_SEEDS_KEPT)

    def start(self, text: str, held: Held | None = None) -> States:
        """One stream after a seed text.

        Args:
            text: at least one character.
            held: units that are held, from the text's last character on: the characters before it
                are read without the hold.

        Raises:
            UserError: the text is empty, or the model has no such unit.
        """
        if not text:
            raise user_error("model.empty_seed_text")
        if not held:
            return self._reader.submit(self._read, text).result()
        for unit in held:
            unit.check(self._model.n_layers, self._model.hidden_size)
        return self._reader.submit(self._read_held, text, held).result()

    @torch.inference_mode()
    def _read(self, text: str) -> States:
        states = self._seeds.get(text)
        if states is None:
            states = self._seeds[text] = self._weights.start(self.after(text))
        return states

    @torch.inference_mode()
    def _read_held(self, text: str, held: Held) -> States:
        before = self._read(text[:-1])
        streams = Streams(self._weights, [before], [Hold.of([held])])
        streams.step(torch.from_numpy(self._vocab.encode(text[-1]).astype(np.int64)))
        return streams.states()

    def after(self, text: str) -> Hidden:
        """Hidden after a text, (h, c) of shape (layers, 1, hidden_size) each; not to be changed.

        The hidden after every `PIECE` characters of recent texts is cached, so that calls for
        successive positions of a long text need not read all of it each time.
        """
        if not text:
            return self._model.init_hidden(1)
        whole = (len(text) - 1) // PIECE * PIECE
        before = self._kept.get(text[:whole])
        if before is None:
            before = self.after(text[:whole])
            # A new dict, since another thread may be reading the old one.
            self._kept = dict([*self._kept.items(), (text[:whole], before)][-_PIECES_KEPT:])
        return self._lstm(text[whole:], before)[1]

    def read(self, text: str) -> Iterator[torch.Tensor]:
        """Read a text from a hidden of zeros, in pieces that bound the memory.

        Yields:
            the last layer's output, (characters, hidden_size), for at most `PIECE` characters.
        """
        hidden = self._model.init_hidden(1)
        for start in range(0, len(text), PIECE):
            output, hidden = self._lstm(text[start : start + PIECE], hidden)
            yield output[0]

    def _lstm(self, text: str, hidden: Hidden) -> tuple[torch.Tensor, Hidden]:
        ids = torch.from_numpy(self._vocab.encode(text).astype(np.int64))[None]
        output, hidden = self._model.lstm(self._model.embedding(ids), hidden)
        return output, hidden
