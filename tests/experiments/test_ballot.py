"""Picks of blind rounds: each counts once, and a tally is a count of them."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from charlstm.errors import UserError
from charlstm.experiments.ballot import Ballot
from charlstm.experiments.blind_test import TEMPERATURES, Round
from charlstm.experiments.intervals import wilson_interval

TOKENS = ["0" * 32, "1" * 32, "a" * 32]


def some_round(order: int = 0) -> Round:
    sources = [*TEMPERATURES, None]
    return Round(order, "A ", ["a", "b", "c", "d", "e"], sources[order:] + sources[:order])


MODEL = ("one", "0123456789")
OWN = (MODEL, None)


def test_a_tally_counts_picks_by_source():
    ballot = Ballot()
    rng = random.Random(2)
    picked = []
    for number in range(60):
        order, place, token = number % 5, rng.choice([0, 0, 1, 4]), rng.choice(TOKENS)
        name = ballot.put(MODEL, some_round(order))
        counted, one_round = ballot.pick(name, place, token)
        assert (counted, one_round) == (OWN, some_round(order))
        picked.append((token, one_round.sources[place]))
    for token in (None, *TOKENS):
        own = [source for whose, source in picked if token in (None, whose)]
        tally = ballot.tally(OWN, token)
        assert tally.rounds == len(own)
        assert tally.browsers == (3 if token is None else 1)
        assert [pick.source for pick in tally.picks] == [*TEMPERATURES, None]
        for pick in tally.picks:
            assert pick.picked == own.count(pick.source)
            assert pick.rate == own.count(pick.source) / len(own)
            assert pick.interval == wilson_interval(own.count(pick.source), len(own))
    assert ballot.tally((("one", "another"), None)).rounds == 0
    assert ballot.tally(OWN, "f" * 32).picks == []


def test_a_round_takes_one_pick():
    ballot = Ballot()
    name = ballot.put(MODEL, some_round())

    def vote(token: str) -> bool:
        try:
            ballot.pick(name, 1, token)
        except UserError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(vote, TOKENS * 20)) == 1
    assert ballot.tally(OWN).rounds == 1
    with pytest.raises(UserError, match="answered already"):
        ballot.pick(name, 1, TOKENS[0])


@pytest.mark.parametrize(
    ("place", "token"),
    [(5, TOKENS[0]), (-1, TOKENS[0]), (True, TOKENS[0]), (1.0, TOKENS[0]), ("1", TOKENS[0]),
     (None, TOKENS[0]), (1, "nobody"), (1, None)],
)  # fmt: skip
def test_what_no_page_sends_gets_a_sentence_and_counts_nothing(place, token):
    ballot = Ballot()
    name = ballot.put(MODEL, some_round())
    with pytest.raises(UserError):
        ballot.pick(name, place, token)
    assert ballot.tally(OWN).rounds == 0
    ballot.pick(name, 1, TOKENS[0])  # the round still waits


def test_a_shared_round_takes_one_pick_a_browser_and_has_its_own_tally():
    ballot = Ballot()
    for place, token in enumerate(TOKENS):
        ballot.pick(ballot.put(MODEL, some_round(4), shared=True), place, token)
    with pytest.raises(UserError, match="has picked in round 4 already"):
        ballot.pick(ballot.put(MODEL, some_round(4), shared=True), 3, TOKENS[0])
    with pytest.raises(UserError, match="has picked in round 4 already"):
        ballot.check_first((MODEL, 4), TOKENS[0])
    ballot.check_first((MODEL, 5), TOKENS[0])
    ballot.check_first(OWN, TOKENS[0])
    tally = ballot.tally((MODEL, 4))
    assert (tally.rounds, tally.browsers) == (len(TOKENS), len(TOKENS))
    picked = [some_round(4).sources[place] for place in range(len(TOKENS))]
    assert [one.picked for one in tally.picks] == [picked.count(one.source) for one in tally.picks]
    assert ballot.tally(OWN).rounds == ballot.tally((MODEL, 3)).rounds == 0


@pytest.mark.parametrize("name", ["", "0" * 32, None, 3, ["a"], {}])
def test_an_unknown_round_gets_a_sentence(name):
    with pytest.raises(UserError, match="Start a new one"):
        Ballot().pick(name, 1, TOKENS[0])


def test_the_oldest_rounds_are_forgotten():
    ballot = Ballot()
    names = [ballot.put(MODEL, some_round()) for _ in range(1001)]
    assert len(set(names)) == 1001
    with pytest.raises(UserError, match="too old"):
        ballot.pick(names[0], 0, TOKENS[0])
    ballot.pick(names[1], 0, TOKENS[0])
