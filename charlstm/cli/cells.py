"""The command ``cells``: find the units that a bracket's closing depends on, and take them away."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from tqdm import tqdm

from charlstm.checkpoints.catalog import checkpoint_info
from charlstm.checkpoints.checkpoint import load_checkpoint
from charlstm.cli.output import CORPUS, Add, read_corpus, tell
from charlstm.counting import counted
from charlstm.errors import UserError
from charlstm.experiments.cells.depth import DepthCount
from charlstm.experiments.cells.effects import Effect, Effects
from charlstm.experiments.cells.experiment import CellsQuestion
from charlstm.experiments.cells.learnt import LearntRow
from charlstm.experiments.cells.rates import Rates, Sampling
from charlstm.experiments.cells.report import CellsReport
from charlstm.experiments.cells.reporting import reporting
from charlstm.experiments.cells.targets import TARGETS
from charlstm.experiments.cells.verdict import named
from charlstm.experiments.intervals import Estimate
from charlstm.experiments.snapshots import kept_snapshots
from charlstm.export.cells_figure import plot_cells
from charlstm.export.cells_report import cells_csv
from charlstm.export.figure import KINDS as PICTURES
from charlstm.export.figure import picture
from charlstm.model.sampler import Sampler

_KINDS = ("csv", "json", *PICTURES)


def add_commands(add: Add) -> None:
    """Declare the command and its arguments."""
    default = Sampling()
    cells = add("cells", _cells, "Which units does closing a bracket depend on?")
    cells.add_argument("checkpoint", type=Path)
    cells.add_argument(
        "--target",
        default="(",
        choices=tuple(TARGETS),
        help="what the units should tell; only brackets are taken away too",
    )
    cells.add_argument(
        "--corpus", **(CORPUS | {"help": f"default: the model's own; {CORPUS['help']}"})
    )
    cells.add_argument(
        "--whole",
        action="store_true",
        help="rank the units over the whole validation text, and not over a slice of it",
    )
    cells.add_argument(
        "--snapshots",
        type=Path,
        nargs="+",
        default=[],
        metavar="DIR",
        help="checkpoint folders of earlier steps, each named by its step: when were the units "
        "learnt? default: those that train --snapshots has kept",
    )
    cells.add_argument("--texts", type=int, default=default.texts, help="that are written on")
    cells.add_argument("--samples", type=int, default=default.samples, help="of each text")
    cells.add_argument("--temperature", type=float, default=default.temperature)
    cells.add_argument(
        "--horizon", type=int, default=default.horizon, help="characters a sample may take to close"
    )
    cells.add_argument("--dice", type=int, default=default.dice)
    cells.add_argument(
        "--out",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="the units as .csv, everything as .json (cells.json beside a checkpoint that ships), "
        "the figure as .svg or .png",
    )


def _cells(options: argparse.Namespace) -> int:
    for path in options.out:
        _kind_of(path)  # reports a wrong file name before the work, which takes long
    question = CellsQuestion(
        options.target,
        options.whole,
        Sampling(
            options.texts, options.samples, options.temperature, options.horizon, options.dice
        ),
    )
    info, checkpoint = checkpoint_info(options.checkpoint), load_checkpoint(options.checkpoint)
    sampler = Sampler(checkpoint.model, checkpoint.vocab)
    corpus = options.corpus or info.corpus
    if corpus is None:
        raise UserError(
            "It is not known what text this model was trained on.", "Name one with --corpus."
        )
    snapshots = options.snapshots or kept_snapshots(options.checkpoint)
    work = reporting(info, sampler, read_corpus(corpus), question, snapshots)
    with tqdm(total=100, unit=" %", disable=None) as bar:
        for progress in work:
            bar.set_description(progress.doing, refresh=False)
            bar.update(int(100 * progress.share) - bar.n)
    report = progress.result
    assert report is not None
    for path in options.out:
        _write(report, path)
    tell(options, json.loads(report.json()), in_words(report))
    return 0


def in_words(report: CellsReport) -> str:
    """The verdict, the figures behind it, and the doubts about it, as lines of text."""
    result = report.result
    finding = result.finding
    lines = [result.verdict.sentence, ""]
    lines.append(
        f"Areas under the ROC curve for {named(finding.target)} on articles not chosen on, "
        f"{counted(finding.characters, 'character')}; best of moved labels "
        f"{finding.null.highest:.3f}:"
    )
    lines += [
        f"  {one.unit} {one.part}: {one.shown:.3f} ({'high' if one.high else 'low'} inside)"
        for one in finding.units[:5]
    ]
    probe = finding.probe
    lines.append(
        f"  a linear probe on all units: {probe.target:.3f}, its control task {probe.control:.3f};"
        f" the best unit alone: {probe.unit_target:.3f} and {probe.unit_control:.3f}"
    )
    lines += [
        f"  best for {named(one.target)}: {one.best.unit}, {one.best.shown:.3f}"
        for one in finding.targets
        if one.best is not None
    ]
    if result.effects is not None:
        lines += _effects(result.effects)
    if result.rates is not None:
        lines += _rates(result.rates)
    if result.cost is not None:
        cost = result.cost
        random = ", ".join(f"{one:+.4f}" for one in cost.random)
        lines.append(
            f"Ordinary text: {cost.plain:.4f} bits per character, with the hold "
            f"{_signed(cost.difference, 4)}; with random sets {random}."
        )
    if report.depth is not None:
        lines += _depth(report.depth)
    lines += [_learnt(row) for row in report.learnt]
    return "\n".join([*lines, "", "What would make this wrong:", *result.verdict.doubts])


def _effects(effects: Effects) -> Iterator[str]:
    yield (
        f"At {effects.places[1]} places where the text closes the bracket it is "
        f"{_plain(effects.gap)} nats likelier than in the control. Taken away, and given back:"
    )
    named_sets: list[tuple[str, Effect]] = [
        (f"the {len(one.units)} best", one) for one in effects.doses
    ]
    for name, one in (*named_sets, ("the best pair", effects.pair)):
        units = " ".join(one.units[:5]) + (" ..." if len(one.units) > 5 else "")
        yield (
            f"  {name} ({units}): {_plain(one.necessity)}, {100 * one.necessity_share:.0f} %; "
            f"{_plain(one.sufficiency)}, {100 * one.sufficiency_share:.0f} %"
        )
    random = effects.random
    yield (
        f"  {random.n} random sets of {counted(random.size, 'unit')} or so: at most "
        f"{max(random.necessity):.2f} and {max(random.sufficiency):.2f}; "
        f"p = {random.necessity_p:.2f} and {random.sufficiency_p:.2f} for {_chosen(effects)}"
    )


def _chosen(effects: Effects) -> str:
    return " ".join(effects.best.units)


def _rates(rates: Rates) -> Iterator[str]:
    how = rates.sampling
    yield (
        f"Closed, or an unmatched bracket, within {counted(how.horizon, 'character')} at "
        f"T {how.temperature:g}, "
        f"{counted(rates.texts, 'text')} of {counted(how.samples, 'sample')}, the same dice:"
    )
    for row in rates.rows:
        low, high = row.rate.interval
        change = "" if row.change is None else f", change {_signed(row.change, 3)}"
        yield f"  {row.kind}: {row.rate.mean:.3f} ({low:.3f} to {high:.3f}){change}"


def _depth(depth: DepthCount) -> Iterator[str]:
    yield (
        f"Unit {depth.unit} goes with the depth: r = {depth.chosen:.3f} where it was chosen, "
        f"{depth.shown:.3f} on other text. The chance of “(” after a space, free, with the unit at "
        f"its mean of depth 0, and of depth {len(depth.means) - 1}:"
    )
    for row in depth.rows:
        yield (
            f"  depth {row.depth}: {row.plain:.3f}, {row.as_outside:.3f}, {row.as_deepest:.3f} "
            f"({row.places} places)"
        )


def _learnt(row: LearntRow) -> str:
    areas = ", ".join(f"{unit} {area:.3f}" for unit, area in row.areas.items())
    rates = ""
    if row.closed is not None and row.stray is not None:
        rates = f"; closed {row.closed.mean:.3f}, unmatched {row.stray.mean:.3f}"
    return f"Step {row.step:,}: {row.bpc:.4f} bits; area {areas}; best {row.best}{rates}"


def _plain(estimate: Estimate) -> str:
    low, high = estimate.interval
    return f"{estimate.mean:.2f} ({low:.2f} to {high:.2f})"


def _signed(estimate: Estimate, digits: int) -> str:
    low, high = estimate.interval
    return f"{estimate.mean:+.{digits}f} ({low:+.{digits}f} to {high:+.{digits}f})"


def _kind_of(path: Path) -> str:
    kind = path.suffix.removeprefix(".").lower()
    if kind not in _KINDS:
        *others, last = (f".{kind}" for kind in _KINDS)
        raise UserError(
            f"The answer can't be written to {str(path)!r}.",
            f"Give --out a name that ends in {', '.join(others)} or {last}.",
        )
    return kind


def _write(report: CellsReport, path: Path) -> None:
    kind = _kind_of(path)
    try:
        if kind == "json":
            report.save(path)
        elif kind == "csv":
            path.write_bytes(cells_csv(report).encode())
        else:
            path.write_bytes(picture(plot_cells(report), kind))
    except OSError as error:
        raise UserError(
            f"{str(path)!r} can't be written ({error.strerror}).", "Give another --out."
        ) from error
