"""A 7-gram model of a training text: the second baseline of the probe.

It draws each character from those that followed the last 6 characters in the training text.
Brackets that it closes within a few characters can be closed without a memory.

Data structure: for each character of the text one uint64 that encodes the 6 characters before it,
the most recent one in the most significant digits. The array is sorted, so the occurrences of any
shorter context are a contiguous range of it; a second array holds the characters themselves. 6
characters do not fit into 64 bits in every vocabulary. So 3 of them are packed into 63 bits (21
each, enough for all of Unicode) and numbered by their rank among the distinct triples of the text,
and an entry is the rank of the last 3 characters times the number of ranks plus the rank of the 3
before those. This is exact in any vocabulary, for texts of up to 2^32 characters.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from filelock import FileLock

from charlstm.atomic import replacing
from charlstm.errors import user_error
from charlstm.text.corpus import Corpus
from charlstm.text.vocabulary import Vocabulary

_HALF = 3  # characters of a triple
_MOST = 2 * _HALF  # characters of the longest context
_BITS = 21  # of each character of a packed triple
_NOTHING = (1 << _BITS) - 1  # no character's id: pads a seed text shorter than the context
_FORMAT = 1  # part of the cache entry's name: entries of an earlier format are not read
_ARRAYS = ("triples", "contexts", "following")


@dataclass(frozen=True, eq=False)
class NGram:
    """An n-gram model that backs off to the longest context that occurs in the text.

    Attributes:
        vocab: the vocabulary of the ids.
        longest: characters of the longest context, n - 1.
        triples: uint64 of shape (distinct triples,), sorted, each 3 packed characters.
        contexts: uint64 of shape (characters,), sorted (see the top of this file).
        following: unsigned ids of the same shape, the character after each context.
    """

    vocab: Vocabulary
    longest: int
    triples: np.ndarray
    contexts: np.ndarray
    following: np.ndarray

    @classmethod
    def of(cls, ids: np.ndarray, vocab: Vocabulary, n: int = 7) -> NGram:
        """Count the n-grams of a text.

        Args:
            ids: the text, of shape (characters,), at least one of them not UNK.
            vocab: the vocabulary of the ids.
            n: 1 to 7.

        Raises:
            ValueError: n is out of range, or every character is UNK.
        """
        if not 1 <= n <= _MOST + 1:
            raise ValueError(f"n is {n}, not 1 to {_MOST + 1}")
        # Pad the start with an id of no character: the first contexts of the text then match no
        # seed text at full length, but do when cut to the characters of the text.
        padded = np.concatenate([np.full(_MOST, len(vocab)), ids]).astype(np.uint64)
        # packed[i]: the triple before padded[i + 3]
        packed = _pack(padded[2:-1], padded[1:-2], padded[:-3])
        triples = _distinct(packed)
        ranks = np.searchsorted(triples, packed).astype(np.uint64)
        known = np.flatnonzero(ids != vocab.unk_id)  # UNK is in contexts, but never drawn
        if not len(known):
            raise ValueError("a text without a known character can't be counted")
        contexts = ranks[known + _HALF] * np.uint64(len(triples)) + ranks[known]
        order = np.argsort(contexts, kind="stable")
        following = ids[known[order]].astype(np.min_scalar_type(len(vocab)))
        return cls(vocab, n - 1, triples, contexts[order], following)

    @classmethod
    def of_corpus(cls, corpus: Corpus) -> NGram:
        """The 7-gram model of a corpus's training text, memory-mapped from its cache entry.

        The first call counts the n-grams: some seconds for millions of characters.

        Raises:
            UserError: the arrays can't be written to the cache.
        """
        if corpus.folder is None:
            return cls.of(corpus.train, corpus.vocab)
        entry = corpus.folder / f"ngram-{_FORMAT}"
        if not entry.is_dir():
            try:
                with FileLock(entry.with_suffix(".lock")):  # one process counts, others wait
                    if not entry.is_dir():
                        cls.of(np.asarray(corpus.train), corpus.vocab)._store(entry)
            except OSError as error:
                raise user_error(
                    "text.not_kept.counts", folder=str(entry.parent), why=str(error.strerror)
                ) from error
        arrays = [np.load(entry / f"{name}.npy", mmap_mode="r") for name in _ARRAYS]
        return cls(corpus.vocab, _MOST, *arrays)

    def occurrences(self, recent: np.ndarray, length: int) -> tuple[np.ndarray, np.ndarray]:
        """The range of each context's occurrences in ``contexts``.

        Args:
            recent: ids of shape (contexts, 6), the most recent character first.
            length: how many of the 6 belong to the context, 0 to 6.

        Returns:
            first and end, each int64 of shape (contexts,): the characters that followed a context
            are ``following[first:end]``; first = end if it does not occur in the text.
        """
        low, high = self._ranks(recent[:, :_HALF], min(length, _HALF))
        ranks = np.uint64(len(self.triples))
        if length > _HALF:
            older_low, older_high = self._ranks(recent[:, _HALF:], length - _HALF)
            start, end = low * ranks + older_low, low * ranks + older_high
            absent = low == high
        else:
            start, end, absent = low * ranks, high * ranks, False
        first, past = np.searchsorted(self.contexts, start), np.searchsorted(self.contexts, end)
        return first, np.where(absent, first, past)

    def continued(
        self,
        seed_text: str,
        length: int,
        dice: int,
        samples: int,
        across_lines: bool = False,
    ) -> list[str]:
        """Continue a seed text up to and including the first newline, or across lines.

        Each character is drawn from those that followed the longest context that occurs in the
        text, all occurrences being equally likely. Sample number n does not depend on the number
        of samples.

        Args:
            seed_text: a character that the text lacks ends the context.
            length: the most characters to write.
            dice: 0 to `noise.MAX_DICE`; its random numbers are not those of the sampler's noise.
            samples: the number of continuations.
            across_lines: whether a newline does not end them.

        Returns:
            the continuations, without the seed text.
        """
        last_ids = self.vocab.encode(seed_text[-_MOST:])[::-1]
        recent = np.full((samples, _MOST), _NOTHING, dtype=np.int64)
        recent[:, : len(last_ids)] = last_ids
        # UNK is never drawn; the newline is UNK if the text has none.
        last = self.vocab.unk_id if across_lines else self.vocab.encode("\n")[0]
        written = np.full((length, samples), self.vocab.unk_id, np.int32)
        rows = np.arange(samples)
        for step in range(length):
            drawn = self._next(recent, _uniform(dice, step, samples)[rows])
            written[step, rows] = drawn
            going_on = drawn != last
            recent = np.column_stack([drawn, recent[:, :-1]])[going_on]
            rows = rows[going_on]
            if not len(rows):
                break
        return [self.vocab.decode(ids[ids != self.vocab.unk_id].tolist()) for ids in written.T]

    def _next(self, recent: np.ndarray, chances: np.ndarray) -> np.ndarray:
        """The id drawn after each context, chosen by its number in [0, 1)."""
        drawn = np.empty(len(recent), np.int64)
        left = np.arange(len(recent))
        for length in range(self.longest, -1, -1):
            first, past = self.occurrences(recent[left], length)
            seen = past > first
            indices = first[seen] + (chances[left[seen]] * (past - first)[seen]).astype(np.int64)
            drawn[left[seen]] = self.following[indices]
            left = left[~seen]
            if not len(left):
                break
        return drawn

    def _ranks(self, triples: np.ndarray, length: int) -> tuple[np.ndarray, np.ndarray]:
        """The range of ranks, first and end, of the triples that share their first characters.

        Args:
            triples: ids of shape (contexts, 3), the most recent first.
            length: how many of the 3 must agree.
        """
        low, high = np.array(triples, np.uint64), np.array(triples, np.uint64)
        low[:, length:], high[:, length:] = 0, _NOTHING
        return (
            np.searchsorted(self.triples, _pack(*low.T)).astype(np.uint64),
            np.searchsorted(self.triples, _pack(*high.T), side="right").astype(np.uint64),
        )

    def _store(self, entry: Path) -> None:
        """Write the arrays as one cache entry."""
        with replacing(entry.parent, entry.name) as aside:
            (aside / entry.name).mkdir()
            for name in _ARRAYS:
                np.save(aside / entry.name / f"{name}.npy", getattr(self, name))


def _pack(recent: np.ndarray, before: np.ndarray, oldest: np.ndarray) -> np.ndarray:
    packed: np.ndarray = (recent << np.uint64(2 * _BITS)) | (before << np.uint64(_BITS)) | oldest
    return packed


def _distinct(values: np.ndarray) -> np.ndarray:
    ordered = np.sort(values)
    distinct: np.ndarray = ordered[np.append(True, ordered[1:] != ordered[:-1])]
    return distinct


def _uniform(dice: int, step: int, samples: int) -> np.ndarray:
    """Uniform numbers in [0, 1), float64 of shape (samples,), a pure function of (dice, step,
    sample).

    Made of raw words of Philox, as in `charlstm.model.noise`, under keys that it does not use.
    """
    bits = np.random.Philox(key=dice | ((1 << 64) - 1) << 64, counter=step << 64)
    return (bits.random_raw(samples) >> np.uint64(11)) * 2.0**-53
