"""What a browser hears of a room."""

from __future__ import annotations

import json

import pytest

from charlstm.classroom.blocks import Added, Adding
from charlstm.classroom.rounds import RoomRound
from charlstm.errors import UserError
from charlstm.experiments.continuations import ProbeSample
from charlstm.ui.classroom.room import LONGEST_LINK, qr_of
from charlstm.ui.classroom.shown import OrderQuestion, OwnSamples, RoomTurn, turn_of
from charlstm.ui.components.contract import plain, reader

FINDER = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]


@pytest.mark.parametrize("link", ["https://a.example/?room=CDFGHJ", "x" * LONGEST_LINK, "é\ud83d"])
def test_a_qr_code_is_a_square_with_three_finders(link: str) -> None:
    rows = qr_of(link).rows
    size = len(rows)
    assert {len(row) for row in rows} == {size}
    assert size % 4 == 1  # 17 + 4 times the version
    for top, left in ((0, 0), (0, size - 7), (size - 7, 0)):
        assert [row[left : left + 7] for row in rows[top : top + 7]] == FINDER
    assert rows[6][6 : size - 6] == "".join("10"[i % 2] for i in range(size - 12))  # its timing


@pytest.mark.parametrize("link", ["", "x" * (LONGEST_LINK + 1)])
def test_what_no_phone_reads_from_a_wall_gets_no_qr_code(link: str) -> None:
    with pytest.raises(UserError, match=f"a link of 1 to {LONGEST_LINK}"):
        qr_of(link)


def test_a_turn_tells_of_the_first_sample_and_how_many_closed() -> None:
    samples = [
        [ProbeSample("a ( b ) ", "closed", 3, 4), ProbeSample("a ( b\n", "paragraph", None, 2)],
        [ProbeSample("a ( x", "horizon", None, 1), ProbeSample("a ( )", "closed", 1, 1)],
    ]
    assert turn_of(Adding(3, 8)) == RoomTurn("asking", 3, 8)
    turn = turn_of(Adding(8, 8, Added(40, samples, [0, 1])))
    assert turn.first == 41
    assert turn.added == [OwnSamples(1, 2, "b ) ", "closed"), OwnSamples(1, 2, "x", "horizon")]
    assert turn_of(Adding(8, 8, Added(40, None, None))).added is None


def test_before_the_pick_and_while_answers_are_hidden_a_round_has_no_sources() -> None:
    shown = plain(RoomTurn("dealt", round=RoomRound(0, "He ", ["a", "b"])))
    assert shown["round"] == {"number": 0, "beginning": "He ", "texts": ["a", "b"]}
    assert "sources" not in json.dumps(shown)


@pytest.mark.parametrize(
    "wrong", [{"order": "open"}, {"code": 7}, {"teacher": None}, {"order": ["show"]}]
)
def test_an_order_that_no_page_sends_is_refused(wrong: dict[str, object]) -> None:
    good = {"code": "CDFGHJ", "teacher": "x", "order": "show"}
    assert reader(OrderQuestion)(good).order == "show"
    with pytest.raises(UserError, match="does not know"):
        reader(OrderQuestion)(good | wrong)
