"""A run's saves: its state, from which it can be resumed, and its model as a checkpoint."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from charlstm.checkpoints.card import Provenance, model_card
from charlstm.checkpoints.checkpoint import save_checkpoint
from charlstm.checkpoints.files import RESUME
from charlstm.model.evaluate import Evaluation
from charlstm.runs.history_writer import HistoryWriter
from charlstm.runs.resume import RunState, save_state
from charlstm.runs.settings import RunSettings
from charlstm.text.corpus import Corpus
from charlstm.training.trainer import Trainer


@dataclass(frozen=True)
class Progress:
    """What a run has come to, beside its trainer's state.

    Attributes:
        seconds: of training, validations included.
        first_loss: of the first step, nats per character; NaN before it.
        validation: the latest validation; None before the first.
        whole: whether that validation scored the whole validation text.
    """

    seconds: float
    first_loss: float
    validation: Evaluation | None
    whole: bool

    @classmethod
    def of(cls, saved: RunState) -> Progress:
        """The progress that a save holds."""
        validation = saved["validation"] and Evaluation(**saved["validation"])
        return cls(saved["seconds"], saved["first_loss"], validation, saved["whole"])

    def plain(self) -> dict[str, Any]:
        """It as JSON values."""
        return asdict(self)


class Saves:
    """Writes the saves of a run.

    Args:
        folder: of the run.
        trainer: its trainer.
        corpus: its text.
    """

    def __init__(self, folder: Path, trainer: Trainer, corpus: Corpus) -> None:
        self._folder, self._trainer, self._corpus = folder, trainer, corpus
        self._written = time.monotonic()

    def is_due(self, wait: float, first_wait: float) -> bool:
        """Whether the last save, or the start where there is none yet, is so many seconds ago.

        Args:
            wait, first_wait: seconds since the last save, and until the first.
        """
        first = not (self._folder / RESUME).exists()
        return time.monotonic() - self._written > (first_wait if first else wait)

    def write(self, history: HistoryWriter, settings: RunSettings, progress: Progress) -> None:
        """Replace the state and the checkpoint of the run.

        Raises:
            OSError: the folder can't be written; each file not replaced by then is as before.
        """
        # Resuming cuts the history to the state: it must not be shorter.
        history.flush_to_disk()
        plan = self._trainer.plan
        own = progress.plain() | {"history": history.size, "plan": plan and asdict(plan)}
        save_state(self._folder, self._trainer, own)
        self.write_model(self._folder, settings, progress)
        self._written = time.monotonic()

    def write_model(self, folder: Path, settings: RunSettings, progress: Progress) -> None:
        """Write the model as it is now as a checkpoint into a folder; errors as for `write`."""
        provenance = Provenance(
            settings.preset,
            progress.seconds,
            progress.validation,
            progress.whole,
            settings.grown_from,
            settings.title,
        )
        card = model_card(self._folder.name, self._trainer, self._corpus, provenance)
        save_checkpoint(folder, self._trainer.result, self._corpus.vocab, card)
