"""The Brackets tab without a browser: remarks on seed texts, and the JSON of answers."""

import base64
import csv
import io
import json
import random
from dataclasses import replace

import pytest

from charlstm.errors import UserError
from charlstm.experiments.baselines import shipped_baseline, shipped_incidence
from charlstm.experiments.battery import BatteryResult, battery, probing_battery
from charlstm.experiments.continuations import ProbeSample
from charlstm.experiments.probe import probe
from charlstm.experiments.question import ProbeQuestion
from charlstm.experiments.results import TemperatureResult
from charlstm.export.probe_report import ProbeReport
from charlstm.language import speaking
from charlstm.text.brackets import Target
from charlstm.texts import text, translated
from charlstm.ui.brackets.answer_cache import KeptAnswers, battery_functions, report_functions
from charlstm.ui.brackets.balance.remarks import spacing_sentence, watched_sentences
from charlstm.ui.brackets.battery.data import battery_sentence
from charlstm.ui.brackets.continuation.continued import continued
from charlstm.ui.brackets.continuation.sample import sample_function
from charlstm.ui.brackets.inputs import SEED_TEXT as DEFAULT
from charlstm.ui.brackets.inputs import TEMPERATURES
from charlstm.ui.brackets.probe.contract import Count
from charlstm.ui.brackets.probe.data import answer_shown, gallery_shown
from charlstm.ui.components.contract import plain
from tests.ui.brackets.page import LIVELY, SILENT

WIKITEXT = "the validation split of WikiText-2"
SEED = "He ( "


@pytest.fixture(scope="module")
def report(checkpoints):
    result = probe(checkpoints.sampler(LIVELY), ProbeQuestion(SEED, tuple(TEMPERATURES), 40, 30, 7))
    return ProbeReport(LIVELY, checkpoints.info(LIVELY).fingerprint, result)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("He (The ", ("“(The”", "“( The”")),
        ("London(", ("“London(”", "“London (”")),
        ("( UK) x", ("“UK)”", "“UK )”")),
        ("((", ("“((”", "“( (”")),
        ("a " * 50 + "x" * 90 + "(b", ("“xxx", "x(b”", "x ( b”")),
    ],
)
def test_the_spacing_sentence_quotes_both_spellings(text, quoted):
    sentence = spacing_sentence(WIKITEXT, text)
    assert all(part in sentence for part in quoted)
    assert len(sentence) < 250


def test_the_spacing_sentence_keeps_quiet():
    assert spacing_sentence(WIKITEXT, "He ( The ) (") is None
    assert spacing_sentence("the bracket language", "((a))") is None
    assert spacing_sentence("", "(a") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no bracket", []),
        ("( closed )", []),
        ("He ( ", []),
        ("a ( b [ c { d", ["3 brackets are open", "“{” at character 11", "more than 2 deep"]),
        (")(", ["“)” at character 1 closes nothing", "unmatched brackets are ignored"]),
        ("[(])", ["“]” at character 3 closes nothing"]),
        (")))(", ["“)” at character 1 closes nothing, and so do 2 more"]),
        ("(" * 5000, ["5,000 brackets are open", "“(” at character 5,000", "more than 2 deep"]),
        ("( " + "x" * 200, ["201 characters before the end", "99 of 100 brackets within 107"]),
    ],
)
def test_what_is_unusual_about_a_seed_text_is_said(text, said):
    sentences = " ".join(watched_sentences(WIKITEXT, text))
    assert bool(sentences) == bool(said)
    assert all(part in sentences for part in said)
    assert len(sentences) < 400


def test_wikitexts_habits_are_said_of_wikitexts_models_only():
    assert "WikiText" not in " ".join(watched_sentences("my text", "[(" * 4 + "x" * 200))


