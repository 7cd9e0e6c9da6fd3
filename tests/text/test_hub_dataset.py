"""Datasets on the Hub: from a folder in the Hub's layout, and from a local stand-in server."""

from __future__ import annotations

import http.server
import json
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import huggingface_hub
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.errors import UserError
from charlstm.text import hub_dataset
from charlstm.text.hub_dataset import HubText, ask_hub, read_rows, read_spec, read_text
from charlstm.text.sources import read_source
from charlstm.text.spec import CorpusSpec
from tests.fixtures.processes import output_of
from tests.fixtures.stand_in_hub import Model, stand_in_hub
from tests.fixtures.stand_in_hub import StandIn as StandInHub

CARD = """---
configs:
- config_name: poems
  data_files:
  - split: train
    path: poems/train.parquet
  - split: validation
    path: poems/validation.parquet
- config_name: prose
  data_files:
  - split: train
    path: prose/train.parquet
- config_name: exam
  data_files:
  - split: test
    path: prose/train.parquet
---
"""


COMMIT = "a" * 40


class StandIn(http.server.BaseHTTPRequestHandler):
    """Answers as the Hub does for one dataset, owner/name, whose files are in ``folder``."""

    protocol_version = "HTTP/1.1"
    folder: Path
    tokens: list[str]

    def do_GET(self) -> None:
        if token := self.headers.get("Authorization"):
            self.tokens.append(token)
        path = self.path.split("?")[0]
        if match := re.fullmatch(r"/datasets/owner/name/resolve/\w+/(.+)", path):
            file = self.folder / match[1]
            if file.is_file():
                return self.answer(file.read_bytes(), ETag=f'"{file.stat().st_size}"')
        elif path in ("/api/datasets/owner/name", f"/api/datasets/owner/name/revision/{COMMIT}"):
            return self.answer(json.dumps({"id": "owner/name", "sha": COMMIT, "siblings": []}))
        elif match := re.fullmatch(rf"/api/datasets/owner/name/tree/{COMMIT}/(\w+)", path):
            entries = [self.entry(path) for path in (self.folder / match[1]).iterdir()]
            return self.answer(json.dumps(entries))
        return self.answer(b"", 404, **{"X-Error-Code": "EntryNotFound"})

    def do_HEAD(self) -> None:
        self.do_GET()

    def entry(self, path: Path) -> dict[str, object]:
        name = path.relative_to(self.folder).as_posix()
        return {"type": "file", "path": name, "size": path.stat().st_size, "oid": "b" * 40}

    def answer(self, content: str | bytes, status: int = 200, **headers: str) -> None:
        data = content.encode() if isinstance(content, str) else content
        if match := re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", "")):
            first, last = int(match[1]), min(int(match[2] or len(data)), len(data) - 1)
            headers["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
            data, status = data[first : last + 1], 206
        self.send_response(status)
        headers |= {"X-Repo-Commit": COMMIT, "Content-Length": str(len(data))}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture
def hub(folder: str) -> Iterator[http.server.ThreadingHTTPServer]:
    StandIn.folder, StandIn.tokens = Path(folder), []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), StandIn) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def load_in_a_process(spec: str, endpoint: str, home: Path, **environment: str) -> str:
    """The output of a new process that loads a spec's corpus and prints it, or the error.

    A new one, since the libraries read the Hub's address once, when they are imported.
    """
    code = (
        "import sys\n"
        "from charlstm.text.corpus import load_corpus\n"
        "from charlstm.errors import UserError\n"
        "from charlstm.text.spec import CorpusSpec\n"
        "try: corpus = load_corpus(CorpusSpec.parse(sys.argv[1]))\n"
        "except UserError as error: sys.exit(print(error))\n"
        "for ids in (corpus.train, corpus.validation): print(ascii(corpus.vocab.decode(ids)))\n"
        "print(corpus.description)"
    )
    folders = {"HF_HOME": str(home / "hf"), "XDG_CACHE_HOME": str(home / "cache")}
    asked = environment | folders | {"HF_ENDPOINT": endpoint}
    return output_of("-c", code, spec, folder=home, **asked)


@pytest.fixture
def folder(tmp_path: Path) -> str:
    for name, lines in {
        "poems/train": ["a rose", None, "is\na rose", ""],
        "poems/validation": ["a violet", "is blue"],
        "prose/train": ["Grüße 😀"] * 1000,
    }.items():
        path = tmp_path / f"{name}.parquet"
        path.parent.mkdir(exist_ok=True)
        numbers = list(range(len(lines)))
        pq.write_table(pa.table({"my lines": lines, "number": numbers}), path)
    (tmp_path / "README.md").write_text(CARD)
    return str(tmp_path)


def test_rows_of_a_column(folder: str) -> None:
    assert read_rows(folder, "poems", "my lines", 1000) == (
        ["a rose", "is\na rose", ""],
        ["a violet", "is blue"],
    )


def test_only_so_many_characters_are_read(folder: str) -> None:
    whole = "\n".join(["Grüße 😀"] * 1000)
    for most in (1, 7, 8, 20, 21, 10**6):
        rows, validation = read_rows(folder, "prose", "my lines", most)
        assert "\n".join(rows) == whole[:most].removesuffix("\n")
        assert validation is None


