"""Rooms: who may join, see and change what; and when a room ends."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import asdict
from pathlib import Path

import pytest

from charlstm.classroom import rooms as limits
from charlstm.classroom.rooms import Rooms
from charlstm.errors import UserError
from tests.classroom.conftest import KEY, OTHER, TOKEN, seen
from tests.fixtures.classroom import about_brackets, add

DAY = 24 * 3600


def test_joining_gives_a_name_and_joining_again_the_same(rooms):
    room = rooms.open()
    first = rooms.join(room.code, TOKEN)
    assert re.fullmatch("[A-Z][a-z]+ [A-Z][a-z]+", first.name)
    assert (first.code, first.token) == (room.code, TOKEN)
    assert rooms.join(room.code.lower(), TOKEN) == first
    another = rooms.join(room.code)  # a program, which has no token yet
    assert another.token != TOKEN
    assert rooms.join(room.code, another.token) == another
    assert (seen(rooms, room).people, seen(rooms, room).names) == (2, [first.name, another.name])
    assert seen(rooms, room, token=TOKEN).name == first.name
    assert seen(rooms, room).name == seen(rooms, room, token=OTHER).name == ""


def test_the_file_has_no_secret_and_does_not_tell_one_browser_in_two_rooms(rooms, path):
    one, two = rooms.open(), rooms.open()
    for room in (one, two):
        rooms.join(room.code, TOKEN)
    rooms.close()
    raw = path.read_bytes()
    for secret in (TOKEN, one.teacher, two.teacher, KEY):
        assert secret.encode() not in raw
    with sqlite3.connect(path) as connection:
        tokens = [token for (token,) in connection.execute("SELECT token FROM people")]
    connection.close()
    assert len({*tokens}) == 2


def test_names_can_be_changed_and_are_unique_in_a_room(rooms):
    room, elsewhere = rooms.open(), rooms.open()
    for code in (room.code, elsewhere.code):
        rooms.join(code, TOKEN)
    other = rooms.join(room.code, OTHER)
    assert rooms.rename(room.code, TOKEN, " Anna ") == "Anna"
    assert rooms.rename(room.code, TOKEN, "ANNA") == "ANNA"  # her own
    assert seen(rooms, room, token=TOKEN).name == "ANNA"
    with pytest.raises(UserError, match="Somebody here is called anna already"):
        rooms.rename(room.code, OTHER, "anna")
    assert seen(rooms, room, token=OTHER).name == other.name
    rooms.join(elsewhere.code, OTHER)
    rooms.rename(elsewhere.code, OTHER, "Anna")
    with pytest.raises(UserError, match="The name is empty"):
        rooms.rename(room.code, TOKEN, " ")


def test_who_has_not_joined_is_told_so(rooms, room, checkpoints):
    for act in (
        lambda: rooms.rename(room.code, TOKEN, "Anna"),
        lambda: add(rooms, checkpoints, room.code, TOKEN),
    ):
        with pytest.raises(UserError, match="You have not joined this room"):
            act()
    for token in ("", "a", "A" * 32, "\ud800"):
        with pytest.raises(UserError, match="did not say who"):
            rooms.join(room.code, token)


@pytest.mark.parametrize("secret", ["", "x", "0" * 32, KEY[:-1], KEY.upper(), "\ud800"])
def test_only_the_teacher_changes_a_room(rooms, room, checkpoints, secret):
    before = seen(rooms, room)
    for act in (
        lambda: rooms.ask(room.code, secret, about_brackets(checkpoints)),
        lambda: rooms.reset(room.code, secret),
        lambda: rooms.show(room.code, secret, False),
        lambda: rooms.stop(room.code, secret, True),
        lambda: rooms.keep(room.code, secret, True),
        lambda: rooms.table(room.code, secret),
    ):
        with pytest.raises(UserError, match="Only the teacher"):
            act()
    assert seen(rooms, room, teacher=secret) == before
    assert not before.teacher


def test_the_key_opens_every_room_and_a_rooms_secret_only_its_own(rooms, path, clock):
    one, two = rooms.open(), rooms.open()
    assert seen(rooms, one, teacher=one.teacher).teacher
    assert not seen(rooms, two, teacher=one.teacher).teacher
    assert seen(rooms, one, teacher=KEY).teacher
    assert seen(rooms, two, teacher=KEY).teacher
    without_key = Rooms(path, None, clock)
    for secret in (KEY, "", "None"):
        assert not seen(without_key, one, teacher=secret).teacher
    assert seen(without_key, one, teacher=one.teacher).teacher
    without_key.close()


def test_a_person_is_no_teacher(rooms, room):
    rooms.join(room.code, TOKEN)
    assert not seen(rooms, room, teacher=TOKEN).teacher
    assert not seen(rooms, room, token=TOKEN).teacher
    assert seen(rooms, room, teacher=room.teacher).teacher


def test_every_change_is_a_new_version_and_no_change_is_none(rooms, checkpoints):
    room = rooms.open()
    known = seen(rooms, room).version
    for act in (
        lambda: rooms.join(room.code, TOKEN),
        lambda: rooms.rename(room.code, TOKEN, "Anna"),
        lambda: rooms.ask(room.code, room.teacher, about_brackets(checkpoints)),
        lambda: add(rooms, checkpoints, room.code, TOKEN),
        lambda: rooms.show(room.code, room.teacher, False),
        lambda: rooms.show(room.code, KEY, True),
        lambda: rooms.stop(room.code, room.teacher, True),
        lambda: rooms.reset(room.code, room.teacher),
        lambda: rooms.keep(room.code, room.teacher, True),
    ):
        assert rooms.state(room.code, known) is None
        act()
        state = rooms.state(room.code, known)
        assert state is not None
        assert state.version > known
        known = state.version
    rooms.join(room.code, TOKEN)  # again
    assert rooms.state(room.code, known) is None


def test_what_a_new_room_shows(rooms, clock):
    room = rooms.open()
    assert asdict(seen(rooms, room)) == {
        "version": 1, "code": room.code, "name": "", "teacher": False, "people": 0,
        "names": [],
        "ends": clock.now + DAY, "shown": True, "stopped": False, "number": 0, "question": None,
        "counted": 0, "waiting": 0, "most": 0, "own": 0, "brackets": None, "blind": None,
    }  # fmt: skip


def test_a_room_ends_after_a_day_and_is_removed(rooms, clock, path):
    room = rooms.open()
    rooms.join(room.code, TOKEN)
    rooms.rename(room.code, TOKEN, "Anna Karenina")
    clock.now += DAY - 1
    assert seen(rooms, room).people == 1
    clock.now += 1
    with pytest.raises(UserError, match=f"no room with the code {room.code}"):
        rooms.state(room.code)
    rooms.open()
    rooms.close()
    assert b"Anna Karenina" not in path.read_bytes()


def test_a_kept_room_stays_until_it_is_no_longer_kept(rooms, clock):
    room = rooms.open()
    rooms.keep(room.code, room.teacher, True)
    clock.now += 100 * DAY
    rooms.open()
    assert seen(rooms, room).ends is None
    rooms.keep(room.code, room.teacher, False)
    assert seen(rooms, room).ends == clock.now + DAY
    clock.now += DAY
    with pytest.raises(UserError, match="no room"):
        rooms.state(room.code)


def test_people_and_questions_are_bounded(rooms, checkpoints, monkeypatch):
    for name, most in (("MOST_PEOPLE", 2), ("MOST_QUESTIONS", 4)):
        monkeypatch.setattr(limits, name, most)
    room = rooms.open()
    rooms.join(room.code, TOKEN)
    rooms.join(room.code)
    with pytest.raises(UserError, match="2 people are in this room"):
        rooms.join(room.code)
    assert rooms.join(room.code, TOKEN).token == TOKEN
    for _ in range(4):
        rooms.ask(room.code, room.teacher, about_brackets(checkpoints))
    rooms.reset(room.code, room.teacher)
    with pytest.raises(UserError, match="has asked 4 questions"):
        rooms.ask(room.code, room.teacher, about_brackets(checkpoints))


def test_where_there_are_many_rooms_the_oldest_empty_one_makes_way(rooms, clock, monkeypatch):
    monkeypatch.setattr(limits, "MOST_ROOMS", 4)
    opened = []
    for _ in range(4):
        clock.now += 1
        opened.append(rooms.open())
    joined, kept, oldest, newer = opened
    rooms.join(joined.code)
    rooms.keep(kept.code, kept.teacher, True)
    new = rooms.open()
    for room in (joined, kept, newer, new):
        rooms.join(room.code)
    with pytest.raises(UserError, match="no room"):
        rooms.join(oldest.code)
    with pytest.raises(UserError, match="There are 4 rooms already"):
        rooms.open()


def test_a_key_that_can_be_guessed_is_refused(path):
    with pytest.raises(UserError, match="CHARLSTM_TEACHER_KEY to 12 characters"):
        Rooms(path, "owls2026abc")
    Rooms(path, "owls2026abcd").close()


def test_an_unknown_room_gets_a_sentence(rooms):
    for act in (rooms.join, rooms.state, lambda code: rooms.stop(code, KEY, True)):
        with pytest.raises(UserError, match="no room with the code CDFGHJ"):
            act("cdfghj")
        with pytest.raises(UserError, match="not the code of a room"):
            act("'; DROP TABLE rooms")
    with pytest.raises(UserError, match="asked nothing yet"):
        rooms.reset(rooms.open().code, KEY)


def test_a_file_of_another_kind_gets_a_sentence(tmp_path: Path):
    (tmp_path / "text").write_bytes(b"no database, but long enough to be read as one\n" * 100)
    newer = sqlite3.connect(tmp_path / "newer")
    newer.execute("PRAGMA user_version = 2")
    newer.close()
    (tmp_path / "folder").mkdir()
    for name, message in (
        ("text", "not a database"),
        ("newer", "of another version"),
        ("folder", "unable to open"),
        ("text/rooms", "File exists"),
    ):
        rooms = Rooms(tmp_path / name)
        for _ in range(2):
            with pytest.raises(UserError, match=f"The file of the rooms, .*{message}"):
                rooms.open()
        rooms.close()
