"""The class's rounds of "Which one is human?" against rounds drawn by one person."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from charlstm.classroom import rounds
from charlstm.classroom.question import BlindAsked, ask_blind
from charlstm.classroom.rounds import dealing, latest, pick
from charlstm.errors import UserError
from charlstm.experiments.blind_test import TEMPERATURES, Round, drawing
from charlstm.experiments.confidence_sequence import evidence, sequence_interval
from charlstm.text.corpus import load_corpus
from charlstm.text.spec import BRACKETS
from tests.fixtures.classroom import KNOWN_TEXT, LIVELY, OWN_TEXT, about_brackets, dealt

DICE = 50


def roll(rooms, dice: int) -> None:
    """Set the dice of all questions, which are rolled when they are asked."""
    with rooms.database.changing() as connection:
        connection.execute("UPDATE questions SET dice = ?", (dice,))


@pytest.fixture
def room(rooms, checkpoints):
    """A room that plays rounds."""
    room = rooms.open()
    rooms.ask(room.code, room.teacher, ask_blind(checkpoints, KNOWN_TEXT))
    roll(rooms, DICE)
    return room


def drawn(checkpoints, number: int) -> Round:
    """The round that the room's number stands for."""
    *_, one_round = drawing(checkpoints.sampler(KNOWN_TEXT), load_corpus(BRACKETS), DICE + number)
    return one_round


def test_each_person_gets_rounds_of_their_own(rooms, room, checkpoints):
    people = [rooms.join(room.code).token for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda token: dealt(rooms, checkpoints, room.code, token), people))
    assert sorted(one.number for one in found) == [0, 1, 2]
    for one in found:
        expected = drawn(checkpoints, one.number)
        assert (one.beginning, one.texts) == (expected.beginning, expected.texts)
        assert (one.place, one.sources) == (None, None)
    assert dealt(rooms, checkpoints, room.code, people[0]) == found[0]  # it still waits
    assert latest(rooms.database, room.code, people[0]) == found[0]
    assert latest(rooms.database, room.code, rooms.join(room.code).token) is None


def test_picks_are_counted_by_source(rooms, room, checkpoints):
    people = [rooms.join(room.code).token for _ in range(2)]
    expected = dict.fromkeys((*TEMPERATURES, None), 0)
    for number in range(6):
        token = people[number % 2]
        one = dealt(rooms, checkpoints, room.code, token)
        assert one.number == number
        place = number % 5
        answered = pick(rooms.database, room.code, token, number, place)
        sources = drawn(checkpoints, number).sources
        assert (answered.place, answered.sources) == (place, sources)
        assert latest(rooms.database, room.code, token) == answered
        expected[sources[place]] += 1
    state = rooms.state(room.code, token=people[0])
    assert (state.counted, state.own, state.brackets) == (6, 3, None)
    blind = state.blind
    assert (blind.rounds, blind.people, blind.chance) == (6, 2, 0.2)
    assert {at.source: at.picked.events for at in blind.picks} == expected
    assert [at.source for at in blind.picks] == [*TEMPERATURES, None]
    for at in blind.picks:
        assert at.picked.n == 6
        assert at.picked.interval == sequence_interval(at.picked.events, 6)
    assert blind.evidence == evidence(expected[None], 6, 0.2)


def test_one_pick_a_round_by_its_person(rooms, room, checkpoints):
    mine, other = (rooms.join(room.code).token for _ in range(2))
    one = dealt(rooms, checkpoints, room.code, mine)
    for token, number, place, message in (
        (other, one.number, 0, "is not yours"),
        (mine, one.number + 1, 0, "is not yours"),
        (mine, 10**400, 0, "is not yours"),
        (mine, one.number, 5, "no such text"),
        (mine, one.number, -1, "no such text"),
        (mine, one.number, True, "no such text"),
        (mine, one.number, 10**400, "no such text"),
    ):
        with pytest.raises(UserError, match=message):
            pick(rooms.database, room.code, token, number, place)
    assert rooms.state(room.code).counted == 0
    pick(rooms.database, room.code, mine, one.number, 2)
    with pytest.raises(UserError, match="answered already"):
        pick(rooms.database, room.code, mine, one.number, 3)
    assert rooms.state(room.code).counted == 1


def test_a_pick_at_the_same_time_as_itself_counts_once(rooms, room, checkpoints):
    token = rooms.join(room.code).token
    one = dealt(rooms, checkpoints, room.code, token)

    def once(place: int) -> int:
        try:
            pick(rooms.database, room.code, token, one.number, place)
        except UserError:
            return 0
        return 1

    with ThreadPoolExecutor(5) as pool:
        assert sum(pool.map(once, range(5))) == 1
    assert rooms.state(room.code).counted == 1


