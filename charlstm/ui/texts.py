"""The page's own texts, in its templates and for its scripts; `charlstm.texts` has the tables."""

from __future__ import annotations

import html
import json
import re
from functools import partial
from pathlib import Path

from charlstm.language import language
from charlstm.texts import Phrase, Text, table, text

UI = Path(__file__).parent
"""The folder of the page, with all scripts, styles, templates and the tables that scripts read."""

_NAME = re.compile(r"\[\[([\w.-]+)\]\]")


def filled_template(template: str) -> str:
    """A template with the texts that it names in brackets, escaped for HTML."""
    return Phrase.made(partial(_filled_template, template))


def page_table(spoken: str) -> dict[str, Text]:
    """The texts of a language that the page's scripts and templates may ask for, by name."""
    return table(spoken, UI)


def texts_script() -> str:
    """A script with the language and its texts, for ``components/phrases.js``."""
    spoken = language()
    texts = json.dumps(page_table(spoken), ensure_ascii=False).replace("</", "<\\/")
    return f"var charlstmLanguage = {json.dumps(spoken)}, charlstmTexts = {texts};"


def _filled_template(template: str) -> str:
    return _NAME.sub(lambda found: html.escape(text(found[1])), template)
