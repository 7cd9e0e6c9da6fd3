"""The tables of texts, and the page in a language other than English."""

from __future__ import annotations

import ast
import json
import pickle
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, expect

from charlstm.errors import UserError
from charlstm.language import ENGLISH, LANGUAGES, language, speaking
from charlstm.texts import PACKAGE, Text, listed, restored, stored, table, text, translated
from charlstm.ui.components.contract import Nothing, plain
from charlstm.ui.components.events import endpoint, handles
from charlstm.ui.components.events import served as services
from charlstm.ui.language import preferred
from charlstm.ui.texts import filled_template

TRANSLATIONS = [code for code in LANGUAGES if code != ENGLISH]
FOLDERS = sorted(path.parent for path in PACKAGE.rglob(f"texts.{ENGLISH}.json"))


def forms(found: Text) -> list[str]:
    return [found] if isinstance(found, str) else list(found.values())


def gaps(found: Text) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", " ".join(forms(found))))


@pytest.mark.parametrize("spoken", TRANSLATIONS)
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_translation_has_the_same_names_as_the_english_table(folder: Path, spoken: str) -> None:
    def shape(value: object) -> object:
        if isinstance(value, str) or (isinstance(value, dict) and value.keys() <= {"one", "other"}):
            return "text"
        if isinstance(value, dict):
            return {name: shape(each) for name, each in value.items()}
        assert isinstance(value, list)
        return [shape(each) for each in value]

    tables = [
        json.loads((folder / f"texts.{code}.json").read_text(encoding="utf-8"))
        for code in (ENGLISH, spoken)
    ]
    assert shape(tables[1]) == shape(tables[0])


@pytest.mark.parametrize("spoken", TRANSLATIONS)
def test_a_translation_has_the_same_gaps(spoken: str) -> None:
    english, other = table(ENGLISH), table(spoken)
    assert {name: gaps(found) for name, found in other.items()} == {
        name: gaps(found) for name, found in english.items()
    }


@pytest.mark.parametrize("spoken", TRANSLATIONS)
def test_what_reads_alike_in_english_reads_alike(spoken: str) -> None:
    """One word for one thing, whichever tab says it."""
    alike: dict[str, set[str]] = {}
    for name, found in table(ENGLISH).items():
        if isinstance(found, str):
            alike.setdefault(found, set()).add(str(table(spoken)[name]))
    assert {words: found for words, found in alike.items() if len(found) > 1} == {}


def test_every_text_that_is_asked_for_exists_and_every_other_is_gone() -> None:
    """Where a part of a name is computed, as in `page.tabs.{name}`, any name there may be meant."""
    asked = [
        r'(?<![.\w])text\(\s*f?"([^".]+\.[^"]+)"',
        r'\bphrase\(\s*["`]([^"`]+)["`]',
        r"\[\[([\w-]+\.[\w.-]+)\]\]",
    ]
    names: set[str] = set()
    for path in PACKAGE.rglob("*"):
        speaks = path.suffix in (".py", ".js", ".html")
        if speaks and path.stem not in ("texts", "errors", "phrases"):
            source = path.read_text(encoding="utf-8")
            names.update(name for pattern in asked for name in re.findall(pattern, source))
            for name in re.findall(r'\buser_error\(\s*f?"([^"]+)"', source):
                names.update(f"{name}.{part}" for part in ("problem", "remedy"))
            for beginnings in re.findall(r"\brecognized\(([^()]+)\)", source):
                names.update(f"{name}{{}}" for name in re.findall(r'"([^"]+\.)"', beginnings))
    own = ("listed", "comma", "joined")  # texts.py itself asks for them
    names.update(f"charlstm.{name}" for name in own)
    patterns = {
        name: re.compile(re.sub(r"(?:\\\$)?\\\{.*?\\\}", ".+", re.escape(name))) for name in names
    }
    texts = table(ENGLISH)
    unknown = {name for name, known in patterns.items() if not any(map(known.fullmatch, texts))}
    unused = {name for name in texts if not any(p.fullmatch(name) for p in patterns.values())}
    assert unknown == set()
    assert unused == set()


def test_every_gap_is_filled_where_a_text_is_asked_for_by_its_whole_name() -> None:
    parts = {"text": [""], "user_error": [".problem", ".remedy"]}
    english = table(ENGLISH)
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match call:
                case ast.Call(
                    ast.Name("text" | "user_error" as asked), [ast.Constant(name)], values
                ) if all(value.arg for value in values):
                    texts = [english[f"{name}{part}"] for part in parts[asked]]
                    chosen = {"n"} if any(isinstance(found, dict) for found in texts) else set()
                    if {value.arg for value in values} != chosen.union(*map(gaps, texts)):
                        wrong.append(f"{path.name}:{call.lineno}: {name}")
    assert wrong == []


@pytest.mark.parametrize(
    ("accepted", "spoken"),
    [
        ("de-CH,de;q=0.9,en;q=0.5", "de"),
        ("fr, es;q=0.2, de;q=0.1", "es"),
        ("en;q=0.3, zh-TW", "zh"),
        ("de;q=0, es;q=0.1", "es"),
        ("fr", "en"),
        ("", "en"),
        ("de;q=much, ;;,", "en"),
    ],
)
def test_the_browsers_list_of_languages(accepted: str, spoken: str) -> None:
    assert preferred(accepted) == spoken


