"""The command line: ``python -m charlstm train | eval | sample | probe | plot | bench``.

A user's mistake ends with one line on standard error and exit status 2. With ``--json`` a command
prints one JSON document on standard output; progress goes to standard error.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, NoReturn

from tqdm import tqdm

from charlstm.bench import bench
from charlstm.checkpoint import load_checkpoint
from charlstm.corpus import SPLITS, load_corpus
from charlstm.curves import ALONG, UNITS
from charlstm.errors import USER_ERROR_STATUS, UserError
from charlstm.evaluate import evaluate
from charlstm.plot import KINDS, MOST_RUNS, picture, plot_runs
from charlstm.presets import PRESETS
from charlstm.probe import probe
from charlstm.runner import follow, run
from charlstm.sampler import Sampler
from charlstm.settings import RunSettings, new_run_name
from charlstm.team import Team

INTERRUPTED_STATUS = 130
_NICE = 10


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UserError(f"{message[0].upper()}{message[1:]}.", f"See {self.prog} --help.")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    try:
        given = _parser().parse_args(arguments)
        return given.command(given)
    except UserError as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return USER_ERROR_STATUS
    except BrokenPipeError:  # the reader of our output has gone: nothing is left to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m charlstm", description="Train and question a char-LSTM.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)

    def add(name: str, command: Callable[[argparse.Namespace], int], text: str) -> _Parser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(command=command)
        added.add_argument("--json", action="store_true", help="print one JSON document")
        return added

    corpus = {
        "metavar": "SPEC",
        "help": '"wikitext2", "brackets", the path of a .txt file, or "hub:owner/name:column"',
    }

    train = add("train", _train, "Train a model, saving as it goes; Ctrl-C saves and ends.")
    train.add_argument("--corpus", **corpus)
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
    train.add_argument("--resume", type=Path, metavar="DIR", help="go on with the run in DIR")
    # How the page runs it: at low priority, ending when standard input closes.
    train.add_argument("--background", action="store_true", help=argparse.SUPPRESS)

    score = add("eval", _eval, "Score a checkpoint on a split of a corpus.")
    score.add_argument("checkpoint", type=Path)
    score.add_argument("--corpus", required=True, **corpus)
    score.add_argument("--split", choices=SPLITS, default="validation")

    sample = add("sample", _sample, "Continue a seed text at one or more temperatures.")
    sample.add_argument("checkpoint", type=Path)
    sample.add_argument("--seed-text", required=True, metavar="T")
    sample.add_argument("--temperature", type=float, nargs="+", default=[0.2, 0.5, 1.0])
    sample.add_argument("--length", type=int, default=400, help="characters to write")
    sample.add_argument("--dice", type=int, default=7, help="the same dice give the same texts")

    ask = add("probe", _probe, "Does it close the bracket that a seed text leaves open?")
    ask.add_argument("checkpoint", type=Path)
    ask.add_argument("--seed-text", required=True, metavar="T")
    ask.add_argument("--temperature", type=float, nargs="+", default=[0.5])
    ask.add_argument("--samples", type=int, default=200, help="samples at each temperature")
    ask.add_argument("--horizon", type=int, default=200, help="characters after which it gives up")
    ask.add_argument("--dice", type=int, default=7, help="the same dice give the same samples")

    plot = add("plot", _plot, "Draw the loss of runs, one over another, as a picture.")
    plot.add_argument(
        "run", type=Path, nargs="+", metavar="RUN", help=f"folder of a run; up to {MOST_RUNS}"
    )
    plot.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="ends in .svg or .png"
    )
    plot.add_argument("--unit", choices=UNITS, default="bits", help="per character")
    plot.add_argument("--by", choices=ALONG, default="step", help="what the x axis counts")

    add("bench", _bench, "Ratios of speed, each measured within this one run.")
    return parser


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
    if nats is not None:
        text += f" Validation: {nats:.4f} nats over {validation['characters_scored']:,} characters."
    _tell(given, result, text)
    if last["reason"] == "stopped":
        print(way_on, file=sys.stderr)
        return 0 if given.background else INTERRUPTED_STATUS
    return 0 if last["reason"] == "finished" else 1


def _run_to_train(given: argparse.Namespace) -> tuple[Path, RunSettings]:
    if given.resume is not None:
        if any(
            (given.corpus, given.preset, given.out, given.seconds, given.steps, given.hidden_size)
        ):
            raise UserError(
                "A resumed run keeps its corpus, preset, budget, hidden size and folder.",
                "Give --resume alone, or start a new run without it.",
            )
        return given.resume, RunSettings.load(given.resume)
    if given.corpus is None or given.preset is None:
        raise UserError("A new run needs --corpus and --preset.", "Or give --resume DIR.")
    config = PRESETS[given.preset].with_budget(given.steps, given.seconds)
    if given.hidden_size is not None:
        if given.hidden_size < 1:
            raise UserError("The hidden size must be above zero.", "Give one such as 256.")
        config = replace(config, hidden_size=given.hidden_size)
    below = Path(os.environ.get("CHARLSTM_CHECKPOINTS") or "checkpoints")
    folder = given.out or below / new_run_name(given.corpus, given.preset)
    if folder.is_dir() and any(folder.iterdir()):
        raise UserError(
            f"The folder {str(folder)!r} is not empty.",
            "Choose another with --out, or go on with the run in it with --resume.",
        )
    return folder, RunSettings(given.corpus, given.preset, config)


def _give_way(stop: threading.Event) -> None:
    """Low priority, and an end when the app's end of the pipe on standard input closes."""
    if hasattr(os, "nice"):
        os.nice(_NICE)

    def watch() -> None:
        os.read(sys.stdin.fileno(), 1)  # past Python's buffer, whose lock an exit would wait for
        stop.set()

    threading.Thread(target=watch, daemon=True).start()


