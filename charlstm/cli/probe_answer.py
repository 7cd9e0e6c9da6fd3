"""The command ``probe``: run the same probe as the page, and print its result or write files."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from tqdm import tqdm

from charlstm.checkpoints.catalog import checkpoint_info
from charlstm.counting import counted
from charlstm.errors import UserError
from charlstm.experiments.baselines import missing_comparisons, ngram_baseline, real_incidence
from charlstm.experiments.battery import SAMPLES, BatteryResult, battery, probing_battery
from charlstm.experiments.probe import probing
from charlstm.experiments.question import ProbeQuestion
from charlstm.experiments.results import TemperatureResult
from charlstm.export.figure import KINDS as PICTURES
from charlstm.export.figure import picture
from charlstm.export.probe_figure import plot_probe
from charlstm.export.probe_report import ProbeReport, probe_csv, probe_json
from charlstm.model.sampler import Sampler
from charlstm.text.corpus import at_hand

KINDS = ("csv", "json", *PICTURES)


def add_question(command: argparse.ArgumentParser) -> None:
    """Declare a probe's arguments except for seed text and temperatures."""
    command.add_argument("--samples", type=int, default=200, help="samples at each temperature")
    command.add_argument(
        "--horizon", type=int, default=200, help="characters after which a sample is cut off"
    )
    command.add_argument("--dice", type=int, default=7, help="the same dice give the same samples")


def question_of(options: argparse.Namespace) -> ProbeQuestion:
    """The probe's question from the command line.

    Raises:
        UserError: an argument is out of its range, or the seed text leaves no bracket open.
    """
    return ProbeQuestion(
        options.seed_text,
        tuple(options.temperature),
        options.samples,
        options.horizon,
        options.dice,
        options.across_lines,
    )


def answer(
    checkpoint: Path,
    sampler: Sampler,
    question: ProbeQuestion,
    *,
    with_battery: bool,
) -> ProbeReport:
    """Run the probe, with progress on standard error if that is a terminal.

    Args:
        checkpoint: folder of the sampler's checkpoint.
        sampler: of the model.
        question: the probe's question.
        with_battery: probe the battery's 40 seed texts too, at each temperature, with
            `battery.SAMPLES` samples each.
    """
    info = checkpoint_info(checkpoint)
    horizon, dice, across = question.horizon, question.dice, question.across_lines
    with tqdm(total=horizon, unit=" characters", disable=None) as bar:
        for progress in probing(sampler, question):
            bar.update(progress.characters - bar.n)
            result = progress.result
    assert result is not None
    batteries = []
    if with_battery:
        seeds = battery(at_hand(info.corpus) if info.corpus else None, info.no_text)
        for temperature in question.temperatures:
            with tqdm(total=len(seeds.seeds), unit=" seed texts", disable=None) as bar:
                for done in probing_battery(
                    sampler, seeds, temperature, SAMPLES, horizon, dice, across
                ):
                    bar.update(len(done.rows) - bar.n)
            assert done.result is not None
            batteries.append(done.result)
    ngram = ngram_baseline(
        question.seed_text, question.samples, horizon, dice, info.corpus, across_lines=across
    )
    real = real_incidence(horizon, question.seed_text, info.corpus, across_lines=across)
    missing = missing_comparisons(info, ngram, real)
    return ProbeReport(info.name, info.fingerprint, result, ngram, real, batteries, missing=missing)


def in_words(report: ProbeReport) -> str:
    """The verdict, the figures behind it, and the doubts about it, as lines of text."""
    result, horizon = report.result, report.result.question.horizon
    lines = [result.verdict.sentence, ""]
    if result.question.across_lines:
        lines.insert(1, "Samples and controls went on after newlines.")
    lines += [line for at in result.temperatures for line in _figures(at, horizon)]
    if report.ngram is not None:
        ngram = report.ngram
        lines.append(
            f"7-gram: closed {ngram.closed:,} of {ngram.n:,} ({_rate(ngram.rate, ngram.interval)})"
            f"; with a comma, an unmatched bracket in {ngram.strays:,} "
            f"({_rate(ngram.control, ngram.control_interval)}). {ngram.source}"
        )
    if report.real is not None:
        real = report.real
        half = "never half" if real.median is None else f"half within {_characters(real.median)}"
        lines.append(
            f"Real text: closed {real.closed[-1]:.1%} within {_characters(horizon)}, {half}."
            f" {real.source}"
        )
    if report.missing:
        lines.append(report.missing)
    lines += [line for at in report.batteries for line in _battery(at)]
    return "\n".join([*lines, "", "What would make this wrong:", *result.verdict.doubts])


def kind_of(path: Path) -> str:
    """The file format by the suffix of a file's name: one of `KINDS`.

    Raises:
        UserError: the suffix is none of them.
    """
    kind = path.suffix.removeprefix(".").lower()
    if kind not in KINDS:
        *others, last = (f".{kind}" for kind in KINDS)
        raise UserError(
            f"The answer can't be written to {str(path)!r}.",
            f"Give --out a name that ends in {', '.join(others)} or {last}.",
        )
    return kind


def write_answer(report: ProbeReport, path: Path) -> None:
    """Write the samples as CSV, the report as JSON, or the figure, by the file's suffix.

    Raises:
        UserError: the suffix is another, or the file can't be written.
    """
    kind = kind_of(path)
    if kind == "csv":
        data = probe_csv(report).encode()
    elif kind == "json":
        data = probe_json(report).encode()
    else:
        data = picture(plot_probe(report.result, report.ngram, report.real), kind)
    try:
        path.write_bytes(data)
    except OSError as error:
        raise UserError(
            f"{str(path)!r} can't be written ({error.strerror}).", "Give another --out."
        ) from error


def _figures(at: TemperatureResult, horizon: int) -> Iterator[str]:
    median = at.incidence.median
    half = "fewer than half" if median is None else f"half of all within {_characters(median)}"
    yield (
        f"T {at.temperature:g}: closed {at.closed:,} of {at.n:,} within "
        f"{_characters(horizon)} ({_rate(at.rate, at.interval)}); {half}"
    )
    for name, control, difference in (
        ("a comma", at.control, at.difference),
        ("a closed pair", at.pair, at.pair_difference),
    ):
        low, high = (100 * bound for bound in difference.interval)
        yield (
            f"  with {name} for the bracket: an unmatched one in {control.closed:,} of "
            f"{control.n:,} "
            f"({_rate(control.rate, control.interval)}); difference {100 * difference.rate:+.1f} "
            f"points, {low:+.1f} to {high:+.1f}"
        )


def _battery(at: BatteryResult) -> Iterator[str]:
    low, high = (100 * bound for bound in at.difference_interval)
    yield (
        f"T {at.temperature:g}, {counted(len(at.rows), 'seed text')}, "
        f"{counted(at.samples, 'sample')} each: "
        f"closed {_rate(at.rate, at.rate_interval)}; with a comma, an unmatched bracket in "
        f"{_rate(at.control, at.control_interval)}; difference {100 * at.difference:+.1f} "
        f"points, {low:+.1f} to {high:+.1f}; intervals over seed texts. {at.source}"
    )


def _rate(rate: float, interval: tuple[float, float]) -> str:
    low, high = interval
    return f"{rate:.1%}, 95 % interval {low:.1%} to {high:.1%}"


def _characters(n: int) -> str:
    return counted(n, "character")
