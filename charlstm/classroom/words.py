"""What a room calls its people and itself: codes, invented names, and checks of what is typed."""

from __future__ import annotations

import random
import re
import secrets
import unicodedata
from collections.abc import Iterable

from charlstm.errors import user_error

LONGEST_NAME = 30
"""Most characters of a person's name."""
LONGEST_SEED_TEXT = 2_000
"""Most characters of the seed text of a room's question."""

# Neither vowels, which make words, nor what looks like another: 0 O, 1 I L, 2 Z, 5 S, 8 B, U V.
_SYMBOLS = "CDFGHJKMNPQRTWX34679"
_CODE = re.compile(f"[{_SYMBOLS}]{{6}}")
_JOINERS = "\u200c\u200d"  # invisible, but part of how some scripts and emoji are written

_COLOURS = """
    Amber Azure Bronze Cobalt Copper Coral Crimson Cyan Emerald Golden Green Indigo Ivory Jade
    Lilac Lime Maroon Mint Navy Ochre Olive Orange Pearl Purple Ruby Russet Saffron Sapphire Scarlet
    Sepia Silver Teal Topaz Turquoise Umber Violet Yellow
"""
_ANIMALS = """
    Badger Camel Crane Curlew Dolphin Eagle Falcon Ferret Finch Gazelle Gecko Hare Hawk Heron Ibis
    Jackdaw Kestrel Koala Lark Lemur Linnet Lynx Magpie Marten Newt Ocelot Otter Owl Panda Pelican
    Penguin Plover Puffin Quail Raven Robin Salmon Seal Sparrow Starling Stork Swan Tapir Tern
    Thrush Toucan Trout Turtle Walrus Wombat Wren Zebra
"""


def new_code() -> str:
    """A random code for a room: six capital letters and digits that are not mistaken."""
    return "".join(secrets.choice(_SYMBOLS) for _ in range(6))


def check_code(typed: str) -> str:
    """The code that a person typed: small letters, spaces and hyphens are accepted.

    Raises:
        UserError: it is no code of a room.

    Example:
        >>> check_code("cdf-ghj")
        'CDFGHJ'
    """
    code = re.sub(r"[\s-]", "", typed[:100]).upper()
    if not _CODE.fullmatch(code):
        raise user_error("classroom.words.no_code")
    return code


def invented_name(taken: Iterable[str]) -> str:
    """A name such as "Amber Otter" that is not taken, compared by `folded`."""
    used = {folded(name) for name in taken}
    names = [f"{colour} {animal}" for colour in _COLOURS.split() for animal in _ANIMALS.split()]
    return random.SystemRandom().choice([name for name in names if folded(name) not in used])


def folded(name: str) -> str:
    """What names are compared by: "amber otter" is "Amber Otter"."""
    return unicodedata.normalize("NFKC", name).casefold()


def check_name(name: str) -> str:
    """A person's name, without the spaces around it.

    Raises:
        UserError: it is empty or too long, or holds a character that is not displayed.
    """
    stripped = name.strip()
    if not stripped:
        raise user_error("classroom.words.empty.name")
    return _check(stripped, "name", LONGEST_NAME, allowed=_JOINERS)


def check_seed_text(text: str) -> str:
    """The seed text of a room's question, unchanged.

    Raises:
        UserError: it is empty or too long, or holds a control character other than a newline.
    """
    if not text:
        raise user_error("classroom.words.empty.seed_text")
    return _check(text, "seed_text", LONGEST_SEED_TEXT, allowed=f"{_JOINERS}\n")


def _check(text: str, what: str, most: int, allowed: str) -> str:
    if len(text) > most:
        raise user_error(f"classroom.words.long.{what}", n=len(text), most=most)
    for character in text:
        # Control and format characters (which may reverse the text around them), halves of
        # characters, separators of lines, and what is no character.
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}:
            if character in allowed:
                continue
            raise user_error(
                f"classroom.words.undisplayed.{what}", character=f"U+{ord(character):04X}"
            )
    return text
