"""The commands that plot runs, and export the history of a shipped model."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from charlstm.checkpoints.files import LEARNED
from charlstm.cli.output import SEED_TEXT, Add, read_corpus, tell
from charlstm.cli.probe_answer import add_question, question_of
from charlstm.counting import counted
from charlstm.errors import UserError
from charlstm.experiments.snapshots import learned_of, probed
from charlstm.export.curves import ALONG, UNITS
from charlstm.export.figure import KINDS, picture
from charlstm.export.loss_figure import MOST_RUNS, plot_runs
from charlstm.runs.settings import RunSettings


def add_commands(add: Add) -> None:
    """Declare the commands and their arguments."""
    plot = add("plot", _plot, "Draw the loss of runs, one over another, as a picture.")
    plot.add_argument(
        "run", type=Path, nargs="+", metavar="RUN", help=f"folder of a run; up to {MOST_RUNS}"
    )
    plot.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="ends in .svg or .png"
    )
    plot.add_argument("--unit", choices=UNITS, default="bits", help="per character")
    plot.add_argument("--by", choices=ALONG, default="step", help="what the x axis counts")

    learned = add(
        "learned", _learned, "Write the small history file of a shipped model's training."
    )
    learned.add_argument("run", type=Path, metavar="RUN", help="folder of a run that has ended")
    learned.add_argument(
        "--snapshots",
        type=Path,
        nargs="+",
        default=[],
        metavar="DIR",
        help="checkpoint folders copied during training, each named by its step: they are probed "
        "for closing a bracket, and so is the run's last checkpoint",
    )
    learned.add_argument(
        "--out", type=Path, metavar="FILE", help=f"default: {LEARNED} in the run's folder"
    )
    learned.add_argument("--trained-on", metavar="TEXT", help="the text, in words")
    learned.add_argument(
        "--machine", default="", metavar="TEXT", help='what trained it, such as "two CPU cores"'
    )
    learned.add_argument("--seed-text", default="He ( ", help='default: "He ( "', **SEED_TEXT)
    learned.add_argument("--temperature", type=float, nargs=1, default=[0.5])
    add_question(learned)
    learned.set_defaults(across_lines=False)  # a shipped history has no field for it


def _plot(options: argparse.Namespace) -> int:
    kind = options.out.suffix.removeprefix(".").lower()
    if kind not in KINDS:
        raise UserError(
            f"The figure can't be written to {str(options.out)!r}.",
            f"Give --out a name that ends in {' or '.join(f'.{kind}' for kind in KINDS)}.",
        )
    data = picture(plot_runs(options.run, options.unit, options.by), kind)
    try:
        options.out.write_bytes(data)
    except OSError as error:
        raise UserError(
            f"{str(options.out)!r} can't be written ({error.strerror}).", "Give another --out."
        ) from error
    runs = [str(run) for run in options.run]
    result = {"out": str(options.out), "runs": runs, "unit": options.unit, "by": options.by}
    tell(options, result, f"{options.out}: the loss of {', '.join(runs)}.")
    return 0


def _learned(options: argparse.Namespace) -> int:
    out = options.out or options.run / LEARNED
    settings = RunSettings.load(options.run)
    trained_on = options.trained_on or read_corpus(settings.corpus).description
    question = question_of(options)
    learned_of(options.run, [], trained_on)  # reports an unusable run before the probes
    closings = []
    for step, result in probed(options.run, options.snapshots, question):
        closings.append((step, result))
        [at] = result.temperatures
        print(f"step {step:,}: closed {at.closed} of {at.n}", file=sys.stderr)
    try:
        learned_of(options.run, closings, trained_on, options.machine).save(out)
    except OSError as error:
        raise UserError(
            f"{str(out)!r} can't be written ({error.strerror}).", "Give another --out."
        ) from error
    size = out.stat().st_size
    made = {"out": str(out), "bytes": size, "steps": [step for step, _ in closings]}
    tell(options, made, f"{out}: how {options.run.name} learnt, {counted(size, 'byte')}.")
    return 0