def _eval(given: argparse.Namespace) -> int:
    checkpoint, corpus = load_checkpoint(given.checkpoint), load_corpus(given.corpus)
    ids = corpus.ids(given.split, checkpoint.vocab)
    result = asdict(evaluate(checkpoint.model, ids))
    text = "{nats:.4f} nats = {bpc:.4f} bits per character over {characters:,} characters"
    _tell(given, result, text.format(**result))
    return 0


def _sample(given: argparse.Namespace) -> int:
    sampler = _sampler(given)
    texts = sampler.sample(given.seed_text, given.temperature, given.length, given.dice)
    samples = [
        {"temperature": temperature, "text": text}
        for temperature, [text] in zip(given.temperature, texts, strict=True)
    ]
    shown = "\n\n".join(f"--- T {s['temperature']:g}\n{s['text']}" for s in samples)
    _tell(given, {"samples": samples}, shown)
    return 0


def _probe(given: argparse.Namespace) -> int:
    result = probe(
        _sampler(given),
        given.seed_text,
        given.temperature,
        given.samples,
        given.horizon,
        given.dice,
    )
    lines = [
        f"T {r.temperature:g}: closed {r.closed} of {r.n} within {given.horizon} characters "
        f"({r.rate:.1%}, 95 % interval {r.interval[0]:.1%} to {r.interval[1]:.1%}); control: a "
        f'stray ")" in {r.control.closed} of {r.control.n} ({r.control.rate:.1%}, '
        f"{r.control.interval[0]:.1%} to {r.control.interval[1]:.1%})"
        for r in result.temperatures
    ]
    _tell(given, asdict(result), "\n".join(lines))
    return 0


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
    _tell(given, result, f"{given.out}: the loss of {', '.join(runs)}.")
    return 0


def _bench(given: argparse.Namespace) -> int:
    rows = [asdict(row) for row in bench()]
    lines = [
        f"{r['what']:<44} {r['ours']:>12,.0f} {r['unit']}, {r['ratio']:6.1f} x {r['against']}"
        for r in rows
    ]
    _tell(given, {"rows": rows}, "\n".join(lines))
    return 0


def _sampler(given: argparse.Namespace) -> Sampler:
    checkpoint = load_checkpoint(given.checkpoint)
    if unknown := checkpoint.vocab.unknown(given.seed_text):
        named = " ".join(repr(character) for character in unknown[:20])
        print(f"Not seen in training, read as UNK: {named}", file=sys.stderr)
    return Sampler(checkpoint.model, checkpoint.vocab)


def _tell(given: argparse.Namespace, result: dict[str, Any], text: str) -> None:
    print(json.dumps(result) if given.json else text)


if __name__ == "__main__":
    sys.exit(main())
