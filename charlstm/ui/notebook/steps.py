"""The steps and the slips of the notebook, as data, with the code that does each step here.

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

from charlstm.experiments.intervals import wilson_interval
from charlstm.experiments.probe import probe
from charlstm.model import choosers
from charlstm.model.evaluate import evaluate
from charlstm.model.lstm import CharLSTM
from charlstm.model.sampler import Sampler
from charlstm.model.truncation import Truncation
from charlstm.runs.catalog import RunCatalog
from charlstm.text.brackets import Target
from charlstm.text.corpus import load_corpus
from charlstm.text.sources import join_rows
from charlstm.text.vocabulary import Vocabulary
from charlstm.training import update
from charlstm.training.batches import ParallelStreams, RandomWindows
from charlstm.training.trainer import Trainer
from charlstm.training.update import Update

FROM_HERE, TO_HERE = "# From here in the Notebook tab,", "# to here."
"""Comments before and after a part of a module that the tab displays."""


@dataclass(frozen=True)
class Step:
    """One step of the notebook.

    Attributes:
        title: a few words.
        text: a few sentences.
        places: functions and files here that do this step.
        code: an excerpt; "" for none.
    """

    title: str
    text: str
    places: tuple[str, ...]
    code: str


@dataclass(frozen=True)
class Slip:
    """One slip of the notebook.

    Attributes:
        slip: what goes wrong in the notebook.
        mended: what happens here instead.
        place: the function or class here that does it.
    """

    slip: str
    mended: str
    place: str


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
        raise ValueError(f"{module.__name__} marks no part for the Notebook tab, or half of one")
    return "\n".join(parts)


def steps() -> list[Step]:
    """The steps in the notebook's order."""
    return [
        Step(
            "Text becomes numbers",
            "A network reads numbers, so each distinct character of the training text gets one: "
            "its index in sorted order, which is called its id. One more id, UNK, stands for every "
            "character that the training text does not contain. Try it with a text of your own.",
            (place(load_corpus), place(Vocabulary.from_text), place(Vocabulary.encode)),
            excerpt(Vocabulary.from_text),
        ),
        Step(
            "The model",
            "Each id becomes a vector. An LSTM reads the vectors one after another and keeps what "
            "it needs in its hidden state, and a linear layer turns that into one score (a logit) "
            "for every character that could come next.",
            (place(CharLSTM.forward), place(CharLSTM.init_hidden)),
            excerpt(CharLSTM.forward),
        ),
        Step(
            "Batches",
            "The text is too long to read in one go. Many short windows are read side by side, "
            "and the target is the same window one character further on. The notebook takes "
            "windows from random positions and starts each with an empty hidden state; our quick "
            "preset reads parallel streams and carries the hidden state from window to window.",
            (place(RandomWindows.at), place(ParallelStreams.at)),
            excerpt(RandomWindows.at),
        ),
        Step(
            "The training loop",
            "The model predicts every next character, the loss measures how surprised it was by "
            "the real one, and the weights are moved a little so that it will be less surprised. "
            "The norm of the gradient is limited, because a recurrent network's gradient sometimes "
            "explodes. At intervals the model is scored on text that it does not learn from.",
            (place(Update.once), place(Trainer.step), place(evaluate)),
            marked(update),
        ),
        Step(
            "The plot",
            "Each step appends its loss to the run's history, and the Train tab draws what was "
            "appended since its last request: a dot for each step, a line for their running mean, "
            "a ring for each validation. The unit is bits per character: at 2 bits the model is as "
            "uncertain as between 4 equally likely characters.",
            (place(RunCatalog.history), "ui/train/plot/plot.js"),
            "",
        ),
        Step(
            "Temperature",
            "The scores are divided by T before they become probabilities. Below 1 likely "
            "characters get likelier, and at 0 the likeliest is always drawn; at 1 the "
            "probabilities are the model's own; above 1 unlikely characters get likelier. All "
            "columns here have the same dice, so only the temperature differs.",
            (place(Sampler.stream),),
            marked(choosers),
        ),
        Step(
            "The bracket probe",
            "Is a bracket that you open closed? A stack follows exactly this bracket, many "
            "samples are drawn instead of one, the rate comes with an interval, and a control "
            "without the bracket shows how often a closing bracket appears by habit.",
            (place(Target.feed), place(probe), place(wilson_interval)),
            excerpt(Target.feed),
        ),
    ]


def slips() -> list[Slip]:
    """The notebook's slips, and what happens here instead."""
    return [
        Slip(
            "Validation runs in train mode, so dropout stays on, with gradients, and on one "
            "random batch.",
            "It runs in eval mode, without gradients, on the same text each time, and at the end "
            "on the whole split.",
            place(evaluate),
        ),
        Slip(
            "Validation points are drawn one interval too early.",
            "Every record carries the step at which it was measured.",
            place(RunCatalog.history),
        ),
        Slip(
            "A seed text with a character outside the vocabulary ends in a KeyError.",
            "The character is read as UNK, and named below the seed text before you write.",
            place(Vocabulary.unknown),
        ),
        Slip(
            "While the seed text is read, a character is sampled at each step and thrown away.",
            "The seed text is read in one call; nothing is drawn until it ends.",
            place(Sampler.stream),
        ),
        Slip(
            "UNK can be sampled, and prints as five characters.",
            "UNK is read, never written: its score is minus infinity.",
            place(Sampler),
        ),
        Slip(
            "top_k can be passed and does nothing.",
            "Top-k keeps the k likeliest characters, after temperature.",
            place(Truncation),
        ),
        Slip(
            "Joining rows with a newline doubles the newlines that the rows already end with.",
            "Kept, so that figures are comparable with the notebook's; the docstring says so.",
            place(join_rows),
        ),
        Slip(
            "A dropout of 0.5 between layers does nothing with one layer, and torch warns.",
            "It is used only where there are two or more layers, so there is no warning.",
            place(CharLSTM.forward),
        ),
    ]
