from __future__ import annotations

import pytest

from charlstm.text.bracket_language import BracketLanguage
from charlstm.text.brackets import scan
from charlstm.text.corpus import Corpus
from charlstm.text.seed_texts import SUITED, known_seed_texts, seed_texts_of
from charlstm.text.spec import CorpusKind, CorpusSpec
from charlstm.text.vocabulary import Vocabulary
from charlstm.ui.brackets import inputs as bracket_inputs
from charlstm.ui.temperature import inputs


def corpus(spec: str, text: str) -> Corpus:
    vocab = Vocabulary.from_text(text)
    ids = vocab.encode(text)
    return Corpus(CorpusSpec.parse(spec), "some text", vocab, ids, ids, None)


def test_those_of_the_bracket_language_are_texts_of_it() -> None:
    for text in SUITED[CorpusKind.BRACKETS]:
        assert ")" in BracketLanguage().next_probabilities(text) or not scan(text).unclosed


def test_the_page_opens_with_the_first_of_them() -> None:
    first, *others = SUITED[CorpusKind.WIKITEXT2]
    assert first == inputs.SEED_TEXT
    opened = [text for text in others if scan(text).unclosed]
    assert opened[0] == bracket_inputs.SEED_TEXT


def test_a_public_text_gives_its_own_and_a_private_one_none() -> None:
    lines = ["", " A line of many words . ", " Another line ( one of four ) here ", "Short one"]
    text = "\n".join(
        [*lines, "雨が降っているので今日は家にいて本を読むことにします", "cut at the e"]
    )
    own = seed_texts_of(corpus("hub:owner/name:text", text))
    assert own == ("A line of ", "Another line ( ", "雨が降ってい", "Another line (")
    assert all(each in text for each in own)
    assert seed_texts_of(corpus("mine.txt", text)) == ()
    assert seed_texts_of(corpus("brackets", "ab ( c ")) == SUITED[CorpusKind.BRACKETS]


@pytest.mark.parametrize(
    ("own", "characters", "texts"),
    [
        (("ab ", "ax "), "ab ", ["ab "]),
        ((), "The ( ", ["The ", "( ", "("]),
        (("é",), ".雨", ["雨"]),
        ((), ".\n", ["\n"]),
    ],
)
def test_a_model_is_offered_what_it_knows(
    own: tuple[str, ...], characters: str, texts: list[str]
) -> None:
    assert known_seed_texts(own, Vocabulary.from_text(characters)) == texts
