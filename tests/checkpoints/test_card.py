from __future__ import annotations

import shlex
from dataclasses import replace

import numpy as np
import pytest
import torch
from huggingface_hub import ModelCard

from charlstm.checkpoints.card import Provenance, model_card
from charlstm.checkpoints.card_facts import CardFacts, read_card
from charlstm.model.evaluate import Evaluation
from charlstm.text.corpus import Corpus
from charlstm.text.seed_texts import SUITED
from charlstm.text.spec import BRACKETS, WIKITEXT2, CorpusSpec
from charlstm.text.vocabulary import Vocabulary
from charlstm.training.config import PRESETS
from charlstm.training.trainer import Trainer
from tests.fixtures.small import LETTERS


def card(provenance, spec="x.txt", vocab=LETTERS, floor=None, planned=3, name="a-name", **settings):
    ids = np.zeros(2_000, dtype=np.int32)
    corpus = Corpus(CorpusSpec.parse(spec), "the file x.txt: yes", vocab, ids, ids, floor)
    config = replace(PRESETS["quick"], steps=planned, seconds=None, **settings)
    trainer = Trainer(config, corpus, torch.float32)
    trainer.total_steps = planned
    for _ in range(3):
        trainer.step()
    return model_card(name, trainer, corpus, provenance)


SCORED = Provenance("quick", 12.3, Evaluation(1.0, 1.4427, 1_999), whole=True)
TINY = {"streams": 2, "window": 10, "hidden_size": 4}


@pytest.mark.slow
def test_the_hub_can_read_its_figures():
    text = card(SCORED, **TINY)
    results = {r.metric_type: r for r in ModelCard(text).data.eval_results}
    assert results["bpc"].metric_value == 1.4427
    assert results["nats per character"].metric_value == 1.0
    assert results["bpc"].dataset_name == "the validation split of the file x.txt: yes"


@pytest.mark.slow
def test_it_says_what_was_done_and_how_it_was_measured():
    text = card(SCORED)
    for words in (
        "# a-name",
        "2,000 training characters",
        "embedding 32, 1 x 288 units, 376,401 parameters, 17 ids",
        "Preset `quick`: 3 steps of 32 streams x 24 characters (1.15 passes), 12 s on 1 thread of",
        "The same steps again",
        "```\npython -m charlstm train --corpus text.txt --preset quick --steps 3\n```",
        "```\npython -m charlstm eval checkpoints/a-name --corpus text.txt\n```",
        "products in float32",
        "1.0000 nats = 1.4427 bits per character",
        "every character but the first (1,999 characters), in eval mode",
    ):
        assert words in text
    part = card(Provenance("quick", 12.3, Evaluation(1.0, 1.4427, 500), whole=False), **TINY)
    assert "a fixed slice of it" in part


@pytest.mark.parametrize("title", ["Faust", "a [x](y) `b` <i> *c* #", "Märchen & Sagen: 1_2_3 |"])
def test_it_is_headed_by_the_name_of_the_run(title):
    text = card(replace(SCORED, title=title), **TINY)
    # The oracles: the Hub's reader, and a parser of Markdown.
    assert ModelCard(text).data.model_name == title
    parsed = pytest.importorskip("markdown_it").MarkdownIt().parse(text.split("---\n", 2)[2])
    [heading] = parsed[1].children
    assert heading.content == title
    assert "eval checkpoints/a-name" in text


def test_without_a_figure_it_claims_none():
    text = card(Provenance("quick", 0.1, None, whole=False), **TINY)
    assert "Nothing was measured yet." in text
    assert not ModelCard(text).data.eval_results


def test_what_its_command_would_not_do_again_is_named():
    text = card(SCORED, planned=9, **TINY)
    assert (
        "Preset `quick` but for hidden_size 4, streams 2, window 10: 3 steps of 9 planned" in text
    )
    assert "The same with the preset's own values otherwise:" in text
    assert "--preset quick --hidden-size 4 --steps 9\n" in text
    text = card(SCORED, planned=9, hidden_size=4)
    assert "Preset `quick` but for hidden_size 4: 3 steps" in text
    assert "The same steps again" in text


