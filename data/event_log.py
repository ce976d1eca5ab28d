"""One append-only log of what users did, by owner and cohort, in SQLite.

    looks     outcomes that were drawn, for the ledger     locks   cut-offs fixed beforehand
    notes     remarks                                       saved   analyses kept
    basket    figures put aside for a report                mappings  columns of files, remembered

Nothing is ever changed or taken out: a later record supersedes an earlier one by its meaning.
"""

from __future__ import annotations

import atexit
import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from data.state_dir import StateDirError, make_state_dir

KINDS = ("looks", "locks", "notes", "saved", "basket", "mappings")
MAX_PAYLOAD = 64_000  # bytes of JSON
MAX_NAME = 200
_BUSY_SECONDS = 30

File = tuple[int, str, int]  # process, path, the file's number
_prepared: set[tuple[str, int]] = set()
_connections: dict[threading.Thread, tuple[File, sqlite3.Connection]] = {}
_not_ours: list[sqlite3.Connection] = []
_lock = threading.Lock()

_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS records (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    owner TEXT NOT NULL,
    cohort TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN {KINDS}),
    payload TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS records_of ON records (cohort, kind, owner);
CREATE TRIGGER IF NOT EXISTS no_update BEFORE UPDATE ON records
    BEGIN SELECT RAISE(ABORT, 'records are never changed'); END;
CREATE TRIGGER IF NOT EXISTS no_delete BEFORE DELETE ON records
    BEGIN SELECT RAISE(ABORT, 'records are never deleted'); END;
CREATE TRIGGER IF NOT EXISTS no_replace BEFORE INSERT ON records
    WHEN EXISTS (SELECT 1 FROM records WHERE sequence = NEW.sequence)
    BEGIN SELECT RAISE(ABORT, 'records are never replaced'); END;
"""


@dataclass(frozen=True)
class Record:
    """One entry of the log; `at` is UTC in ISO form."""

    sequence: int
    at: str
    owner: str
    cohort: str
    kind: str
    payload: dict


def append(owner: str, cohort: str, kind: str, payload: dict) -> int:
    """Write one record; its sequence number, which only grows."""
    return append_all(owner, cohort, kind, [payload])


def append_all(owner: str, cohort: str, kind: str, payloads: list[dict]) -> int:
    """Write several records, all or none; the sequence number of the last, 0 where none."""
    _check_names(owner, cohort)
    _check_kind(kind)
    texts = [_as_json(payload) for payload in payloads]
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    last = 0
    with _database() as database, database:
        statement = "INSERT INTO records (at, owner, cohort, kind, payload) VALUES (?, ?, ?, ?, ?)"
        for text in texts:
            last = database.execute(statement, (at, owner, cohort, kind, text)).lastrowid or 0
    return last


class Superseded(Exception):
    """Someone else has written since: the last record that was seen is no longer the last."""


def append_after(
    owner: str, cohort: str, kind: str, payload: dict, *, about: str, seen: int
) -> int:
    """Write a record about one thing, unless another about it came after `seen`.

    `about` is the payload's key that names the thing; what was seen is the sequence number of the
    last record about it, 0 for none. Reading and writing are one step, also between processes.
    Superseded where somebody was faster: nothing is written.
    """
    _check_names(owner, cohort)
    _check_kind(kind)
    text = _as_json(payload)
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    last_of = (
        "SELECT COALESCE(MAX(sequence), 0) FROM records "
        "WHERE cohort = ? AND kind = ? AND json_extract(payload, '$.' || ?) = ?"
    )
    with _database() as database, database:
        database.execute("BEGIN IMMEDIATE")
        asked = (cohort, kind, about, payload[about])
        if database.execute(last_of, asked).fetchone()[0] > seen:
            raise Superseded
        statement = "INSERT INTO records (at, owner, cohort, kind, payload) VALUES (?, ?, ?, ?, ?)"
        return database.execute(statement, (at, owner, cohort, kind, text)).lastrowid or 0


def read(
    *,
    owner: str | None = None,
    cohort: str | None = None,
    kind: str | None = None,
    after: int = 0,
) -> list[Record]:
    """The records in the order in which they were written; None means any.

    `after` leaves out those up to that sequence number, which the caller has read already.
    """
    if kind is not None:
        _check_kind(kind)
    asked = {"owner": owner, "cohort": cohort, "kind": kind}
    asked = {column: value for column, value in asked.items() if value is not None}
    where = " AND ".join(["sequence > ?", *(f"{column} = ?" for column in asked)])
    statement = f"SELECT * FROM records WHERE {where} ORDER BY sequence"
    with _database() as database:
        rows = database.execute(statement, (after, *asked.values())).fetchall()
    return [_make_record(*row) for row in rows]


def read_latest(*, owner: str, cohort: str, kind: str) -> Record | None:
    """The last record of one owner's kind, where each holds the whole of what came before."""
    _check_names(owner, cohort)
    _check_kind(kind)
    statement = (
        "SELECT * FROM records WHERE owner = ? AND cohort = ? AND kind = ? "
        "ORDER BY sequence DESC LIMIT 1"
    )
    with _database() as database:
        row = database.execute(statement, (owner, cohort, kind)).fetchone()
    return _make_record(*row) if row else None


