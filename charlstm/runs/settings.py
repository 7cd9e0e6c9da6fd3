"""The settings of a run, which its folder keeps in ``train.json``."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import ConfigDict, Field, TypeAdapter

from charlstm.atomic import replacing
from charlstm.checkpoints.files import SETTINGS
from charlstm.checkpoints.title import read_title
from charlstm.errors import user_error
from charlstm.text.corpus import TextIdentity
from charlstm.text.spec import CorpusSpec
from charlstm.texts import text
from charlstm.training.config import TrainConfig


def new_run_name(corpus: CorpusSpec, preset: str) -> str:
    """A unique name of a run: time, preset, corpus and four random hexadecimal digits."""
    started = time.strftime("%Y%m%d-%H%M%S")
    return f"{started}-{preset}-{corpus.short_name}-{secrets.token_hex(2)}"


@dataclass(frozen=True)
class RunSettings:
    """Everything that decides the numbers of a run, and what people call it.

    Attributes:
        corpus: the text that the run trains on. ``train.json`` keeps its spec; the path of a file
            is absolute, or relative to the run's folder if the file is in it.
        preset: name of the preset that `config` started from.
        config: all training settings, the budget included.
        precision: of the matrix products, torch's name of the dtype. A resumed run keeps it, since
            its numbers depend on it.
        total_steps: the planned number; None until a budget in seconds has become a plan.
        floor: lowest loss that any model of the corpus can reach, nats per character, where known.
        grown_from: folder of the checkpoint whose weights the run starts with
            (`charlstm.training.growth`); None for random weights.
        begun_in: precision of the first steps, if the run was resumed on a processor that can't
            multiply in it and went on in another; None if all steps had `precision`.
        shares: number of parts that a batch is computed in (`charlstm.model.workers`). The numbers
            depend on it; None in runs of earlier versions.
        text: what the text was when the run began; None before that.
        title: that the run was given (`charlstm.checkpoints.title`); "" for none.
    """

    corpus: CorpusSpec
    preset: str
    config: TrainConfig
    precision: str | None = None
    total_steps: int | None = None
    floor: float | None = None
    grown_from: str | None = None
    begun_in: str | None = None
    shares: int | None = None
    text: TextIdentity | None = None
    title: str = ""

    @property
    def precision_note(self) -> str:
        """A sentence on a change of precision within the run; "" where there was none."""
        if self.begun_in is None:
            return ""
        return text("runs.precision", first=self.begun_in, now=str(self.precision))

    def save(self, folder: Path) -> None:
        """Replace ``train.json`` atomically."""
        plain = self.plain() | {"corpus": self.corpus.within(folder)}
        with replacing(folder, SETTINGS) as aside:
            (aside / SETTINGS).write_text(json.dumps(plain, indent=1), encoding="utf-8")

    def plain(self) -> dict[str, Any]:
        """The settings as JSON values."""
        return asdict(self) | {"corpus": str(self.corpus)}

    @classmethod
    def of(cls, saved: Mapping[str, Any], folder: Path | None = None) -> RunSettings:
        """The settings from the values that `plain` returned.

        Args:
            folder: the run's, as for `CorpusSpec.parse`.

        Raises:
            ValueError: a setting is missing, unknown, of another type or out of its range.
            RecursionError: a setting is nested too deeply.
            UserError: the corpus spec is invalid.
        """
        # As JSON, whose strict reading makes a tuple of a list, and nothing else of anything else.
        read = _SAVED.validate_json(json.dumps(dict(saved)), strict=True)
        return cls(
            **{name: getattr(read, name) for name in saved}
            | {
                "title": read_title(read.title),
                "corpus": CorpusSpec.parse(read.corpus, folder),
                "config": TrainConfig(**asdict(read.config)),
            }
        )

    @classmethod
    def load(cls, folder: Path) -> RunSettings:
        """Read ``train.json``.

        Raises:
            UserError: the folder holds no valid ``train.json``.
        """
        try:
            return cls.of(json.loads((folder / SETTINGS).read_text(encoding="utf-8")), folder)
        except (OSError, ValueError, TypeError, RecursionError) as error:
            raise user_error("runs.none_in", folder=repr(folder.name), file=SETTINGS) from error


_MOST = 2**53  # what a browser counts to
_Count = Annotated[int, Field(ge=1, le=_MOST)]
_Number = Annotated[float, Field(gt=-_MOST, lt=_MOST)]
_Name = Annotated[str, Field(max_length=10_000)]


@dataclass(frozen=True)
class _SavedConfig(TrainConfig):
    """Training settings in a file, which anybody may have written or damaged."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    hidden_size: _Count
    streams: _Count
    window: _Count
    steps: _Count | None
    seconds: _Number | None


@dataclass(frozen=True)
class _Saved:
    """`RunSettings` in a file."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    corpus: _Name
    preset: _Name
    config: _SavedConfig
    precision: _Name | None = None
    total_steps: Annotated[int, Field(ge=0, le=_MOST)] | None = None
    floor: _Number | None = None
    grown_from: _Name | None = None
    begun_in: _Name | None = None
    shares: _Count | None = None
    text: TextIdentity | None = None
    title: _Name = ""


_SAVED = TypeAdapter(_Saved)