@pytest.mark.parametrize(
    ("spec", "named", "dataset"),
    [
        ("/home/somebody/my texts/a diary.txt", "text.txt", ("text", None)),
        ("wikitext2", "wikitext2", ("Salesforce/wikitext", "wikitext-2-raw-v1")),
        ("brackets", "brackets", ("brackets", None)),
        (
            "hub:owner/name:poems:my lines",
            "'hub:owner/name:poems:my lines'",
            ("owner/name", "poems"),
        ),
        ("hub:owner/name:text", "hub:owner/name:text", ("owner/name", None)),
    ],
)
def test_the_text_is_named_as_others_can_have_it(spec, named, dataset):
    text = card(SCORED, spec, **TINY)
    assert f"train --corpus {named} --preset" in text
    assert f"eval checkpoints/a-name --corpus {named}\n" in text
    assert "somebody" not in text
    data = ModelCard(text).data
    for result in data.eval_results:
        assert (result.dataset_type, result.dataset_config) == dataset
    assert data.datasets == (["owner/name"] if spec.startswith("hub:") else None)
    assert data.license is None
    assert "No licence is stated here" in text


def test_the_page_reads_in_it_what_it_was_trained_on(tmp_path):
    for spec, corpus in (("wikitext2", WIKITEXT2), ("brackets", BRACKETS), ("a.txt", None)):
        (tmp_path / "README.md").write_text(card(SCORED, spec, **TINY))
        measured_on = "the validation split of the file x.txt: yes"
        texts = () if corpus is None else SUITED[corpus.kind]
        assert read_card(tmp_path / "README.md") == CardFacts(1.4427, measured_on, corpus, texts)


@pytest.mark.parametrize(
    ("widget", "texts"),
    [
        ('[{text: "One "}, {text: ""}, {text: 3}, {other: x}, 7, {text: "\\ud800"}]', ("One ",)),
        (f"[{{text: {'a' * 401}}}, {{text: {'b' * 400}}}]", ("b" * 400,)),
        (f"[{', '.join(['{text: a}'] * 9)}]", ("a",) * 8),
        ("text", ()),
        ("{text: a}", ()),
        ("", ()),
    ],
)
def test_a_card_names_seed_texts(tmp_path, widget, texts):
    (tmp_path / "README.md").write_text(f"---\nlicense: mit\nwidget: {widget}\n---\n")
    assert read_card(tmp_path / "README.md").seed_texts == texts


def test_the_seed_texts_are_ones_that_it_knows():
    text = card(SCORED, **TINY)
    assert "probe checkpoints/a-name --seed-text '( ' --temperature" in text  # LETTERS lacks "H"
    assert "sample checkpoints/a-name --seed-text 'The '\n" in text
    text = card(SCORED, vocab=Vocabulary.from_text("ab"), floor=0.6, **TINY)
    assert "Its text has no round brackets." in text
    assert "sample checkpoints/a-name --seed-text a\n" in text
    assert "Its entropy is 0.6000 nats per character" in text


@pytest.mark.parametrize("characters", ["\n", "`", "```", "\n`", "~", " "])
@pytest.mark.parametrize("name", ["a-name", "a ``` name", "a\n# name", "caf\udce9"])
def test_no_seed_text_or_name_splits_a_block_of_code(characters, name):
    vocab = Vocabulary.from_text(characters)
    grown = replace(SCORED, grown_from=f"/somewhere/{name}")
    # The path of a corpus with half characters is refused; a folder's name may have them.
    whole = name.encode("utf-8", "ignore").decode()
    text = card(grown, f"/somewhere/{whole}.txt", vocab, name=name, **TINY)
    text.encode()  # no half characters
    # The oracle: a parser of Markdown.
    parsed = pytest.importorskip("markdown_it").MarkdownIt().parse(text.split("---\n", 2)[2])
    blocks = [token.content for token in parsed if token.type == "fence"]
    assert [block.split()[3] for block in blocks] == ["train", "eval", "sample"]
    assert all(len(shlex.split(block)) >= 6 for block in blocks)
    seed_text = shlex.split(blocks[2])[-1]
    assert seed_text == vocab.characters[0]
    assert not any("python -m" in t.content for t in parsed if t.type in ("inline", "code_block"))
    assert sum(token.type == "heading_open" for token in parsed) == 6
