"""What a run was asked to do, as its folder keeps it (``train.json``)."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from charlstm.checkpoints.files import SETTINGS, replace_file
from charlstm.errors import UserError
from charlstm.training.config import TrainConfig


def new_run_name(corpus: str, preset: str) -> str:
    """A name that no other run has: time, preset, corpus and four random hex digits."""
    text = corpus if corpus in ("wikitext2", "brackets") else "text"
    return f"{time.strftime('%Y%m%d-%H%M%S')}-{preset}-{text}-{secrets.token_hex(2)}"


@dataclass(frozen=True)
class RunSettings:
    """What a run was asked to do, as ``train.json`` keeps it.

    Attributes:
        corpus: its spec.
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

    corpus: str
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
        aside = folder / f".{SETTINGS}"
        aside.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")
        replace_file(aside, folder / SETTINGS)

    @classmethod
    def of(cls, saved: Mapping[str, Any]) -> RunSettings:
        """The settings that `dataclasses.asdict` had made plain.

        Raises:
            KeyError, TypeError: one is missing or unknown.
        """
        config = saved["config"]
        config = TrainConfig(**{**config, "betas": tuple(config["betas"])})
        return cls(**{**saved, "config": config})

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
