"""Seed texts that suit what a model was trained on.

A model that has read nothing but brackets and single letters can't go on from an English sentence:
each text has openings that its models know how to continue.
"""

from __future__ import annotations

from collections.abc import Sequence

from charlstm.text.bracket_language import BracketLanguage
from charlstm.text.brackets import scan
from charlstm.text.corpus import Corpus
from charlstm.text.spec import CorpusKind
from charlstm.text.vocabulary import Vocabulary

_SETTLED, _SETTLED_FAR = 100, 200  # characters: without a stray after it; without a doubt of it


def _bracketed(seed: int, least: int, end: str = "") -> str:
    """A text of the bracket language that ends outside all brackets, and then ``end``.

    Args:
        seed: of the text.
        least: its least length. Models are trained in the middle of long texts, and a short
            beginning does not tell them that no bracket was open before it.
    """
    text = BracketLanguage().sample(4 * least, seed)
    depth = scan(text).depth
    outside = (i for i in range(least, len(text)) if text[i] == " " and depth[i] == 0)
    return text[: next(outside) + 1] + end


SUITED: dict[CorpusKind, tuple[str, ...]] = {
    CorpusKind.WIKITEXT2: (
        "The meaning of life is ",
        "The village lies on the river ",
        "He was born in London ( now part of England ( UK ) ) and died in 1912 ( aged 71 ",
        "The church ( built in 1873 ",
    ),
    CorpusKind.BRACKETS: (
        _bracketed(1, _SETTLED),
        _bracketed(2, _SETTLED_FAR, "( ca "),
        _bracketed(3, _SETTLED_FAR, "( ca ( b ( da "),
    ),
}
"""The texts that have ones of their own; the first of each is the one to begin with."""

_ANY = ("The meaning of life is ", "The ", "He ( ", "( ", "(")
"""For the models of any other text, as far as they know the characters."""
_READ = 20_000  # characters of a text that passages are taken from
_SHORTEST, _LONGEST = 20, 80  # characters of a line, and of one up to its opening bracket
_CHARACTERS = 6  # of the beginning of a line without spaces


def seed_texts_of(corpus: Corpus) -> tuple[str, ...]:
    """Seed texts for a model of a corpus, which its card names.

    Of a public text they are the beginnings of some of its validation text's lines, and one line
    up to an opening bracket; of a private one there are none.
    """
    if corpus.spec.kind in SUITED:
        return SUITED[corpus.spec.kind]
    if not corpus.spec.is_public:
        return ()
    read = corpus.vocab.decode(corpus.validation[:_READ].tolist())
    lines = [line.strip() for line in read.split("\n")[:-1]]
    lines = [line for line in lines if len(line) >= _SHORTEST and not corpus.vocab.unknown(line)]
    begun = [_beginning(line) for line in lines[:: max(1, len(lines) // 3)][:3]]
    opened = [line[: line.find("(") + 1] for line in lines if 10 <= line.find("(") < _LONGEST]
    return tuple(dict.fromkeys([*begun, *opened[:1]]))


def known_seed_texts(own: Sequence[str], vocab: Vocabulary) -> list[str]:
    """The seed texts of a model, without those that hold characters that it does not know.

    Args:
        own: texts that suit it; where none is left, others stand in.

    Returns:
        At least one text.
    """
    letters = [c for c in vocab.characters if c.isalpha()] or list(vocab.characters)
    choices = ([text for text in texts if not vocab.unknown(text)] for texts in (own, _ANY))
    return next(filter(None, choices), letters[:1])


def _beginning(line: str) -> str:
    """The first three words of a line, or of one without so many its first characters."""
    words = line.split(" ")
    return " ".join(words[:3]) + " " if len(words) > 3 else line[:_CHARACTERS]
