"""The search for units: what the server sends, and the search in a real browser."""

import csv
import io
import json
import re
import shutil
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from threading import BoundedSemaphore

import pytest
from gradio import Error
from playwright.sync_api import Page, expect

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.checkpoints.checkpoint import save_checkpoint
from charlstm.checkpoints.files import SNAPSHOTS
from charlstm.checkpoints.owners import claim
from charlstm.errors import UserError
from charlstm.experiments.cells.experiment import CellsQuestion
from charlstm.experiments.cells.report import CellsReport
from charlstm.experiments.snapshots import kept_snapshots
from charlstm.language import speaking
from charlstm.runs.manager import Runs
from charlstm.ui.brackets.answer_cache import KeptAnswers
from charlstm.ui.brackets.cells.cells import cells_function, known_units
from charlstm.ui.brackets.finding.finding import known_units_of, saving, searching
from charlstm.ui.brackets.finding.marking import marking
from charlstm.ui.brackets.finding.turns import Turns
from charlstm.ui.components.limits import MOST_WATCHED
from charlstm.ui.components.visitor import COOKIE
from tests.fixtures.bracket_flags import LETTERS, bracket_corpus, flag_model
from tests.fixtures.pages import app_page

OWN, LENT, TEXTLESS = "own", "lent", "textless"
OWNER, STRANGER = "a" * 32, "b" * 32
SHIPPED = Path(__file__).parents[3] / "checkpoints"
SEED = "ab ( cab dab "
# Presses Stop as soon as the progress is shown, which on a fast machine is soon over.
STOPPED_ON_ITS_WAY = """
  const state = document.querySelector(".found-state");
  new MutationObserver(() => {
    if (window.stopped || !state.textContent.includes("% done")) return;
    window.stopped = true;
    document.querySelector("#stop-finding").click();
  }).observe(state, { childList: true, characterData: true, subtree: true });
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Models of which unit 1:3 remembers the bracket: a private run that is lent to nobody, one
    whose model is lent, and a checkpoint without a text."""
    folder = tmp_path_factory.mktemp("found")
    text = folder / "own.txt"
    text.write_text(LETTERS.decode(bracket_corpus(200_000).train.tolist()))
    for name in (OWN, LENT, TEXTLESS):
        save_checkpoint(folder / name, flag_model((3,)), LETTERS, "---\nlicense: mit\n---\n# flags")
    for name in (OWN, LENT):
        (folder / name / "train.json").write_text(json.dumps({"corpus": str(text)}))
        claim(folder / name, OWNER, shared=name == LENT)
    return folder


