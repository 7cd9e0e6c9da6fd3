"""Shipped checkpoints against the facts on their cards.

A card has a table of scores, in nats and in bits per character. One row starts with "a fixed slice"
and its number of characters, so that a default test run can score it; a checkpoint with 16-bit
weights also has a row "the same with the weights in 32 bits".
"""

from __future__ import annotations

import json
import re
import subprocess

import pytest
import torch
from huggingface_hub import ModelCard
from safetensors.torch import load_file

from charlstm.checkpoints.card_facts import in_words
from charlstm.checkpoints.catalog import Checkpoints
from charlstm.checkpoints.files import CELLS, LEARNED
from charlstm.cli.main import main
from charlstm.experiments.cells.report import report_beside
from charlstm.experiments.cells.warm_up import warm_up_text
from charlstm.experiments.cells.watch import watched
from charlstm.language import speaking
from charlstm.model.evaluate import evaluate, fixed_slice
from charlstm.model.hold import Unit
from charlstm.model.sampler import Sampler
from charlstm.runs.shipped_history import Learned
from charlstm.text.corpus import load_corpus
from charlstm.text.spec import BRACKETS, WIKITEXT2
from tests.fixtures.shipped import large_slow
from tests.fixtures.small import ROOT
from tests.model.test_sampler import largest_gap

SHIPPED = ROOT / "checkpoints"
FILES = ("README.md", "config.json", "model.safetensors", "vocab.json")
LARGEST = 20_000_000  # bytes of all that ship


def names():
    """The folders in checkpoints/ with files that git tracks or does not ignore."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "checkpoints"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):  # not a clone: those not written by a run
        checkpoints = Checkpoints(SHIPPED, SHIPPED)
        return [name for name in checkpoints.names() if checkpoints.info(name).shipped]
    return sorted({path.split("/")[1] for path in listed.stdout.splitlines()})


NAMES = names()
pytestmark = pytest.mark.parametrize("name", large_slow(NAMES))


@pytest.fixture
def checkpoints():
    return Checkpoints(SHIPPED, SHIPPED)


@pytest.fixture
def corpus(name, checkpoints, request, monkeypatch):
    """The text that a card's figures were measured on."""
    spec = checkpoints.info(name).corpus
    if spec == WIKITEXT2:
        monkeypatch.setenv("CHARLSTM_WIKITEXT", str(request.getfixturevalue("wikitext")))
    return load_corpus(spec)


@pytest.fixture
def card(name):
    return (SHIPPED / name / "README.md").read_text(encoding="utf-8")


def row(card, start):
    """Nats, bits per character and label of the row of the card's table that starts so."""
    match = re.search(rf"^\| ({start}[^|]*) \| ([\d.]+) \| ([\d.]+) \|$", card, re.MULTILINE)
    assert match, f"the card has no row that starts with {start!r}"
    return float(match[2]), float(match[3]), match[1]


def test_its_card_says_how_it_is_trained_again(name, checkpoints, card):
    """By a command, or by a program whose settings are those of its history."""
    corpus = checkpoints.info(name).corpus
    if f"python -m charlstm train --corpus {corpus}" in card:
        return
    [program] = re.findall(r"```python\n(.*?)```", card, re.S)
    before_the_run, found = program[: program.index("for record in run(")], {}
    exec(compile(before_the_run, "README.md", "exec"), found)
    settings = Learned.load(SHIPPED / name / LEARNED).settings
    assert (found["settings"].corpus, found["config"]) == (corpus, settings.config)


def test_it_ships_and_its_card_says_what_it_is(name, checkpoints, card):
    info = checkpoints.info(name)
    assert info.shipped
    assert sum((SHIPPED / n / f).stat().st_size for n in NAMES for f in FILES) <= LARGEST
    model = checkpoints.load(name).model
    for words in (
        f"embedding {model.embed_size}",
        f"{model.hidden_size} units",
        f"{info.parameters:,} parameters",
        f"python -m charlstm eval checkpoints/{name} --corpus {info.corpus}",
        "control",
        "95 % interval",
        "## What it was trained on",
        "## Does it close a bracket?",
        "## What it is for, and where it fails",
    ):
        assert words in card
    assert re.search(r"\b(threads?|cores|GPU)\b", card)  # on what machine
    assert re.search(r"\b(minutes|hours)\b", card)
    assert ModelCard(card).data.license
    if info.corpus == WIKITEXT2:
        assert re.search(r"\*\*not\*\*\s+the\s+WikiText-2\s+train\s+split", card)