def test_a_model_of_the_bracket_language_needs_a_beginning():
    language = (
        "the validation split of a random bracket language to depth 4 "
        "(charlstm.text.bracket_language)"
    )
    assert "Put words before" in " ".join(watched_sentences(language, "ab ( cd "))
    assert watched_sentences(language, "ab " * 70 + "( cd ") == []
    assert watched_sentences(language, "ab ( cd )") == []


def test_any_sample_can_be_drawn_again(checkpoints, report):
    sampler, target = checkpoints.sampler(LIVELY), Target(SEED)
    for number in (1, 2, 17, 40):
        *_, (texts, fates) = continued(sampler, SEED, target, TEMPERATURES, 30, 7, number)
        samples = [t.samples[number - 1] for t in report.result.temperatures]
        assert [SEED + text for text in texts] == [s.text for s in samples]
        assert fates == [s.fate for s in samples]


def linked(*values: object) -> dict[str, object]:
    """The page's request when its link names a sample."""
    names = ("checkpoint", "seed", "temperature", "number", "horizon", "dice")
    return dict(zip(names, values, strict=True)) | {"across_lines": False}


def test_a_link_names_a_sample(checkpoints, report):
    found = sample_function(checkpoints)(linked(LIVELY, SEED, 1.0, 23, 30, 7))
    expected = report.result.temperatures[2].samples[22]
    assert found == {
        "seed": SEED,
        "watched": 3,
        "text": expected.text[len(SEED) :],
        "fate": expected.fate,
    }


@pytest.mark.parametrize(
    "asked",
    [
        None,
        [],
        linked(*[None] * 6),
        [LIVELY, SEED, 1.0, 1, 30, 7],
        linked(LIVELY, SEED, 1.0, 0, 30, 7),
        linked(LIVELY, SEED, 1.0, 5001, 30, 7),
        linked(LIVELY, SEED, float("nan"), 1, 30, 7),
        linked(LIVELY, SEED, 5.1, 1, 30, 7),
        linked(LIVELY, SEED, 1.0, 1, 2001, 7),
        linked(LIVELY, SEED, 1.0, 1, 0, 7),
        linked(LIVELY, SEED, 1.0, 1, 30, -1),
        linked(LIVELY, SEED, 1.0, 1.5, 30, 7),
        linked(LIVELY, "nothing open", 1.0, 1, 30, 7),
        linked(LIVELY, "", 1.0, 1, 30, 7),
        linked(LIVELY, "\ud800 ( ", 1.0, 1, 30, 7),
        linked("no such", SEED, 1.0, 1, 30, 7),
    ],
)
def test_a_bad_link_gets_a_sentence(checkpoints, asked):
    assert sample_function(checkpoints)(asked).keys() == {"error"}


def written(found: TemperatureResult) -> list[ProbeSample]:
    """The samples of a result, their texts without the seed text."""
    return [replace(sample, text=sample.text[len(SEED) :]) for sample in found.samples]


def test_the_gallery_is_sorted_by_fate_and_by_when(report):
    dice = random.Random(1)
    for t in report.result.temperatures:
        samples = written(t)
        shown = gallery_shown(samples, 0, 40)
        assert sorted(s.number for s in shown) == list(range(1, 41))
        for s in shown:
            assert SEED + s.text == t.samples[s.number - 1].text
        keys = [(("closed", "line", "horizon").index(s.fate), len(s.text), s.number) for s in shown]
        assert keys == sorted(keys)
        first = dice.randrange(30)
        assert gallery_shown(samples, first, 9) == shown[first : first + 9]


def test_an_answer_has_the_figures_of_the_probe(report):
    value = answer_shown(report, "key", counting=False)
    json.dumps(plain(value), allow_nan=False)
    assert (value.phase, value.watched, value.closing) == ("done", 3, ")")
    assert value.answer.verdict == report.result.verdict
    assert value.answer.places == list(range(31))
    for shown, t in zip(value.temperatures, report.result.temperatures, strict=True):
        assert shown.closed == Count(t.closed, 40, t.interval)
        assert shown.comma.n == t.control.closed
        assert shown.figures.pair.n == t.pair.closed
        fates = [s.fate for s in t.samples]
        assert [shown.closed.n, shown.figures.line, shown.figures.open] == [
            fates.count(fate) for fate in ("closed", "line", "horizon")
        ]
        by_ten = sum(s.fate == "closed" and s.length <= 10 for s in t.samples) / 40
        assert shown.figures.curve.closed[10] == pytest.approx(by_ten)
        assert len(shown.figures.still_open.open) == 31