@pytest.fixture(scope="module")
def address(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a page that offers them."""
    with app_page(Checkpoints(folder, folder), Runs(tmp_path_factory.mktemp("runs"))) as url:
        yield url


@pytest.fixture(scope="module")
def own(folder: Path) -> Checkpoints:
    """As the owner of the runs sees them."""
    return Checkpoints(folder, folder).offered_to(lambda: OWNER)


@pytest.fixture(scope="module")
def kept() -> KeptAnswers:
    """The page's answers."""
    return KeptAnswers()


@pytest.fixture(scope="module")
def values(own: Checkpoints, kept: KeptAnswers) -> list[dict]:
    """All that the search sends."""
    return list(searching(own, kept)(OWN, "(", False))


@pytest.mark.slow
def test_the_counter_is_found_with_progress_and_all_figures(values):
    *before, last = values
    assert {value["phase"] for value in before} == {"asking"}
    shares = [value["share"] for value in before]
    assert shares == sorted(shares)
    assert {value["doing"] for value in before} >= {
        "opening the text",
        "reading text and ranking units",
    }
    found = last["found"]
    assert last["phase"] == "done"
    assert found["sentence"].startswith("Unit 1:3 is the unit that closing the bracket depends on")
    assert found["doubts"]
    assert found["units"][0]["unit"] == found["taken"]["singles"][0]["unit"] == "1:3"
    assert found["taken"]["sets"][0]["necessity"]["mean"] == pytest.approx(
        found["taken"]["gap"]["mean"], rel=1e-3
    )
    assert len(found["taken"]["random"]["necessity"]) == 99
    assert [row["closed"] for row in found["written"]["open"]] == [160, 0, 160]
    assert "train --snapshots" in found["unlearnt"]
    json.dumps(values, allow_nan=False)


@pytest.mark.slow
def test_an_answer_is_kept_for_whoever_may_see_it(folder, own, kept, values):
    question = {"checkpoint": OWN, "target": "(", "whole": False}
    assert known_units_of(own, kept)(question) == {"found": values[-1]["found"]}
    again = list(searching(own, kept)(OWN, "(", False))
    assert [value["phase"] for value in again] == ["done"]
    for other in ({"target": "number"}, {"checkpoint": LENT}):
        assert known_units_of(own, kept)(question | other) == {"found": None}
    stranger = Checkpoints(folder, folder).offered_to(lambda: STRANGER)
    info = own.info(LENT)
    report = kept.cells(values[-1]["found"]["key"])
    kept.keep_cells(info, report)
    assert known_units_of(own, kept)({**question, "checkpoint": LENT})["found"] is not None
    assert known_units_of(stranger, kept)({**question, "checkpoint": LENT}) == {"found": None}
    assert "no checkpoint called" in known_units_of(stranger, kept)(question)["error"]


@pytest.mark.slow
def test_what_was_found_is_known_where_units_are_watched(own, kept, values):
    question = {"checkpoint": OWN, "text": SEED, "units": "", "gates": False}
    watch = cells_function(own, kept, BoundedSemaphore(1))
    assert watch(question)["known"]["sentence"] == values[-1]["found"]["sentence"]
    assert [strip["unit"] for strip in watch(question)["units"]] == ["1:3"]
    assert "known" not in cells_function(own, KeptAnswers(), BoundedSemaphore(1))(question)


@pytest.mark.slow
def test_files_are_those_of_the_command(kept, values):
    key = values[-1]["found"]["key"]
    files = {
        kind: saving(kept)({"kind": kind, "key": key}) for kind in ("json", "csv", "svg", "png")
    }
    assert files["csv"]["name"] == "units-own-round.csv"
    data = {kind: b64decode(file["data"]) for kind, file in files.items()}
    assert data["json"].decode() == kept.cells(key).json()
    rows = list(csv.DictReader(io.StringIO(data["csv"].decode())))
    assert [row["units"] for row in rows if row["kind"] == "best"] == ["1:3"]
    assert b"which units remember" in data["svg"]
    assert data["png"].startswith(b"\x89PNG")
    assert "no longer keeps" in saving(kept)({"kind": "csv", "key": "0" * 16})["error"]


@pytest.mark.parametrize(
    ("viewer", "sent", "sentence"),
    [
        (STRANGER, (OWN, "(", False), "There is no checkpoint called"),
        (STRANGER, (LENT, "(", False), "read only in the browser that brought it"),
        (OWNER, (TEXTLESS, "(", False), "which text it was trained on"),
        (OWNER, (OWN, "number", False), "has no numbers in one half"),
        (OWNER, (OWN, "comma", False), "There is no target called"),
        (OWNER, (None, "(", False), "There is no checkpoint to ask"),
        (OWNER, (OWN, "(", 1), "does not know"),
    ],
)
def test_what_cannot_be_searched_gets_a_sentence(folder, viewer, sent, sentence):
    offered = Checkpoints(folder, folder).offered_to(lambda: viewer)
    with pytest.raises(Exception, match=sentence):
        list(searching(offered, KeptAnswers())(*sent))


def test_one_search_runs_and_the_others_are_told_their_place():
    turns = Turns()
    first, second, third = turns.join(), turns.join(), turns.join()
    assert list(first.waiting()) == []
    seconds, thirds = second.waiting(), third.waiting()
    assert (next(seconds), next(thirds)) == (1, 2)
    second.end()  # who waits may leave
    assert next(thirds) == 1
    first.end()
    assert list(thirds) == []
    third.end()
    assert list(turns.join().waiting()) == []


def test_a_search_that_is_stopped_lets_the_next_one_begin(own):
    search = searching(own, KeptAnswers())
    one, other = search(OWN, "(", False), search(LENT, "(", False)
    assert next(one)["ahead"] == 0
    assert next(other)["ahead"] == 1
    one.close()
    assert any(next(other)["share"] > 0 for _ in range(50))
    other.close()


def test_a_shipped_models_report_is_there_at_once(tmp_path):
    shipped = Checkpoints(tmp_path, SHIPPED)
    for name in ("wikipedia-512", "wikipedia-2x640", "brackets-64"):
        question = {"checkpoint": name, "target": "(", "whole": False}
        found = known_units_of(shipped, KeptAnswers())(question)["found"]
        report = CellsReport.load(SHIPPED / name / "cells.json")
        assert found["sentence"] == report.result.verdict.sentence
        assert found["taken"]["random"]["necessity"] == report.result.effects.random.necessity
        assert (found["depth"] != "") == (name == "brackets-64")
        assert known_units_of(shipped, KeptAnswers())(question | {"target": "["})["found"] is None


def test_a_shipped_models_report_speaks_to_whoever_asks_and_its_file_is_english(tmp_path):
    shipped, kept = Checkpoints(tmp_path, SHIPPED), KeptAnswers()
    question = {"checkpoint": "wikipedia-2x640", "target": "(", "whole": False}
    with speaking("de"):
        found = known_units_of(shipped, kept)(question)["found"]
        saved = saving(kept)({"kind": "json", "key": found["key"]})
        known = known_units(kept.cells(found["key"]))
    assert found["sentence"].startswith("Die Einheiten 2:60 und 2:437 sind die")
    assert found["doubts"][1].startswith("Einheit 2:437 unterscheidet auch Anführungen (0.98), „[“")
    assert found["target"] == "„(“"
    assert found["source"].startswith("Text: der Validierungsteil (ein lokaler Ordner")
    assert (known.sentence, known.doubts) == (found["sentence"], found["doubts"])
    path = SHIPPED / "wikipedia-2x640" / "cells.json"
    assert b64decode(saved["data"]) == path.read_bytes()


def test_what_a_search_does_is_said_to_whoever_waits(own):
    with speaking("de"):
        search = searching(own, KeptAnswers())(OWN, "number", False)
        with pytest.raises(Error, match=r"Im Validierungsteil .* fehlt das Ziel \(Zahlen\)"):
            list(search)
        search = searching(own, KeptAnswers())(OWN, "(", False)
        doing = {value["doing"] for value in (next(search) for _ in range(9))}
        search.close()
    assert "Text wird gelesen, Einheiten werden geordnet" in doing


@pytest.mark.slow
def test_snapshots_in_the_folder_of_a_run_say_when_it_was_learnt(folder, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(folder / OWN, run)
    for step, model in (("9", flag_model((7,), weight=0)), ("100", flag_model((3,)))):
        save_checkpoint(run / SNAPSHOTS / step, model, LETTERS, "# a snapshot")
    (run / SNAPSHOTS / "notes").mkdir()
    assert [path.name for path in kept_snapshots(run)] == ["9", "100"]
    own = Checkpoints(tmp_path, tmp_path).offered_to(lambda: OWNER)
    *_, last = searching(own, KeptAnswers())("run", "(", False)
    assert [row["step"] for row in last["found"]["learnt"]] == [9, 100]
    assert last["found"]["learnt"][1]["areas"] == {"1:3": pytest.approx(1, abs=1e-6)}
    assert last["found"]["unlearnt"] == ""


def test_a_marked_part_of_a_text_has_its_unit(own):
    like = marking(own)
    question = {"checkpoint": OWN, "text": "ab " * 20 + SEED, "first": 63, "end": 73}
    found = like(question)
    assert found["units"][0]["unit"] == "1:3"
    assert (found["units"][0]["area"], found["units"][0]["high"]) == (1.0, True)
    assert (found["marked"], found["characters"]) == (10, 73)
    for wrong, sentence in (
        ({"first": 5, "end": 5}, "outside the text"),
        ({"first": 0, "end": 99}, "outside the text"),
        ({"first": 0, "end": 73}, "All of the text is marked"),
        ({"text": ""}, "0 characters"),
        ({"text": "a" * (MOST_WATCHED + 1)}, "2,001 characters"),
        ({"first": 1.5}, "does not know"),
    ):
        assert sentence in like(question | wrong)["error"]


def test_a_question_that_no_target_answers_is_refused():
    with pytest.raises(UserError, match="no target"):
        CellsQuestion("marked")


@pytest.mark.slow
@pytest.mark.browser
def test_a_search_in_a_browser(page: Page, address: str):
    page.set_default_timeout(30_000)
    page.context.add_cookies([{"name": COOKIE, "value": OWNER, "url": address}])
    page.goto(f"{address}?tab=brackets&checkpoint={OWN}")
    page.get_by_role("button", name="Which unit does it?").click()
    state, found = page.locator(".found-state"), page.locator(".found")
    expect(state).to_contain_text("Nobody has searched this model for it yet")

    page.evaluate(STOPPED_ON_ITS_WAY)
    page.locator("#find").click()
    page.wait_for_function("window.stopped")
    expect(state).to_have_text("It ended before anything was found out.")
    expect(page.locator("#stop-finding")).to_have_count(0)

    page.locator("#find").click()
    said = page.locator(".found-said")
    expect(said).to_contain_text("Unit 1:3 is the unit that closing the bracket depends on")
    expect(found).to_have_attribute("aria-busy", "false")
    expect(found.locator(".found-areas circle.shown")).to_have_count(8)
    expect(found.locator(".found-singles line.bar")).to_have_count(8)
    expect(found.locator(".doses circle.shown")).to_have_count(5)
    doses = found.get_by_role("slider", name="Units that are taken away together")
    doses.focus()
    page.keyboard.press("Home")
    expect(found.locator(".found-doses .curves-said")).to_contain_text("The best unit (1:3): ")
    with page.expect_download() as download:
        found.get_by_role("button", name="CSV").click()
    assert "best,1:3" in Path(download.value.path()).read_text()
    target = page.locator("#find-target input")
    target.click()
    page.get_by_role("option", name="numbers").click()
    expect(state).to_contain_text("Nobody has searched")
    expect(said).to_be_hidden()
    target.click()
    page.get_by_role("option", name="round brackets").click()
    expect(said).to_contain_text("Unit 1:3 is the unit")  # kept, and not searched for again

    found.locator(".probe-table summary").click()
    expect(found.locator("tbody th", has_text="1:3").first).to_be_visible()

    page.locator("#bracket-seed textarea").fill("ab " * 20 + SEED)
    marking = page.locator(".marking")
    expect(marking.locator("pre")).to_contain_text("( cab dab")
    pressed = marking.get_by_role("button", name="Which unit acts like this?")
    pressed.click()
    expect(marking.get_by_role("status")).to_contain_text("Mark a part of the text")
    box = marking.locator("pre").bounding_box()
    page.mouse.move(box["x"] + 2, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 12, steps=4)
    page.mouse.up()
    expect(marking.get_by_label("from character")).to_have_value("1")
    expect(marking.locator("mark")).to_have_text(re.compile("^ab ab"))
    marking.get_by_label("from character").fill("64")
    marking.get_by_label("to", exact=True).fill("73")
    expect(marking.locator("mark")).to_have_text("( cab dab ")
    pressed.click()
    expect(marking.locator(".marking-said")).to_contain_text("Unit 1:3 tells them best")
    marking.get_by_role("button", name="Watch unit 1:3").click()
    units = page.locator(".cells").get_by_role("textbox", name="Units")
    expect(units).to_have_value("1:3")
    expect(page.locator(".cells-fold")).to_have_attribute("open", "")

    page.context.clear_cookies()
    page.context.add_cookies([{"name": COOKIE, "value": STRANGER, "url": address}])
    page.evaluate("localStorage.clear()")
    page.goto(f"{address}?tab=brackets&checkpoint={LENT}")
    page.get_by_role("button", name="Which unit does it?").click()
    page.locator("#find").click()
    expect(page.get_by_test_id("toast-body")).to_contain_text("read only in the browser")
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
