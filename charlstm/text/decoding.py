"""What people bring, as plain text: files decoded, line ends made newlines, each change told.

A model learns a newline as one character. A text box can't type the line ends of other systems, so
a model trained on them would be surprised by every newline that a person types.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Literal

from charlstm.errors import user_error
from charlstm.texts import text

# The Unicode Standard 16.0, section 5.8, "Newline Guidelines": all of these end a line.
_NAMES = {
    "\r\n": "crlf",
    "\r": "cr",
    "\v": "vertical_tab",
    "\f": "form_feed",
    "\x85": "next_line",
    "\u2028": "line_separator",
    "\u2029": "paragraph_separator",
}
LINE_ENDS = "".join(end for end in _NAMES if len(end) == 1)
"""The single characters, other than a newline, that end a line."""
_LINE_END = re.compile(f"\r\n|[{LINE_ENDS}]")
_MARK = "\ufeff"

_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),  # begins as UTF-16's does
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


@dataclass(frozen=True)
class PlainText:
    """A text whose line ends are newlines, without a byte order mark.

    Attributes:
        text: it.
        mark: whether it began with a byte order mark, which is left out.
        ends: how many other line ends of each kind it had, which are read as newlines.
    """

    text: str
    mark: bool
    ends: Mapping[str, int]

    def remark(self, subject: Literal["it", "text", "seed_text"]) -> str:
        """A sentence on what was changed; "" where nothing was.

        Args:
            subject: of the sentence.
        """
        named = text(f"text.subject.{subject}")
        if not self.ends:
            return text("text.changed.mark", subject=named) if self.mark else ""
        kinds = [
            text(f"text.line_ends.{name}", n=self.ends[end])
            for end, name in _NAMES.items()
            if end in self.ends
        ]
        return text(
            f"text.changed.{'both' if self.mark else 'ends'}",
            subject=named,
            n=sum(self.ends.values()),
            kinds=reduce(lambda some, one: text("text.line_ends.and", some=some, one=one), kinds),
        )


def plain(text: str) -> PlainText:
    """Make every line end a newline, and leave out a byte order mark at the start."""
    whole = text.removeprefix(_MARK)
    ends = Counter(_LINE_END.findall(whole))
    return PlainText(_LINE_END.sub("\n", whole), text.startswith(_MARK), ends)


def readable(name: str) -> str:
    """A file's name for a sentence: U+FFFD for each control character, and for each byte that is no
    part of a character, which Python keeps as a lone surrogate and no file can hold."""
    return "".join("\ufffd" if unicodedata.category(c) in ("Cc", "Cs") else c for c in name)


def is_whole(text: str) -> bool:
    """Whether a text has no lone surrogate (half of a character), which UTF-8 can't encode."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def decoded(data: bytes, source: str) -> PlainText:
    """The text of a file: UTF-8, or UTF-16 or UTF-32 where a byte order mark says so.

    Args:
        source: the subject of errors, such as "The file".

    Raises:
        UserError: the file is in another encoding; the message names the first wrong byte.
    """
    encoding = next((name for mark, name in _ENCODINGS if data.startswith(mark)), "UTF-8")
    try:
        return plain(data.decode("utf-8" if encoding == "UTF-8" else encoding))
    except UnicodeDecodeError as error:
        raise user_error(
            "text.encoding", source=source, encoding=encoding, place=error.start
        ) from error
