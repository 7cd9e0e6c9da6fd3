from __future__ import annotations

import hashlib
import json
import os

import pytest
import torch

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.checkpoints.checkpoint import save_checkpoint
from charlstm.checkpoints.owners import claim
from charlstm.errors import UserError
from charlstm.text.seed_texts import SUITED
from charlstm.text.spec import CorpusKind, CorpusSpec
from charlstm.texts import translated
from tests.fixtures.small import CARD, LETTERS, small_model


def test_the_list(tmp_path):
    runs, shipped = tmp_path / "runs", tmp_path / "shipped"
    save_checkpoint(shipped / "b", small_model(2), LETTERS, CARD)
    save_checkpoint(shipped / "a", small_model(), LETTERS, "no front matter")
    save_checkpoint(runs / "run1", small_model(2), LETTERS, CARD)
    (runs / "run1" / "train.json").write_text("{}")
    (runs / "empty").mkdir()
    checkpoints = Checkpoints(runs, shipped)
    assert checkpoints.names() == ["b", "a", "run1"]
    info = checkpoints.info("b")
    assert (info.bpc, info.measured_on, info.shipped) == (2.5, "some text", True)
    assert info.parameters == sum(p.numel() for p in small_model(2).parameters())
    assert checkpoints.info("a").bpc is None
    assert not checkpoints.info("run1").shipped
    assert Checkpoints(shipped, shipped).names() == ["b", "a"]
    save_checkpoint(shipped / "0", small_model(), LETTERS, CARD)
    (shipped / "0" / "pulled.json").write_text("{}")
    assert checkpoints.names() == ["b", "a", "0", "run1"]
    assert not checkpoints.info("0").shipped
    (shipped / "0" / "vocab.json").unlink()
    assert Checkpoints(tmp_path / "nowhere", shipped).names() == ["b", "a"]


def test_a_sentence_calls_a_checkpoint_as_the_list_does(tmp_path):
    runs, shipped = tmp_path / "runs", tmp_path / "shipped"
    automatic, first, second = (f"20261124-23110{n}-quick-brackets-{n}aa{n}" for n in range(3))
    save_checkpoint(shipped / "b", small_model(), LETTERS, CARD)
    titles = {automatic: "", first: "A <b>書", second: "A <b>書", "mine": "Yours"}
    for name, title in titles.items():
        save_checkpoint(runs / name, small_model(), LETTERS, CARD)
        (runs / name / "train.json").write_text(json.dumps({"title": title}))
    claim(runs / second, "a" * 32, shared=False)
    everything = Checkpoints(runs, shipped)
    owner, stranger = (everything.offered_to(lambda who=who * 32: who) for who in "ab")

    def called(offered):
        return [offered.called(name) for name in ("b", automatic, first, second, "mine", "gone")]

    told = ["b", "24 Nov 23:11 quick", "A <b>書 1aa1", "A <b>書 2aa2", "Yours", "gone"]
    assert called(everything) == called(owner) == told
    assert called(stranger) == ["b", "24 Nov 23:11 quick", "A <b>書", second, "Yours", "gone"]
    for offered in (everything, stranger):
        assert {name: offered.called(name) for name in offered.names()} == {
            name: shown for shown, name in offered.choices()
        }
    assert translated(owner.called(automatic), "de") == "24. Nov. 23:11 quick"


def test_the_seed_texts_are_the_cards_or_else_those_of_its_text(tmp_path):
    card = '---\nwidget: [{text: "Own "}]\n---\n'
    save_checkpoint(tmp_path / "named", small_model(), LETTERS, card)
    save_checkpoint(tmp_path / "unnamed", small_model(), LETTERS, "no front matter")
    for name, spec in (("old", "brackets"), ("private", "mine.txt")):
        save_checkpoint(tmp_path / name, small_model(), LETTERS, "no front matter")
        (tmp_path / name / "train.json").write_text(json.dumps({"corpus": spec}))
    checkpoints = Checkpoints(tmp_path, tmp_path)
    texts = {name: checkpoints.info(name).seed_texts for name in checkpoints.names()}
    assert texts == {
        "named": ("Own ",),
        "unnamed": (),
        "old": SUITED[CorpusKind.BRACKETS],
        "private": (),
    }


