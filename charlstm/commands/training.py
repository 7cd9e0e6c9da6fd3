"""The commands that train, and that show how a run went."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from charlstm.commands.shared import CORPUS, INTERRUPTED_STATUS, Add, checkpoints_folder, tell
from charlstm.corpus import load_corpus
from charlstm.curves import ALONG, UNITS
from charlstm.errors import UserError
from charlstm.plot import KINDS, MOST_RUNS, picture, plot_runs
from charlstm.presets import PRESETS, preset_config
from charlstm.probe import ProbeResult, probe
from charlstm.runner import follow, run
from charlstm.sampler import Sampler
from charlstm.settings import LEARNED, RunSettings, new_run_name
from charlstm.snapshots import asked, learned_of
from charlstm.team import Team

_NICE = 10


def add_commands(add: Add) -> None:
    """Declare them with their arguments."""
    train = add("train", _train, "Train a model, saving as it goes; Ctrl-C saves and ends.")
    train.add_argument("--corpus", **CORPUS)
    train.add_argument("--preset", choices=PRESETS, help="where the settings come from")
    train.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="default: a new folder below the one that CHARLSTM_CHECKPOINTS names, or below "
        "./checkpoints",
    )
    train.add_argument("--seconds", type=float, help="budget in seconds from the first step")
    train.add_argument("--steps", type=int, help="budget in steps")
    train.add_argument("--hidden-size", type=int, help="units a layer, instead of the preset's")
    train.add_argument(
        "--learning-rate",
        type=float,
        help="at its highest, instead of the preset's",
    )
    train.add_argument(
        "--grow",
        type=Path,
        metavar="DIR",
        help="start as the checkpoint in DIR, grown to the preset's units and layers; it must have "
        "been trained on the same text",
    )
    train.add_argument("--resume", type=Path, metavar="DIR", help="go on with the run in DIR")
    # How the page runs it: at low priority, ending when standard input closes.
    train.add_argument("--background", action="store_true", help=argparse.SUPPRESS)

    plot = add("plot", _plot, "Draw the loss of runs, one over another, as a picture.")
    plot.add_argument(
        "run", type=Path, nargs="+", metavar="RUN", help=f"folder of a run; up to {MOST_RUNS}"
    )
    plot.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="ends in .svg or .png"
    )
    plot.add_argument("--unit", choices=UNITS, default="bits", help="per character")
    plot.add_argument("--by", choices=ALONG, default="step", help="what the x axis counts")

    learned = add("learned", _learned, "Make the small file that tells how a shipped model learnt.")
    learned.add_argument("run", type=Path, metavar="RUN", help="folder of a run that has ended")
    learned.add_argument(
        "--snapshots",
        type=Path,
        nargs="+",
        default=[],
        metavar="DIR",
        help="checkpoint folders copied while it trained, each named by its step: they are asked "
        "whether they close a bracket, and so is the run's last one",
    )
    learned.add_argument(
        "--out", type=Path, metavar="FILE", help=f"default: {LEARNED} in the run's folder"
    )
    learned.add_argument("--trained-on", metavar="TEXT", help="the text, in words")
    learned.add_argument(
        "--machine", default="", metavar="TEXT", help='what trained it, such as "two CPU cores"'
    )
    learned.add_argument("--seed-text", default="He ( ", metavar="T", help='default: "He ( "')
    learned.add_argument("--temperature", type=float, default=0.5)
    learned.add_argument("--samples", type=int, default=200, help="of each snapshot")
    learned.add_argument("--horizon", type=int, default=200, help="characters a sample")
    learned.add_argument("--dice", type=int, default=7, help="the same dice give the same samples")


def _train(given: argparse.Namespace) -> int:
    folder, settings = _run_to_train(given)
    team = Team.from_torchrun()
    if team and team.rank > 0:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # the leader decides when it is over
        follow(folder, settings, team)
        team.leave()
        return 0
    stop = threading.Event()
    if given.background:
        _give_way(stop)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    validation: dict[str, Any] = {}
    last: dict[str, Any] = {}
    with tqdm(unit=" steps", disable=given.background, total=settings.config.steps) as bar:
        for last in run(folder, settings, stop, team):
            bar.update(last["step"] - bar.n)
            if last["kind"] == "step":
                bar.set_postfix(nats=f"{last['loss']:.3f}", refresh=False)
            elif last["kind"] == "validation":
                validation = last
                bar.total = RunSettings.load(folder).total_steps
                bar.write(f"step {last['step']:,}: validation {last['nats']:.4f} nats", sys.stderr)
    if team:
        team.leave()
    nats = validation.get("nats")
    result = {
        "checkpoint": str(folder),
        "reason": last["reason"],
        "steps": last["step"],
        "seconds": round(last["seconds"], 2),
        "nats": nats,
        "characters_scored": validation.get("characters_scored"),
    }
    way_on = f"Go on with: python -m charlstm train --resume {folder}"
    text = f"{last['message']} {last['step']:,} steps, {last['seconds']:.1f} s, in {folder}."
    if note := RunSettings.load(folder).precision_note:
        text += f" {note}"
    if nats is not None:
        text += f" Validation: {nats:.4f} nats over {validation['characters_scored']:,} characters."
    tell(given, result, text)
    if last["reason"] == "stopped":
        print(way_on, file=sys.stderr)
        return 0 if given.background else INTERRUPTED_STATUS
    return 0 if last["reason"] == "finished" else 1


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
    folder = given.out or checkpoints_folder() / new_run_name(given.corpus, given.preset)
    if folder.is_dir() and any(folder.iterdir()):
        raise UserError(
            f"The folder {str(folder)!r} is not empty.",
            "Choose another with --out, or go on with the run in it with --resume.",
        )
    grown_from = given.grow and str(given.grow.resolve())
    return folder, RunSettings(given.corpus, given.preset, config, grown_from=grown_from)


def _give_way(stop: threading.Event) -> None:
    """Low priority, and an end when the app's end of the pipe on standard input closes."""
    if hasattr(os, "nice"):
        os.nice(_NICE)

    def watch() -> None:
        os.read(sys.stdin.fileno(), 1)  # past Python's buffer, whose lock an exit would wait for
        stop.set()

    threading.Thread(target=watch, daemon=True).start()