def test_long_curves_are_thinned_to_the_horizon(checkpoints):
    result = probe(checkpoints.sampler(SILENT), ProbeQuestion(SEED, (1.0,), 1, 901, 7))
    value = answer_shown(ProbeReport(SILENT, "", result), "key", counting=False)
    places = value.answer.places
    assert len(places) <= 402
    assert (places[0], places[-1]) == (0, 901)
    assert len(value.temperatures[0].figures.curve.closed) == len(places)


def page_of(key: str, row: object, first: int, most: int) -> dict[str, object]:
    """A gallery's request for one page of samples."""
    return {"key": key, "row": row, "first": first, "most": most}


def test_files_are_those_of_the_kept_answer(report):
    kept = KeptAnswers()
    key = kept.keep(report)
    assert kept.keep(report) == key
    gallery, save = report_functions(kept)
    t = report.result.temperatures[1]
    assert gallery(page_of(key, 1, 9, 9)) == {"samples": plain(gallery_shown(written(t), 9, 9))}

    found = save({"kind": "csv", "key": key})
    assert (found["name"], found["type"]) == ("brackets-lively-dice-7.csv", "text/csv")
    rows = list(csv.DictReader(io.StringIO(base64.b64decode(found["data"]).decode())))
    drawn = [s for t in report.result.temperatures for s in t.samples]
    assert [SEED + row["written"] for row in rows] == [s.text for s in drawn]
    whole = json.loads(base64.b64decode(save({"kind": "json", "key": key})["data"]))
    assert whole["verdict"]["sentence"] == report.result.verdict.sentence
    assert whole["batteries"] == []
    assert [s["text"] for s in whole["temperatures"][1]["samples"]] == [s.text for s in t.samples]


def test_an_answer_speaks_to_whoever_it_is_sent_to_and_files_are_english(
    checkpoints, report, of_battery
):
    """An answer is kept once: whoever asked first may read another language than whoever is sent
    it now."""
    kept, missing = KeptAnswers(), text("experiments.missing.real", why="")
    with speaking("es"):
        real = shipped_incidence(30, SEED)
        key = kept.keep(replace(report, ngram=shipped_baseline(30, DEFAULT), real=real))
        of_many = kept.keep_battery(checkpoints.info(LIVELY), of_battery)
        shown = answer_shown(replace(kept.report(key), missing=missing), key, counting=False)
    with speaking("de"):
        answer = translated(plain(shown))["answer"]
        save, save_battery = report_functions(kept)[1], battery_functions(kept)[0]
        files = [save({"kind": "json", "key": key}), save_battery({"kind": "json", "key": of_many})]
    assert answer["verdict"]["sentence"].startswith(("Ja, bei", "Nein, bei", "Diese Stichproben"))
    assert "Innerhalb von 30 Zeichen geschlossen: " in answer["verdict"]["sentence"]
    assert answer["verdict"]["doubts"][-1].startswith("Eine Kontrolle ändert mehr")
    assert answer["baseline"]["name"] == "7-Gramm"
    assert answer["baseline"]["source"].startswith("Ein 7-Gramm-Modell")
    assert answer["real"]["source"].startswith("Die 1,136 „(“ des Validierungsteils")
    assert answer["missing"].startswith("Ohne einen echten Text")
    whole, many = (json.loads(base64.b64decode(file["data"])) for file in files)
    assert whole["verdict"]["sentence"] == report.result.verdict.sentence
    assert whole["real"]["source"] == shipped_incidence(30, SEED).source
    assert many["source"].startswith("40 seed texts written for this project")
    assert translated(of_battery.source, "de").startswith("40 für dieses Projekt geschriebene")


