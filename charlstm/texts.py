"""Every sentence of the page, from one table a folder: ``texts.en.json`` and its like.

A table maps names to texts; groups of names may be nested, and a list's names are 0, 1, … The texts
of ``ui/temperature`` begin with ``temperature.``, those of ``runs`` with ``runs.``, those of the
page's header (``ui/texts.en.json``) with ``page.``; a table stands in a folder of its own, not in
those below it. A text may have gaps, ``{name}``, and forms for one and for several, chosen by its
value ``n``:

    {"write": "Write", "left": {"one": "{n} step is left.", "other": "{n} steps are left."}}

Python asks for a text by name, a script with the same names, a template in brackets, and an error
(`charlstm.errors.user_error`) with the name of a group of ``problem`` and ``remedy``:

    gr.Button(text("temperature.write"))            text("temperature.left", n=steps)
    say(line, phrase("temperature.left", { n: steps }))     (ui/components/phrases.js)
    <h2>[[temperature.title]]</h2>  <button aria-label="[[temperature.write]]">
    raise user_error("text.no_file", name=repr(name))

A translation is a file: the same names and the same gaps in another language, ``texts.de.json``. A
text is a `Phrase`, which knows how it is made: what was made for one visitor, or in a thread that
serves nobody, is made again in the language of whoever it reaches (`translated`). The page is built
once, in English, and each visitor gets the same page with its phrases made again. A phrase does not
survive being cut or joined: whoever builds a text of several phrases makes them the values of one
with gaps, and whoever keeps one in a file stores how it is made (`stored`). Numbers are written
alike in all languages, as in the files, links and commands that hold them too. What the command
line alone says is English.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial, reduce
from pathlib import Path
from typing import Any

from charlstm.language import ENGLISH, language, speaking

PACKAGE = Path(__file__).parent
"""The folder of the whole package, with all tables."""

Text = str | dict[str, str]
"""A text, or its forms ``one`` and ``other``."""

Value = str | int
"""What fills a gap: an int is written with its thousands apart, a phrase in the text's language."""

_FORMS = {"one", "other"}
_GAP = re.compile(r"\{(\w+)\}")
_LONGEST = 1_000
"""Most characters of what `recognized` looks at: matching many gaps takes long in a long text."""


class Phrase(str):
    """A text that knows how it is made: a name that reads alike is none.

    Example:
        >>> Phrase.made(lambda: "Write")
        'Write'
    """

    make: Callable[[], str]

    @classmethod
    def made(cls, make: Callable[[], str]) -> Phrase:
        """What a function makes now, which makes it again in other languages."""
        phrase = cls(make())
        phrase.make = make
        return phrase

    def __str__(self) -> str:
        """Itself: Gradio converts a button's words, which stay a phrase so."""
        return self


def text(name: str, /, **values: Value) -> str:
    """A text in the language of whoever is being served (`charlstm.language`).

    Args:
        name: as ``temperature.write``.
        values: of its gaps; ``n`` chooses its form where it has several.

    Raises:
        KeyError: there is no such text, or no value for a gap.
    """
    return Phrase.made(partial(_filled, name, values))


def listed(parts: Sequence[str]) -> str:
    """One or more parts as a list in a sentence.

    Example:
        >>> listed(["one", "two", "three"])
        'one, two and three'
    """
    return Phrase.made(partial(_listed, parts))


def joined(sentences: Sequence[str]) -> str:
    """One or more sentences, each behind the one before.

    Example:
        >>> joined(["It did.", "It will."])
        'It did. It will.'
    """
    return reduce(lambda said, more: text("charlstm.joined", said=said, more=more), sentences)


def translated(value: Any, spoken: str | None = None) -> Any:
    """A JSON value with its phrases made again; the value itself stays as it is.

    Args:
        spoken: the language; None for that of whoever is being served.
    """
    with speaking(spoken or language()):
        return _translated(value)


