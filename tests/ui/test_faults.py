"""What goes wrong around a page, injected for real into processes of its own: another app on the
same folder, a browser that leaves, a page that is killed, a history of 200 MB, a clock that is set
back."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from charlstm.runs.catalog import RunCatalog
from charlstm.runs.settings import RunSettings
from charlstm.text.spec import BRACKETS
from tests.fixtures.bucket import mounted
from tests.fixtures.pages import finished
from tests.fixtures.processes import app_process
from tests.fixtures.run_history import SMALL_RUN
from tests.fixtures.visits import at, look, reaches, started, until, visitor
from tests.ui.temperature.page import written

pytestmark = pytest.mark.slow


def test_two_apps_on_one_folder_neither_disturb_a_run_nor_train_two_at_once(
    tmp_path: Path,
) -> None:
    async def visit(first_url: str, second_url: str) -> None:
        async with at(first_url) as first_http, at(second_url) as second_http:
            first, second = await visitor(first_http), await visitor(second_http)
            run = await started(first)
            await reaches(first, run, "running")
            await reaches(second, run, "running")
            # The second app has no place for another run while the first one's trains.
            waiting = await started(second)
            await reaches(second, waiting, "waiting")
            stop, resume = second.page.event("Stop"), second.page.event("Resume")
            for event in (stop, resume):  # nor can it end or double what it did not start
                refused = await second.answer(event, [run, 0, first.token])
                assert isinstance(refused["error"], str), refused
            await reaches(first, run, "running")
            await first.answer(first.page.event("Stop"), [run, 0, first.token])
            await reaches(first, run, "stopped")
            await reaches(second, waiting, "running")
            await second.answer(stop, [waiting, 0, second.token])
            await reaches(first, waiting, "stopped")

    with app_process(tmp_path) as (_, first_url), app_process(tmp_path) as (_, second_url):
        finished(visit(first_url, second_url))
    assert [status.state for status in RunCatalog(tmp_path).list()] == ["stopped", "stopped"]


def test_a_browser_that_leaves_in_mid_stream_frees_its_place(tmp_path: Path) -> None:
    async def visit(url: str) -> None:
        async with at(url) as http:
            one = await visitor(http)
            write = one.page.event("write")
            long = one.page.values(write, {"checkpoint": "wikipedia-512", _LENGTH: 5_000})
            for _ in range(3):
                async for message in one.answers(write, long):
                    if message["msg"] == "process_generating":
                        break  # closes the connection
            short = one.page.values(write, {"checkpoint": "wikipedia-512", _LENGTH: 50})
            answer = await (await visitor(http)).answer(write, short)
            assert [len(column["text"]) for column in answer["data"][0]["columns"]] == [50] * 3
            await until(lambda: is_idle(app.pid))

    with app_process(tmp_path) as (app, url):
        finished(visit(url))


@pytest.mark.browser
def test_a_page_that_is_reloaded_in_mid_stream_leaves_nothing_running(
    browser: Browser, tmp_path: Path
) -> None:
    page = browser.new_page()  # not the fixture: Gradio logs requests that a reload breaks off
    writing = "() => document.querySelector('.written')?.textContent.length > 40"
    with app_process(tmp_path) as (app, url):
        page.goto(f"{url}?checkpoint=wikipedia-2x640&length=5000&columns=4&seed=He+")
        for _ in range(3):
            expect(page.locator("#seed-text textarea")).to_have_value("He ")
            page.locator("#write").click()
            page.wait_for_function(writing)
            expect(page.locator("#stop-writing")).to_be_visible()
            page.reload()
        page.goto(f"{url}?checkpoint=wikipedia-512&length=50&seed=He+")
        expect(page.locator("#seed-text textarea")).to_have_value("He ")
        page.locator("#write").click()
        assert len(written(page, 50)) == 3
        page.close()
        finished(until(lambda: is_idle(app.pid)))


async def is_idle(pid: int) -> bool:
    """Whether a process takes less than 0.3 seconds of a processor in a second."""
    used = _processor_seconds(pid)
    await asyncio.sleep(1)
    return _processor_seconds(pid) - used < 0.3


_LENGTH = "Length in characters"


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def test_the_page_killed_while_it_writes_writes_the_same_when_it_is_back(tmp_path: Path) -> None:
    asked = {"checkpoint": "wikipedia-512", "dice": 11}

    async def broken_off(url: str, app: subprocess.Popen[str]) -> None:
        async with at(url) as http:
            one = await visitor(http)
            write = one.page.event("write")
            messages = one.answers(write, one.page.values(write, {**asked, _LENGTH: 5_000}))
            while (await anext(messages))["msg"] != "process_generating":
                pass
            app.kill()
            with pytest.raises(httpx.TransportError):
                await _last(messages)

    async def written(url: str) -> list[str]:
        async with at(url) as http:
            one = await visitor(http)
            write = one.page.event("write")
            answer = await one.answer(write, one.page.values(write, {**asked, _LENGTH: 50}))
            return [column["text"] for column in answer["data"][0]["columns"]]

    with app_process(tmp_path) as (app, url):
        before = finished(written(url))
        finished(broken_off(url, app))
    with app_process(tmp_path) as (_, url):
        assert finished(written(url)) == before
    assert len(before) == 3


async def _last(messages: AsyncIterator[dict[str, Any]]) -> dict[str, Any]:
    return [message async for message in messages][-1]


def test_a_run_goes_on_from_a_mounted_bucket_after_page_and_bucket_were_killed(
    tmp_path: Path,
) -> None:
    """On a new disk, as after a Space's restart."""
    for name in ("mount", "store"):
        (tmp_path / name).mkdir()
    keep = str(tmp_path / "mount")

    async def first(url: str) -> tuple[str, str]:
        async with at(url) as http:
            one = await visitor(http)
            return await started(one), one.token

    async def second(url: str, run: str, token: str) -> None:
        async with at(url) as http:
            one = await visitor(http)
            one.token = token
            found = (await look(one, run))["status"]
            assert found["state"] in ("stopped", "interrupted")
            await one.answer(one.page.event("Resume"), [run, 0, token])

            async def further() -> bool:
                return bool((await look(one, run))["status"]["step"] > found["step"])

            await until(further)
            await one.answer(one.page.event("Stop"), [run, 0, token])
            await reaches(one, run, "stopped")

    with (
        mounted(tmp_path / "mount", tmp_path / "store") as bucket,
        app_process(tmp_path / "disk", CHARLSTM_KEEP=keep) as (app, url),
    ):
        run, token = finished(first(url))
        assert bucket.stdout is not None
        for number in (1, 2):  # while the second copy is written
            assert bucket.stdout.readline() == f"{number:06d}.zip\n"
        bucket.kill()
        app.kill()
    with (
        mounted(tmp_path / "mount", tmp_path / "store"),
        app_process(tmp_path / "new disk", CHARLSTM_KEEP=keep) as (_, url),
    ):
        finished(second(url, run, token))


