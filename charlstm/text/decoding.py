"""What people bring, as plain text: files decoded, line ends made newlines, each change told.

A model learns a newline as one character. A text box can't type the line ends of other systems, so
a model trained on them would be surprised by every newline that a person types.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from charlstm.counting import counted
from charlstm.errors import UserError

# The Unicode Standard 16.0, section 5.8, "Newline Guidelines": all of these end a line.
_NAMES = {
    "\r\n": "CR LF",
    "\r": "CR",
    "\v": "vertical tab",
    "\f": "form feed",
    "\x85": "U+0085",
    "\u2028": "U+2028",
    "\u2029": "U+2029",
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
        changes: what was changed, to complete a sentence such as "The text ..."; "" where nothing
            was.
    """

    text: str
    changes: str

    def remark(self, subject: str) -> str:
        """A sentence on what was changed; "" where nothing was.

        Args:
            subject: of the sentence, such as "The text".
        """
        return f"{subject} {self.changes}." if self.changes else ""


def plain(text: str) -> PlainText:
    """Make every line end a newline, and leave out a byte order mark at the start."""
    changes = []
    if text.startswith(_MARK):
        text = text[1:]
        changes.append("begins with a byte order mark, which is left out")
    found = Counter(_LINE_END.findall(text))
    if found:
        kinds = ", ".join(f"{found[end]:,} {name}" for end, name in _NAMES.items() if end in found)
        each = "is" if found.total() == 1 else "are each"
        ends = f"{counted(found.total(), 'line end')} other than a newline ({kinds})"
        changes.append(f"has {ends}, which {each} read as one")
        text = _LINE_END.sub("\n", text)
    return PlainText(text, ", and ".join(changes))


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
        raise UserError(
            f"{source} is not {encoding}: the byte at position {error.start:,} is not part of a "
            "character.",
            "Save it as UTF-8 in an editor, and try again.",
        ) from error
