"""A run: training in a folder, so that a killed process loses only the steps since its last save.

Beside the files of the checkpoint a run's folder holds:

- ``train.json``: the settings, written before the first step, and the planned number of steps.
- ``text.txt``: the text, if a visitor of the page brought it.
- ``snapshots/``: checkpoints of earlier steps, if they were asked for.
- ``history.jsonl``: the records in order, one a line (`charlstm.runs.record`).
- ``resume.safetensors``: the trainer's tensors, and in the file's header the rest of the run's
  state as JSON, so that one rename replaces both.
- ``run.lock``: locked while the process lives, so that two processes never write one folder.

A resumed run cuts the history back to its last save and computes the same numbers from there as a
run that was never interrupted.
"""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Literal

import filelock

from charlstm.atomic import remove_leftovers
from charlstm.checkpoints.files import HISTORY, LOCK, RESUME, SNAPSHOTS
from charlstm.errors import user_error
from charlstm.model.evaluate import Evaluation
from charlstm.runs.history_writer import HistoryWriter
from charlstm.runs.progress_sample import TEMPERATURE, log_spaced, progress_sample
from charlstm.runs.record import (
    EndRecord,
    HistoryRecord,
    SampleRecord,
    ScoringRecord,
    StepRecord,
    ValidationRecord,
)
from charlstm.runs.resume import RunState, corpus_of, trainer_of
from charlstm.runs.saves import Progress, Saves
from charlstm.runs.settings import RunSettings
from charlstm.text.corpus import Corpus
from charlstm.texts import text
from charlstm.training.budget import WARM_UP, Costs, Planner
from charlstm.training.distributed import Team
from charlstm.training.precision import name_of
from charlstm.training.schedule import Plan, is_scored

SAVE_SECONDS, FIRST_SAVE_SECONDS = 10.0, 2.0  # the first soon: other tabs offer the checkpoint
SCORING_SECONDS = 0.5  # between two scoring records
_DIVERGED = 3.0  # times the first loss


def run(
    folder: Path,
    settings: RunSettings,
    stop: threading.Event,
    team: Team | None = None,
    *,
    snapshots: bool = False,
) -> Iterator[HistoryRecord]:
    """Train in a folder until the budget is spent or ``stop`` is set; resume the run in it, if any.

    Args:
        team: the processes that train together, this one leading; the others call `follow`.
        snapshots: whether to keep the models of log-spaced steps, and of the last one.

    Yields:
        each record once it is appended to the history; samples at log-spaced steps. The last one is
        an `EndRecord`.

    Raises:
        UserError: the corpus can't be loaded, is too short, or has changed since the run began;
            the folder can't be written, or another process is writing it.
    """
    corpus = corpus_of(settings)  # before anything is written
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(folder / LOCK, timeout=2):
            remove_leftovers(folder)
            going = _Run(folder, settings, corpus, stop, team, snapshots)
            try:
                yield from going.records()
            finally:
                going.trainer.end()
    except filelock.Timeout as error:
        raise user_error("runs.locked", folder=repr(folder.name)) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise user_error("runs.unwritable", run=repr(folder.name), reason=reason) from error


def follow(folder: Path, settings: RunSettings, team: Team) -> None:
    """Take part in a run as a process that does not lead: compute, and write nothing.

    Raises:
        UserError: as `run` does for the corpus.
    """
    trainer, _ = trainer_of(folder, settings, corpus_of(settings), team)
    trainer.follow()


