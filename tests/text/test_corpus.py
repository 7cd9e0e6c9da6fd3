from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import datasets
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from huggingface_hub import HfApi

from charlstm.errors import UserError
from charlstm.language import speaking
from charlstm.text.bracket_language import BracketLanguage
from charlstm.text.corpus import TextIdentity, at_hand, load_corpus, store_pasted
from charlstm.text.sources import join_rows
from charlstm.text.spec import BRACKETS, WIKITEXT2, CorpusSpec
from charlstm.text.vocabulary import UNK_SHOWN, Vocabulary
from charlstm.texts import translated
from tests.fixtures.processes import output_of

ROWS = {
    "train": ["", " = Title = \n", "", " He ( born 1912 ) wrote . \n"],
    "validation": [" A ø ( new ) row . \n", ""],
}
CARD = """---
configs:
- config_name: wikitext-2-raw-v1
  data_files:
  - split: train
    path: wikitext-2-raw-v1/train-*.parquet
  - split: validation
    path: wikitext-2-raw-v1/validation-*.parquet
---
"""


def hub_layout(folder: Path) -> Path:
    (folder / "wikitext-2-raw-v1").mkdir(parents=True)
    (folder / "README.md").write_text(CARD)
    for split, rows in ROWS.items():
        table = pa.table({"text": rows})
        pq.write_table(table, folder / "wikitext-2-raw-v1" / f"{split}-00000-of-00001.parquet")
    return folder


@pytest.fixture
def folder(tmp_path, monkeypatch):
    made = hub_layout(tmp_path / "wikitext")
    monkeypatch.setenv("CHARLSTM_WIKITEXT", str(made))
    return made


def decoded(ids, vocab):
    return vocab.decode(ids.tolist())


@pytest.mark.usefixtures("folder")
def test_a_folder_in_the_hubs_layout():
    corpus = load_corpus(WIKITEXT2)
    train = "\n = Title = \n\n\n He ( born 1912 ) wrote . \n"
    assert decoded(corpus.train, corpus.vocab) == train
    assert corpus.vocab == Vocabulary.from_text(train)  # the training split alone
    with_unknown = f" {UNK_SHOWN} {UNK_SHOWN} ( new ) row . \n\n"
    assert decoded(corpus.validation, corpus.vocab) == with_unknown
    assert corpus.train.dtype == np.int32
    assert isinstance(corpus.train, np.memmap)
    assert not corpus.train.flags.writeable
    assert "local folder" in corpus.description
    assert corpus.floor is None


def test_the_cache_is_used_and_a_changed_folder_is_read_anew(folder):
    first = load_corpus(WIKITEXT2)
    assert load_corpus(WIKITEXT2).folder == first.folder
    path = folder / "wikitext-2-raw-v1" / "train-00000-of-00001.parquet"
    pq.write_table(pa.table({"text": ["another text"]}), path)
    again = load_corpus(WIKITEXT2)
    assert decoded(again.train, again.vocab) == "another text"


def test_rows_are_joined_as_the_notebook_joins_them():
    assert join_rows(["a \n", "", "b \n"]) == "a \n\n\nb \n"


def test_the_real_split_has_the_notebooks_length(wikitext, monkeypatch):
    monkeypatch.setenv("CHARLSTM_WIKITEXT", str(wikitext))
    corpus = load_corpus(WIKITEXT2)
    assert len(corpus.validation) == 1_145_909
    text = decoded(corpus.validation, corpus.vocab)
    assert text.count("(") == 1_136


def test_a_folder_that_holds_something_else_gets_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("CHARLSTM_WIKITEXT", str(tmp_path))
    with pytest.raises(UserError, match="CHARLSTM_WIKITEXT names, holds no wikitext-2-raw-v1"):
        load_corpus(WIKITEXT2)
    monkeypatch.setenv("CHARLSTM_WIKITEXT", str(tmp_path / "nowhere"))
    with pytest.raises(UserError, match="is no folder"):
        load_corpus(WIKITEXT2)


