"""Words that a person can ask "what is this?" of: each has one sentence in the table of texts of
this folder, below ``glossary``, which `explaining.js` displays on hover, focus and touch.

A control is asked of by its ``elem_classes=explained("dice")``; a word in a script's sentence by
writing it with ``termed`` of ``parts.js``, which recognises the entry's words; a word in a template
as

    <button type="button" class="term" data-term="control">control</button>
"""

from __future__ import annotations

import re

from charlstm.language import ENGLISH
from charlstm.texts import table, text

_SAYS = re.compile(r"components\.glossary\.(.+)\.says")


def glossary() -> dict[str, str]:
    """The sentence of each entry, by its key."""
    found = filter(None, map(_SAYS.fullmatch, table(ENGLISH)))
    return {match[1]: text(match[0]) for match in found}


def explained(key: str) -> list[str]:
    """The classes of a control that is explained by an entry.

    Raises:
        KeyError: there is no such entry.
    """
    return ["explained", f"term-{key}"] if text(f"components.glossary.{key}.says") else []