class _Run:
    def __init__(
        self,
        folder: Path,
        settings: RunSettings,
        corpus: Corpus,
        stop: threading.Event,
        team: Team | None,
        snapshots: bool,
    ) -> None:
        self._folder, self._corpus, self._stop = folder, corpus, stop
        self._snapshots = snapshots
        self.trainer, saved = trainer_of(folder, settings, corpus, team)
        self._saves = Saves(folder, self.trainer, corpus)
        precision = name_of(self.trainer.precision)
        changed = settings.precision not in (None, precision)
        self._settings = replace(
            settings,
            precision=precision,
            shares=self.trainer.shares,
            total_steps=settings.total_steps or settings.config.steps,
            floor=corpus.floor,
            text=corpus.identity,
            begun_in=settings.precision if changed else settings.begun_in,
        )
        if self._settings.total_steps is not None:
            self.trainer.plan = Plan(self._settings.total_steps)
        self._first_loss = math.nan
        self._seconds_before = 0.0
        self._costs = Costs()
        self._validation: Evaluation | None = None
        self._whole = False
        self._resume(saved)
        self._settings.save(folder)
        self._started = time.monotonic()
        self._last_record = 0.0
        self._planner = Planner(self.trainer.config, SAVE_SECONDS)
        self._steps_before = self.trainer.steps_done
        self._costs.mark(self._seconds_before, self._steps_before)

    def records(self) -> Iterator[HistoryRecord]:
        with HistoryWriter(self._folder / HISTORY) as self._history:
            if self.trainer.steps_done == 0:
                yield self._sample()
            while not self._finished():
                if self._stop.is_set():
                    yield self._end("stopped", text("runs.ended.stopped"))
                    return
                yield (step := self._step())
                if not step.loss < _DIVERGED * self._first_loss:  # NaN is not less either
                    yield self._end("diverged", self._diverged_sentence(step.loss))
                    return
                if log_spaced(step.step):
                    yield self._sample()
                    self._keep_snapshot()
                self._adjust_plan()
                if is_scored(self.trainer.steps_done, self.trainer.plan, self.trainer.config):
                    yield self._scored()
                if self._saves.is_due(SAVE_SECONDS, min(SAVE_SECONDS, FIRST_SAVE_SECONDS)):
                    self._save()
            self._save()  # before the score of the whole validation text, which takes a while
            if not self._whole:  # else it was killed between that score and its end
                for score in self.trainer.validate_whole():
                    if self._stop.is_set():
                        yield self._end("stopped", text("runs.ended.unscored"))
                        return
                    if self._seconds() > self._last_record + SCORING_SECONDS:
                        yield self._scoring(score)
                yield self._validated(score, whole=True)
            yield self._end("finished", text("runs.ended.finished"))

    def _finished(self) -> bool:
        plan = self.trainer.plan
        return plan is not None and self.trainer.steps_done >= plan.total

    def _seconds(self) -> float:
        return self._seconds_before + time.monotonic() - self._started

    def _step(self) -> StepRecord:
        result = self.trainer.step()
        record = StepRecord(**asdict(result), seconds=self._record_time())
        self._history.append(record)
        if record.step - self._steps_before == WARM_UP:
            self._costs.mark(self._seconds(), record.step)
        if record.step == 1:
            self._first_loss = record.loss
        return record

    def _scored(self) -> ValidationRecord:
        with self._costs.score.once():
            score = self.trainer.validate()
        return self._validated(score, whole=False)

    def _validated(self, score: Evaluation, *, whole: bool) -> ValidationRecord:
        self._validation, self._whole = score, whole
        record = ValidationRecord(
            step=self.trainer.steps_done,
            nats=score.nats,
            characters_scored=score.characters,
            sample=self._sampled_text(),
            temperature=TEMPERATURE,
            seconds=self._record_time(),
        )
        self._history.append(record)
        return record

    def _sample(self) -> SampleRecord:
        record = SampleRecord(
            self.trainer.steps_done, self._sampled_text(), TEMPERATURE, self._record_time()
        )
        self._history.append(record)
        return record

    def _sampled_text(self) -> str:
        with self._costs.sample.once():
            return progress_sample(self.trainer.result, self._corpus.vocab)

    def _scoring(self, score: Evaluation) -> ScoringRecord:
        record = ScoringRecord(
            step=self.trainer.steps_done,
            characters_scored=score.characters,
            of=len(self._corpus.validation) - 1,
            seconds=self._record_time(),
        )
        self._history.append(record)
        return record

    def _adjust_plan(self) -> None:
        seconds, done = self._seconds(), self.trainer.steps_done
        if plan := self._planner.look(self.trainer.plan, seconds, done, self._costs):
            self._plan(plan)

    def _plan(self, plan: Plan) -> None:
        self.trainer.plan = plan
        # The state before the settings: a process killed in between would otherwise resume with a
        # plan that was made at another step.
        self._save()
        self._settings = replace(self._settings, total_steps=plan.total)
        self._settings.save(self._folder)

    def _end(self, reason: Literal["finished", "stopped", "diverged"], message: str) -> EndRecord:
        if reason != "diverged":  # a diverged run keeps its last good checkpoint
            self._save()
            self._keep_snapshot()
        record = EndRecord(self.trainer.steps_done, reason, self._record_time(), message)
        self._history.append(record)
        self._history.flush_to_disk()
        return record

    def _diverged_sentence(self, loss: float) -> str:
        said = {"loss": f"{loss:.3g}", "times": f"{_DIVERGED:g}"}
        kept = (self._folder / RESUME).exists()
        return text("runs.ended.diverged", **said) if kept else text("runs.ended.lost", **said)

    def _record_time(self) -> float:
        """Seconds of training, for the record that is appended next."""
        self._last_record = self._seconds()
        return round(self._last_record, 3)

    def _save(self) -> None:
        with self._costs.save.once():
            self._saves.write(self._history, self._settings, self._progress())

    def _keep_snapshot(self) -> None:
        if self._snapshots:
            folder = self._folder / SNAPSHOTS / str(self.trainer.steps_done)
            self._saves.write_model(folder, self._settings, self._progress())

    def _progress(self) -> Progress:
        return Progress(self._seconds(), self._first_loss, self._validation, self._whole)

    def _resume(self, saved: RunState | None) -> None:
        """Restore the last saved state, if there is one, and cut the history back to it."""
        if saved:
            before = Progress.of(saved)
            self._seconds_before, self._first_loss = before.seconds, before.first_loss
            self._validation, self._whole = before.validation, before.whole
            if saved.get("plan"):
                self.trainer.plan = Plan(**saved["plan"])
                self._settings = replace(self._settings, total_steps=self.trainer.plan.total)
        history = self._folder / HISTORY
        if history.exists():
            os.truncate(history, saved["history"] if saved else 0)
