"""A run's trainer, new or restored from ``resume.safetensors`` in the run's folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open

from charlstm.atomic import replacing
from charlstm.checkpoints.checkpoint import load_checkpoint
from charlstm.checkpoints.files import OWN_TEXT, RESUME
from charlstm.errors import user_error
from charlstm.model.tensor_file import save_tensors
from charlstm.runs.settings import RunSettings
from charlstm.text.corpus import Corpus, load_corpus
from charlstm.text.spec import CorpusKind
from charlstm.training.distributed import Team
from charlstm.training.precision import is_supported
from charlstm.training.trainer import Trainer, default_device

RunState = dict[str, Any]
"""The state of a run that is not in its trainer's tensors, as JSON values."""


def corpus_of(settings: RunSettings) -> Corpus:
    """Load the text of a run.

    Raises:
        UserError: it can't be loaded, or it is not what it was when the run began: the ids that the
            model has learned would stand for other characters.
    """
    spec = settings.corpus
    file = Path(spec.name) if spec.kind is CorpusKind.FILE else None
    begun = settings.text is not None or (file is not None and file.name == OWN_TEXT)
    if begun and file is not None and not file.is_file():
        raise user_error("runs.text.missing", file=file.name)
    corpus = load_corpus(spec)
    if settings.text is not None and settings.text != corpus.identity:
        difference = settings.text.difference(corpus.identity)
        raise user_error("runs.text.changed", difference=difference)
    return corpus


def trainer_of(
    folder: Path, settings: RunSettings, corpus: Corpus, team: Team | None
) -> tuple[Trainer, RunState | None]:
    """Build the trainer of a run and restore the last saved state, if there is one.

    A run without a saved state starts with new weights, or with those of the checkpoint
    `settings.grown_from`. A precision that this processor can't multiply in becomes float32.

    Returns:
        the trainer, and the saved state; None if nothing was saved.

    Raises:
        UserError: the text is too short for the settings, or the checkpoint that the run starts
            from can't be used.
    """
    precision = getattr(torch, settings.precision) if settings.precision else None
    device = team.device if team else default_device()
    if precision and not is_supported(precision, device):
        precision = torch.float32
    trainer = Trainer(settings.config, corpus, precision, team, settings.shares)
    if (folder / RESUME).exists():
        with safe_open(folder / RESUME, framework="pt") as file:
            trainer.load_state_dict({key: file.get_tensor(key) for key in file.keys()})  # noqa: SIM118
            return trainer, json.loads(file.metadata()["run"])
    if settings.grown_from is not None:
        small = load_checkpoint(Path(settings.grown_from))
        if small.vocab != corpus.vocab:
            raise user_error("runs.text.other", checkpoint=repr(small.path.name))
        trainer.grow(small.model)
    return trainer, None


def save_state(folder: Path, trainer: Trainer, state: RunState) -> None:
    """Replace ``resume.safetensors`` atomically by a trainer's tensors and the state beside them.

    Raises:
        OSError: the folder can't be written; the file saved before is unchanged.
    """
    with replacing(folder, RESUME) as aside:
        save_tensors(trainer.state_dict(), aside / RESUME, {"run": json.dumps(state)})
