from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.errors import UserError
from charlstm.text.vocabulary import UNK_SHOWN, Vocabulary


def test_the_notebooks_mississippi():
    vocab = Vocabulary.from_text("mississippi")
    assert vocab.characters == ("i", "m", "p", "s")
    assert vocab.encode("mississippi").tolist() == [1, 0, 3, 3, 0, 3, 3, 0, 2, 2, 0]
    assert vocab.decode([1, 0, 3, 3]) == "miss"
    assert len(vocab) == 5
    assert vocab.unk_id == 4


@given(st.text(), st.text())
def test_encode_agrees_with_a_dictionary(training: str, text: str):
    vocab = Vocabulary.from_text(training)
    ids = {c: i for i, c in enumerate(sorted(set(training)))}
    if "\n" in ids:
        newline = dict.fromkeys("\r\x0b\x0c\x85\u2028\u2029", ids["\n"])
        assert set(vocab.read_as_newline(text)) == (newline.keys() - ids.keys()) & {*text}
        text = "".join("\n" if c in newline and c not in ids else c for c in text)
    encoded = vocab.encode(text)
    assert encoded.dtype == np.int32
    assert encoded.tolist() == [ids.get(c, len(ids)) for c in text]
    assert vocab.decode(encoded.tolist()) == "".join(c if c in ids else UNK_SHOWN for c in text)
    assert vocab.unknown(text) == [c for c in dict.fromkeys(text) if c not in ids]


def test_other_line_ends_are_newlines_where_the_vocabulary_has_those():
    vocab = Vocabulary.from_text("a\nb")
    assert vocab.encode("a\u2028b\f\r?").tolist() == [1, 0, 2, 0, 0, 3]
    assert vocab.unknown("a\u2028b?") == ["?"]
    assert vocab.read_as_newline("a\u2028\f\u2028\n") == ["\u2028", "\f"]
    without = Vocabulary.from_text("ab")
    assert without.encode("\f").tolist() == [without.unk_id]
    assert without.unknown("\f") == ["\f"]
    assert without.read_as_newline("\f") == []
    itself = Vocabulary.from_text("a\f\n")
    assert itself.decode(itself.encode("a\f\r\n")) == "a\f\n\n"
    assert itself.read_as_newline("\f\r") == ["\r"]


def test_a_lone_surrogate_is_a_character_like_any_other():
    vocab = Vocabulary.from_text("ab")
    assert vocab.encode("a\ud800b").tolist() == [0, 2, 1]
    assert vocab.unknown("a\ud800b") == ["\ud800"]


def test_saved_and_loaded(tmp_path):
    vocab = Vocabulary.from_text("añ😀\x00\n")
    vocab.save(tmp_path / "vocab.json")
    assert Vocabulary.load(tmp_path / "vocab.json") == vocab


@pytest.mark.parametrize(
    "content", ["", "[]", '{"characters": "ba"}', '{"characters": ["ab"]}', '{"characters": 3}']
)
def test_a_broken_file_gets_a_sentence(tmp_path, content):
    (tmp_path / "vocab.json").write_text(content)
    with pytest.raises(UserError, match="vocabulary"):
        Vocabulary.load(tmp_path / "vocab.json")
