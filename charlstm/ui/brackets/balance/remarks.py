"""Tab Brackets, what is said of a seed text while it is typed. Nothing typed is ever changed."""

from __future__ import annotations

from charlstm.text.brackets import scan, spaced

_EXCERPT = 24  # characters of the seed text that a note quotes

# What WikiText has: counted on its validation split.
_DEEPEST = 2
_FARTHEST = 107  # characters within which 99 of 100 brackets are closed

# A model of the bracket language has only ever read on in the middle of a long text. From nothing
# it can't tell that no bracket is open, until so many characters have passed without one closing.
_SETTLED = 200


def spacing_sentence(measured_on: str, text: str) -> str | None:
    """What is to be said of a bracket without its spaces; None where there is nothing to say.

    Args:
        measured_on: `CheckpointInfo.measured_on`: which text the model knows.
        text: the seed text.
    """
    if not _is_wikitext(measured_on):
        return None
    respelled = spaced(text)
    if respelled == text:
        return None
    # The first place where both spellings part, and the word around it.
    place = next(i for i, (a, b) in enumerate(zip(text, respelled, strict=False)) if a != b)
    start = max(place - len(text[:place].split()[-1]), place - _EXCERPT // 2)
    word = text[start : start + _EXCERPT].split()[0]
    return (
        f"WikiText always writes a space on both sides of a bracket: “{spaced(word)}”, never "
        f"“{word}”."
    )


def watched_sentences(measured_on: str, text: str) -> list[str]:
    """Which bracket is asked about where that may be unclear, and what is unusual about it.

    Arguments as for `spacing_sentence`.
    """
    found = scan(text)
    said = []
    if found.strays:
        first = found.strays[0]
        many = len(found.strays)
        others = f", and so do {many - 1:,} more" if many > 1 else ""
        said.append(f"The {_named(text, first)} closes nothing{others}: it stays out of the count.")
    if not found.unclosed:
        return said
    watched, depth = found.unclosed[-1], len(found.unclosed)
    if depth > 1:
        said.append(
            f"{depth:,} brackets are open. The innermost is asked about, the "
            f"{_named(text, watched)}: the others can only be closed after it."
        )
    if _is_wikitext(measured_on):
        if depth > _DEEPEST:
            said.append(f"WikiText hardly nests more than {_DEEPEST} deep: the model has not seen "
                        "this, and what it does says nothing of a grammar.")  # fmt: skip
        if len(text) - watched > _FARTHEST:
            said.append(f"That bracket stands {len(text) - watched - 1:,} characters before the "
                        f"end; WikiText closes 99 of 100 within {_FARTHEST}.")  # fmt: skip
    elif "bracket language" in measured_on and found.unclosed[0] < _SETTLED:
        said.append("This model was trained in the middle of long texts: a short beginning does "
                    "not tell it that nothing was open before. Put words before the bracket, "
                    f"{_SETTLED} characters or more.")  # fmt: skip
    return said


def _named(text: str, place: int) -> str:
    return f"“{text[place]}” at character {place + 1:,}"


def _is_wikitext(measured_on: str) -> bool:
    return "wikitext" in measured_on.lower()
