"""Sentences and labels of the Train tab on runs and settings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from charlstm.errors import UserError
from charlstm.runs.catalog import RunCatalog
from charlstm.runs.manager import Runs
from charlstm.runs.status import TRAINS, RunStatus
from charlstm.text.spec import BRACKETS, WIKITEXT2
from charlstm.training.config import PRESETS, TrainConfig, preset_config

OWN_TEXT, HUB = "own", "hub"
CORPORA = {
    WIKITEXT2.name: "WikiText-2",
    BRACKETS.name: "Bracket language",
    OWN_TEXT: "Own text",
    HUB: "Hub dataset",
}
_BUDGETS: dict[float | None, str] = {
    30: "Half a minute",
    60: "A minute",
    120: "Two minutes",
    240: "Four minutes",
    600: "Ten minutes",
    7200: "Two hours",
    None: "The notebook's settings",
}

ALIVE = ("waiting", *TRAINS)


def came_with(runs: RunCatalog, status: RunStatus) -> str:
    """The training text and machine of a shipped run, and the checkpoint whose weights it started
    from, if any; "" for a run of this page."""
    learned = runs.learned(status.name) if status.shipped else None
    if learned is None:
        return ""
    grown_from = learned.settings.grown_from
    by = f", by {learned.machine}" if learned.machine else ""
    began = f"; it began with the weights of {grown_from}" if grown_from else ""
    return learned.trained_on + by + began


def whose_sentence(state: str, mine: bool, over: bool, trained_on: str = "") -> str:
    """A sentence on what this browser can do with the watched run.

    Args:
        state: the run's.
        mine: whether this browser started it.
        over: whether it has trained for as long as a run may here.
        trained_on: `came_with` of a shipped run, "" for any other.
    """
    if trained_on:
        return f"It came with its checkpoint and stays as it is. Trained on {trained_on}."
    if not mine:
        rest = "you can watch it" if state in ALIVE else "it can be resumed only there"
        rest = "" if state in ("finished", "failed") else f": {rest}"
        return f"Started in another browser or on the command line{rest}."
    if over:
        return "It has trained for the longest time that a run may take here."
    return {
        "waiting": "It starts when the runs before it have ended, even if this page is closed.",
        "starting": "It keeps training if this page is closed. Stop saves it; Resume continues it.",
        "running": "It keeps training if this page is closed. Stop saves it; Resume continues it.",
        "scoring": "Its steps are done and saved. The model can be used without this score, which "
        "Resume computes later.",
    }.get(state, "")


def typed_settings(seconds: str, steps: str, hidden_size: str) -> dict[str, Any]:
    """The typed own settings as keyword arguments of `Runs.start`; None for an empty field.

    Raises:
        UserError: a field is not a number.
    """
    return {
        "seconds": _typed(seconds, "Seconds", whole=False),
        "steps": _typed(steps, "Steps", whole=True),
        "hidden_size": _typed(hidden_size, "Hidden size", whole=True),
    }


def _typed(text: str, what: str, *, whole: bool) -> float | None:
    if not text.strip():
        return None
    try:
        return int(text) if whole else float(text)
    except ValueError as error:
        kind = "whole number" if whole else "number"
        raise UserError(
            f"{what}: {text.strip()[:40]!r} is no {kind}.", "Type digits, such as 120."
        ) from error


def settings_sentences(runs: Runs, preset: str) -> list[str]:
    """Sentences on the values of empty fields and on the limits of this page."""
    config, limits = preset_config(preset), runs.limits
    budget = f"{config.steps:,} steps" if config.steps else f"{config.seconds:,.0f} seconds"
    return [
        f"Empty fields take their values from the settings above: {budget}, hidden size "
        f"{config.hidden_size:,}.",
        f"At most {limits.seconds:,} seconds, {limits.steps:,} steps and hidden size "
        f"{limits.hidden:,} here. {_count(limits.runs)} at a time, others wait in line.",
    ]


def _count(runs: int) -> str:
    return "One run trains" if runs == 1 else f"{runs} runs train"


def plain_number(number: float | None) -> str:
    """A number as plain digits, without separators; "" for None."""
    return "" if number is None else f"{number:.0f}"


def pace_of(runs: RunCatalog, preset: str, config: TrainConfig) -> float | None:
    """Characters a second of the newest run with the same preset and hidden size, or None."""
    alike = (
        run.pace
        for run in runs.list()
        if run.preset == preset and run.hidden_size == config.hidden_size and run.pace
    )
    return next(alike, None)


def preset_label(preset: str) -> str:
    """The label of a preset: the time that it takes on this machine."""
    return _BUDGETS[preset_config(preset).seconds]


def run_label(run: RunStatus) -> str:
    """The label of a run, as "24 Nov 23:11, finished: Bracket language, a minute"."""
    if run.shipped:
        return f"{run.name}, shipped"
    try:
        started = datetime.strptime(run.name[:15], "%Y%m%d-%H%M%S")
        name = f"{started.day} {started:%b %H:%M}"
    except ValueError:  # a person named the folder
        name = run.name
    settings = preset_label(run.preset) if run.preset in PRESETS else run.preset
    own = ", own settings" if run.own_settings else ""
    return f"{name}, {run.state}: {_text_label(run)}, {settings[:1].lower()}{settings[1:]}{own}"


def _text_label(run: RunStatus) -> str:
    if run.corpus.hub is not None:
        return run.corpus.hub.dataset
    return CORPORA[run.corpus.name if run.corpus.is_public else OWN_TEXT]
