"""The command ``probe``: what it prints and writes is the probe."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from charlstm.checkpoints.checkpoint import save_checkpoint
from charlstm.experiments.baselines import ngram_baseline, real_incidence
from charlstm.experiments.battery import battery
from charlstm.experiments.probe import probe
from charlstm.experiments.question import ProbeQuestion
from charlstm.export.figure import picture
from charlstm.export.probe_figure import plot_probe
from charlstm.model.sampler import Sampler
from charlstm.text.corpus import load_corpus
from tests.fixtures.small import LETTERS, small_model


def test_probe_is_the_probe(checkpoint, run, tmp_path):
    arguments = ("--seed-text", "He ( ", "--samples", 20, "--horizon", 40, "--dice", 5)
    files = [tmp_path / f"answer.{kind}" for kind in ("csv", "json", "svg", "png")]
    status, out, error = run("probe", checkpoint, *arguments, "--json", "--out", *files)
    expected = probe(Sampler(small_model(), LETTERS), ProbeQuestion("He ( ", (0.5,), 20, 40, 5))
    assert (status, error) == (0, "Not seen in training, read as UNK: 'H'\n")
    document = json.loads(out)
    assert document | json.loads(json.dumps(expected.plain())) == document
    weights = (checkpoint / "model.safetensors").read_bytes()
    assert document["checkpoint"] == "small"
    assert document["fingerprint"] == hashlib.sha256(weights).hexdigest()[:10]
    assert document["batteries"] == []
    assert document["ngram"] is document["real"] is None  # its card names no text

    assert json.loads(files[1].read_text()) == document
    assert files[0].read_text().count("He ( ,40,5,False,0.5,") == 20
    assert files[2].read_bytes() == picture(plot_probe(expected), "svg")
    assert files[3].read_bytes().startswith(b"\x89PNG")

    text = run("probe", checkpoint, *arguments)[1]
    [result] = expected.temperatures
    assert text.startswith(expected.verdict.sentence)
    assert f"closed {result.closed} of 20" in text
    assert f"an unmatched one in {result.control.closed} of 20" in text
    assert f"an unmatched one in {result.pair.closed} of 20" in text
    assert f"difference {100 * result.difference.rate:+.1f} points" in text
    assert all(doubt in text for doubt in expected.verdict.doubts)


def test_probe_stands_beside_the_text_it_was_trained_on_and_asks_a_battery(tmp_path, text, run):
    save_checkpoint(tmp_path / "run", small_model(), LETTERS, "# small")
    (tmp_path / "run" / "train.json").write_text(json.dumps({"corpus": str(text)}))
    arguments = ("--seed-text", "ab ( c ", "--samples", 20, "--horizon", 10, "--battery")
    out = tmp_path / "answer.json"
    status, output, _ = run("probe", tmp_path / "run", *arguments, "--out", out)
    document = json.loads(out.read_text())
    assert status == 0
    baseline = ngram_baseline("ab ( c ", 20, 10, 7, text)
    assert document["ngram"] == json.loads(json.dumps(asdict(baseline)))
    assert document["real"] == asdict(real_incidence(10, "ab ( c ", text))
    [probed] = document["batteries"]
    seeds = battery(load_corpus(text)).seeds
    assert [row["seed"] for row in probed["rows"]] == [asdict(seed) for seed in seeds]
    assert f"7-gram: closed {baseline.closed} of 20" in output
    assert "T 0.5, 40 seed texts, 25 samples each: closed" in output
    assert "Real text: closed" in output
