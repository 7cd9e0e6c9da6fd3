"""The settings of a run, which its folder keeps in ``train.json``."""

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
    """A unique name of a run: time, preset, corpus and four random hexadecimal digits."""
    started = time.strftime("%Y%m%d-%H%M%S")
    return f"{started}-{preset}-{corpus.short_name}-{secrets.token_hex(2)}"


@dataclass(frozen=True)
class RunSettings:
    """Everything that decides the numbers of a run.

    Attributes:
        corpus: the text that the run trains on; ``train.json`` keeps its spec as it was typed.
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
        """Replace ``train.json`` atomically."""
        with replacing(folder, SETTINGS) as aside:
            (aside / SETTINGS).write_text(json.dumps(self.plain(), indent=1), encoding="utf-8")

    def plain(self) -> dict[str, Any]:
        """The settings as JSON values."""
        return asdict(self) | {"corpus": str(self.corpus)}

    @classmethod
    def of(cls, saved: Mapping[str, Any]) -> RunSettings:
        """The settings from the values that `plain` returned.

        Raises:
            KeyError, TypeError: a setting is missing, unknown, or of another type.
            UserError: the corpus spec is invalid.
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
            UserError: the folder holds no valid ``train.json``.
        """
        try:
            return cls.of(json.loads((folder / SETTINGS).read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UserError(
                f"{folder.name!r} holds no run that could go on.",
                f"Give a folder with the {SETTINGS} that a run wrote.",
            ) from error
