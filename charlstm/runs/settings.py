"""What a run was asked to do, as its folder keeps it (``train.json``)."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from charlstm.atomic import replacing
from charlstm.checkpoints.files import SETTINGS
from charlstm.errors import UserError
from charlstm.text.spec import CorpusSpec
from charlstm.training.config import TrainConfig


def new_run_name(corpus: CorpusSpec, preset: str) -> str:
    """A name that no other run has: time, preset, corpus and four random hex digits."""
    started = time.strftime("%Y%m%d-%H%M%S")
    return f"{started}-{preset}-{corpus.short_name}-{secrets.token_hex(2)}"


@dataclass(frozen=True)
class RunSettings:
    """What a run was asked to do, as ``train.json`` keeps it.

    Attributes:
        corpus: which text it trains on; ``train.json`` keeps its spec as it was typed.
        preset: name of the settings that `config` started from.
        config: all settings, budget included.
        precision: of the matrix products, as torch names it: part of the numbers, so a resumed
            run keeps it.
        total_steps: planned; None until a budget in seconds was turned into steps.
        floor: nats per character that the corpus can't be brought below, where known.
        grown_from: folder of the checkpoint whose weights it starts with
            (`charlstm.training.growth`); None for weights by chance.
        begun_in: precision of its first steps, where a machine that it was resumed on can't
            multiply in it, so that it went on in another; None where all steps had `precision`.
        shares: in which a batch's streams are read (`charlstm.model.workers`): part of the numbers
            too; None in runs of earlier versions.
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

    @property
    def precision_note(self) -> str:
        """A sentence on a change of precision within the run; "" where there was none."""
        if self.begun_in is None:
            return ""
        return (
            f"Its first steps multiplied in {self.begun_in}, which this processor can't do: it "
            f"goes on in {self.precision}, so its numbers differ from an uninterrupted run's."
        )

    def save(self, folder: Path) -> None:
        """Write ``train.json`` in one stroke."""
        with replacing(folder, SETTINGS) as aside:
            (aside / SETTINGS).write_text(json.dumps(self.plain(), indent=1), encoding="utf-8")

    def plain(self) -> dict[str, Any]:
        """The settings as JSON has them."""
        return asdict(self) | {"corpus": str(self.corpus)}

    @classmethod
    def of(cls, saved: Mapping[str, Any]) -> RunSettings:
        """The settings that `plain` gave.

        Raises:
            KeyError, TypeError: one is missing, unknown, or of another type.
            UserError: the corpus names no text.
        """
        config, corpus = saved["config"], saved["corpus"]
        if not isinstance(corpus, str):
            raise TypeError("corpus")
        config = TrainConfig(**{**config, "betas": tuple(config["betas"])})
        return cls(**{**saved, "config": config, "corpus": CorpusSpec.parse(corpus)})

    @classmethod
    def load(cls, folder: Path) -> RunSettings:
        """Read ``train.json``.

        Raises:
            UserError: the folder holds no run.
        """
        try:
            return cls.of(json.loads((folder / SETTINGS).read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UserError(
                f"{folder.name!r} holds no run that could go on.",
                f"Give a folder with the {SETTINGS} that a run wrote.",
            ) from error
