from __future__ import annotations

import pytest

from charlstm.checkpoints.owners import (
    OWNER,
    check_owner,
    check_token,
    claim,
    may_read,
    may_use,
    owns,
)
from charlstm.errors import UserError
from charlstm.text.spec import BRACKETS, CorpusSpec

ONE, OTHER = "0123456789abcdef" * 2, "f" * 32


def test_a_claimed_run_is_one_tokens(tmp_path):
    assert owns(tmp_path, None)
    assert not owns(tmp_path, ONE)
    claim(tmp_path, ONE, shared=False)
    assert owns(tmp_path, ONE)
    check_owner(tmp_path, ONE)
    for stranger in (OTHER, ONE.upper(), ONE[:-1], "", "\ud800"):
        assert not owns(tmp_path, stranger)
        with pytest.raises(UserError, match="not started in this browser"):
            check_owner(tmp_path, stranger)
    # The file tells nobody the token, and is no token itself.
    kept = (tmp_path / OWNER).read_text()
    assert ONE not in kept
    assert not owns(tmp_path, kept)
    (tmp_path / OWNER).write_bytes(b"\xff")
    assert not owns(tmp_path, ONE)


@pytest.mark.parametrize("token", [None, 3, "", "g" * 32, "a" * 31, "a" * 33, "A" * 32, ["a"] * 32])
def test_what_is_no_token_gets_a_sentence(token):
    assert check_token(ONE) == ONE
    with pytest.raises(UserError, match="did not say who"):
        check_token(token)


OWN = CorpusSpec.parse("own.txt")


def test_a_model_is_its_owners_unless_it_is_shared(tmp_path):
    assert may_use(tmp_path, "")  # started on the command line
    assert not may_read(tmp_path, OWN, "")
    claim(tmp_path, ONE, shared=False)
    for viewer in (None, ONE, OTHER, ""):
        assert may_use(tmp_path, viewer) == (viewer in (None, ONE))
    claim(tmp_path, ONE, shared=True)
    for viewer in (None, ONE, OTHER, ""):
        assert may_use(tmp_path, viewer)
        assert may_read(tmp_path, BRACKETS, viewer)
        assert may_read(tmp_path, OWN, viewer) == (viewer in (None, ONE))
    (tmp_path / OWNER).write_bytes(b"\xff")
    assert not may_use(tmp_path, ONE)
    (tmp_path / OWNER).unlink()
    (tmp_path / OWNER).mkdir()  # it can't be read
    assert not may_use(tmp_path, ONE)
