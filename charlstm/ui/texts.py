"""Every text of the page, from one table a folder and language: ``texts.en.json`` and its like.

A table maps names to texts; groups of names may be nested, and a list's names are 0, 1, … The texts
of ``ui/temperature`` begin with ``temperature.``, those of the header (``ui/texts.en.json``) with
``page.``; a table stands in a tab's own folder, not in those below it. A text may have gaps,
``{name}``, and forms for one and for several, chosen by its value ``n``:

    {"write": "Write", "left": {"one": "{n} step is left.", "other": "{n} steps are left."}}

Python asks for a text by name, a script with the same names, and a template in brackets:

    gr.Button(text("temperature.write"))            text("temperature.left", n=steps)
    say(line, phrase("temperature.left", { n: steps }))     (components/phrases.js)
    <h2>[[temperature.title]]</h2>  <button aria-label="[[temperature.write]]">

A translation is a file: the same names and the same gaps in another language, ``texts.de.json``.
The page is built once, in English; each text in it is a `Phrase`, which knows how it is made, and a
visitor who reads another language (`charlstm.ui.language`) gets the same page with those replaced.
Numbers are written alike in all languages, as in the files, links and commands that hold them too.
Errors that other packages raise are English.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from charlstm.ui.language import ENGLISH, language, speaking

UI = Path(__file__).parent
"""The folder of the page, with all scripts, styles, templates and tables."""

Text = str | dict[str, str]
"""A text, or its forms ``one`` and ``other``."""

Value = str | int
"""What fills a gap: an int is written with its thousands apart."""

_FORMS = {"one", "other"}
_NAME = re.compile(r"\[\[([\w.-]+)\]\]")
_GAP = re.compile(r"\{(\w+)\}")


def text(name: str, **values: Value) -> str:
    """A text in the language of the visitor who is being served.

    Args:
        name: as ``temperature.write``.
        values: of its gaps; ``n`` chooses its form where it has several.

    Raises:
        KeyError: there is no such text, or no value for a gap.
    """
    return _kept(lambda: _filled(name, values))


def filled_template(template: str) -> str:
    """A template with the texts that it names in brackets, escaped for HTML."""
    return _kept(lambda: _NAME.sub(lambda found: html.escape(text(found[1])), template))


@cache
def table(spoken: str) -> dict[str, Text]:
    """All texts of a language by name, in English where there is no translation."""
    found: dict[str, Text] = {} if spoken == ENGLISH else dict(table(ENGLISH))
    for path in sorted(UI.rglob(f"texts.{spoken}.json")):
        prefix = "page" if path.parent == UI else path.parent.name
        found.update(_flat(json.loads(path.read_text(encoding="utf-8")), prefix))
    return found


def texts_script() -> str:
    """A script with the language and its texts, for ``components/phrases.js``."""
    spoken = language()
    texts = json.dumps(table(spoken), ensure_ascii=False).replace("</", "<\\/")
    return f"var charlstmLanguage = {json.dumps(spoken)}, charlstmTexts = {texts};"


class Phrase(str):
    """A text of the page, which knows how it is made: a name that reads alike is none."""

    make: Callable[[], str]

    def __str__(self) -> str:
        """Itself: Gradio converts a button's words, which stay a phrase so."""
        return self


def translated(value: Any, spoken: str) -> Any:
    """A JSON value with its texts in another language; the value itself stays as it is."""
    with speaking(spoken):
        return _translated(value)


def _translated(value: Any) -> Any:
    if isinstance(value, Phrase):
        return value.make()
    if isinstance(value, Mapping):
        return {name: _translated(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_translated(each) for each in value]
    return value


def _kept(make: Callable[[], str]) -> str:
    phrase = Phrase(make())
    phrase.make = make
    return phrase


def _filled(name: str, values: Mapping[str, Value]) -> str:
    spoken = language()
    found = table(spoken)[name]
    if isinstance(found, dict):
        one = spoken != "zh" and values["n"] == 1  # Chinese has one form for every number
        found = found["one" if one else "other"]
    return _GAP.sub(lambda gap: _written(values[gap[1]]), found)


def _written(value: Value) -> str:
    return f"{value:,}" if isinstance(value, int) else value


def _flat(found: Any, prefix: str) -> Iterator[tuple[str, Text]]:
    if isinstance(found, str) or (isinstance(found, dict) and found.keys() == _FORMS):
        yield prefix, found
        return
    for name, each in found.items() if isinstance(found, dict) else enumerate(found):
        yield from _flat(each, f"{prefix}.{name}")
