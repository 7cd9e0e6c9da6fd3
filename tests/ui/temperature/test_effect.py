"""The panel "What temperature does"; the oracle is `charlstm.experiments.temperature_effect` on the
same checkpoint."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from playwright.sync_api import Page, expect

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.checkpoints.checkpoint import save_checkpoint
from charlstm.experiments.intervals import Estimate
from charlstm.experiments.temperature_effect import (
    LENGTH,
    MEASURES,
    TEMPERATURES,
    EffectResult,
    Measured,
    measuring,
)
from charlstm.language import speaking
from charlstm.model.lstm import CharLSTM
from charlstm.text.corpus import Corpus, load_corpus
from charlstm.text.spec import WIKITEXT2, CorpusSpec
from charlstm.text.suffix_array import TrainingText
from charlstm.texts import text, translated
from charlstm.ui.temperature.effect.data import (
    corpus_sentence,
    effect_sentences,
    result_shown,
)
from charlstm.ui.temperature.effect.panel import DICE, Effects
from tests.ui.temperature.panels import SLOW, TEXTLESS, WITH_TEXT

SEED = "The cab "


@pytest.fixture(scope="module")
def expected(checkpoints: Checkpoints) -> EffectResult:
    corpus = load_corpus(checkpoints.info(WITH_TEXT).corpus)
    validation = corpus.vocab.decode(corpus.validation.tolist())
    sampler = checkpoints.sampler(WITH_TEXT)
    *_, last = measuring(sampler, SEED, TEMPERATURES, TrainingText.of(corpus), validation, DICE)
    assert last.result is not None
    return last.result


@pytest.mark.slow
def test_it_shows_what_was_measured_and_remembers_it(
    checkpoints: Checkpoints, expected: EffectResult
) -> None:
    effects, info = Effects(checkpoints), checkpoints.info(WITH_TEXT)
    first = list(effects.shown(WITH_TEXT, SEED, DICE))
    assert first[-1] == result_shown(expected, WITH_TEXT, info, load_corpus(info.corpus))
    assert {value.phase for value in first[:-1]} == {"measuring"}
    assert any("Writing" in value.progress for value in first[:-1])
    again = list(effects.shown(WITH_TEXT, SEED, DICE))
    assert again[-1] == first[-1]
    assert not any("Writing" in value.progress for value in again)


@pytest.mark.slow
def test_other_weights_are_measured_anew(text: CorpusSpec, tmp_path: Path) -> None:
    vocab = load_corpus(text).vocab
    own, shown = Checkpoints(tmp_path, tmp_path), []
    effects = Effects(own)
    for number in (1, 2):
        torch.manual_seed(number)
        save_checkpoint(tmp_path / "one", CharLSTM(len(vocab), 4, 4, 1), vocab, "")
        *_, last = effects.shown("one", SEED, DICE)
        shown.append(last.figures.measures)
    assert shown[0] != shown[1]


def test_without_a_text_it_says_so_and_measures_the_others(checkpoints: Checkpoints) -> None:
    *_, last = Effects(checkpoints).shown(TEXTLESS, SEED, DICE)
    shown = last.figures
    assert shown.corpus.startswith("Neither a run nor the model card says")
    found = {measure.name: measure.estimates[0] for measure in shown.measures}
    assert [name for name, estimate in found.items() if not estimate] == ["words", "copied"]
    assert [measure.real for measure in shown.measures] == [None] * 5
    assert shown.copies == []
    assert "No validation text is at hand" in shown.said[0]


def test_which_text_it_is_is_named_but_no_file(checkpoints: Checkpoints, text: CorpusSpec) -> None:
    def said(spec: CorpusSpec | None, corpus: Corpus | None = None, **facts: bool) -> str:
        info = replace(checkpoints.info(WITH_TEXT), corpus=spec, **facts)
        return corpus_sentence(info, corpus)

    corpus = load_corpus(text)
    assert said(text, corpus) == f"Text: {corpus.description}."
    with speaking("de"):
        assert said(text, corpus).startswith("Text: eine Textdatei mit ")
    for sentence in (said(text, corpus), said(text)):
        assert Path(text.name).name not in sentence
        assert "/" not in sentence
    assert "only in the browser that brought it" in said(None, is_private=True)
    assert "(wikitext2)" in said(WIKITEXT2)
    assert "CHARLSTM_WIKITEXT" in said(WIKITEXT2)
    assert "(hub:owner/name:text)" in said(CorpusSpec.parse("hub:owner/name:text"))


def group(temperature: float | None, **means: float | None) -> Measured:
    """A `Measured` with these means, and intervals of 0.1 to either side."""
    estimates = {
        name: None if mean is None else Estimate(mean, (mean - 0.1, mean + 0.1))
        for name, mean in (dict.fromkeys(MEASURES, 0.5) | means).items()
    }
    return Measured(temperature, 16, estimates, "", "")


def result(groups: list[Measured], validation: Measured | None) -> EffectResult:
    return EffectResult(SEED, DICE, LENGTH, groups, validation)


def test_the_sentences_say_where_intervals_touch() -> None:
    groups = [
        group(0.1, entropy=0.2, words=0.9, repeat=90, copied=20),
        group(0.5, entropy=0.9, words=0.9, repeat=12, copied=20.15),
        group(1.0, entropy=2.0, words=0.6, repeat=12.1, copied=20),
        group(2.0, entropy=3.0, words=0.2, repeat=5, copied=10),
    ]
    real = group(None, entropy=1.9, words=0.95, repeat=12, copied=20)
    sentences = effect_sentences(result(groups, real))
    assert sentences[0] == (
        "At these temperatures a measure's interval touches the validation text's: entropy, T 1.0; "
        "the share of known words, T 0.1 and 0.5; the share of distinct runs, T 0.1, 0.5, 1.0 and "
        "2.0; the longest repeat, T 0.5 and 1.0; the longest copy, T 0.1, 0.5 and 1.0."
    )
    assert sentences[1] == "At no single temperature do all 5 measures."
    assert sentences[2] == (
        "At the lowest, T 0.1, the model repeats itself: the longest repeat has 90 characters, the "
        "validation text's 12."
    )
    assert sentences[3] == (
        "At the highest, T 2.0, it makes up words: 20 % of its words occur in the training text, "
        "and 95 % of the validation text's."
    )


def test_the_sentences_claim_nothing_that_the_intervals_do_not_show() -> None:
    real = group(None)
    assert effect_sentences(result([group(0.1), group(2.0)], real))[1:] == [
        "All 5 measures do at T 0.1 and 2.0."
    ]
    below, above = group(0.1, entropy=0.1), group(2.0, entropy=0.9)
    crossing = effect_sentences(result([below, above], real))[0]
    assert "entropy, at none (it crosses between T 0.1 and 2.0);" in crossing
    assert "entropy, at none;" in effect_sentences(result([above, above], real))[0]
    missing = [group(t, words=None, copied=None) for t in (0.1, 2.0)]
    assert "words" not in " ".join(effect_sentences(result(missing, group(None))))
    partly = [group(0.1, words=0.5), group(2.0, words=None)]
    assert "known words, T 0.1;" in effect_sentences(result(partly, real))[0]
    assert effect_sentences(result([group(0.1), group(2.0)], None)) == [
        "From T 0.1 to T 2.0: in each measure the two intervals touch, so no change is shown. No "
        "validation text is at hand to compare with."
    ]
    changed = effect_sentences(result([group(0.1), group(2.0, words=0.1, entropy=3.0)], None))
    assert changed == [
        "From T 0.1 to T 2.0: entropy rises from 0.50 to 3.00 bits per character; the share of "
        "known words falls from 50 to 10 %. No validation text is at hand to compare with."
    ]


def test_the_sentences_can_be_said_again_in_another_language() -> None:
    groups = [group(0.1, repeat=90), group(0.5, entropy=0.9), group(2.0, words=0.1, entropy=3.0)]
    for measured in (result(groups, group(None)), result(groups, None)):
        with speaking("de"):
            german = [*map(str, effect_sentences(measured))]
        assert translated(effect_sentences(measured), "de") == german


class Panel:
    """The panel in a browser."""

    def __init__(self, page: Page, address: str, checkpoint: str = WITH_TEXT) -> None:
        self.page = page
        page.goto(address)
        page.get_by_role("button", name="What temperature does").click()
        if checkpoint != WITH_TEXT:
            page.get_by_label("Checkpoint").click()
            page.get_by_role("option", name=checkpoint).click()
        self.said = page.locator(".effect-said")
        self.slider = page.get_by_role("slider", name="Temperature")
        expect(self.said).to_contain_text("16 texts of 400 characters")

    def measure(self) -> None:
        self.page.get_by_role("button", name="Measure").click()
        # The first measurement loads libraries.
        expect(self.page.locator(".effect-charts")).to_be_visible(timeout=60_000)
        expect(self.page.locator(".effect-chart")).to_have_count(5)
        expect(self.page.locator("#stop-measuring")).to_be_hidden()


@pytest.mark.slow
@pytest.mark.browser
def test_it_draws_the_figures_and_says_them(
    page: Page, address: str, expected: EffectResult
) -> None:
    panel = Panel(page, address)
    panel.measure()
    for sentence in effect_sentences(expected):
        expect(panel.said).to_contain_text(sentence)
    assert page.locator(".effect-chart .title").all_text_contents() == [
        text(f"temperature.effect.measures.{name}") for name in MEASURES
    ]
    assert page.locator(".effect-chart .dot").count() == 5 * len(TEMPERATURES)
    assert page.locator(".effect-chart line.real").count() == 5

    page.set_viewport_size({"width": 390, "height": 800})
    expect(page.locator(".effect-chart >> visible=true")).to_have_count(2)
    page.get_by_role("button", name="Show all figures").click()
    expect(page.locator(".effect-chart >> visible=true")).to_have_count(5)
    page.set_viewport_size({"width": 1280, "height": 900})

    entropy = [group.estimates["entropy"].mean for group in expected.temperatures]
    panel.slider.focus()
    page.keyboard.press("Home")
    for at, temperature in enumerate(TEMPERATURES[:3]):
        name = f"T {float(temperature)}"
        expect(panel.slider).to_have_attribute("aria-valuenow", str(at))
        words = panel.slider.get_attribute("aria-valuetext")
        assert words.startswith(f"{name}. Entropy: {entropy[at]:.2f} bits per character")
        page.keyboard.press("ArrowRight")

    page.get_by_text("The figures as a table").click()
    rows = page.locator(".effect-table tbody tr")
    assert rows.count() == len(TEMPERATURES) + 1
    cells = rows.nth(3).locator("th, td").all_text_contents()
    estimates = expected.temperatures[3].estimates
    assert cells[0] == "0.5"
    for cell, name in zip(cells[1:], MEASURES, strict=True):
        scale, digits = (100, 1) if name in ("words", "distinct") else (1, 1 + (name == "entropy"))
        values = (estimates[name].mean, *estimates[name].interval)
        assert cell == "{} {} to {}".format(*(f"{scale * v:.{digits}f}" for v in values))


@pytest.mark.slow
@pytest.mark.browser
def test_without_a_text_the_figures_say_what_they_need(page: Page, address: str) -> None:
    panel = Panel(page, address, TEXTLESS)
    panel.measure()
    expect(page.locator(".effect-asked")).to_contain_text("Neither a run nor the model card says")
    assert page.get_by_text("needs the training text").count() == 2
    assert page.locator(".effect-chart line.real").count() == 0
    expect(page.locator(".effect-copies")).to_be_hidden()


@pytest.mark.slow
@pytest.mark.browser
def test_it_says_how_far_it_is_and_stops(page: Page, address: str) -> None:
    panel = Panel(page, address, SLOW)
    page.get_by_role("button", name="Measure").click()
    expect(panel.said).to_contain_text("of 400 characters of each text")
    page.get_by_role("button", name="Stop").click()
    expect(panel.said).to_have_text("Stopped. Nothing was measured.")
    expect(page.locator("#stop-measuring")).to_be_hidden()
    expect(page.locator(".effect-charts")).to_be_hidden()


@pytest.mark.slow
@pytest.mark.browser
def test_what_cannot_be_measured_gets_a_toast_and_leaves_what_was(page: Page, address: str) -> None:
    panel = Panel(page, address)
    panel.measure()
    before = panel.said.text_content()
    page.get_by_label("Seed text").fill("")
    page.get_by_role("button", name="Measure").click()
    expect(page.get_by_text("The seed text is empty.")).to_be_visible()
    expect(panel.said).to_have_text(before)
    expect(page.locator(".effect-chart")).to_have_count(5)


@pytest.mark.slow
@pytest.mark.browser
def test_a_hostile_seed_text_is_shown_literally(page: Page, address: str) -> None:
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    panel = Panel(page, address)
    text = "<img src=x onerror=alert(1)> ${alert(1)} {{value}}"
    page.get_by_label("Seed text").fill(text)
    panel.measure()
    expect(page.locator(".effect-asked")).to_contain_text(f"seed text “{text}”")
    assert page.locator(".effect img").count() == 0


@pytest.mark.slow
@pytest.mark.browser
def test_a_phone_shows_one_column(phone: Page, address: str) -> None:
    panel = Panel(phone, address)
    panel.measure()
    phone.get_by_text("The figures as a table").click()
    phone.get_by_text("What was measured").click()
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    charts = phone.locator(".effect-chart >> visible=true").all()
    assert len({chart.bounding_box()["x"] for chart in charts}) == 1
