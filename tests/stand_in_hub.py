"""A stand-in for the Hugging Face Hub on 127.0.0.1: as much of it as its own client asks for.

Models are dictionaries of bytes. Weights travel as on the Hub (git LFS): asked for, the answer is
a redirection that tells size and SHA-256; sent, they are put where the batch answer says and then
named in the commit.
"""

from __future__ import annotations

import base64
import hashlib
import http.server
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

COMMIT = "c" * 40
TOKEN = "hf_of_the_owner"
_ID = r"([\w.-]+/[\w.-]+)"


@dataclass
class Model:
    """A repository: its files, and what goes wrong with it.

    Attributes:
        sizes: bytes that are told for a file, where that is not what it has.
        cut: bytes that are missing at the end of each answer for a file, whose length is told.
        broken: whether the connection ends halfway through the weights.
        held: whether the weights wait until `StandIn.let_go` is set.
    """

    files: dict[str, bytes]
    private: bool = False
    gated: bool = False
    sizes: dict[str, int | None] = field(default_factory=dict)
    cut: dict[str, int] = field(default_factory=dict)
    broken: bool = False
    held: bool = False

    def put(self, name: str, data: bytes) -> None:
        """Put another file in one's place."""
        self.files[name] = data

    def drop(self, *names: str) -> None:
        """Take files away."""
        for name in names:
            del self.files[name]

    def ask_for(self, **sizes: object) -> None:
        """Change what the configuration asks for."""
        config = json.loads(self.files["config.json"]) | sizes
        self.files["config.json"] = json.dumps(config).encode()

    def told(self, **attributes: object) -> None:
        """Make something go wrong with it."""
        vars(self).update(attributes)


