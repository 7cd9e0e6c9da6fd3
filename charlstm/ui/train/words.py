"""Sentences and labels of the Train tab on runs and settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from charlstm.checkpoints.card_facts import in_words
from charlstm.checkpoints.title import told_apart
from charlstm.errors import user_error
from charlstm.runs.catalog import RunCatalog
from charlstm.runs.manager import Runs
from charlstm.runs.status import TRAINS, RunStatus
from charlstm.text.spec import BRACKETS, WIKITEXT2
from charlstm.texts import Phrase, text, translated
from charlstm.training.config import PRESETS, TrainConfig, preset_config

OWN_TEXT, HUB = "own", "hub"
CORPORA = (WIKITEXT2.name, BRACKETS.name, OWN_TEXT, HUB)
"""The kinds of text, as the list of texts has them."""
ALIVE = ("waiting", *TRAINS)


def corpus_label(name: str) -> str:
    """The label of a kind of text."""
    return text(f"train.corpora.{name}")


def characters_counted(number: float) -> str:
    """A number of characters, rounded to a whole one: "2,000 characters"."""
    return text("train.counts.characters", n=round(number))


def seconds_counted(number: float) -> str:
    """A number of seconds, rounded to a whole one: "60 seconds"."""
    return text("train.counts.seconds", n=round(number))


def stop_label(state: str) -> str:
    """The label of the button that stops a run."""
    if state == "waiting":
        return text("train.withdraw")
    return text("train.skip_score") if state == "scoring" else text("train.stop")


def came_with(runs: RunCatalog, status: RunStatus) -> str:
    """The training text and machine of a shipped run, and the checkpoint whose weights it started
    from, if any; "" for a run of this page."""
    learned = runs.learned(status.name) if status.shipped else None
    if learned is None:
        return ""
    said, grown_from = in_words(learned.trained_on), learned.settings.grown_from
    if learned.machine:
        said = text("train.whose.text_by", text=said, machine=in_words(learned.machine))
    if grown_from:
        said = text("train.whose.text_grown", text=said, checkpoint=grown_from)
    return said


def whose_sentence(state: str, mine: bool, over: bool, trained_on: str = "") -> str:
    """A sentence on what this browser can do with the watched run.

    Args:
        state: the run's.
        mine: whether this browser started it.
        over: whether it has trained for as long as a run may here.
        trained_on: `came_with` of a shipped run, "" for any other.
    """
    if trained_on:
        return text("train.whose.shipped", text=trained_on)
    if state == "damaged":
        return ""
    if not mine:
        if state in ("finished", "failed"):
            return text("train.whose.elsewhere")
        alive, ended = text("train.whose.elsewhere_alive"), text("train.whose.elsewhere_ended")
        return alive if state in ALIVE else ended
    if over:
        return text("train.whose.over")
    if state == "waiting":
        return text("train.whose.waiting")
    if state == "scoring":
        return text("train.whose.scoring")
    return text("train.whose.trains") if state in TRAINS else ""


def typed_settings(seconds: str, steps: str, hidden_size: str) -> dict[str, Any]:
    """The typed own settings as keyword arguments of `Runs.start`; None for an empty field.

    Raises:
        UserError: a field is not a number.
    """
    return {
        "seconds": _typed(seconds, text("train.seconds"), whole=False),
        "steps": _typed(steps, text("train.steps"), whole=True),
        "hidden_size": _typed(hidden_size, text("train.hidden_size"), whole=True),
    }


def _typed(typed: str, what: str, *, whole: bool) -> float | None:
    if not typed.strip():
        return None
    try:
        return int(typed) if whole else float(typed)
    except ValueError as error:
        shown = repr(typed.strip()[:40])
        kind = "whole" if whole else "any"
        raise user_error(f"train.no_number.{kind}", what=what, typed=shown) from error


def settings_sentences(runs: Runs, preset: str) -> list[str]:
    """Sentences on the values of empty fields and on the limits of this page."""
    config, limits = preset_config(preset), runs.limits
    budget = (
        text("train.counts.steps", n=config.steps)
        if config.steps
        else seconds_counted(config.seconds or 0)
    )
    return [
        text("train.empty_fields", budget=budget, hidden=config.hidden_size),
        text(
            "train.limits",
            seconds=seconds_counted(limits.seconds),
            steps=text("train.counts.steps", n=limits.steps),
            hidden=limits.hidden,
            at_once=text("train.at_once", n=limits.runs),
        ),
    ]


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
    seconds = preset_config(preset).seconds
    return text(f"train.budgets.{seconds and round(seconds)}")


def run_choices(runs: Sequence[RunStatus]) -> list[tuple[str, str]]:
    """The label and the name of each run of a list. Labels are such as "24 Nov 23:11 quick,
    finished: Bracket language, about 1 minute"."""
    names = [run.name for run in runs]
    called = told_apart([run.called for run in runs], names)
    return [(_label(run, one), run.name) for one, run in zip(called, runs, strict=True)]


def _label(run: RunStatus, called: str) -> str:
    if run.shipped:
        return text("train.runs.shipped", run=called)
    if run.state == "damaged":
        return text("train.runs.damaged", run=called)
    settings = preset_label(run.preset) if run.preset in PRESETS else run.preset
    said = {
        "run": called,
        "state": text(f"runs.states.{run.state}"),
        "text": _text_label(run),
        "settings": Phrase.made(lambda: _in_sentence(str(translated(settings)))),
    }
    own = run.own_settings
    return text("train.runs.listed_own", **said) if own else text("train.runs.listed", **said)


def _in_sentence(label: str) -> str:
    return f"{label[:1].lower()}{label[1:]}"


def _text_label(run: RunStatus) -> str:
    if run.corpus.hub is not None:
        return run.corpus.hub.dataset
    return corpus_label(run.corpus.name if run.corpus.is_public else OWN_TEXT)