def test_what_it_says_of_its_text_is_read_in_any_language(name, checkpoints):
    learned = Learned.load(SHIPPED / name / LEARNED)
    said = [checkpoints.info(name).measured_on, learned.trained_on, learned.machine]
    assert [in_words(one) for one in said] == said
    for spoken in ("de", "es", "zh"):
        with speaking(spoken):
            assert all(one and in_words(one) != one for one in said)


def test_it_is_stored_as_its_card_says(name, card):
    kinds = {weight.dtype for weight in load_file(SHIPPED / name / "model.safetensors").values()}
    if kinds != {torch.float32}:
        assert kinds in ({torch.float16}, {torch.bfloat16})
        in_32_bits, _, _ = row(card, "the same with the weights in 32 bits")
        results = {r.metric_type: r.metric_value for r in ModelCard(card).data.eval_results}
        assert results["nats per character"] == pytest.approx(in_32_bits, abs=0.001)


def test_it_scores_what_its_card_says_on_a_slice(name, checkpoints, corpus, card):
    nats, bpc, start = row(card, "a fixed slice")
    scored = int(re.search(r"\(([\d,]+) characters\)", start)[1].replace(",", ""))
    checkpoint = checkpoints.load(name)
    ids = fixed_slice(corpus.ids("validation", checkpoint.vocab), scored + 1)
    score = evaluate(checkpoint.model, ids)
    assert score.characters == scored
    assert score.nats == pytest.approx(nats, abs=0.0005)
    assert score.bpc == pytest.approx(bpc, abs=0.0005)


def test_its_units_are_those_that_closing_depends_on(name, checkpoints, card):
    """As its cells.json and its card say: with them held a ")" gets unlikely where one is due."""
    info = checkpoints.info(name)
    report = report_beside(SHIPPED / name, info.fingerprint)
    assert report.checkpoint == name
    verdict = report.result.verdict
    assert report.json() == (SHIPPED / name / CELLS).read_text(encoding="utf-8")
    assert verdict.kind == "found"
    assert f"python -m charlstm cells checkpoints/{name} --whole" in card
    assert all(f"`{unit}`" in card for unit in verdict.units)
    assert (report.depth is not None) == (info.corpus == BRACKETS)
    text = "ab ( cd be " if info.corpus == BRACKETS else "It lies in Kent ( south of London "
    sampler = checkpoints.sampler(name)
    chances = watched(
        sampler,
        text,
        [],
        before=warm_up_text(info.corpus),
        control=report.result.control,
        held=[Unit.parse(unit) for unit in verdict.units],
        others=[Unit.parse(unit) for unit in report.result.effects.sets[0]],
    ).chances
    own, held, others = chances.own[-1], chances.held[-1], chances.others[-1]
    assert held < own / 4 < others
    control, forced = chances.control[-1], chances.forced[-1]
    assert forced > 4 * control


@pytest.mark.slow
def test_eval_gives_its_card_s_figures(name, corpus, card, capsys):
    folder = SHIPPED / name
    assert main(["eval", str(folder), "--corpus", str(corpus.spec), "--json"]) == 0
    score = json.loads(capsys.readouterr().out)
    results = {r.metric_type: r.metric_value for r in ModelCard(card).data.eval_results}
    assert score["nats"] == pytest.approx(results["nats per character"], abs=0.0005)
    assert score["bpc"] == pytest.approx(results["bpc"], abs=0.0005)
    assert f"({score['characters']:,} characters)" in card
    if corpus.floor is not None:  # its loss must come close to the entropy rate
        assert score["nats"] <= corpus.floor + 0.005


def test_its_sampler_is_exact(name, checkpoints):
    """Logits of the fast sampler against `nn.LSTM`, at the sizes of the shipped models."""
    checkpoint = checkpoints.load(name)
    sampler = Sampler(checkpoint.model, checkpoint.vocab)
    text = "The meaning of life is "
    known = text if not checkpoint.vocab.unknown(text) else "ab ( c "
    assert largest_gap(checkpoint.model, sampler, known, 600) < 1e-4
