"""The lesson: its steps, the slips and the headings of the notebook, in the visitor's language.

``course.json`` says which there are, how long each step takes, and what its links open; the texts
are in the tables (`charlstm.texts`). What they quote of the shipped checkpoints is compared with
their files by ``tests/ui/notebook/test_texts.py``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from charlstm.language import ENGLISH
from charlstm.texts import table, text

_COURSE = Path(__file__).with_name("course.json")


@dataclass(frozen=True)
class CourseLink:
    """A button of a step that opens another tab.

    Attributes:
        label: on the button.
        query: the link's settings, without the step and the checkpoint, which the browser adds.
    """

    label: str
    query: str


@dataclass(frozen=True)
class CourseStep:
    """One step of the lesson.

    Attributes:
        name: in a link, ``step=``.
        title: a few words.
        minutes: that it takes, an estimate.
        text: paragraphs before the question.
        question: to be answered by trying.
        answer: paragraphs that open below it.
        opens: what the question is tried with, where another tab has it.
        ask, expect: what a teacher may ask about the step, and what to expect.
    """

    name: str
    title: str
    minutes: int
    text: list[str]
    question: str
    answer: list[str]
    opens: list[CourseLink]
    ask: str
    expect: str


@dataclass(frozen=True)
class CourseSlip:
    """One slip of the notebook.

    Attributes:
        name: of the slip, for `steps.slip_places`.
        slip: what goes wrong in the notebook.
        notice: how one would notice it.
        mended: what happens here instead.
    """

    name: str
    slip: str
    notice: str
    mended: str


@dataclass(frozen=True)
class CourseSection:
    """A heading of the notebook.

    Attributes:
        section: its number and words.
        step: name of the step that it became; "" for none.
        here: where it is instead; "" for a step.
    """

    section: str
    step: str
    here: str


@dataclass(frozen=True)
class Lesson:
    """The whole lesson."""

    steps: list[CourseStep]
    slips: list[CourseSlip]
    sections: list[CourseSection]


def lesson() -> Lesson:
    """The lesson in the visitor's language."""
    course = json.loads(_COURSE.read_text(encoding="utf-8"))
    return Lesson(
        steps=[_step(step) for step in course["steps"]],
        slips=[_slip(name) for name in course["slips"]],
        sections=[_section(number, step) for number, step in enumerate(course["sections"])],
    )


def _step(step: dict[str, Any]) -> CourseStep:
    name = step["name"]
    return CourseStep(
        name=name,
        title=text(f"notebook.steps.{name}.title"),
        minutes=step["minutes"],
        text=[text(f"notebook.steps.{name}.text.{i}") for i in _numbers(name, "text")],
        question=text(f"notebook.steps.{name}.question"),
        answer=[text(f"notebook.steps.{name}.answer.{i}") for i in _numbers(name, "answer")],
        opens=[
            CourseLink(text(f"notebook.steps.{name}.opens.{i}"), query)
            for i, query in enumerate(step["opens"])
        ],
        ask=text(f"notebook.steps.{name}.ask"),
        expect=text(f"notebook.steps.{name}.expect"),
    )


def _numbers(step: str, part: str) -> range:
    """The numbers of the paragraphs of a part of a step."""
    return range(sum(name.startswith(f"notebook.steps.{step}.{part}.") for name in table(ENGLISH)))


def _slip(name: str) -> CourseSlip:
    return CourseSlip(
        name,
        text(f"notebook.slips.{name}.slip"),
        text(f"notebook.slips.{name}.notice"),
        text(f"notebook.slips.{name}.mended"),
    )


def _section(number: int, step: str) -> CourseSection:
    here = "" if step else text("notebook.here")
    return CourseSection(text(f"notebook.sections.{number}"), step, here)