def _plot(given: argparse.Namespace) -> int:
    kind = given.out.suffix.removeprefix(".").lower()
    if kind not in KINDS:
        raise UserError(
            f"The figure can't be written to {str(given.out)!r}.",
            f"Give --out a name that ends in {' or '.join(f'.{kind}' for kind in KINDS)}.",
        )
    data = picture(plot_runs(given.run, given.unit, given.by), kind)
    try:
        given.out.write_bytes(data)
    except OSError as error:
        raise UserError(
            f"{str(given.out)!r} can't be written ({error.strerror}).", "Give another --out."
        ) from error
    runs = [str(run) for run in given.run]
    result = {"out": str(given.out), "runs": runs, "unit": given.unit, "by": given.by}
    tell(given, result, f"{given.out}: the loss of {', '.join(runs)}.")
    return 0


def _learned(given: argparse.Namespace) -> int:
    out = given.out or given.run / LEARNED
    settings = RunSettings.load(given.run)
    trained_on = given.trained_on or load_corpus(settings.corpus).description

    def ask(sampler: Sampler) -> ProbeResult:
        question = (given.seed_text, [given.temperature], given.samples, given.horizon, given.dice)
        return probe(sampler, *question)

    learned_of(given.run, [], trained_on)  # what is wrong with the run is told before it is asked
    closings = []
    for step, result in asked(given.run, given.snapshots, ask):
        closings.append((step, result))
        [found] = result.temperatures
        print(f"step {step:,}: closed {found.closed} of {found.n}", file=sys.stderr)
    try:
        learned_of(given.run, closings, trained_on, given.machine).save(out)
    except OSError as error:
        raise UserError(
            f"{str(out)!r} can't be written ({error.strerror}).", "Give another --out."
        ) from error
    result = {"out": str(out), "bytes": out.stat().st_size, "steps": [step for step, _ in closings]}
    tell(given, result, f"{out}: how {given.run.name} learnt, {result['bytes']:,} bytes.")
    return 0