def test_hidden_answers_are_not_in_what_people_get(rooms, room, checkpoints):
    token = rooms.join(room.code).token
    rooms.show(room.code, room.teacher, False)
    one = dealt(rooms, checkpoints, room.code, token)
    answered = pick(rooms.database, room.code, token, one.number, 1)
    assert (answered.place, answered.sources) == (1, None)
    hidden = rooms.state(room.code, token=token)
    assert (hidden.counted, hidden.own, hidden.blind) == (1, 1, None)
    assert rooms.state(room.code, teacher=room.teacher).blind.rounds == 1
    rooms.show(room.code, room.teacher, True)
    assert latest(rooms.database, room.code, token).sources == drawn(checkpoints, 0).sources


def test_a_round_whose_server_was_killed_is_drawn_again_for_its_person(rooms, room, checkpoints):
    token, other = (rooms.join(room.code).token for _ in range(2))
    killed = dealing(rooms.database, checkpoints, room.code, token)
    next(killed)
    assert latest(rooms.database, room.code, token) is None
    with pytest.raises(UserError, match="is not yours"):
        pick(rooms.database, room.code, token, 0, 1)
    assert dealt(rooms, checkpoints, room.code, other).number == 1
    one = dealt(rooms, checkpoints, room.code, token)
    assert (one.number, one.texts) == (0, drawn(checkpoints, 0).texts)
    *_, late = killed
    assert late == one


def test_a_stopped_room_takes_no_picks(rooms, room, checkpoints):
    token = rooms.join(room.code).token
    one = dealt(rooms, checkpoints, room.code, token)
    rooms.stop(room.code, room.teacher, True)
    for act in (
        lambda: pick(rooms.database, room.code, token, one.number, 1),
        lambda: dealt(rooms, checkpoints, room.code, token),
    ):
        with pytest.raises(UserError, match="The teacher has stopped"):
            act()
    rooms.stop(room.code, room.teacher, False)
    pick(rooms.database, room.code, token, one.number, 1)


def test_a_reset_deals_new_rounds(rooms, room, checkpoints):
    token = rooms.join(room.code).token
    one = dealt(rooms, checkpoints, room.code, token)
    killed = dealing(rooms.database, checkpoints, room.code, rooms.join(room.code).token)
    next(killed)
    rooms.reset(room.code, room.teacher)
    with pytest.raises(UserError, match="Start a new one"):
        pick(rooms.database, room.code, token, one.number, 1)
    with pytest.raises(UserError, match="The teacher began anew"):
        list(killed)
    again = dealt(rooms, checkpoints, room.code, token)
    assert again.number == 0
    assert again.texts != one.texts


@pytest.mark.parametrize("name", [LIVELY, OWN_TEXT])
def test_a_round_needs_the_text(rooms, checkpoints, name):
    room = rooms.open()
    token = rooms.join(room.code).token
    rooms.ask(room.code, room.teacher, BlindAsked(name, checkpoints.info(name).fingerprint))
    for _ in range(2):
        with pytest.raises(UserError, match="the text of this checkpoint is not here"):
            dealt(rooms, checkpoints, room.code, token)


def test_a_round_that_cannot_be_drawn_is_left_out(rooms, checkpoints):
    room = rooms.open()
    token = rooms.join(room.code).token
    rooms.ask(room.code, room.teacher, ask_blind(checkpoints, KNOWN_TEXT))
    roll(rooms, -1)
    with pytest.raises(UserError, match="dice -1 are out of range"):
        dealt(rooms, checkpoints, room.code, token)
    one = dealt(rooms, checkpoints, room.code, token)
    assert one.number == 1
    pick(rooms.database, room.code, token, 1, 2)
    state = rooms.state(room.code, token=token)
    assert (state.counted, state.own, state.blind.rounds, state.blind.people) == (1, 1, 1, 1)


def test_a_room_that_plays_no_rounds_says_so(rooms, checkpoints):
    room = rooms.open()
    token = rooms.join(room.code).token
    rooms.ask(room.code, room.teacher, about_brackets(checkpoints))
    for act in (
        lambda: dealt(rooms, checkpoints, room.code, token),
        lambda: pick(rooms.database, room.code, token, 0, 0),
        lambda: latest(rooms.database, room.code, token),
    ):
        with pytest.raises(UserError, match="plays no rounds"):
            act()


def test_the_rounds_of_a_question_are_bounded(rooms, room, checkpoints, monkeypatch):
    monkeypatch.setattr(rounds, "MOST_ROUNDS", 1)
    token = rooms.join(room.code).token
    one = dealt(rooms, checkpoints, room.code, token)
    pick(rooms.database, room.code, token, one.number, 1)
    with pytest.raises(UserError, match="1 rounds, which is enough"):
        dealt(rooms, checkpoints, room.code, token)
