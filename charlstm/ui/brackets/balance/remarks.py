"""Remarks on a seed text while it is typed; the text itself is never changed."""

from __future__ import annotations

from charlstm.text.brackets import scan, spaced
from charlstm.texts import text

_EXCERPT = 24  # characters of the seed text that a remark quotes

# Counted on WikiText's validation split.
_DEEPEST = 2
_FARTHEST = 107  # characters within which 99 of 100 brackets are closed

# A model of the bracket language was trained in the middle of long texts, where brackets may be
# open from before. At a text's start it needs this many characters to learn that none is.
_SETTLED = 200


def spacing_sentence(measured_on: str, seed_text: str) -> str | None:
    """A sentence on the first bracket without spaces around it, for models of WikiText.

    Args:
        measured_on: `CheckpointInfo.measured_on`, which names the model's text.
        seed_text: as it is typed.

    Returns:
        The sentence; None where all brackets have spaces, or for another text than WikiText.
    """
    if not _is_wikitext(measured_on):
        return None
    respelled = spaced(seed_text)
    if respelled == seed_text:
        return None
    # The first index at which both spellings differ, and the word around it.
    index = next(i for i, (a, b) in enumerate(zip(seed_text, respelled, strict=False)) if a != b)
    start = max(index - len(seed_text[:index].split()[-1]), index - _EXCERPT // 2)
    word = seed_text[start : start + _EXCERPT].split()[0]
    return text("brackets.remark.spaced", spaced=spaced(word), word=word)


def watched_sentences(measured_on: str, seed_text: str) -> list[str]:
    """Sentences on unmatched brackets, on which open bracket is watched, and on what is unusual
    about it.

    Args:
        measured_on, seed_text: as for `spacing_sentence`.
    """
    scanned = scan(seed_text)
    sentences = []
    if scanned.strays:
        first, more = scanned.strays[0], len(scanned.strays) - 1
        named = _named(seed_text, first)
        sentences.append(
            text("brackets.remark.unmatched_more", n=more, **named)
            if more
            else text("brackets.remark.unmatched", **named)
        )
    if not scanned.unclosed:
        return sentences
    watched, depth = scanned.unclosed[-1], len(scanned.unclosed)
    if depth > 1:
        brackets = text("brackets.n.brackets", n=depth)
        sentences.append(
            text("brackets.remark.innermost", brackets=brackets, **_named(seed_text, watched))
        )
    if _is_wikitext(measured_on):
        if depth > _DEEPEST:
            sentences.append(text("brackets.remark.nested", n=_DEEPEST))
        if len(seed_text) - watched > _FARTHEST:
            after = text("brackets.n.characters", n=len(seed_text) - watched - 1)
            sentences.append(text("brackets.remark.far", characters=after, most=_FARTHEST))
    elif "bracket language" in measured_on and scanned.unclosed[0] < _SETTLED:
        sentences.append(text("brackets.remark.settled", n=_SETTLED))
    return sentences


def _named(seed_text: str, index: int) -> dict[str, str | int]:
    """The gaps of a sentence on the bracket at an index."""
    return {"bracket": seed_text[index], "at": index + 1}


def _is_wikitext(measured_on: str) -> bool:
    return "wikitext" in measured_on.lower()
