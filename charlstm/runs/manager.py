"""Background runs: each is ``python -m charlstm train`` in a process of its own.

The app and a run share only the run's folder: the run appends to its history and replaces its
checkpoint, the app reads both. So neither ends when the other crashes, and the operating system
divides the cores (runs train at low priority). Each run holds one end of a pipe to the app: when
the app ends, for whatever reason, the pipe closes, and the run saves and ends.

A limited number of runs train at the same time; the others wait in line. A thread advances the line
while a run trains or waits. Runs that were waiting when the app ended can be resumed. The browser
that started a run owns it (`charlstm.checkpoints.owners`).
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from charlstm.checkpoints.files import OWN_TEXT, SETTINGS
from charlstm.checkpoints.owners import OWNER, check_owner, check_token, claim, owns
from charlstm.checkpoints.title import checked_title
from charlstm.errors import user_error
from charlstm.runs.catalog import DAMAGED, RunCatalog
from charlstm.runs.limits import Limits
from charlstm.runs.process import LOG, Processes
from charlstm.runs.settings import RunSettings, new_run_name
from charlstm.runs.status import TRAINS
from charlstm.runs.waiting import starts_in
from charlstm.text.spec import CorpusKind, CorpusSpec
from charlstm.texts import text
from charlstm.training.config import TrainConfig, preset_config

_WAITING, _WAITING_EACH = 12, 2  # in line: of all, as the texts `runs.line`, and of one browser
_LOOK_SECONDS = 0.5
_ENDING_SECONDS = 20.0


class Runs:
    """Starts, stops and resumes runs below a folder. Safe for several threads.

    An ``owner`` is a browser's token; None stands for this program, which may control every run.

    Args:
        folder: that holds a folder for each run.
        limits: on new runs; None reads them from environment variables.
        shipped: as for `RunCatalog`.

    Attributes:
        catalog: the runs, read only.
        limits: on new runs.

    Raises:
        UserError: an environment variable sets an invalid limit.
    """

    def __init__(
        self, folder: Path, limits: Limits | None = None, shipped: Path | None = None
    ) -> None:
        self.catalog = RunCatalog(folder, shipped, self._standing)
        self._folder = folder
        self.limits = limits or Limits.from_environment()
        self._processes = Processes()
        self._line: list[str] = []
        self._refusals: dict[str, str] = {}  # why the newest process of a run did not start
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._keeper: threading.Thread | None = None

    def start(
        self,
        corpus: CorpusSpec,
        preset: str,
        seconds: float | None = None,
        steps: int | None = None,
        hidden_size: int | None = None,
        owner: str | None = None,
        *,
        shared: bool = False,
        title: str = "",
    ) -> str:
        """Start a run now, or put it in line. Its own process loads the corpus.

        Args:
            corpus: the text to train on. A file is copied into the run's folder, so that the run
                can be resumed as long as its folder is kept.
            preset: supplies the settings that the other arguments do not.
            seconds, steps: the budget, at most one of them; None for the preset's.
            hidden_size: units of each layer; None for the preset's.
            owner: token of the browser that will own the run; None for the program itself.
            shared: whether everybody may use the model of a private text; that of a public text is
                everybody's.
            title: what to call it; "" for nothing of its own.

        Returns:
            the name of the run's folder, which is unique.

        Raises:
            UserError: the preset is unknown, a setting or the title is invalid or exceeds the
                limits, or the line is full.
        """
        config = self.config(preset, seconds, steps, hidden_size)
        title = checked_title(title)
        if owner is not None:
            check_token(owner)
        if corpus.kind is CorpusKind.FILE and not Path(corpus.name).is_file():
            raise user_error("runs.text.gone")
        with self._lock:
            self._check_line(owner)
            name = new_run_name(corpus, preset)
            path = self._folder / name
            try:
                path.mkdir(parents=True)
                if owner is not None:
                    claim(path, owner, shared=shared or corpus.is_public)
                if corpus.kind is CorpusKind.FILE:
                    shutil.copyfile(corpus.name, path / OWN_TEXT)
                    corpus = CorpusSpec(CorpusKind.FILE, str(path / OWN_TEXT))
                RunSettings(corpus, preset, config, title=title).save(path)
            except OSError as error:
                shutil.rmtree(path, ignore_errors=True)
                raise user_error("runs.no_folder", reason=str(error.strerror)) from error
            self._queue(name)
        return name

    def config(
        self,
        preset: str,
        seconds: float | None = None,
        steps: int | None = None,
        hidden_size: int | None = None,
    ) -> TrainConfig:
        """The settings that `start` would train with.

        Raises:
            UserError: as `start`.
        """
        config = preset_config(preset).with_budget(steps, seconds)
        if hidden_size is not None:
            config = replace(config, hidden_size=hidden_size)
        self.limits.check(config.seconds, config.steps, config.hidden_size)
        return config

    def resume(self, name: str, owner: str | None = None) -> None:
        """Resume a run that was stopped, interrupted or failed, now or when its turn comes.

        Raises:
            UserError: there is no such run, another browser owns it, it has finished, or the line
                is full.
        """
        with self._lock:
            self._owned(name, owner)
            status = self.catalog.status(name)
            if status.shipped or status.state in ("finished", "damaged", "waiting", *TRAINS):
                state = text(f"runs.states.{'shipped' if status.shipped else status.state}")
                raise user_error("runs.not_resumed", run=status.called, state=state)
            if self.is_out_of_time(name):
                raise user_error("runs.over", run=status.called, n=self.limits.seconds)
            self._check_line(owner)
            self._queue(name)

    def stop(self, name: str, owner: str | None = None) -> None:
        """Tell a run to save and end after its current step. A waiting run leaves the line; its
        folder is deleted if it has never trained.

        Raises:
            UserError: there is no such run, another browser owns it, or this app did not start it.
        """
        path = self._owned(name, owner)
        with self._lock:
            if name in self._line:
                self._line.remove(name)
                if not (path / LOG).exists():
                    for file in (SETTINGS, OWNER, OWN_TEXT):
                        (path / file).unlink(missing_ok=True)
                    path.rmdir()
                return
            if name not in self._processes.alive():
                raise user_error("runs.not_stopped", run=self.catalog.status(name).called)
            self._processes.end(name)

    def may_control(self, name: str, owner: str | None) -> bool:
        """Whether a browser may stop and resume a run; errors as for `RunCatalog.folder`."""
        return owns(self.catalog.folder(name), owner)

    def _owned(self, name: str, owner: str | None) -> Path:
        """The folder of a run that a browser owns; one that it may not even watch is none."""
        path = self.catalog.offered_to(lambda: owner).folder(name)
        check_owner(path, owner)
        return path

    def close(self) -> None:
        """Start no further run, and end all after they have saved."""
        with self._lock:
            self._closing.set()
            self._line.clear()
            keeper = self._keeper
        if keeper is not None:
            keeper.join()
        self._processes.end_all(_ENDING_SECONDS)

    def _standing(
        self, name: str
    ) -> tuple[subprocess.Popen[bytes] | None, int | None, str, float | None]:
        line = tuple(self._line)
        place = line.index(name) + 1 if name in line else None
        wait = self._wait(line[: place - 1]) if place else None
        return self._processes.of(name), place, self._refusals.get(name, ""), wait

    def _wait(self, before: Sequence[str]) -> float | None:
        """Seconds until the run behind some waiting ones starts; None if there is no estimate."""
        training, waiting = (
            [self._folder / name for name in names] for names in (self._processes.alive(), before)
        )
        return starts_in(training, waiting, self.limits.runs)

    def _queue(self, name: str) -> None:
        self._line.append(name)
        self._advance()
        if self._keeper is None:
            self._keeper = threading.Thread(target=self._keep, daemon=True)
            self._keeper.start()

    def _keep(self) -> None:
        """Advance the line, and end runs that are out of time, while a run trains or waits."""
        while not self._closing.wait(_LOOK_SECONDS):
            with self._lock:
                for name in self._processes.alive():
                    if self.is_out_of_time(name):
                        self._processes.end(name)
                self._advance()
                if not self._line and not self._processes.alive():
                    self._keeper = None
                    return

    def _advance(self) -> None:
        while self._line and self._training() < self.limits.runs:
            name = self._line.pop(0)
            try:
                self._processes.start(self._folder / name)
                self._refusals.pop(name, None)
            except OSError as error:
                self._refusals[name] = text("runs.ended.not_started", reason=str(error.strerror))

    def _training(self) -> int:
        return sum(status.state in TRAINS for status in self.catalog.list())

    def is_out_of_time(self, name: str) -> bool:
        """Whether a run with a budget in steps has trained for as many seconds as any run may."""
        with contextlib.suppress(*DAMAGED):
            status = self.catalog.status(name)
            in_steps = RunSettings.load(self._folder / name).config.seconds is None
            return in_steps and status.elapsed >= self.limits.seconds
        return False

    def _check_line(self, owner: str | None) -> None:
        """Refuse one more run if it can neither start now nor wait.

        Raises:
            UserError: the line is full, or the app is ending.
        """
        if self._closing.is_set():
            raise user_error("runs.closing")
        if self._training() + len(self._line) < self.limits.runs:
            return
        own = sum(owns(self._folder / name, owner) for name in self._line) if owner else 0
        if len(self._line) >= _WAITING:
            raise user_error("runs.full.all", runs=_WAITING)
        if own >= _WAITING_EACH:
            raise user_error("runs.full.own", runs=own)
