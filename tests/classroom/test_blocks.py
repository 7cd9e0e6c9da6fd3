"""The class's bracket probe against one probe by one person, with the same dice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from charlstm.classroom import blocks
from charlstm.classroom.blocks import LEASE, adding
from charlstm.classroom.question import BLOCK, ask_blind
from charlstm.errors import UserError
from charlstm.experiments.confidence_sequence import sequence_interval
from charlstm.experiments.probe import ProbeResult, probe
from charlstm.model.jobs import Asker
from tests.fixtures.classroom import KNOWN_TEXT, LIVELY, about_brackets, add


def one_probe(checkpoints, samples: int) -> ProbeResult:
    """What one person would have drawn: as many samples, with the room's dice."""
    question = about_brackets(checkpoints).probe
    return probe(checkpoints.sampler(LIVELY), replace(question, samples=samples))


def counts(rooms, room) -> list[tuple[float, int, int, int]]:
    """Temperature, samples, closed ones and controls with a stray, as everybody sees them."""
    return [
        (at.temperature, at.closed.n, at.closed.events, at.control.events)
        for at in rooms.state(room.code).brackets
    ]


def expected_counts(checkpoints, samples: int) -> list[tuple[float, int, int, int]]:
    return [
        (at.temperature, at.n, at.closed, at.control.closed)
        for at in one_probe(checkpoints, samples).temperatures
    ]


def test_many_presses_are_one_probe(rooms, room, checkpoints):
    people = [rooms.join(room.code).token for _ in range(3)]
    presses = [add(rooms, checkpoints, room.code, people[n % 3]) for n in range(7)]
    expected = one_probe(checkpoints, 7 * BLOCK)
    assert [press.first for press in presses] == list(range(0, 140, BLOCK))
    for row, at in enumerate(expected.temperatures):
        assert [sample for press in presses for sample in press.samples[row]] == at.samples
        assert sum(press.strays[row] for press in presses) == at.control.closed
    assert counts(rooms, room) == expected_counts(checkpoints, 140)
    state = rooms.state(room.code, token=people[0])
    assert (state.counted, state.waiting, state.own) == (140, 0, 3 * BLOCK)
    for at in state.brackets:
        for rate in (at.closed, at.control):
            assert rate.n == 140
            assert rate.interval == sequence_interval(rate.events, 140)


@pytest.mark.slow
def test_many_people_at_once_lose_nothing_and_count_nothing_twice(rooms, room, checkpoints):
    people = [rooms.join(room.code).token for _ in range(30)]

    def press(token: str) -> int:
        return add(rooms, checkpoints, room.code, token).first

    with ThreadPoolExecutor(30) as pool:
        firsts = sorted(pool.map(press, people))
    assert firsts == list(range(0, 600, BLOCK))
    assert counts(rooms, room) == expected_counts(checkpoints, 600)
    late = rooms.join(room.code).token
    assert rooms.state(room.code, token=late).brackets == rooms.state(room.code).brackets


def test_progress_ends_with_all_streams_decided(rooms, room, checkpoints):
    token = rooms.join(room.code).token
    *reports, last = adding(rooms.database, checkpoints, room.code, token, Asker(token))
    assert len(reports) >= 2
    assert all(report.added is None and report.streams == 80 for report in reports)
    decided = [report.decided for report in [*reports, last]]
    assert decided == sorted(decided)
    assert decided[-1] == last.streams == 80


def test_a_press_that_is_broken_off_is_dealt_again_at_once(rooms, room, checkpoints):
    first, second = (rooms.join(room.code).token for _ in range(2))
    press = adding(rooms.database, checkpoints, room.code, first)
    next(press)
    press.close()
    assert add(rooms, checkpoints, room.code, second).first == 0
    assert counts(rooms, room) == expected_counts(checkpoints, BLOCK)


def test_one_person_draws_one_block_at_a_time(rooms, room, checkpoints):
    token = rooms.join(room.code).token
    press = adding(rooms.database, checkpoints, room.code, token)
    next(press)
    with pytest.raises(UserError, match="Your samples are being drawn"):
        add(rooms, checkpoints, room.code, token)
    *_, last = press
    assert last.added.first == 0
    assert add(rooms, checkpoints, room.code, token).first == BLOCK


def test_a_block_that_never_comes_back_is_dealt_again_after_a_while(
    rooms, other_server, room, checkpoints, clock
):
    first, second = (rooms.join(room.code).token for _ in range(2))
    lost = adding(rooms.database, checkpoints, room.code, first)
    next(lost)
    assert add(other_server, checkpoints, room.code, second).first == BLOCK
    clock.now += LEASE
    assert add(other_server, checkpoints, room.code, second).first == 0
    assert counts(rooms, room) == expected_counts(checkpoints, 2 * BLOCK)
    # It comes back after all: the same samples, which are not counted twice.
    *_, last = lost
    assert last.added.first == 0
    assert counts(other_server, room) == expected_counts(checkpoints, 2 * BLOCK)
    assert add(rooms, checkpoints, room.code, first).first == 2 * BLOCK


def test_a_block_that_is_still_drawn_is_not_dealt_again(
    rooms, other_server, room, checkpoints, clock, monkeypatch
):
    monkeypatch.setattr(blocks, "_EVERY", 1)
    first, second = (rooms.join(room.code).token for _ in range(2))
    slow = adding(rooms.database, checkpoints, room.code, first)
    for _ in range(10):
        next(slow)
        clock.now += LEASE / 3
    assert add(other_server, checkpoints, room.code, second).first == BLOCK
    *_, last = slow
    assert last.added.first == 0


