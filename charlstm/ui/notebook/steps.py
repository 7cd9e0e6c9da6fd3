"""The code that does each step of the lesson, and that mends each slip of the notebook.

Names and excerpts are read from the functions themselves, so that a renamed function breaks an
import instead of leaving a wrong name on the page.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from charlstm.experiments.cells.effects import taken_away
from charlstm.experiments.cells.watch import watched
from charlstm.experiments.intervals import wilson_interval
from charlstm.experiments.probe import probe
from charlstm.model import cell, choosers
from charlstm.model.cell import last_character
from charlstm.model.evaluate import evaluate
from charlstm.model.lstm import CharLSTM
from charlstm.model.noise import gumbel_noise
from charlstm.model.reading import read
from charlstm.model.sampler import Sampler
from charlstm.model.truncation import Truncation, probabilities
from charlstm.runs.catalog import RunCatalog
from charlstm.text.brackets import Target
from charlstm.text.corpus import load_corpus
from charlstm.text.sources import join_rows
from charlstm.text.vocabulary import Vocabulary
from charlstm.training import update
from charlstm.training.batches import ParallelStreams, RandomWindows
from charlstm.training.trainer import Trainer
from charlstm.training.update import Update

FROM_HERE, TO_HERE = "# From here in the lesson,", "# to here."
"""Comments before and after a part of a module that the lesson displays."""


@dataclass(frozen=True)
class CourseCode:
    """The code of a step.

    Attributes:
        places: functions and files here that do this step.
        code: an excerpt; "" for none.
    """

    places: list[str]
    code: str


def place(function: Callable[..., Any] | type) -> str:
    """File and name of a function or class: ``model/lstm.py · CharLSTM.forward``."""
    file = function.__module__.removeprefix("charlstm.").replace(".", "/")
    return f"{file}.py · {function.__qualname__}"


def excerpt(function: Callable[..., Any]) -> str:
    """A function's source without its docstring."""
    source = textwrap.dedent(inspect.getsource(function))
    [written] = ast.parse(source).body
    lines = source.splitlines()
    if isinstance(written, ast.FunctionDef) and ast.get_docstring(written) is not None:
        docstring = written.body[0]
        del lines[docstring.lineno - 1 : docstring.end_lineno]
    return "\n".join(lines).strip()


def marked(module: ModuleType) -> str:
    """The parts of a module's source between the comments `FROM_HERE` and `TO_HERE`.

    Raises:
        ValueError: the module has no such part, or one without an end.
    """
    parts: list[str] = []
    begin = None
    lines = inspect.getsource(module).splitlines()
    for number, line in enumerate(lines):
        if line.strip() == FROM_HERE:
            begin = number + 1
        elif line.strip() == TO_HERE and begin is not None:
            parts.append(textwrap.dedent("\n".join(lines[begin:number])))
            begin = None
    if not parts or begin is not None:
        raise ValueError(f"{module.__name__} marks no part for the lesson, or half of one")
    return "\n".join(parts)


def step_code() -> dict[str, CourseCode]:
    """Name of a step -> its code."""
    return {
        "characters": CourseCode(
            [place(load_corpus), place(Vocabulary.from_text), place(Vocabulary.encode)],
            excerpt(Vocabulary.from_text),
        ),
        "window": CourseCode(
            [place(RandomWindows.at), place(ParallelStreams.at)],
            excerpt(RandomWindows.at),
        ),
        "cell": CourseCode(
            [place(last_character), place(CharLSTM.forward), place(CharLSTM.init_hidden)],
            f"{excerpt(CharLSTM.forward)}\n\n# One layer of self.lstm, written out\n{marked(cell)}",
        ),
        "loss": CourseCode([place(evaluate), place(read)], excerpt(read)),
        "training": CourseCode(
            [
                place(Update.once),
                place(Trainer.step),
                place(RunCatalog.history),
                "ui/train/plot/plot.js",
            ],
            marked(update),
        ),
        "temperature": CourseCode([place(probabilities)], excerpt(probabilities)),
        "dice": CourseCode([place(Sampler.stream), place(gumbel_noise)], marked(choosers)),
        "bracket": CourseCode(
            [place(Target.feed), place(probe), place(wilson_interval)], excerpt(Target.feed)
        ),
        "memory": CourseCode([place(watched), place(taken_away)], ""),
        "slips": CourseCode([place(evaluate)], ""),
    }


def slip_places() -> dict[str, str]:
    """Name of a slip -> the function or class here that mends it."""
    return {
        "validation": place(evaluate),
        "points": place(RunCatalog.history),
        "unknown": place(Vocabulary.unknown),
        "prime": place(Sampler.stream),
        "unk": place(Sampler),
        "top_k": place(Truncation),
        "newlines": place(join_rows),
        "dropout": place(CharLSTM.forward),
    }
