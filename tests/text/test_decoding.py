"""What people bring becomes plain text: encodings, byte order marks, line ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.errors import UserError
from charlstm.text.decoding import decoded, plain

ENDS = ["\r\n", "\r", "\n", "\v", "\f", "\x85", "\u2028", "\u2029"]


@given(st.lists(st.tuples(st.sampled_from(["", "a", "é 😀", " x\t"]), st.sampled_from(ENDS))))
def test_every_line_end_becomes_a_newline(lines: list[tuple[str, str]]) -> None:
    text = "".join(line + end for line, end in lines)
    # The oracle: Python's own lines, which end at the same characters and at three more controls.
    found = plain(text)
    assert found.text == "".join(f"{line}\n" for line in text.splitlines())
    assert plain(found.text).text == found.text
    assert bool(found.remark("it")) == (text != found.text)


def test_what_was_changed_is_said() -> None:
    assert plain("a\nb").remark("text") == ""
    assert plain("a\u2028b").remark("it") == (
        "It has 1 line end other than a newline (1 U+2028), which is read as one."
    )
    assert plain("\ufeffa\r\nb\r\nc\fd\ufeff").remark("seed_text") == (
        "The seed text begins with a byte order mark, which is left out, and has 3 line ends other "
        "than a newline (2 CR LF, 1 form feed), which are each read as one."
    )
    assert plain("\ufeffa\ufeff").text == "a\ufeff"  # inside a text it is a character


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings_that_a_file_names(encoding: str) -> None:
    text = "grün ( 日本 ) 😀\r\n" * 3
    assert decoded(text.encode(encoding), "The file").text == text.replace("\r\n", "\n")


def test_big_endian() -> None:
    for encoding in ("utf-16-be", "utf-32-be"):
        assert decoded("\ufeffab\n".encode(encoding), "The file").text == "ab\n"


def test_another_encoding_gets_a_sentence() -> None:
    with pytest.raises(UserError, match="The file is not UTF-8: the byte at position 4 is not"):
        decoded(b"abc \xff", "The file")
    with pytest.raises(UserError, match="is not UTF-16: the byte at position 4 is not"):
        decoded("ab".encode("utf-16")[:-1], "The file")