@pytest.mark.slow
def test_figures_are_pictures(report):
    kept = KeptAnswers()
    key = kept.keep(report)
    _, save = report_functions(kept)
    assert base64.b64decode(save({"kind": "png", "key": key})["data"]).startswith(b"\x89PNG")
    assert b"<svg" in base64.b64decode(save({"kind": "svg", "key": key})["data"])


@pytest.mark.parametrize(
    "asked",
    [
        None,
        {"kind": "exe", "key": "key"},
        {"kind": "csv", "key": None},
        {"kind": "csv"},
        ["csv", "key"],
        page_of("key", 0, -1, 9),
        page_of("key", 3, 0, 9),
        page_of("key", 0, 0, 51),
        page_of("key", "0", 0, 9),
        page_of("gone", 0, 0, 9),
        {"kind": "csv", "key": "gone"},
    ],
)
def test_whatever_a_browser_sends_gets_a_sentence(report, asked):
    kept = KeptAnswers()
    key = kept.keep(report)
    if isinstance(asked, dict):
        asked = {name: key if part == "key" else part for name, part in asked.items()}
    for function in (*report_functions(kept), *battery_functions(kept)):
        assert function(asked).keys() == {"error"}


def test_an_answer_that_is_no_longer_kept_is_said():
    with pytest.raises(UserError, match="Ask again"):
        KeptAnswers().report("0" * 16)


@pytest.fixture(scope="module")
def of_battery(checkpoints) -> BatteryResult:
    seeds = battery(None)
    *_, last = probing_battery(checkpoints.sampler(LIVELY), seeds, 1.0, 2, 20, 7)
    return last.result


def test_a_battery_is_kept_beside_the_answers_of_its_model(checkpoints, report, of_battery):
    kept = KeptAnswers()
    report_key = kept.keep(report)
    key = kept.keep_battery(checkpoints.info(LIVELY), of_battery)
    [save] = battery_functions(kept)
    found = json.loads(base64.b64decode(save({"kind": "json", "key": key})["data"]))
    assert found["checkpoint"] == LIVELY
    assert len(found["rows"]) == 40
    assert save({"kind": "csv", "key": key}).keys() == {"error"}
    assert kept.whole(report_key).batteries == []  # another horizon


def test_what_was_asked_of_a_private_text_is_kept_for_its_reader(checkpoints, report, of_battery):
    kept, info = KeptAnswers(), checkpoints.info(LIVELY)
    question = replace(report.result.question, horizon=of_battery.horizon)
    report = replace(report, result=replace(report.result, question=question))
    ours = kept.keep_battery(replace(info, reader="a" * 32), of_battery)
    theirs = kept.keep_battery(info, of_battery)
    assert ours != theirs  # the key can't be computed without the reader's token
    for reader, batteries in (("", 1), ("a" * 32, 1), ("b" * 32, 0)):
        assert len(kept.whole(kept.keep(report, reader)).batteries) == batteries


def replaced(result: BatteryResult, difference: float, interval: tuple[float, float]) -> str:
    changed = {**vars(result), "difference": difference, "difference_interval": interval}
    return battery_sentence(BatteryResult(**changed))


def test_a_battery_says_what_its_interval_supports(of_battery):
    sentence = battery_sentence(of_battery)
    assert "40 seed texts" in sentence
    assert f"{100 * of_battery.rate:.0f} % of the samples" in sentence
    assert "makes closing likelier" in replaced(of_battery, 0.4, (0.3, 0.5))
    assert "not shown" in replaced(of_battery, 0.1, (-0.1, 0.2))
    assert "rarer" in replaced(of_battery, -0.4, (-0.5, -0.3))
