"""What the server says to a browser or a program in another language: one sentence of each kind."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.classroom.rooms import Rooms
from charlstm.language import speaking
from charlstm.runs.manager import Runs
from charlstm.texts import table
from charlstm.ui.app import build_app
from charlstm.ui.page import Page
from tests.fixtures.doors import RefusedError, doors
from tests.fixtures.pages import finished
from tests.ui.conftest import TINY


@pytest.fixture(scope="module")
def app(app_folders: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    async def build() -> Page:
        return build_app(Checkpoints(app_folders, app_folders), runs, rooms)

    runs = Runs(tmp_path_factory.mktemp("runs"))
    rooms = Rooms(tmp_path_factory.mktemp("rooms") / "rooms.sqlite")
    yield finished(build())  # where no event loop runs, Gradio makes loops that nobody closes
    runs.close()
    rooms.close()


def said(page: Page, door: str, values: Any, is_endpoint: bool) -> Any:
    """What a door of the page answers in German, or the sentence of its refusal."""
    [ask] = [
        one.ask
        for one in doors(page)
        if one.name == door and (one.opens_with is not None) == is_endpoint
    ]
    with speaking("de"):
        try:
            return asyncio.run(ask(values, None))
        except RefusedError as refused:
            return str(refused)


def german(name: str, **values: str) -> str:
    """A text of the German table with its gaps filled."""
    return str(table("de")[name]).format(**values)


JOIN = {"code": "", "token": "0123456789abcdef" * 2}
REST = [50, 7, False]  # the last arguments of /probe


@pytest.mark.parametrize(
    ("door", "values", "name", "gaps"),
    [
        ("join", JOIN, "classroom.words.no_code", {}),
        ("join", {**JOIN, "code": "CDFGHJ"}, "classroom.access.no_room", {"code": "CDFGHJ"}),
        ("join", {**JOIN, "code": 7}, "components.strange", {}),
        ("room", ["open", "CDFGHJ", "", 0], "classroom.request", {}),
        ("score", [TINY, 7], "page.api.text", {"argument": "'text'"}),
        (
            "probe",
            [TINY, "a ( ", [1.0], 20, 50, True, False],
            "page.api.number",
            {"argument": "'dice'"},
        ),
        ("probe", [TINY, "a", 1.0, 20, *REST], "page.api.temperatures", {"most": "8"}),
    ],
)
def test_a_refusal(app: Page, door: str, values: Any, name: str, gaps: dict[str, str]) -> None:
    sentences = [german(f"{name}.{part}", **gaps) for part in ("problem", "remedy")]
    assert said(app, door, values, isinstance(values, list)) == " ".join(sentences)


def test_phrases_in_an_answer_that_the_server_keeps(app: Page) -> None:
    ready = said(app, "desk", {}, False)["ready"]
    assert ready[0]["title"] == german("classroom.ready.opened")


@pytest.mark.slow
def test_a_refusal_before_any_handler_runs(page_url: str) -> None:
    """The queue's tasks serve many visitors: each one's sentence is in their own language."""
    with httpx.Client(base_url=f"{page_url}gradio_api/", timeout=60) as http:
        for spoken in ("de", "es", "en"):
            asked = {"headers": {"accept-language": spoken}}
            event = http.post("call/sample", json={"data": [TINY]}, **asked).json()["event_id"]
            told = http.get(f"call/sample/{event}", **asked).text
            problem = str(table(spoken)["page.api.values.problem"])
            assert problem.format(endpoint="sample", takes=9, sent=1) in told
        strange = http.post("queue/join", content="{", headers={"accept-language": "de"}).json()
        large = http.post("queue/join", content=" " * 10**8, headers={"accept-language": "de"})
    expected = f"{german('components.strange.problem')} {german('components.strange.remedy')}"
    assert [strange["detail"], large.json()["detail"]] == [expected, expected]
