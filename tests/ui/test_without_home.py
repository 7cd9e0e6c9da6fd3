"""The page where neither the home folder nor the cache can be written: what needs a folder for
texts that it has encoded or indexed uses a temporary one, and the page's log says so."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.client import Client
from tests.fixtures.pages import finished
from tests.fixtures.processes import app_process
from tests.fixtures.visits import at, reaches, visitor

NOWHERE = "/dev/null/folder"  # a folder that nobody, not even root, can make
TEXT = "The cab ( bed ) face. " * 900


async def answer(client: Client, event: dict[str, Any], **changes: Any) -> Any:
    """The value that a component gets at the end of an answer.

    Args:
        changes: values of controls by their names, "_" for "-".
    """
    named = {name.replace("_", "-"): value for name, value in changes.items()}
    output = await client.answer(event, client.page.values(event, named))
    assert "data" in output, output
    return output["data"][0]


async def trained(client: Client) -> str:
    """Train for some steps on a text of one's own; returns the name of the run."""
    start = client.page.event("Start")
    settings = {"Text": "own", "Your text": TEXT, "or steps": "4", "Hidden size": "8"}
    values = client.page.values(start, {**settings, "shared": True}, client.token)
    output = await client.answer(start, values)
    assert "data" in output, output
    name: str = output["data"][0]["run"]
    await reaches(client, name, "finished")
    return name


async def visit(url: str) -> None:
    """Measure, ask, ask more, and train on a text of one's own, whose model is measured too."""
    async with at(url) as http:
        client = await visitor(http)
        model = {"checkpoint": "brackets-64"}

        measured = await answer(client, client.page.event("measure"), **model)
        assert measured["phase"] == "done"
        [copied] = [one for one in measured["figures"]["measures"] if one["name"] == "copied"]
        assert None not in copied["estimates"]  # it is looked up in the training text

        asked = await answer(client, client.page.event("ask"), bracket_seed="( 12 , ", **model)
        assert asked["phase"] == "done"
        assert asked["answer"]["missing"] == ""
        assert asked["answer"]["real"]["n"] > 0
        assert asked["answer"]["baseline"]["closed"]["of"] > 0

        more = await answer(client, client.page.event("ask-battery"), **model)
        assert more["phase"] == "done"

        name = await trained(client)
        measured = await answer(client, client.page.event("measure"), checkpoint=name)
        assert measured["phase"] == "done"


@pytest.mark.slow
def test_all_that_needs_a_cache_works_without_one(tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    surroundings = {
        **{"HOME": "/dev/null", "XDG_CACHE_HOME": NOWHERE, "TMPDIR": str(temporary)},
        **dict.fromkeys(("HF_HOME", "GRADIO_TEMP_DIR", "MPLCONFIGDIR"), ""),
    }
    with app_process(tmp_path / "runs", **surroundings) as (app, url):
        finished(visit(url))
        said = log_of(app)
    assert NOWHERE in said
    [cache] = temporary.glob("charlstm-*/cache")
    assert f"encoded texts are kept in {str(cache)!r}. Set CHARLSTM_HOME" in said
    assert list(cache.glob("*/places-*.npy"))
    assert "Traceback" not in said


def log_of(app: subprocess.Popen[str]) -> str:
    """What a page wrote on standard error, which is ended for that."""
    app.terminate()
    return app.communicate()[1]
