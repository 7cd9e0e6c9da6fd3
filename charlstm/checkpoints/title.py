"""The title of a run: what people call it, in every list of the page, its exports and its card.

It is given when the run is started, and kept in the run's settings. A run without one is called by
its time and preset, "24 Nov 23:11 quick"; a folder that a person named, by its name. The name of
its folder stays what links, programs and the command line call it by.
"""

from __future__ import annotations

import contextlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from charlstm.checkpoints.files import SETTINGS
from charlstm.errors import UserError, user_error
from charlstm.texts import text

LONGEST = 40
"""Most characters of a title."""

_AUTOMATIC = re.compile(r"(\d{8}-\d{6})-(\w+)-\w+-[0-9a-f]{4}")


def checked_title(typed: str) -> str:
    """A typed title without the spaces around it; "" for none.

    It is in Unicode's composed form (NFC), so that two that look the same are the same. It begins
    with a letter or a digit, so that no program that opens a table takes it for a formula.

    Raises:
        UserError: it is too long, begins with another character, or has one that can't be seen.
    """
    title = unicodedata.normalize("NFC", typed.strip())
    if len(title) > LONGEST:
        raise user_error("checkpoints.title.long", n=len(title), most=LONGEST)
    unseen = next((character for character in title if not character.isprintable()), None)
    if unseen is not None:
        raise user_error("checkpoints.title.unseen", character=f"U+{ord(unseen):04X}")
    if title and not title[0].isalnum():
        raise user_error("checkpoints.title.begins", character=repr(title[0]))
    return title


def title_of_file(name: str) -> str:
    """A title made of the name of a text file, as far as its characters allow; "" if none is left.

    Args:
        name: without its folder; the ending ".txt" is left out.
    """
    stem = re.sub(r"\.txt$", "", unicodedata.normalize("NFC", name), flags=re.IGNORECASE)
    seen = "".join(character if character.isprintable() else " " for character in stem)
    return re.sub(r"^[\W_]+", "", " ".join(seen.split()))[:LONGEST].rstrip()


def given_title(folder: Path) -> str:
    """The title that the run in a folder was given; "" if it has none."""
    try:
        saved = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
        return read_title(saved["title"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ""


def read_title(saved: object) -> str:
    """The title in a file of settings, which anybody may have written; "" if it is none."""
    with contextlib.suppress(UserError):
        if isinstance(saved, str) and checked_title(saved) == saved:
            return saved
    return ""


def called(name: str, given: str) -> str:
    """What the page calls a run.

    Args:
        name: of its folder.
        given: the title that it was given; "" for none.
    """
    if given:
        return given
    if match := _AUTOMATIC.fullmatch(name):
        with contextlib.suppress(ValueError):  # digits that are no date
            started = datetime.strptime(match[1], "%Y%m%d-%H%M%S")
            return text(
                "checkpoints.called",
                day=started.day,
                month=text(f"checkpoints.months.{started.month - 1}"),
                time=f"{started:%H:%M}",
                preset=match[2],
            )
    return name


def in_folder(folder: Path) -> str:
    """What a sentence about the files in a folder of a run or checkpoint calls it, in quotation
    marks: as the page does, and the folder, where that has another name."""
    name = folder.name
    shown = called(name, given_title(folder))
    if shown == name:
        return repr(name)
    return text("checkpoints.in_folder", called=shown, folder=repr(name))


def told_apart(shown: Sequence[str], names: Sequence[str]) -> list[str]:
    """What runs are called in one list: where two would be called the same, with the last four
    digits of their folders' names.

    Args:
        shown: what each is called by itself.
        names: of their folders.
    """
    count = Counter(shown)
    return [
        text("checkpoints.told_apart", called=one, digits=name[-4:]) if count[one] > 1 else one
        for one, name in zip(shown, names, strict=True)
    ]


def file_name(name: str, given: str) -> str:
    """The name of a file about a run, without its ending: made of its title, else that of its
    folder.

    Args:
        name, given: as for `called`.
    """
    return re.sub(r"[^\w.-]+", "-", given).strip("-.") or name