def find_file() -> tuple[str, int]:
    """Which file the records stand in, made where there is none: its path and its number."""
    path = make_state_dir() / "records.sqlite3"
    try:
        return str(path), _prepare(path)
    except (sqlite3.DatabaseError, OSError) as error:
        raise _explain_failure(path, error) from error


def _make_record(
    sequence: int, at: str, owner: str, cohort: str, kind: str, payload: str
) -> Record:
    return Record(sequence, at, owner, cohort, kind, json.loads(payload))


def _check_names(owner: str, cohort: str) -> None:
    for what, name in (("owner", owner), ("cohort", cohort)):
        if not isinstance(name, str) or not 0 < len(name) <= MAX_NAME:
            raise ValueError(f"the {what} must be a text of 1 to {MAX_NAME} characters")


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise ValueError(f"unknown kind of record {kind!r}; known: {', '.join(KINDS)}")


def _as_json(payload: dict) -> str:
    if not isinstance(payload, dict):
        raise ValueError("the payload of a record must be a dict")
    try:
        text = json.dumps(payload, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        size = len(text.encode())
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"the payload of a record must be plain JSON: {error}") from error
    if size > MAX_PAYLOAD:
        raise ValueError(f"the payload of a record is larger than {MAX_PAYLOAD:,} bytes")
    return text


@contextmanager
def _database() -> Iterator[sqlite3.Connection]:
    """This thread's connection; it stays open for the next call unless this one fails.

    To open and close one for each call costs more than the call: whoever closes the last one also
    copies the log of writes into the file.
    """
    path = make_state_dir() / "records.sqlite3"
    try:
        database = _connect_thread(path)
        try:
            yield database
        except BaseException:
            _close(threading.current_thread())
            raise
    except (sqlite3.DatabaseError, OSError) as error:
        raise _explain_failure(path, error) from error


def _connect_thread(path: Path) -> sqlite3.Connection:
    """The connection of this thread to this very file, opened by this process."""
    file = (os.getpid(), str(path), _prepare(path))
    thread = threading.current_thread()
    with _lock:
        known = _connections.get(thread)
        if known is not None and known[0] == file:
            return known[1]
        for other in list(_connections):
            if other is thread or not other.is_alive():
                _close(other)
        database = _connect(path)
        _connections[thread] = (file, database)
        return database


def _close(thread: threading.Thread) -> None:
    file, database = _connections.pop(thread)
    if file[0] == os.getpid():
        database.close()
    else:  # that of a parent process: to close it here would touch the parent's locks
        _not_ours.append(database)


@atexit.register
def close_connections() -> None:
    """As at the end of the program: the last one leaves one file without a log beside it."""
    for thread in list(_connections):
        _close(thread)


def _explain_failure(path: Path, error: Exception) -> StateDirError:
    return StateDirError(f"the records cannot be kept: {path}: {error}")


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=_BUSY_SECONDS, check_same_thread=False)
    database.execute("PRAGMA synchronous = FULL")  # a look that was shown must not be forgotten
    return database


def _prepare(path: Path) -> int:
    """Create the file and its table, once a process; the file's number."""
    with _lock:
        number = path.stat().st_ino if path.exists() else 0
        if (str(path), number) in _prepared:
            return number
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        with closing(_connect(path)) as database:
            _switch_to_wal(database)
            database.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
        number = path.stat().st_ino
        _prepared.add((str(path), number))
        return number


def _switch_to_wal(database: sqlite3.Connection) -> None:
    """Write-ahead logging; SQLite does not wait for other processes here, so we do."""
    for attempt in range(100):
        try:
            database.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if attempt == 99:
                raise
            time.sleep(0.05)