@pytest.mark.slow
def test_the_hub_out_of_reach_gets_a_sentence_and_no_other_text(tmp_path):
    """In a new process: the libraries read the Hub's address once, when imported."""
    code = (
        "from charlstm.text.corpus import load_corpus\n"
        "from charlstm.errors import UserError\n"
        "from charlstm.text.spec import WIKITEXT2\n"
        "try: load_corpus(WIKITEXT2)\n"
        "except UserError as error: print(error)"
    )
    environment = {
        "CHARLSTM_WIKITEXT": "",
        "HF_ENDPOINT": "http://127.0.0.1:9",  # the discard port: nobody answers
        "HF_HOME": str(tmp_path / "hf"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    output = output_of("-c", code, **environment)
    assert "WikiText-2 can't be fetched. The Hugging Face Hub can't be reached" in output
    assert '"brackets"' in output
    assert "CHARLSTM_WIKITEXT" in output


def test_the_bracket_language_needs_nothing():
    corpus = load_corpus(BRACKETS)
    language = BracketLanguage()
    assert len(corpus.train) == 2_000_000
    assert decoded(corpus.train[:500], corpus.vocab) == language.sample(500, 0)
    assert decoded(corpus.validation[:500], corpus.vocab) == language.sample(500, 1)
    assert corpus.floor == language.entropy_rate()


def test_a_file_with_its_tail_held_out(tmp_path):
    path = tmp_path / "own.txt"
    text = "".join(chr(97 + i % 26) for i in range(1000)) + "zz9"
    path.write_text(text)
    corpus = load_corpus(CorpusSpec.parse(str(path)))
    assert decoded(corpus.train, corpus.vocab) == text[:903]
    assert decoded(corpus.validation, corpus.vocab) == text[903:].replace("9", UNK_SHOWN)
    assert "its last tenth (100 characters)" in corpus.description


def test_what_is_kept_of_a_text_reads_in_every_language(tmp_path):
    path = tmp_path / "own.txt"
    path.write_bytes(b"a b\r\n" * 200)
    spec = CorpusSpec.parse(str(path))
    with speaking("de"):  # whoever is the first to load it
        load_corpus(spec)
    cached = load_corpus(spec)
    assert cached.description == (
        "a text file of 800 characters; its last tenth (80 characters) is held out for validation"
    )
    assert cached.remark == (
        "The text has 200 line ends other than a newline (200 CR LF), which are each read as one."
    )
    assert translated([cached.description, cached.remark], "de") == [
        "eine Textdatei mit 800 Zeichen; ihr letztes Zehntel (80 Zeichen) wird für die "
        "Validierung zurückgehalten",
        "Der Text hat 200 andere Zeilenenden als Zeilenumbrüche (200 CR LF), die je als "
        "Zeilenumbruch gelesen werden.",
    ]


def test_pasted_text_has_a_spec_of_its_own():
    text = "Pasted é 😀 <b>text</b> ${alert(1)}\r\n" * 10
    spec = store_pasted(text)
    assert spec == store_pasted(text) != store_pasted(text + "x")
    corpus = load_corpus(spec)
    whole = decoded(corpus.train, corpus.vocab) + decoded(corpus.validation, corpus.vocab)
    assert whole == text.replace("\r\n", "\n")
    assert corpus.remark.endswith(
        "10 line ends other than a newline (10 CR LF), which are each read as one."
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"ab\xffcd" * 10, "byte at position 2"), (b"", "too few"), (b"0123456789", "too few")],
)
def test_a_file_that_is_no_text_gets_a_sentence(tmp_path, content, sentence):
    path = tmp_path / "own.txt"
    path.write_bytes(content)
    with pytest.raises(UserError, match=sentence):
        load_corpus(CorpusSpec.parse(str(path)))


@pytest.mark.parametrize("spec", ["", "wikitext103", "/etc/passwd", "nowhere.txt", "a\x00b.txt"])
def test_an_unknown_spec_gets_a_sentence(spec):
    with pytest.raises(UserError, match="There is no"):
        load_corpus(CorpusSpec.parse(spec))


