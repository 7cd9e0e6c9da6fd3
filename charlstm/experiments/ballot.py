"""The picks of blind rounds, and their tallies."""

from __future__ import annotations

import secrets
import threading
from collections import Counter, OrderedDict
from dataclasses import dataclass

from charlstm.checkpoints.owners import check_token
from charlstm.errors import user_error
from charlstm.experiments.blind_test import TEMPERATURES, Round
from charlstm.experiments.intervals import wilson_interval

_OPEN = 1_000  # the most rounds that wait for a pick; the oldest is dropped

Model = tuple[str, str]
"""A checkpoint's name and fingerprint."""

Counted = tuple[Model, int | None]
"""What has a tally of its own: all rounds of a model that one browser answers each, or the round
with these dice, which many browsers answer."""


@dataclass(frozen=True)
class Picks:
    """How often a source was picked as the most human, with its 95 % Wilson interval."""

    source: float | None
    picked: int
    rate: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class Tally:
    """The picks of some rounds.

    Attributes:
        rounds: answered rounds, each with every source once.
        browsers: browsers that answered them. The intervals treat rounds as independent, although
            those of one browser are not.
        picks: one for each temperature in rising order, then the real text's; empty without rounds.
    """

    rounds: int
    browsers: int
    picks: list[Picks]


class Ballot:
    """The rounds that wait for a pick, and the picks, in memory while the server runs.

    Safe to call from several threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: OrderedDict[str, tuple[Counted, Round]] = OrderedDict()
        self._picked: dict[Counted, dict[str, Counter[float | None]]] = {}

    def put(self, model: Model, drawn: Round, shared: bool = False) -> str:
        """Store a round until its pick; returns the secret name by which it can be answered.

        Args:
            shared: whether other browsers answer the same round: each counts once.
        """
        name = secrets.token_hex(16)
        with self._lock:
            self._open[name] = ((model, drawn.dice if shared else None), drawn)
            while len(self._open) > _OPEN:
                self._open.popitem(last=False)
        return name

    def pick(self, name: object, place: object, token: object) -> tuple[Counted, Round]:
        """Count a browser's pick, once a round.

        Args:
            name: the round's name from `put`.
            place: index of the picked text.
            token: the browser's token (`charlstm.checkpoints.owners`).

        Returns:
            what it counts for, and the round with its sources.

        Raises:
            UserError: there is no such round, it was answered already, by this browser if it is
                shared, or it has no such text.
        """
        token = check_token(token)
        with self._lock:
            if not isinstance(name, str) or name not in self._open:
                raise user_error("experiments.ballot.answered")
            counted, drawn = self._open[name]
            if type(place) is not int or not 0 <= place < len(drawn.texts):
                raise user_error("experiments.ballot.no_text")
            del self._open[name]
            self._check_first(counted, token)
            browsers = self._picked.setdefault(counted, {})
            browsers.setdefault(token, Counter())[drawn.sources[place]] += 1
        return counted, drawn

    def check_first(self, counted: Counted, token: object) -> None:
        """Check that a browser has not picked in a shared round yet: now it knows the answer.

        Raises:
            UserError: it has.
        """
        token = check_token(token)
        with self._lock:
            self._check_first(counted, token)

    def _check_first(self, counted: Counted, token: str) -> None:
        if counted[1] is not None and token in self._picked.get(counted, {}):
            raise user_error("experiments.ballot.picked", round=str(counted[1]))

    def tally(self, counted: Counted, token: str | None = None) -> Tally:
        """A tally over all browsers, or for the one with ``token``."""
        with self._lock:
            browsers = self._picked.get(counted, {})
            counts = [
                counts.copy() for own, counts in browsers.items() if token is None or own == token
            ]
        picked = sum(counts, Counter())
        rounds = picked.total()
        if not rounds:
            return Tally(0, 0, [])
        rows = [
            Picks(
                source,
                picked[source],
                picked[source] / rounds,
                wilson_interval(picked[source], rounds),
            )
            for source in (*TEMPERATURES, None)
        ]
        return Tally(rounds, len(counts), rows)
