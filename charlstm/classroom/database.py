"""The file of all rooms: its tables, and transactions on them.

SQLite in WAL mode: each change is one short transaction, so a server that is killed loses only what
it had not yet answered, and several servers on one machine may share the file. (WAL needs shared
memory: servers on different machines need files of their own.)
"""

from __future__ import annotations

import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from charlstm.errors import user_error

SCHEMA_VERSION = 1

_PATIENCE = 10_000  # ms that a transaction waits for those of other servers
_TRIES = 50  # of switching to WAL, which fails while another server is just doing so

_SCHEMA = """
CREATE TABLE rooms (
    code TEXT PRIMARY KEY,
    secret TEXT NOT NULL,               -- SHA-256 of the teacher's secret
    ends REAL NOT NULL,                 -- seconds since 1970
    kept INTEGER NOT NULL DEFAULT 0,    -- 1: it does not end
    version INTEGER NOT NULL DEFAULT 1, -- rises with every change that somebody may see
    shown INTEGER NOT NULL DEFAULT 1,   -- whether people see the answers
    stopped INTEGER NOT NULL DEFAULT 0  -- whether no more is added
) WITHOUT ROWID;

CREATE INDEX room_ends ON rooms (kept, ends);

CREATE TABLE people (
    room TEXT NOT NULL REFERENCES rooms ON DELETE CASCADE,
    number INTEGER NOT NULL,            -- from 1
    token TEXT NOT NULL,                -- SHA-256 of the room's code and the browser's token
    name TEXT NOT NULL,
    folded TEXT NOT NULL,               -- the name as it is compared
    PRIMARY KEY (room, number),
    UNIQUE (room, token),
    UNIQUE (room, folded)
) WITHOUT ROWID;

-- The last one of a room is what it asks now. An id is never used again.
CREATE TABLE questions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    room TEXT NOT NULL REFERENCES rooms ON DELETE CASCADE,
    number INTEGER NOT NULL,            -- in its room, from 1
    asked TEXT NOT NULL,                -- JSON of a RoomQuestion
    dice INTEGER NOT NULL,              -- of its blind rounds
    counts TEXT NOT NULL,               -- JSON: what is counted so far, so that nobody recounts
    UNIQUE (room, number)
);

CREATE TABLE blocks (
    question INTEGER NOT NULL REFERENCES questions ON DELETE CASCADE,
    number INTEGER NOT NULL,            -- from 0: the first of its sample numbers / BLOCK
    person INTEGER NOT NULL,            -- who draws it, or drew it
    server TEXT NOT NULL,               -- which server draws it
    until REAL NOT NULL,                -- when it may be dealt again, if it is not stored by then
    stored INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (question, number)
) WITHOUT ROWID;

CREATE TABLE samples (
    question INTEGER NOT NULL REFERENCES questions ON DELETE CASCADE,
    number INTEGER NOT NULL,            -- the sample number: its stream of the noise
    temperature INTEGER NOT NULL,       -- index among those of the question
    fate TEXT NOT NULL,
    distance INTEGER,                   -- characters up to the closing bracket
    stray INTEGER,                      -- characters up to the control's stray bracket
    written TEXT NOT NULL,              -- without the seed text
    PRIMARY KEY (question, number, temperature)
) WITHOUT ROWID;

CREATE TABLE rounds (
    question INTEGER NOT NULL REFERENCES questions ON DELETE CASCADE,
    number INTEGER NOT NULL,            -- from 0, added to the question's dice
    person INTEGER NOT NULL,            -- to whom it was dealt
    drawn TEXT,                         -- JSON of a Round; NULL until it is drawn
    place INTEGER,                      -- index of the picked text
    PRIMARY KEY (question, number)
) WITHOUT ROWID;

CREATE INDEX round_person ON rounds (question, person);
"""


class Database:
    """The file of all rooms. Safe for several threads, and for several servers on one file.

    It is opened, and made where it is missing, by the first transaction.

    Args:
        path: of the file.
        clock: returns the seconds since 1970.

    Attributes:
        clock: as given.
        server: a random name of this process, among those that share the file.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.server = secrets.token_hex(8)
        self._path = path
        self._lock = threading.RLock()  # all threads share one connection, one at a time
        self._connection: sqlite3.Connection | None = None

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A transaction that changes nothing: all its queries see the same state.

        Raises:
            UserError: the file can't be used.
        """
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that changes the file, all or nothing; rooms that have ended are removed.

        Raises:
            UserError: the file can't be used.
        """
        with self._transaction("BEGIN IMMEDIATE") as connection:
            connection.execute("DELETE FROM rooms WHERE kept = 0 AND ends <= ?", (self.clock(),))
            yield connection

    def close(self) -> None:
        """Close the file; the next transaction opens it again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = self._opened()
                connection = self._connection
                connection.execute(begin)
                try:
                    yield connection
                    connection.execute("COMMIT")
                except BaseException:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
            except (sqlite3.DatabaseError, OSError) as error:
                if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
                    raise
                # Without the path of the folder, which is no business of the page's visitors.
                reason = error.strerror if isinstance(error, OSError) else error
                raise user_error(
                    "classroom.file.unusable", file=self._path.name, reason=str(reason)
                ) from error

    def _opened(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        try:
            connection.row_factory = sqlite3.Row
            connection.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
            _write_ahead(connection)
            # A commit reaches the operating system: it outlives the server, not a power cut.
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")  # names don't stay in free pages
            connection.execute("BEGIN IMMEDIATE")
            [version] = connection.execute("PRAGMA user_version").fetchone()
            if version == 0:
                for statement in _SCHEMA.split(";\n"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            connection.execute("COMMIT")
            if version not in (0, SCHEMA_VERSION):
                raise user_error("classroom.file.other_version", file=self._path.name)
        except BaseException:
            connection.close()
            raise
        return connection


def _write_ahead(connection: sqlite3.Connection) -> None:
    for number in range(_TRIES):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if number == _TRIES - 1:
                raise
            time.sleep(0.02)