class StandIn(http.server.ThreadingHTTPServer):
    """The server: its models, and all that was asked of it, as "GET /path"."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.models: dict[str, Model] = {}
        self.stored: dict[str, bytes] = {}  # by SHA-256
        self.asked: list[str] = []
        self.commits: list[dict[str, Any]] = []
        self.holding, self.let_go = threading.Event(), threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def fetched(self) -> set[str]:
        """Names of the files whose content was asked for."""
        found = (re.search(r"^GET .*/(?:resolve/\w+|cdn)/(.+)$", asked) for asked in self.asked)
        return {match[1] for match in found if match}


@contextmanager
def stand_in_hub() -> Iterator[StandIn]:
    """A stand-in that answers until the end of the block."""
    with StandIn() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class _RefusedError(Exception):
    """An answer with an error status."""

    def __init__(self, status: int, code: str = "", message: str = "") -> None:
        self.status = status
        self.headers = {"X-Error-Code": code, "X-Error-Message": message}


class _Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # headers and content go out one after another
    server: StandIn

    def do_GET(self) -> None:
        self._answer()

    do_HEAD = do_POST = do_PUT = do_GET  # noqa: N815

    def _answer(self) -> None:
        path = self.path.split("?")[0]
        self.server.asked.append(f"{self.command} {path}")
        self.content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            for pattern, method in self.routes:
                if match := re.fullmatch(pattern, f"{self.command} {path}"):
                    return method(self, *match.groups())
            raise _RefusedError(404)
        except _RefusedError as error:
            return self._send(b"{}", error.status, **error.headers)

    def _model(self, repo_id: str) -> Model:
        model = self.server.models.get(repo_id)
        authorization = self.headers.get("Authorization")
        if authorization not in (None, f"Bearer {TOKEN}"):
            raise _RefusedError(401, message="Invalid credentials in Authorization header")
        if model is None or (model.private and not authorization):
            raise _RefusedError(404 if authorization else 401, "RepoNotFound")
        return model

    def _info(self, repo_id: str, revision: str = "main") -> None:
        model = self._model(repo_id)
        if revision not in ("main", COMMIT):
            raise _RefusedError(404, "RevisionNotFound")
        siblings = [
            {"rfilename": name, "size": model.sizes.get(name, len(data)), "blobId": "b" * 40}
            | ({"lfs": _lfs(data)} if name.endswith(".safetensors") else {})
            for name, data in model.files.items()
        ]
        self._send_json({"id": repo_id, "sha": COMMIT, "siblings": siblings})

    def _file(self, repo_id: str, name: str) -> None:
        model = self._model(repo_id)
        if model.gated:
            raise _RefusedError(403, "GatedRepo")
        if name not in model.files:
            raise _RefusedError(404, "EntryNotFound")
        data = model.files[name]
        if not name.endswith(".safetensors"):
            return self._send(data[: len(data) - model.cut.get(name, 0)], told=len(data))
        where = {"Location": f"{self.server.address}/{repo_id}/cdn/{name}"}
        digest = hashlib.sha256(data).hexdigest()
        linked = {"X-Linked-Size": str(len(data)), "X-Linked-ETag": f'"{digest}"'}
        return self._send(b"", 302, **where, **linked)

    def _cdn(self, repo_id: str, name: str) -> None:
        model = self.server.models[repo_id]
        if model.held and self.command == "GET":
            self.server.holding.set()
            self.server.let_go.wait()
        data = model.files[name]
        self._send(data[: len(data) - model.cut.get(name, 0)], broken=model.broken)

    def _validate(self) -> None:
        if "license: [" in json.loads(self.content)["content"]:
            return self._send_json({"errors": [{"message": '"license" must be a string'}]}, 400)
        return self._send_json({"warnings": [], "errors": []})

    def _create(self) -> None:
        asked = json.loads(self.content)
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            raise _RefusedError(401, message="Invalid credentials in Authorization header")
        if asked["organization"] != "owner":
            raise _RefusedError(403, message="You don't have the rights to create a model there")
        repo_id = f"{asked['organization']}/{asked['name']}"
        status = 409 if repo_id in self.server.models else 200
        made = Model({}, private=asked.get("visibility") == "private")
        self.server.models.setdefault(repo_id, made)
        self._send_json({"url": f"{self.server.address}/{repo_id}"}, status)

    def _preupload(self, repo_id: str) -> None:
        self._model(repo_id)
        names = [file["path"] for file in json.loads(self.content)["files"]]
        modes = {name: "lfs" if name.endswith(".safetensors") else "regular" for name in names}
        told = [{"path": n, "uploadMode": m, "shouldIgnore": False} for n, m in modes.items()]
        self._send_json({"files": told})

    def _batch(self, repo_id: str) -> None:
        self._model(repo_id)
        objects = [
            thing | {"actions": {"upload": {"href": f"{self.server.address}/lfs/{thing['oid']}"}}}
            for thing in json.loads(self.content)["objects"]
        ]
        self._send_json({"transfer": "basic", "objects": objects})

    def _store(self, oid: str) -> None:
        if hashlib.sha256(self.content).hexdigest() != oid:
            raise _RefusedError(400)
        self.server.stored[oid] = self.content
        self._send(b"")

    def _commit(self, repo_id: str) -> None:
        files = self._model(repo_id).files
        for line in self.content.splitlines():
            match json.loads(line):
                case {"key": "header", "value": header}:
                    self.server.commits.append(header)
                case {"key": "file", "value": {"path": name, "content": content}}:
                    files[name] = base64.b64decode(content)
                case {"key": "lfsFile", "value": {"path": name, "oid": oid}}:
                    files[name] = self.server.stored[oid]
        address = f"{self.server.address}/{repo_id}/commit/{COMMIT}"
        self._send_json({"commitUrl": address, "commitOid": COMMIT})

    routes = (
        (rf"GET /api/models/{_ID}", _info),
        (rf"GET /api/models/{_ID}/revision/(.+)", _info),
        (rf"(?:GET|HEAD) /{_ID}/resolve/\w+/(.+)", _file),
        (rf"(?:GET|HEAD) /{_ID}/cdn/(.+)", _cdn),
        (r"POST /api/validate-yaml", _validate),
        (r"POST /api/repos/create", _create),
        (rf"POST /api/models/{_ID}/preupload/main", _preupload),
        (rf"POST /{_ID}\.git/info/lfs/objects/batch", _batch),
        (r"PUT /lfs/(\w+)", _store),
        (rf"POST /api/models/{_ID}/commit/main", _commit),
    )

    def _send_json(self, content: object, status: int = 200) -> None:
        self._send(json.dumps(content).encode(), status, **{"Content-Type": "application/json"})

    def _send(
        self,
        data: bytes,
        status: int = 200,
        *,
        told: int | None = None,
        broken: bool = False,
        **headers: str,
    ) -> None:
        """Answer; ``told`` is the length that a HEAD is told, where it is not that of the data."""
        if (found := re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))) and data:
            first = int(found[1])
            headers["Content-Range"] = f"bytes {first}-{len(data) - 1}/{len(data)}"
            data, status = data[first:], 206
        length = told if told is not None and self.command == "HEAD" else len(data)
        self.send_response(status)
        headers = {"X-Repo-Commit": COMMIT, "ETag": '"e"', "Content-Length": str(length)} | headers
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        if broken:
            data = b"" if status == 206 else data[: len(data) // 2]
        self.wfile.write(data)
        self.close_connection = self.close_connection or broken

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


def _lfs(data: bytes) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 134}