def test_a_killed_servers_block_is_dealt_to_its_person_at_once(
    rooms, other_server, room, checkpoints
):
    token = rooms.join(room.code).token
    lost = adding(rooms.database, checkpoints, room.code, token)
    next(lost)
    assert add(other_server, checkpoints, room.code, token).first == 0
    lost.close()
    assert counts(rooms, room) == expected_counts(checkpoints, BLOCK)


def test_samples_are_counted_in_the_order_of_their_numbers(rooms, room, checkpoints):
    """Those that come first, because they close soon, would raise the rate while others are
    drawn."""
    slow, fast = (rooms.join(room.code).token for _ in range(2))
    press = adding(rooms.database, checkpoints, room.code, slow)
    next(press)
    for number in (1, 2):
        assert add(rooms, checkpoints, room.code, fast).first == number * BLOCK
        state = rooms.state(room.code, token=fast)
        assert (state.counted, state.waiting) == (0, number * BLOCK)
        assert state.own == number * BLOCK
        assert state.brackets[0].closed.interval == (0, 1)
    for _ in press:
        pass
    assert counts(rooms, room) == expected_counts(checkpoints, 3 * BLOCK)
    assert rooms.state(room.code).waiting == 0


def test_hidden_answers_are_not_in_what_people_get(rooms, room, checkpoints):
    token = rooms.join(room.code).token
    rooms.show(room.code, room.teacher, False)
    added = add(rooms, checkpoints, room.code, token)
    assert (added.first, added.samples, added.strays) == (0, None, None)
    for who in ({"token": token}, {}, {"teacher": token}):
        hidden = rooms.state(room.code, **who)
        assert (hidden.counted, hidden.shown, hidden.brackets) == (BLOCK, False, None)
    assert rooms.state(room.code, teacher=room.teacher).brackets
    rooms.show(room.code, room.teacher, True)
    assert counts(rooms, room) == expected_counts(checkpoints, BLOCK)


def test_a_stopped_room_takes_no_new_samples_but_those_that_are_drawn(rooms, room, checkpoints):
    first, second = (rooms.join(room.code).token for _ in range(2))
    press = adding(rooms.database, checkpoints, room.code, first)
    next(press)
    rooms.stop(room.code, room.teacher, True)
    with pytest.raises(UserError, match="The teacher has stopped"):
        add(rooms, checkpoints, room.code, second)
    for _ in press:
        pass
    assert counts(rooms, room) == expected_counts(checkpoints, BLOCK)
    rooms.stop(room.code, room.teacher, False)
    assert add(rooms, checkpoints, room.code, second).first == BLOCK


def test_a_reset_begins_again_with_the_same_samples(rooms, room, checkpoints, clock, monkeypatch):
    monkeypatch.setattr(blocks, "_EVERY", 1)
    token, slow = (rooms.join(room.code).token for _ in range(2))
    before = add(rooms, checkpoints, room.code, token)
    presses = [adding(rooms.database, checkpoints, room.code, slow) for _ in range(2)]
    next(presses[0])
    rooms.reset(room.code, room.teacher)
    next(presses[1])
    state = rooms.state(room.code, token=token)
    assert (state.number, state.counted, state.own, state.people) == (1, 0, 0, 2)
    clock.now += LEASE / 2
    with pytest.raises(UserError, match="The teacher began anew"):
        next(presses[0])  # it notices when it renews its block
    for _ in presses[1]:
        pass
    second = add(rooms, checkpoints, room.code, token)
    assert second.first == BLOCK
    assert counts(rooms, room) == expected_counts(checkpoints, 2 * BLOCK)
    rooms.reset(room.code, room.teacher)
    assert add(rooms, checkpoints, room.code, token) == before


def test_samples_of_the_question_before_are_stored_with_it(rooms, room, checkpoints):
    token = rooms.join(room.code).token
    press = adding(rooms.database, checkpoints, room.code, token)
    next(press)
    rooms.ask(room.code, room.teacher, about_brackets(checkpoints, [0.7], dice=99))
    for _ in press:
        pass
    state = rooms.state(room.code)
    assert (state.number, state.counted, state.waiting) == (2, 0, 0)
    assert rooms.table(room.code, room.teacher).count("\n1,brackets,") == 2 * BLOCK


def test_a_room_that_asks_for_no_samples_says_so(rooms, checkpoints):
    room = rooms.open()
    token = rooms.join(room.code).token
    with pytest.raises(UserError, match="asks for no samples"):
        add(rooms, checkpoints, room.code, token)
    rooms.ask(room.code, room.teacher, ask_blind(checkpoints, KNOWN_TEXT))
    with pytest.raises(UserError, match="asks for no samples"):
        add(rooms, checkpoints, room.code, token)


def test_the_samples_of_a_question_are_bounded(rooms, room, checkpoints, monkeypatch):
    monkeypatch.setattr(blocks, "MOST_SAMPLES", 2 * BLOCK + 1)
    token = rooms.join(room.code).token
    for _ in range(2):
        add(rooms, checkpoints, room.code, token)
    with pytest.raises(UserError, match="41 samples at each temperature, which is enough"):
        add(rooms, checkpoints, room.code, token)


def test_other_weights_of_the_same_name_add_nothing(rooms, checkpoints):
    room = rooms.open()
    token = rooms.join(room.code).token
    asked = replace(about_brackets(checkpoints), fingerprint="0" * 10)
    rooms.ask(room.code, room.teacher, asked)
    for _ in range(2):  # the block is given back each time
        with pytest.raises(UserError, match="has other weights"):
            add(rooms, checkpoints, room.code, token)
    assert rooms.state(room.code).waiting == 0
