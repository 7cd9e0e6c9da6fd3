"""The Class tab in several browsers: a teacher, people, and a projector."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from charlstm.experiments.confidence_sequence import sequence_interval
from charlstm.language import LANGUAGES
from charlstm.texts import table
from tests.fixtures.contrast import faint_texts
from tests.ui.classroom.conftest import KEY

pytestmark = pytest.mark.browser

SEED = "a ( b"
Newcomer = Callable[[], Page]


def part(page: Page, name: str) -> Locator:
    return page.locator(f'#class-room [data-part="{name}"]')


def opened(teacher: Page, address: str) -> str:
    """Open a room; returns its code."""
    teacher.goto(f"{address}?tab=class")
    part(teacher, "open").click()
    expect(part(teacher, "code")).not_to_have_text("")
    return part(teacher, "code").inner_text()


def ask(teacher: Page, seed_text: str = SEED, temperatures: str = "0.5, 5") -> None:
    expect(part(teacher, "ask-checkpoint")).to_have_value("exact")
    part(teacher, "ask-seed").fill(seed_text)
    part(teacher, "ask-at").fill(temperatures)
    part(teacher, "ask").click()


def add(page: Page, samples: int) -> None:
    page.get_by_role("button", name="Add my 20 samples").click()
    expect(part(page, "pressed")).to_contain_text(f"You have added {samples} samples")


def figures(page: Page) -> list[list[str]]:
    rows = part(page, "table").locator("tbody tr").all()
    return [row.locator("th, td").all_text_contents() for row in rows]


def saved_table(teacher: Page) -> list[dict[str, str]]:
    with teacher.expect_download() as download:
        teacher.get_by_role("button", name="Save as CSV").click()
    return [*csv.DictReader(io.StringIO(download.value.path().read_text(encoding="utf-8")))]


@pytest.mark.slow
def test_who_opens_a_room_may_take_part_in_it(class_page: str, newcomer: Newcomer) -> None:
    teacher = newcomer()
    opened(teacher, class_page)
    expect(part(teacher, "who")).to_have_text("You are the teacher")
    teacher.get_by_role("button", name="Take part").click()
    ask(teacher)
    add(teacher, 20)
    expect(part(teacher, "who")).to_contain_text(", and the teacher")
    assert [row[0] for row in figures(teacher)] == ["T 0.5", "T 5.0"]
    expect(part(teacher, "own").locator("pre")).to_have_count(2)


@pytest.mark.slow
@pytest.mark.parametrize("spoken", LANGUAGES)
def test_no_text_lacks_a_value(class_page: str, newcomer: Newcomer, spoken: str) -> None:
    texts = table(spoken)
    teacher = newcomer()
    teacher.goto(f"{class_page}?tab=class&lang={spoken}")
    part(teacher, "open").click()
    teacher.get_by_role("button", name=str(texts["classroom.me.take_part"])).click()
    expect(part(teacher, "who").locator("b")).to_be_visible()
    ask(teacher)
    part(teacher, "press").click()
    expect(part(teacher, "own").locator("pre")).to_have_count(2)
    part(teacher, "ask-kind").select_option("blind")
    seen = teacher.locator("#class-room").inner_text()
    part(teacher, "ask").click()
    expect(part(teacher, "title")).to_have_text(str(texts["classroom.question.blind"]))
    part(teacher, "press").click()
    teacher.locator("#class-room .pick").first.click()
    expect(part(teacher, "evidence")).to_be_visible()
    seen += teacher.locator("#class-room").inner_text()
    assert str(texts["classroom.figures.legend_brackets"]) in seen
    assert not re.findall(r"undefined|NaN|\[\[|\{\w+\}", seen)


@pytest.mark.slow
def test_a_teacher_and_two_people_ask_together(class_page: str, newcomer: Newcomer) -> None:
    teacher, first, second = newcomer(), newcomer(), newcomer()
    code = opened(teacher, class_page)
    expect(part(teacher, "link")).to_contain_text(f"?room={code}")
    expect(part(teacher, "qr").locator("path")).to_have_count(1)
    for person in (first, second):
        person.goto(f"{class_page}?room={code}")
        expect(part(person, "who")).to_contain_text("You are ")
        expect(part(person, "title")).to_have_text("Waiting for the teacher’s question")
        expect(part(person, "desk")).to_be_hidden()
    expect(part(teacher, "people")).to_have_text("2 people")

    name = "<img src=x onerror=document.title='caught'>"[:30]
    first.get_by_role("button", name="Change the name").click()
    part(first, "rename-box").fill(name)
    first.get_by_role("button", name="Save", exact=True).click()
    expect(part(first, "who")).to_have_text(f"You are {name}")
    expect(part(second, "names")).to_contain_text(name)
    assert second.locator("#class-room img").count() == 0

    ask(teacher)
    for samples in (20, 40):
        for person in (first, second):
            add(person, samples)
    expect(part(teacher, "sum")).to_have_text("80 samples at each temperature.")

    # What they see is what the table holds, with the intervals of the confidence sequence.
    rows = saved_table(teacher)
    assert len(rows) == 2 * 80
    assert len({(row["temperature"], row["number"]) for row in rows}) == 2 * 80
    for temperature, shown in zip(("0.5", "5.0"), figures(teacher), strict=True):
        closed = sum(r["fate"] == "closed" for r in rows if r["temperature"] == temperature)
        low, high = sequence_interval(closed, 80)
        assert shown[:2] == [f"T {temperature}", f"{closed} of 80"]
        assert shown[2].startswith(f"{100 * low:.{1 if 100 * low < 9.95 else 0}f} to")
        assert low < closed / 80 <= high
        assert (temperature, closed) != ("5.0", 80)  # a hot model wanders off
    late = newcomer()
    late.goto(f"{class_page}?room={code.lower()}")
    expect(part(late, "sum")).to_have_text("80 samples at each temperature.")
    for page in (first, second, late):
        assert figures(page) == figures(teacher)


@pytest.mark.slow
def test_the_teacher_hides_stops_and_starts_again(class_page: str, newcomer: Newcomer) -> None:
    teacher, person = newcomer(), newcomer()
    code = opened(teacher, class_page)
    person.goto(f"{class_page}?room={code}")
    expect(part(person, "who")).to_contain_text("You are ")
    ask(teacher, "a ) b")
    expect(part(teacher, "said")).to_contain_text("leaves no bracket open")
    ask(teacher)
    add(person, 20)
    assert len(figures(person)) == 2

    teacher.get_by_role("button", name="Hide the answers").click()
    expect(part(person, "sum")).to_contain_text("hidden until the teacher shows them")
    expect(part(person, "rates")).to_be_hidden()
    expect(part(teacher, "rates")).to_be_visible()
    add(person, 40)
    expect(part(person, "own")).to_contain_text("numbers 21 to 40 of the room")
    assert part(person, "own").locator("pre").count() == 0
    # The projector is no teacher, whoever opened it.
    with teacher.context.expect_page() as projector:
        teacher.get_by_role("link", name="Projector’s view").click()
    wall = projector.value
    expect(part(wall, "sum")).to_contain_text("hidden until the teacher shows them")

    teacher.get_by_role("button", name="Stop", exact=True).click()
    expect(part(person, "pressed")).to_contain_text("The teacher has stopped the question")
    expect(part(person, "press")).to_be_disabled()
    teacher.get_by_role("button", name="Go on").click()
    expect(part(person, "press")).to_be_enabled()
    teacher.get_by_role("button", name="Start again").click()
    teacher.get_by_role("button", name="Forget these answers").click()
    expect(part(teacher, "sum")).to_contain_text("0 samples")
    expect(part(teacher, "ends")).to_contain_text("with all answers, unless you keep it")
    teacher.get_by_role("button", name="Keep the room").click()
    expect(part(teacher, "ends")).to_have_text("The room is kept until you let it end.")

    # After a reload each is who they were.
    teacher.reload()
    expect(part(teacher, "desk")).to_be_visible()
    own = part(person, "who").inner_text()
    person.reload()
    expect(part(person, "who")).to_have_text(own)
    # Who holds the server's key is a teacher too.
    person.get_by_text("I am the teacher").click()
    for word, said in (("guess", "That is not the teacher’s key."), (KEY, "")):
        part(person, "key-word").fill(word)
        person.get_by_role("button", name="Use it").click()
        expect(part(person, "said")).to_have_text(said)
    expect(part(person, "desk")).to_be_visible()
    assert KEY not in person.evaluate("location.href + JSON.stringify(localStorage)")


@pytest.mark.slow
def test_a_class_plays_blind_rounds(class_page: str, newcomer: Newcomer) -> None:
    teacher, person = newcomer(), newcomer()
    code = opened(teacher, class_page)
    person.goto(f"{class_page}?room={code}")
    part(teacher, "ask-kind").select_option("blind")
    part(teacher, "ask").click()
    person.get_by_role("button", name="Start a round").click()
    picks = part(person, "texts").get_by_role("button", name="is the most human")
    expect(picks).to_have_count(5)
    assert part(person, "texts").locator(".source").all_text_contents() == [""] * 5
    person.reload()  # the round is still this person's
    expect(picks).to_have_count(5)
    picks.nth(2).click()
    expect(part(person, "texts").locator(".source").nth(2)).to_contain_text("your pick")
    sources = part(person, "texts").locator(".source").all_text_contents()
    assert sorted(source.removesuffix(", your pick") for source in sources) == [
        "T 0.2", "T 0.5", "T 0.8", "T 1.0", "the real text"
    ]  # fmt: skip
    expect(part(teacher, "sum")).to_have_text("1 round by 1 person.")
    picked = [row[1] for row in figures(teacher)]
    assert sorted(picked) == ["0 of 1"] * 4 + ["1 of 1"]
    right = sources[2].startswith("the real")
    # A round: 1 / (1 / 5) or 1 / (4 / 5) times as likely, with even chances before.
    expect(part(teacher, "evidence")).to_contain_text(
        f"Evidence against guessing: {'2.5' if right else '0.625'}"
    )


@pytest.mark.slow
def test_the_projectors_view_has_no_controls_and_fits(class_page: str, newcomer: Newcomer) -> None:
    teacher, wall = newcomer(), newcomer()
    code = opened(teacher, class_page)
    wall.set_viewport_size({"width": 1280, "height": 720})  # 1920 x 1080 at 150 %
    wall.goto(f"{class_page}?room={code}&view=projector&hide=class")
    expect(part(wall, "title")).to_contain_text("Waiting for")
    expect(part(wall, "people")).to_have_text("0 people")  # looking is not joining
    teacher.get_by_role("button", name="Take part").click()
    ask(teacher, "a ( b " * 40, "0.2, 0.5, 0.8, 1")
    add(teacher, 20)
    expect(part(wall, "sum")).to_have_text("20 samples at each temperature.")
    assert wall.evaluate(
        "[...document.querySelectorAll('button, input, select, a, summary')]"
        ".filter((e) => e.checkVisibility()).length"
    ) == 0  # fmt: skip
    assert wall.evaluate("document.documentElement.scrollHeight <= innerHeight")
    smallest = wall.evaluate(
        "Math.min(...[...document.querySelectorAll('#class-room *')].filter((e) =>"
        " e.checkVisibility() && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))"
        ".map((e) => parseFloat(getComputedStyle(e).fontSize)))"
    )
    assert smallest >= 9


@pytest.mark.slow
def test_a_room_that_is_not_there_leads_back_to_the_entrance(
    class_page: str, newcomer: Newcomer
) -> None:
    page = newcomer()
    page.goto(f"{class_page}?room=CDFGHJ")
    expect(part(page, "said")).to_contain_text("There is no room with the code CDFGHJ")
    expect(part(page, "entrance")).to_be_visible()
    part(page, "join-code").fill("no code")
    part(page, "join").click()
    expect(part(page, "said")).to_contain_text("not the code of a room")
    code = opened(newcomer(), class_page)
    part(page, "join-code").fill(f"{code[:3]}-{code[3:]}".lower())
    part(page, "join").click()
    expect(part(page, "who")).to_contain_text("You are ")
    page.wait_for_function(f"location.search.includes('room={code}')")
    page.get_by_role("button", name="Leave the room").click()
    expect(part(page, "entrance")).to_be_visible()
    page.wait_for_function("!location.search.includes('room')")


@pytest.mark.slow
def test_a_link_for_a_lesson_is_made_without_writing_it(
    class_page: str, newcomer: Newcomer
) -> None:
    page = newcomer()
    page.goto(f"{class_page}?tab=class&seed=He&hide=train,notebook")
    page.get_by_role("button", name="A link for a lesson").click()
    lesson = page.locator(".lesson")
    for name in ("Temperature", "the folded panels"):
        lesson.get_by_role("checkbox", name=name).check()
    lesson.get_by_role("checkbox", name="Lesson").uncheck()
    expect(lesson.get_by_role("combobox")).to_have_value("brackets")
    lesson.get_by_role("button", name="Copy link").click()
    part(page, "join-code").evaluate("(box) => (box.maxLength = 1000)")
    part(page, "join-code").press("Control+v")
    link = part(page, "join-code").input_value()
    assert "seed=He" in link
    assert "tab=brackets" in link
    assert "hide=temperature%2Ctrain%2Cmore" in link


@pytest.mark.slow
def test_while_the_server_is_silent_the_figures_stay_and_the_room_asks_again(
    class_page: str, newcomer: Newcomer
) -> None:
    teacher, person = newcomer(), newcomer()
    code = opened(teacher, class_page)
    person.goto(f"{class_page}?room={code}")
    expect(part(person, "who")).to_contain_text("You are ")
    ask(teacher)
    add(person, 20)
    person.route(re.compile("component_server"), lambda route: route.abort())
    expect(part(person, "trouble")).to_have_text("The server does not answer; trying again.")
    assert len(figures(person)) == 2
    teacher.get_by_role("button", name="Take part").click()
    add(teacher, 20)
    person.unroute(re.compile("component_server"))
    expect(part(person, "sum")).to_have_text("40 samples at each temperature.")
    expect(part(person, "trouble")).to_be_hidden()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_texts_of_a_room_can_be_read_and_fit_a_phone(
    class_page: str, newcomer: Newcomer, scheme: Literal["light", "dark"]
) -> None:
    teacher, phone = newcomer(), newcomer()
    for page in (teacher, phone):
        page.emulate_media(color_scheme=scheme)
    phone.set_viewport_size({"width": 390, "height": 800})
    phone.goto(f"{class_page}?tab=class")
    expect(part(phone, "entrance")).to_be_visible()
    assert faint_texts(phone) == []
    code = opened(teacher, class_page)
    phone.goto(f"{class_page}?room={code}")
    expect(part(phone, "who")).to_contain_text("You are ")
    ask(teacher, temperatures="0.2, 0.5, 1")
    add(phone, 20)
    expect(part(phone, "own").locator("pre")).to_have_count(3)
    for page in (teacher, phone):
        page.locator(".room-table summary").click()
        assert faint_texts(page) == []
    part(teacher, "ask-kind").select_option("blind")
    part(teacher, "ask").click()
    phone.get_by_role("button", name="Start a round").click()
    part(phone, "texts").get_by_role("button").first.click()
    expect(part(phone, "sum")).to_have_text("1 round by 1 person.")
    assert faint_texts(phone) == faint_texts(teacher) == []
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