def test_a_page_is_built_in_english_and_read_in_another_language() -> None:
    built = {
        "label": text("page.language"),
        "html": filled_template("<b>[[page.language]]</b>"),
        "choices": [[text("page.tabs.class"), "Class"]],
        "value": ["Class", 3, None],
    }
    assert language() == ENGLISH
    assert built["label"] == "Language"
    assert translated(built, "de") == {
        "label": "Sprache",
        "html": "<b>Sprache</b>",
        "choices": [["Klasse", "Class"]],
        "value": ["Class", 3, None],  # names that only read like texts
    }
    with speaking("es"):
        assert text("page.language") == "Idioma"


def test_no_two_tables_have_a_name_in_common() -> None:
    def number(value: object) -> int:
        if isinstance(value, str) or (isinstance(value, dict) and value.keys() == {"one", "other"}):
            return 1
        assert isinstance(value, dict | list)
        return sum(map(number, value.values() if isinstance(value, dict) else value))

    tables = [folder / f"texts.{ENGLISH}.json" for folder in FOLDERS]
    numbers = [number(json.loads(path.read_text(encoding="utf-8"))) for path in tables]
    assert sum(numbers) == len(table(ENGLISH))


def test_an_error_is_read_in_the_language_of_whoever_it_reaches() -> None:
    """It may be raised for one visitor, or in a thread of its own, and be reported to another."""
    with speaking("de"):
        error = UserError(text("page.language"), listed([text("page.tabs.class"), "B", "C"]))
        assert str(error) == "Sprache Klasse, B und C"
    assert str(error) == "Language Class, B and C"
    with speaking("zh"):
        assert str(pickle.loads(pickle.dumps(error))) == "语言 课堂、B和C"


def test_a_phrase_is_stored_as_json_and_made_again_in_any_language() -> None:
    said = text("components.unknown", n=2, names=listed([text("page.tabs.class"), "B"]), unk="?")
    found = restored(json.loads(json.dumps(stored(said))))
    assert found == said
    assert translated(found, "de") == translated(said, "de") != said
    assert stored("Class") == restored("Class") == "Class"


@pytest.mark.parametrize(
    "found",
    [
        3,
        None,
        [],
        {},
        {"name": "page.language"},
        {"name": "page.no_such", "values": {}},
        {"name": ["page.language"], "values": {}},
        {"name": "train.own.facts", "values": {}},
        {"name": "train.own.facts", "values": {"source": 0.5}},
        {"name": "train.counts.steps", "values": {}},
    ],
)
def test_what_no_text_was_stored_as_is_refused(found: object) -> None:
    with pytest.raises(ValueError, match="no text"):
        restored(found)


@dataclass(frozen=True)
class Told:
    """An answer with a phrase that was made before anybody asked."""

    sentence: str
    parts: list[str]


def test_an_answer_is_sent_in_the_language_of_whoever_asks() -> None:
    kept = Told(text("page.language"), [text("page.tabs.class"), "Class"])

    def answer(_: Nothing) -> Told:
        return kept

    def answers(_: Nothing) -> Iterator[Told]:
        yield kept

    german = {"sentence": "Sprache", "parts": ["Klasse", "Class"]}
    with speaking("de"):
        assert services(Nothing)(answer)({}) == german
        assert handles(Nothing)(answer)() == german
        assert list(handles(Nothing)(answers)()) == [german]
        assert endpoint(lambda: plain(kept))() == german
    assert services(Nothing)(answer)({})["sentence"] == "Language"


def served(url: str, **headers: str) -> str:
    request = Request(
        url, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    with urlopen(request) as answer:
        content: str = answer.read().decode()
    return content


@pytest.mark.slow
def test_the_server_sends_each_visitor_the_page_in_their_language(page_url: str) -> None:
    german = table("de")["page.tabs.brackets"]
    spanish = table("es")["page.tabs.brackets"]
    assert f'"label":"{german}"' in served(f"{page_url}config", Accept_Language="de")
    assert f'"label":"{spanish}"' in served(f"{page_url}config?lang=es", Accept_Language="de")
    referred = served(f"{page_url}config", Accept_Language="de", Referer=f"{page_url}?lang=es")
    assert f'"label":"{spanish}"' in referred
    broken = served(f"{page_url}config", Accept_Language="nan;q=nan,es", Referer="http://[?lang=de")
    assert f'"label":"{spanish}"' in broken
    for address in ("", "?lang=xx", "?lang=en"):
        assert '"label":"Brackets"' in served(f"{page_url}config{address}")
    assert 'charlstmLanguage = \\"de\\"' in served(page_url, Accept_Language="de")


@pytest.mark.slow
@pytest.mark.browser
def test_the_language_follows_the_browser_and_can_be_chosen(
    browser: Browser, page_url: str
) -> None:
    context = browser.new_context(locale="de-DE")
    page = context.new_page()
    page.goto(f"{page_url}?tab=brackets&dice=9")
    expect(page.get_by_role("tab", name="Klammern")).to_have_attribute("aria-selected", "true")
    assert page.locator("html").get_attribute("lang") == "de"

    page.get_by_role("combobox", name="Sprache").select_option("English")
    expect(page.get_by_role("tab", name="Brackets")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#dice input")).to_have_value("9")
    page.wait_for_url(re.compile("lang=en"))
    page.reload()
    expect(page.get_by_role("tab", name="Brackets")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en"
    context.close()
