"""Remarks on a seed text while it is typed; the text itself is never changed."""

from __future__ import annotations

from charlstm.text.brackets import scan, spaced

_EXCERPT = 24  # characters of the seed text that a remark quotes

# Counted on WikiText's validation split.
_DEEPEST = 2
_FARTHEST = 107  # characters within which 99 of 100 brackets are closed

# A model of the bracket language was trained in the middle of long texts, where brackets may be
# open from before. At a text's start it needs this many characters to learn that none is.
_SETTLED = 200


def spacing_sentence(measured_on: str, text: str) -> str | None:
    """A sentence on the first bracket without spaces around it, for models of WikiText.

    Args:
        measured_on: `CheckpointInfo.measured_on`, which names the model's text.
        text: the seed text.

    Returns:
        The sentence; None where all brackets have spaces, or for another text than WikiText.
    """
    if not _is_wikitext(measured_on):
        return None
    respelled = spaced(text)
    if respelled == text:
        return None
    # The first index at which both spellings differ, and the word around it.
    index = next(i for i, (a, b) in enumerate(zip(text, respelled, strict=False)) if a != b)
    start = max(index - len(text[:index].split()[-1]), index - _EXCERPT // 2)
    word = text[start : start + _EXCERPT].split()[0]
    return (
        f"WikiText always writes a space on both sides of a bracket: “{spaced(word)}”, never "
        f"“{word}”."
    )


def watched_sentences(measured_on: str, text: str) -> list[str]:
    """Sentences on strays, on which open bracket is watched, and on what is unusual about it.

    Args:
        measured_on, text: as for `spacing_sentence`.
    """
    scanned = scan(text)
    sentences = []
    if scanned.strays:
        first = scanned.strays[0]
        many = len(scanned.strays)
        others = f", and so do {many - 1:,} more" if many > 1 else ""
        sentences.append(f"The {_named(text, first)} closes nothing{others}: strays are ignored.")
    if not scanned.unclosed:
        return sentences
    watched, depth = scanned.unclosed[-1], len(scanned.unclosed)
    if depth > 1:
        sentences.append(
            f"{depth:,} brackets are open. The question is about the innermost, the "
            f"{_named(text, watched)}: the others can only be closed after it."
        )
    if _is_wikitext(measured_on):
        if depth > _DEEPEST:
            sentences.append(
                f"WikiText hardly nests brackets more than {_DEEPEST} deep: the model has not seen "
                "such texts, so its answer shows nothing about a grammar."
            )
        if len(text) - watched > _FARTHEST:
            sentences.append(
                f"That bracket is {len(text) - watched - 1:,} characters before the end; WikiText "
                f"closes 99 of 100 brackets within {_FARTHEST}."
            )
    elif "bracket language" in measured_on and scanned.unclosed[0] < _SETTLED:
        sentences.append(
            "This model was trained in the middle of long texts: a short beginning does not tell "
            "it that no bracket was open before. Put words before the bracket, "
            f"{_SETTLED} characters or more."
        )
    return sentences


def _named(text: str, index: int) -> str:
    return f"“{text[index]}” at character {index + 1:,}"


def _is_wikitext(measured_on: str) -> bool:
    return "wikitext" in measured_on.lower()
