"""Single units along the seed text: what the server sends, and what the browser draws of it."""

import re
from pathlib import Path
from threading import BoundedSemaphore

import pytest
import torch
from playwright.sync_api import Page, expect

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.experiments.cells.warm_up import warm_up_text
from charlstm.language import speaking
from charlstm.ui.brackets.answer_cache import KeptAnswers
from charlstm.ui.brackets.cells.cells import cells_function
from charlstm.ui.components.limits import MOST_WATCHED
from tests.fixtures.held_loop import plain_loop
from tests.ui.brackets.page import LIVELY, Tab

SHIPPED = Path(__file__).parents[3] / "checkpoints"
TEXT = "He ( had a cab"
BRACKET = TEXT.index("(")


def asked(checkpoints, **changed):
    watch = cells_function(checkpoints, KeptAnswers(), BoundedSemaphore(1))
    return watch({"checkpoint": LIVELY, "text": TEXT, "units": "", "gates": False} | changed)


def loop(checkpoints, text, held=None):
    """The steps after each character of the text, which a plain loop reads after the warm-up."""
    sampler, before = checkpoints.sampler(LIVELY), warm_up_text(None)

    def at(number):
        return held(number - len(before)) if held else {}

    ids = sampler.vocab.encode(before + text).tolist()
    return plain_loop(sampler.model, ids, at)[len(before) :]


def test_strips_are_tanh_of_c_after_a_warm_up(checkpoints):
    found = asked(checkpoints, units=" 1:5 ,1:2,1:5", gates=True)
    assert found["bracket"] == BRACKET
    assert found["control_text"] == TEXT.replace("(", ",")
    assert [strip["unit"] for strip in found["units"]] == ["1:5", "1:2"]
    own, control = loop(checkpoints, TEXT), loop(checkpoints, found["control_text"])
    for strip, number in zip(found["units"], (5, 2), strict=True):
        for told, steps in ((strip["own"], own), (strip["control"], control[BRACKET:])):
            cells = torch.stack([step.c[0][number] for step in steps]).tanh()
            assert told == pytest.approx(cells.tolist(), rel=6e-3, abs=1e-5)
        forget = [float(step.gates[0][1][number]) for step in own]
        assert strip["gates"]["forget"] == pytest.approx(forget, rel=6e-3)


def test_a_model_without_a_report_opens_on_any_unit(checkpoints):
    found = asked(checkpoints)
    assert [strip["unit"] for strip in found["units"]] == ["1:0"]
    assert "known" not in found


def test_a_shipped_model_opens_on_the_units_of_its_report(tmp_path):
    found = asked(Checkpoints(tmp_path, SHIPPED), checkpoint="brackets-64")
    known = found["known"]
    assert known["sentence"].startswith(
        f"Unit {known['units']} is the unit that closing the bracket depends on"
    )
    assert [strip["unit"] for strip in found["units"]] == [known["units"]]
    assert known["doubts"]
    assert known["depth"] in known["depth_sentence"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"text": ""}, "The text is empty."),
        ({"text": "(" * (MOST_WATCHED + 1)}, "The text has 2,001 characters."),
        ({"units": "467"}, "no unit called '467'"),
        ({"units": "1:8"}, "no unit 1:8"),
        ({"units": ", ".join(f"1:{n}" for n in range(8)) + ",1:0"}, None),
        ({"units": None}, "does not know"),
        ({"gates": "yes"}, "does not know"),
        ({"checkpoint": "../lively"}, "no checkpoint called"),
    ],
)
def test_whatever_a_browser_sends_gets_a_sentence(checkpoints, changed, sentence):
    found = asked(checkpoints, **changed)
    assert ("error" in found) == (sentence is not None)
    assert sentence is None or sentence in found["error"]


def test_what_the_model_lacks_is_said_in_the_visitors_language(checkpoints):
    with speaking("de"):
        found = asked(checkpoints, units="1:8")
    assert found["error"] == (
        "Das Modell hat keine Einheit 1:8. "
        "Eine Schicht von 1 bis 1 und eine Nummer von 0 bis 7 wählen."
    )


@pytest.mark.slow
@pytest.mark.browser
def test_the_strips_follow_the_text_and_tell_their_numbers(page: Page, address: str, checkpoints):
    tab = Tab(page, address)
    tab.type(TEXT)
    part, place = page.locator(".cells"), page.locator(".cells-place")
    page.locator(".cells-fold > summary").click()
    expect(place).to_contain_text("had a cab”, tanh(c) of 1:0 ")
    expect(page.locator(".cells-said")).to_contain_text("Nobody has searched this model")
    units = part.get_by_role("textbox", name="Units")
    expect(units).to_have_value("1:0")
    units.fill("1:5, 1:2")
    expect(part.locator("path.own")).to_have_count(2)
    expect(part.locator("path.control")).to_have_count(2)

    found = asked(checkpoints, units="1:5, 1:2")
    own, control = found["units"][1]["own"], found["units"][1]["control"]

    def shown(at):
        value = f"of 1:2 {own[at]:.2f}"
        return (
            value if at < BRACKET else f"{value} (with “,” {control[at - BRACKET]:.2f})"
        ).replace("-", "−")

    scroll = page.locator(".cells-scroll")
    expect(place).to_contain_text(shown(len(TEXT) - 1))
    scroll.focus()
    page.keyboard.press("Home")
    expect(place).to_contain_text("After “H”,")
    expect(place).to_contain_text(shown(0))
    expect(scroll).to_have_attribute("aria-valuetext", re.compile("^character 1. After “H”, tanh"))
    box = scroll.locator("svg").bounding_box()
    page.mouse.move(box["x"] + box["width"] * (BRACKET + 0.5) / len(TEXT), box["y"] + 50)
    expect(place).to_contain_text(shown(BRACKET))

    units.fill("1:99")
    expect(page.locator(".cells-sorry")).to_contain_text("The model has no unit 1:99.")
    expect(scroll).to_be_hidden()
    units.fill("1:2")
    tab.type("no bracket")
    expect(page.locator(".cells-means")).to_contain_text("No bracket is open")
    expect(part.locator("path.control")).to_have_count(0)