@pytest.mark.parametrize(("text", "sentence"), [(" \n", "empty"), ("ab\ud800", "position 2")])
def test_pasted_text_that_cannot_be_kept_gets_a_sentence(text, sentence):
    with pytest.raises(UserError, match=sentence):
        store_pasted(text)


def test_ids_under_another_vocabulary(tmp_path):
    path = tmp_path / "own.txt"
    path.write_text("abcd" * 10)
    corpus = load_corpus(CorpusSpec.parse(str(path)))
    other = Vocabulary.from_text("bdx")
    assert decoded(corpus.ids("train", other)[:4], other) == f"{UNK_SHOWN}b{UNK_SHOWN}d"
    assert corpus.ids("train", corpus.vocab) is corpus.train


def test_the_differences_of_two_texts_make_one_clause():
    was, now = TextIdentity("a", 1_000, 1, "abc"), TextIdentity("b", 1, 1, "bcde")
    assert was.difference(now) == (
        "it had 1,000 characters to train on and 1 to validate on, now 1 and 1; "
        "it lost 1 distinct character; it gained 2 distinct characters"
    )
    with speaking("es"):
        assert was.difference(replace(was, digest="c")) == (
            "es tan largo como antes, pero no el mismo"
        )


@pytest.fixture
def no_network(tmp_path, monkeypatch):
    """Fail the test if anything tries to connect to another machine; the cache is empty."""
    tried = []

    def refused(*arguments, **_named):
        tried.append(arguments)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", refused)
    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "empty-cache"))
    monkeypatch.delenv("CHARLSTM_WIKITEXT", raising=False)
    yield
    assert tried == []


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize(
    "spec",
    ["wikitext2", "hub:owner/name:text", "", "wikitext103", "nowhere.txt", "a\x00b.txt"],
)
def test_a_text_that_would_need_a_network_is_not_at_hand(spec):
    assert at_hand(CorpusSpec.parse(spec)) is None


@pytest.mark.usefixtures("no_network")
def test_a_folder_that_is_none_is_not_looked_for_on_the_hub(monkeypatch):
    monkeypatch.setenv("CHARLSTM_WIKITEXT", "Salesforce/wikitext")
    assert at_hand(WIKITEXT2) is None


@pytest.mark.usefixtures("no_network", "folder")
def test_wikitext_in_a_folder_is_at_hand():
    cached = at_hand(WIKITEXT2)
    assert decoded(cached.train, cached.vocab) == "\n = Title = \n\n\n He ( born 1912 ) wrote . \n"


@pytest.mark.usefixtures("no_network")
def test_texts_from_the_hub_are_at_hand_once_they_are_cached(monkeypatch):
    texts = {}

    def fetched(*_arguments, **_named):
        return {split: [{"text": f"{split} text"}] * 20 for split in ("train", "validation")}

    spec = CorpusSpec.parse("hub:owner/name:text")
    with monkeypatch.context() as online:
        online.setattr(HfApi, "dataset_info", lambda *_arguments, **_named: None)
        online.setattr(datasets, "load_dataset", fetched)
        texts[spec] = load_corpus(spec)
    with monkeypatch.context() as online:
        rows = {split: {"text": rows} for split, rows in ROWS.items()}
        online.setattr(HfApi, "dataset_info", lambda *_arguments, **_named: None)
        online.setattr(datasets, "load_dataset", lambda *_arguments, **_named: rows)
        texts[WIKITEXT2] = load_corpus(WIKITEXT2)
    for spec, corpus in texts.items():
        cached = at_hand(spec)
        assert cached.description == corpus.description
        assert "Hub" in cached.description
        assert np.array_equal(cached.train, corpus.train)
        assert np.array_equal(cached.validation, corpus.validation)
        assert len(cached.train) > 0


@pytest.mark.usefixtures("no_network")
def test_files_are_at_hand(text):
    assert np.array_equal(at_hand(text).train, load_corpus(text).train)