_A_DAY_BACK = """
import time

_now, _local = time.time, time.localtime
time.time = lambda: _now() - 86_400
time.localtime = lambda seconds=None: _local(time.time() if seconds is None else seconds)
_format = time.strftime
time.strftime = lambda form, at=None: _format(form, at or time.localtime())
"""


def test_a_clock_that_is_set_back_a_day_costs_no_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def first(url: str) -> tuple[str, str]:
        async with at(url) as http:
            one = await visitor(http)
            run = await started(one)
            await reaches(one, run, "running")
            await one.answer(one.page.event("Stop"), [run, 0, one.token])
            await reaches(one, run, "stopped")
            return run, one.token

    async def second(url: str, run: str, token: str) -> str:
        async with at(url) as http:
            one = await visitor(http)
            one.token = token
            done = (await look(one, run))["status"]["step"]
            await one.answer(one.page.event("Resume"), [run, 0, token])

            async def further() -> bool:
                return bool((await look(one, run))["status"]["step"] > done)

            await until(further)
            await one.answer(one.page.event("Stop"), [run, 0, token])
            await reaches(one, run, "stopped")
            return await started(one)

    with app_process(tmp_path / "runs") as (_, url):
        run, token = finished(first(url))
    (tmp_path / "sitecustomize.py").write_text(_A_DAY_BACK)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with app_process(tmp_path / "runs") as (_, url):
        later = finished(second(url, run, token))
    assert later < run  # by their names, which begin with the day
    assert {status.name for status in RunCatalog(tmp_path / "runs").list()} == {run, later}


def test_a_history_of_200_megabytes_is_drawn_from_a_few_thousand_points(tmp_path: Path) -> None:
    folder = tmp_path / "long-run"
    folder.mkdir()
    RunSettings(BRACKETS, "quick", SMALL_RUN).save(folder)
    line = '{{"kind": "step", "step": {0}, "loss": 1.5, "learning_rate": 0.003, '
    line += '"gradient_norm": 0.25, "seconds": {0}.125, "characters": 768}}\n'
    steps = 0
    with (folder / "history.jsonl").open("w") as history:
        while history.tell() < 200e6:
            history.writelines(line.format(step) for step in range(steps + 1, steps + 10_001))
            steps += 10_000

    async def visit(url: str) -> None:
        async with at(url) as http:
            one = await visitor(http)
            news = await look(one, "long-run")
            assert news["status"]["step"] == steps
            points = [loss for part in news["points"]["stretches"] for loss in part["losses"]]
            assert 1_000 < len(points) <= 2_002
            assert len(json.dumps(news)) < 200_000
            again = await look(one, "long-run", news["offset"])
            assert "points" not in again
            assert _megabytes(app.pid) < 1_000

    with app_process(tmp_path) as (app, url):
        finished(visit(url))


def _megabytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) // 1024
