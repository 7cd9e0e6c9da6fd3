"""The command `train`: train a model in a folder, or resume a run."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from charlstm.checkpoints.files import LOCK, checkpoint_path
from charlstm.cli.output import CORPUS, INTERRUPTED_STATUS, Add, tell, tell_remark
from charlstm.counting import counted
from charlstm.errors import UserError
from charlstm.folders import checkpoints_folder, remarks
from charlstm.runs.process import error_line
from charlstm.runs.record import (
    EndRecord,
    HistoryRecord,
    ScoringRecord,
    StepRecord,
    ValidationRecord,
)
from charlstm.runs.resume import corpus_of
from charlstm.runs.runner import follow, run
from charlstm.runs.settings import RunSettings, new_run_name
from charlstm.training.config import PRESETS, preset_config
from charlstm.training.distributed import Team

NICE = 4
"""Of a run's process: low enough that the page answers first, and high enough that thirty people
who write leave a run half its speed (``.github/NOTES.md``)."""


def add_commands(add: Add) -> None:
    """Declare the command and its arguments."""
    train = add("train", _train, "Train a model, saving as it goes; Ctrl-C saves and ends.")
    train.add_argument("--corpus", **CORPUS)
    train.add_argument("--preset", choices=PRESETS, help="where the settings come from")
    train.add_argument(
        "--out",
        type=checkpoint_path,
        metavar="DIR",
        help="default: a new folder below the one that CHARLSTM_CHECKPOINTS names, or below "
        "the project's checkpoints",
    )
    train.add_argument("--seconds", type=float, help="budget in seconds from the first step")
    train.add_argument("--steps", type=int, help="budget in steps")
    train.add_argument("--hidden-size", type=int, help="units a layer, instead of the preset's")
    train.add_argument(
        "--learning-rate",
        type=float,
        help="peak learning rate, instead of the preset's",
    )
    train.add_argument(
        "--grow",
        type=Path,
        metavar="DIR",
        help="start as the checkpoint in DIR, grown to the preset's units and layers; it must have "
        "been trained on the same text",
    )
    train.add_argument("--resume", type=Path, metavar="DIR", help="go on with the run in DIR")
    train.add_argument(
        "--snapshots",
        action="store_true",
        help="keep the models of steps 1, 3, 10, 30 and so on in the run's folder, for the "
        "question when units were learnt (cells)",
    )
    # How the page runs it: at low priority, ending when standard input closes.
    train.add_argument("--background", action="store_true", help=argparse.SUPPRESS)


def _train(given: argparse.Namespace) -> int:
    try:
        return _trained(given)
    except UserError as error:
        if given.background:
            print(error_line(error), file=sys.stderr)
        raise


def _trained(given: argparse.Namespace) -> int:
    folder, settings = _run_to_train(given)
    team = Team.from_torchrun()
    if team and team.rank > 0:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # the leader decides when it is over
        follow(folder, settings, team)
        team.leave()
        return 0
    tell_remark(corpus_of(settings))
    stop = threading.Event()
    if given.background:
        _give_way(stop)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    records = run(folder, settings, stop, team, snapshots=given.snapshots)
    validation, end = _watch(records, folder, settings, given.background)
    if team:
        team.leave()
    result = {
        "checkpoint": str(folder),
        "reason": end.reason,
        "steps": end.step,
        "seconds": round(end.seconds, 2),
        "nats": validation and validation.nats,
        "characters_scored": validation and validation.characters_scored,
    }
    text = f"{end.message} {counted(end.step, 'step')}, {end.seconds:.1f} s, in {folder}."
    if note := RunSettings.load(folder).precision_note:
        text += f" {note}"
    if validation:
        scored = f"{counted(validation.characters_scored, 'character')}"
        text += f" Validation: {validation.nats:.4f} nats over {scored}."
    tell(given, result, text)
    if end.reason == "stopped":
        print(f"Go on with: python -m charlstm train --resume {folder}", file=sys.stderr)
        return 0 if given.background else INTERRUPTED_STATUS
    return 0 if end.reason == "finished" else 1


def _watch(
    records: Iterator[HistoryRecord], folder: Path, settings: RunSettings, quiet: bool
) -> tuple[ValidationRecord | None, EndRecord]:
    """Draw a progress bar from a run's records until its end.

    Returns:
        the last validation, None where there was none, and the end.
    """
    validation, end = None, None
    with tqdm(unit=" steps", disable=quiet, total=settings.config.steps) as bar:
        for record in records:
            bar.update(record.step - bar.n)
            match record:
                case StepRecord():
                    bar.set_postfix(nats=f"{record.loss:.3f}", refresh=False)
                case ScoringRecord():
                    share = record.characters_scored / record.of
                    bar.set_description(f"scoring the whole validation text, {share:.0%}")
                case ValidationRecord():
                    validation = record
                    bar.total = RunSettings.load(folder).total_steps
                    line = f"step {record.step:,}: validation {record.nats:.4f} nats"
                    bar.write(line, sys.stderr)
                case EndRecord():
                    end = record
    assert end is not None, "the last record of a run is its end"
    return validation, end


def _run_to_train(given: argparse.Namespace) -> tuple[Path, RunSettings]:
    if given.resume is not None:
        if any(
            value is not None
            for value in (
                given.corpus,
                given.preset,
                given.out,
                given.seconds,
                given.steps,
                given.hidden_size,
                given.learning_rate,
                given.grow,
            )
        ):
            raise UserError(
                "A resumed run keeps its corpus, preset, budget, hidden size, learning rate, start "
                "and folder.",
                "Give --resume alone, or start a new run without it.",
            )
        return given.resume, RunSettings.load(given.resume)
    if given.corpus is None or given.preset is None:
        raise UserError("A new run needs --corpus and --preset.", "Or give --resume DIR.")
    config = preset_config(given.preset).with_budget(given.steps, given.seconds)
    if given.hidden_size is not None:
        if given.hidden_size < 1:
            raise UserError("The hidden size must be above zero.", "Give one such as 256.")
        config = replace(config, hidden_size=given.hidden_size)
    if given.learning_rate is not None:
        if not 0 < given.learning_rate < 1:
            raise UserError(
                "The learning rate must be above zero and below 1.", "Give one such as 0.001."
            )
        config = replace(config, learning_rate=given.learning_rate)
    if given.out is None:
        for remark in remarks():
            print(remark, file=sys.stderr)
    folder = given.out or checkpoints_folder() / new_run_name(given.corpus, given.preset)
    if folder.is_dir() and any(path.name != LOCK for path in folder.iterdir()):
        raise UserError(
            f"The folder {str(folder)!r} is not empty.",
            "Choose another with --out, or go on with the run in it with --resume.",
        )
    grown_from = given.grow and str(given.grow.resolve())
    corpus = given.corpus.resolved()  # the run may be resumed from another folder
    return folder, RunSettings(corpus, given.preset, config, grown_from=grown_from)


def _give_way(stop: threading.Event) -> None:
    """Low priority, and an end when the app's end of the pipe on standard input closes."""
    if hasattr(os, "nice"):
        os.nice(NICE)

    def watch() -> None:
        os.read(sys.stdin.fileno(), 1)  # past Python's buffer, whose lock an exit would wait for
        stop.set()

    threading.Thread(target=watch, daemon=True).start()
