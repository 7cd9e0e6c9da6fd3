"""Rounds that many browsers answer: each is drawn once, by whoever asks for it first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator

from charlstm.experiments.blind_test import Round
from charlstm.ui.components.cache import Cache

_KEPT = 64  # rounds, some kilobytes each
_LOOK = 0.2  # seconds between two reports while another browser's round is drawn


class SharedRounds:
    """The rounds, in memory. Safe for several threads."""

    def __init__(self) -> None:
        self._rounds: Cache[Round] = Cache(_KEPT)
        self._turn = threading.Lock()

    def drawing(
        self, key: Hashable, draw: Callable[[], Iterator[Round | None]]
    ) -> Iterator[Round | None]:
        """A round, from the cache or drawn; closing the iterator stops it.

        Args:
            key: all that the round depends on.
            draw: draws it, as `charlstm.experiments.blind_test.drawing`.

        Yields:
            None several times a second, and finally the round.
        """
        while not self._turn.acquire(timeout=_LOOK):
            yield None
        try:
            round_ = self._rounds.get(key)
            if round_ is None:
                for round_ in draw():
                    if round_ is None:
                        yield None
                assert round_ is not None
                self._rounds.keep(key, round_)
        finally:
            self._turn.release()
        yield round_