def stored(phrase: str) -> Any:
    """A text as JSON that `restored` makes in any language: of a phrase its name and its values.

    What is no phrase, and one that `text` and `listed` did not make, is stored as it reads.
    """
    make = phrase.make if isinstance(phrase, Phrase) else None
    if isinstance(make, partial) and make.func is _filled:
        name, values = make.args
        return {"name": name, "values": {gap: stored(value) for gap, value in values.items()}}
    if isinstance(make, partial) and make.func is _listed:
        return [stored(part) for part in make.args[0]]
    return phrase


def restored(found: Any) -> str:
    """The text that `stored` has made JSON of, which may come from a file that anybody has written.

    Raises:
        ValueError: it is none, or of a text that this version does not have.
    """
    if isinstance(found, str):
        return found
    if isinstance(found, list) and found:
        return listed([restored(part) for part in found])
    try:
        name, values = found["name"], found["values"]
        filled = {gap: v if type(v) is int else restored(v) for gap, v in values.items()}
        return text(name, **filled)
    except (AttributeError, KeyError, TypeError, RecursionError) as error:
        raise ValueError("no text of a table") from error


def recognized(said: str, *beginnings: str) -> str:
    """The phrase of a text that reads so in English, as in a file; ``said`` itself if none does.

    Args:
        beginnings: of the names of the texts; what fills a gap may be one of them too.
    """
    for name, found in table(ENGLISH).items() if len(said) <= _LONGEST else ():
        if not name.startswith(beginnings):
            continue
        for form in found.values() if isinstance(found, dict) else [found]:
            if match := _reading(form).fullmatch(said):
                values: dict[str, Value] = {
                    gap: recognized(value, *beginnings) for gap, value in match.groupdict().items()
                }
                if "n" in values:
                    values["n"] = int(match["n"].replace(",", ""))
                return text(name, **values)
    return said


@cache
def table(spoken: str, below: Path = PACKAGE) -> dict[str, Text]:
    """All texts of a language by name, in English where there is no translation.

    Args:
        below: the folder whose tables are read, and those of the folders in it.
    """
    found: dict[str, Text] = {} if spoken == ENGLISH else dict(table(ENGLISH, below))
    for path in sorted(below.rglob(f"texts.{spoken}.json")):
        prefix = "page" if path.parent == PACKAGE / "ui" else path.parent.name
        found.update(_flat(json.loads(path.read_text(encoding="utf-8")), prefix))
    return found


def _filled(name: str, values: Mapping[str, Value]) -> str:
    spoken = language()
    found = table(spoken)[name]
    if isinstance(found, dict):
        one = spoken != "zh" and values["n"] == 1  # Chinese has one form for every number
        found = found["one" if one else "other"]
    return _GAP.sub(lambda gap: _written(values[gap[1]]), found)


@cache
def _reading(form: str) -> re.Pattern[str]:
    """What matches a text with anything in its gaps, and a number in ``n``."""
    parts = _GAP.split(form)
    for at, name in enumerate(parts):
        kind = r"\d[\d,]*" if name == "n" else ".+"
        parts[at] = f"(?P<{name}>{kind})" if at % 2 else re.escape(name)
    return re.compile("".join(parts), re.DOTALL)


def _written(value: Value) -> str:
    return f"{value:,}" if isinstance(value, int) else str(_translated(value))


def _listed(parts: Sequence[str]) -> str:
    first, last = _translated(parts[:-1]), _translated(parts[-1])
    if not first:
        return str(last)
    return _filled("charlstm.listed", {"first": text("charlstm.comma").join(first), "last": last})


def _translated(value: Any) -> Any:
    if isinstance(value, Phrase):
        return value.make()
    if isinstance(value, Mapping):
        return {name: _translated(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_translated(each) for each in value]
    return value


def _flat(found: Any, prefix: str) -> Iterator[tuple[str, Text]]:
    if isinstance(found, str) or (isinstance(found, dict) and found.keys() == _FORMS):
        yield prefix, found
        return
    for name, each in found.items() if isinstance(found, dict) else enumerate(found):
        yield from _flat(each, f"{prefix}.{name}")
