"""The Notebook tab: a lesson in short steps, each with a question, something to try it with, and an
answer to open. The bar that leads back to it from other tabs is `build_return`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.text.vocabulary import Vocabulary
from charlstm.ui.components.component import drawn
from charlstm.ui.components.contract import Text
from charlstm.ui.components.events import IN_BROWSER, served
from charlstm.ui.components.words import VocabularyExample, vocabulary_example
from charlstm.ui.notebook.character import CharacterAnswer, CharacterQuestion, character_shown
from charlstm.ui.notebook.guessing import PassageAnswer, PassageQuestion, passage_shown
from charlstm.ui.notebook.lesson import CourseSection, CourseSlip, CourseStep, lesson
from charlstm.ui.notebook.steps import CourseCode, slip_places, step_code

_EXAMPLE_LIMIT = 80  # characters that fit into the drawing
_SCRIPTS = tuple(
    f"notebook/{name}.js"
    for name in (
        "characters",
        "live",
        "progress",
        "vocabulary",
        "window",
        "cell",
        "guess",
        "bracket",
        "slips",
        "sheet",
    )
)


@dataclass(frozen=True)
class Course:
    """What `course.js` draws.

    Attributes:
        checkpoint: the chosen one; None if there is none.
        steps, slips, sections: the lesson's (`Lesson`).
        code: of each step, by its name.
        places: what mends each slip, by its name.
    """

    checkpoint: str | None
    steps: list[CourseStep]
    slips: list[CourseSlip]
    sections: list[CourseSection]
    code: dict[str, CourseCode]
    places: dict[str, str]


@dataclass(frozen=True)
class StepInShort:
    """A step as the bar above other tabs shows it."""

    name: str
    question: str


@dataclass(frozen=True)
class Return:
    """What `return.js` draws: the steps."""

    steps: list[StepInShort]


@dataclass(frozen=True)
class ExampleTyped:
    """The texts in the boxes of the first step."""

    learnt: Text
    read: Text


def build_notebook_tab(checkpoints: Checkpoints, picker: gr.Dropdown) -> None:
    """Create the tab's component in the current context and wire its event."""
    texts = lesson()
    course = drawn(
        __file__,
        "course",
        Course(
            picker.value,
            texts.steps,
            texts.slips,
            texts.sections,
            step_code(),
            slip_places(),
        ),
        after=_SCRIPTS,
        server_functions=course_functions(checkpoints),
        elem_id="course",
    )
    picker.change(
        inputs=[picker, course],
        outputs=course,
        js="(checkpoint, course) => ({ ...course, checkpoint })",
        **IN_BROWSER,
    )


def build_return() -> None:
    """Create the bar that leads back to the step that opened another tab."""
    steps = [StepInShort(step.name, step.question) for step in lesson().steps]
    drawn(__file__, "return", Return(steps), elem_id="return")


def course_functions(checkpoints: Checkpoints) -> list[Callable[[Any], Any]]:
    """The server functions of `course.js`."""

    @served(ExampleTyped)
    def encode(asked: ExampleTyped) -> VocabularyExample:
        """A link may carry longer texts than the boxes: they are cut."""
        vocab = Vocabulary.from_text(asked.learnt[:_EXAMPLE_LIMIT])
        return vocabulary_example(vocab, asked.read[:_EXAMPLE_LIMIT])

    @served(CharacterQuestion)
    def character(asked: CharacterQuestion) -> CharacterAnswer:
        return character_shown(checkpoints, asked)

    @served(PassageQuestion)
    def passage(asked: PassageQuestion) -> PassageAnswer:
        return passage_shown(checkpoints, asked)

    return [encode, character, passage]