def test_a_rewritten_checkpoint_is_loaded_anew_and_others_are_shared(tmp_path):
    save_checkpoint(tmp_path / "one", small_model(), LETTERS, CARD)
    checkpoints = Checkpoints(tmp_path, tmp_path)
    first = checkpoints.sampler("one")
    assert checkpoints.sampler("one") is first
    model = small_model()
    torch.nn.init.zeros_(model.fc.weight)
    save_checkpoint(tmp_path / "one", model, LETTERS, CARD)
    assert checkpoints.sampler("one") is not first
    assert not checkpoints.load("one").model.fc.weight.any()


def test_a_fingerprint_is_of_the_weights_and_changes_with_them(tmp_path):
    save_checkpoint(tmp_path / "one", small_model(), LETTERS, CARD)
    save_checkpoint(tmp_path / "two", small_model(), LETTERS, "another card")
    checkpoints = Checkpoints(tmp_path, tmp_path)

    def digest(name):
        data = (tmp_path / name / "model.safetensors").read_bytes()
        return hashlib.sha256(data).hexdigest()[:10]

    before = digest("one")
    assert checkpoints.info("one").fingerprint == checkpoints.info("two").fingerprint == before
    model = small_model()
    torch.nn.init.zeros_(model.fc.weight)  # other weights, in a file of the same size
    save_checkpoint(tmp_path / "one", model, LETTERS, CARD)
    assert checkpoints.info("one").fingerprint == digest("one") != before
    assert checkpoints.info("two").fingerprint == before

    # Cached by time and size: a file in which neither has changed is not read again.
    weights = tmp_path / "two" / "model.safetensors"
    written, size = weights.stat().st_mtime_ns, weights.stat().st_size
    weights.write_bytes(bytes(size))
    os.utime(weights, ns=(written, written))
    assert checkpoints.info("two").fingerprint == before


@pytest.mark.parametrize(
    ("settings", "dataset", "corpus"),
    [
        ('{"corpus": "/texts/mine.txt"}', "wikitext2", "/texts/mine.txt"),
        ('{"corpus": "hub:owner/name:text"}', "text", "hub:owner/name:text"),
        (None, "wikitext2", "wikitext2"),
        (None, "Salesforce/wikitext, config: wikitext-2-raw-v1", "wikitext2"),
        (None, "Salesforce/wikitext, config: wikitext-103-raw-v1", None),
        (None, "brackets", "brackets"),
        (None, "text", None),
        (None, "[a, b]", None),
        ("{}", "wikitext2", None),
        ("[", "wikitext2", None),
        ('{"corpus": 3}', "wikitext2", None),
        ('{"corpus": "hub:"}', "wikitext2", None),
    ],
)
def test_the_text_it_was_trained_on(tmp_path, settings, dataset, corpus):
    card = CARD.replace("type: text, name", f"type: {dataset}, name")
    save_checkpoint(tmp_path / "one", small_model(), LETTERS, card)
    if settings:
        (tmp_path / "one" / "train.json").write_text(settings)
    expected = corpus and CorpusSpec.parse(corpus)
    assert Checkpoints(tmp_path, tmp_path).info("one").corpus == expected


@pytest.mark.parametrize("value", [".nan", "-1", "a lot", "[2.5]", "1" + "0" * 400, "{", "*a"])
def test_a_figure_that_is_no_number_is_left_out(tmp_path, value):
    card = CARD.replace("value: 2.5", f"value: {value}")
    save_checkpoint(tmp_path / "one", small_model(), LETTERS, card)
    assert Checkpoints(tmp_path, tmp_path).info("one").bpc is None


@pytest.mark.parametrize("name", ["", "..", "../one", "one/../one", "/", "two", None, "a" * 200])
def test_a_name_that_is_not_in_the_list_gets_a_sentence(tmp_path, name):
    save_checkpoint(tmp_path / "one", small_model(), LETTERS, CARD)
    for ask in (Checkpoints(tmp_path, tmp_path).info, Checkpoints(tmp_path, tmp_path).load):
        with pytest.raises(UserError, match="There is no checkpoint called"):
            ask(name)