@pytest.mark.parametrize(
    ("config", "column", "sentence"),
    [
        ("poems", "text", "no column called 'text'. Its columns are 'my lines', 'number'"),
        ("poems", "number", "'number' holds no text but int"),
        ("exam", "my lines", 'no split called "train"'),
        ("", "my lines", "has several configurations. Name one of these: poems, prose, exam"),
        ("q", "my lines", "has no configuration 'q'. Name one of these: poems, prose, exam"),
    ],
)
def test_what_is_not_there_gets_a_sentence(
    folder: str, config: str, column: str, sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence):
        read_rows(folder, config, column, 1000)


@pytest.mark.parametrize(
    "text",
    [
        HubText("roneneldan/TinyStories", "text"),
        HubText("Salesforce/wikitext", "text", "wikitext-2-raw-v1"),
        HubText("a/b.c-d_e", "my lines"),
    ],
)
def test_a_spec_names_its_text(text: HubText) -> None:
    assert read_spec(text.spec) == text


@given(st.text())
def test_whatever_stands_after_hub_is_read_or_gets_a_sentence(rest: str) -> None:
    try:
        text = read_spec("hub:" + rest)
    except UserError:
        return
    assert text.spec == "hub:" + rest
    assert ".." not in text.dataset
    assert text.dataset.count("/") == 1


@pytest.mark.parametrize(
    "named",
    [
        *({"dataset": d} for d in ("imdb", "../etc", "a/..", "/etc/passwd", "https://a/b")),
        *({"dataset": d} for d in ("a/b/c", "a/b@main", "a/b\n")),
        *({"column": column} for column in ("", "te:xt")),
        {"config": "../c"},
    ],
)
def test_what_can_be_no_text_gets_a_sentence(named: dict[str, str]) -> None:
    with pytest.raises(UserError, match="is no "):
        HubText(**{"dataset": "a/b", "column": "text", "config": "", **named})


@pytest.mark.slow
def test_a_dataset_of_the_hub(
    hub: http.server.ThreadingHTTPServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("home")
    (home / "owner" / "name").mkdir(parents=True)  # must not be read instead of the Hub
    endpoint = f"http://127.0.0.1:{hub.server_port}"
    secret = {"HF_TOKEN": "hf_of_the_owner"}
    output = load_in_a_process(
        "hub:owner/name:poems:my lines", endpoint, home, **secret
    ).splitlines()
    assert output[0] == ascii("a rose\nis\na rose\n")
    replaced = "".join(c if c in "a rose\ni" else "\ufffd" for c in "a violet\nis blue")
    assert output[1] == ascii(replaced)
    assert "'my lines' of owner/name (poems)" in output[2]
    assert "validation split is held out" in output[2]

    # Without a validation split, and with a limit of 100 characters: a tenth of those.
    limit = {"CHARLSTM_MAX_TEXT": "100"}
    output = load_in_a_process(
        "hub:owner/name:prose:my lines", endpoint, home, **limit
    ).splitlines()
    whole = "\n".join(["Grüße 😀"] * 1000)[:100]
    assert output[:2] == [ascii(whole[:90]), ascii(whole[90:])]
    assert "last tenth (10 characters)" in output[2]

    for rest, sentence in (
        ("q:a", "has no configuration 'q'. Name one of these: poems, prose, exam."),
        ("a", "has several configurations. Name one of these: poems, prose, exam."),
    ):
        assert sentence in load_in_a_process(f"hub:owner/name:{rest}", endpoint, home)
    # The owner's token is never sent: a visitor must not read private datasets.
    assert StandIn.tokens == []


@pytest.fixture
def repositories(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandInHub]:
    with stand_in_hub() as server:
        monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", server.address)
        yield server


def test_the_hub_is_asked_once_whether_it_has_a_dataset(repositories: StandInHub) -> None:
    repositories.models |= {"owner/open": Model({}), "owner/gated": Model({}, gated=True)}
    ask_hub("owner/open")
    with pytest.raises(UserError, match="'owner/gated' is gated"):
        read_text(HubText("owner/gated", "text"), 100)
    with pytest.raises(UserError, match="There is no dataset 'owner/none' on the Hugging Face"):
        read_text(HubText("owner/none", "text"), 100)
    asked = [line for line in repositories.asked if "/datasets/" in line]
    assert asked == [f"GET /api/datasets/owner/{name}" for name in ("open", "gated", "none")]


def test_where_the_libraries_are_offline_the_hub_is_not_asked(
    repositories: StandInHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    ask_hub("owner/none")
    assert repositories.asked == []


@pytest.mark.parametrize("answers", [False, True])
def test_the_hub_out_of_reach_gets_a_sentence_after_one_try(
    monkeypatch: pytest.MonkeyPatch, answers: bool
) -> None:
    tries: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as silent:

        def accept() -> None:
            while silent.fileno() >= 0:
                try:
                    tries.append(silent.accept()[0])
                except OSError:
                    return
                if answers:  # and breaks off
                    tries[-1].close()

        thread = threading.Thread(target=accept)
        thread.start()
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", address)
        monkeypatch.setattr(hub_dataset, "ASK_SECONDS", 0.2)
        monkeypatch.delenv("CHARLSTM_WIKITEXT", raising=False)
        for spec, start in (
            ("hub:owner/name:text", "The Hugging Face Hub can't be reached"),
            ("wikitext2", "WikiText-2 can't be fetched. The Hugging Face Hub can't be reached"),
        ):
            with pytest.raises(UserError) as error:
                read_source(CorpusSpec.parse(spec))
            assert str(error.value).startswith(start)
        silent.shutdown(socket.SHUT_RDWR)
        thread.join()
    for connection in tries:
        connection.close()
    assert len(tries) <= 4  # one a text; the client may open a second connection
