"""`CorpusSpec`: the name of a text, parsed.

A spec is typed the same way on the page and on the command line:

- ``wikitext2``: WikiText-2-raw from the Hugging Face Hub, or from the folder that the environment
  variable ``CHARLSTM_WIKITEXT`` names, laid out as on the Hub.
- ``brackets``: the built-in bracket language (`charlstm.text.bracket_language`); it needs no
  network.
- ``hub:OWNER/NAME:COLUMN``: a dataset on the Hub (`charlstm.text.hub_dataset`).
- the path of a ``.txt`` file in UTF-8.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from charlstm.environment import variable
from charlstm.errors import user_error
from charlstm.text.decoding import is_whole, readable
from charlstm.text.hub_dataset import PREFIX, HubText, read_spec


class CorpusKind(Enum):
    """The source of a text."""

    WIKITEXT2 = "wikitext2"
    BRACKETS = "brackets"
    HUB = "hub"
    FILE = "file"


@dataclass(frozen=True)
class CorpusSpec:
    """Which text to train on; ``str`` returns the spec as typed.

    Attributes:
        kind: the source.
        name: the spec as typed; of a file, its path.
        hub: the dataset and column of a text on the Hub; None for every other kind.
    """

    kind: CorpusKind
    name: str
    hub: HubText | None = None

    @classmethod
    def parse(cls, spec: str, folder: Path | None = None) -> CorpusSpec:
        """Parse a spec as typed. Whether a file exists is checked only when it is read.

        Args:
            folder: that a relative path of a file starts from; None for the working folder.

        Raises:
            UserError: the spec begins with ``hub:`` and is malformed, or a path holds bytes that
                are no characters, which no file of a run could name.
        """
        if spec in (CorpusKind.WIKITEXT2.value, CorpusKind.BRACKETS.value):
            return cls(CorpusKind(spec), spec)
        if spec.startswith(PREFIX):
            return cls(CorpusKind.HUB, spec, read_spec(spec))
        return cls(CorpusKind.FILE, _in_characters(spec if folder is None else str(folder / spec)))

    def resolved(self) -> CorpusSpec:
        """The same text, the path of a file made absolute."""
        if self.kind is not CorpusKind.FILE:
            return self
        return CorpusSpec(self.kind, _in_characters(str(Path(self.name).resolve())))

    def within(self, folder: Path) -> str:
        """The spec that `parse` reads as this text, given ``folder``: of a file in that folder only
        its name, so that the folder can be moved."""
        path = Path(self.name)
        is_inside = self.kind is CorpusKind.FILE and path.parent.resolve() == folder.resolve()
        return path.name if is_inside else self.name

    def __str__(self) -> str:
        return self.name

    @property
    def is_public(self) -> bool:
        """Whether everybody can read this text: a file, and its path, are private."""
        return self.kind is not CorpusKind.FILE

    @property
    def short_name(self) -> str:
        """One word without a path or an id: "wikitext2", "brackets" or "text"."""
        own_name = self.kind in (CorpusKind.WIKITEXT2, CorpusKind.BRACKETS)
        return self.kind.value if own_name else "text"

    @property
    def needs_network(self) -> bool:
        """Whether the text comes from the Hub and not from a local folder; ignores the cache."""
        on_the_hub = self.kind is CorpusKind.WIKITEXT2 and wikitext_folder() is None
        return on_the_hub or self.kind is CorpusKind.HUB


WIKITEXT2 = CorpusSpec.parse("wikitext2")
BRACKETS = CorpusSpec.parse("brackets")


def _in_characters(path: str) -> str:
    if not is_whole(path):
        raise user_error("text.path", path=repr(readable(path)[:500]))
    return path


def wikitext_folder() -> str | None:
    """The folder that ``CHARLSTM_WIKITEXT`` names; None if it is unset."""
    return variable("CHARLSTM_WIKITEXT")
