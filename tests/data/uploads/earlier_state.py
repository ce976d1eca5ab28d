"""A state directory as version 1 wrote it, word for word: what people have on their disks.

Nothing of the code under test writes it, but for the cohort file, whose format has a number.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

OWNER = "a" * 32
CODE = "own-68c246baeab594d7"
LINE = "own:017be9a1e23c8ae46020b19267046a54"
DRAFT = "8d146fad750e2349431f"
AT = "2026-03-01T10:00:00.000+00:00"
CSV = "Patient,OS (months),OS status,CD4\n001,4,1,107\n002,5,0,114\n"
REPORT = {
    "understood": {
        "name": "trial",
        "convention": "tidy table",
        "mapping": {"subject": "Patient", "time_unit": "months"},
        "tables": [
            {
                "name": "trial", "source": "trial.csv", "form": "CSV", "rows_read": 3,
                "rows_used": 2, "aside": [{"rows": 1, "reason": "footnotes"}],
                "columns": [
                    {
                        "name": "Patient", "role": "subject", "because": "it is called Patient",
                        "label": "", "filled": 2, "examples": ["001", "002"], "identifier": False,
                    },
                ],
            },
        ],
        "events": [
            {
                "endpoint": "OS", "column": "OS status", "source": "trial.csv",
                "codes": [["0", "censored", 1], ["1", "event", 1]], "words": "0 = censored: 1",
                "sure": True,
            },
        ],
        "time_unit": "months",
        "time_unit_because": "OS (months): the file says so",
        "visits": [
            {
                "visit": "baseline", "label": "baseline", "day": 0.0, "is_baseline": True,
                "samples": 2, "because": "order by their names",
            },
        ],
        "markers": [
            {
                "marker": "CD4", "label": "CD4", "unit": "", "values": 2, "formula": "",
                "lower_limit": "", "reference_low": "", "reference_high": "", "scale": "linear",
            },
        ],
    },
    "problems": [],
    "warnings": [],
    "patients": 2,
    "outcomes": 2,
    "measurements": 2,
}  # fmt: skip
_LOG = """
CREATE TABLE records (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, owner TEXT NOT NULL,
    cohort TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (
        kind IN ('looks', 'locks', 'notes', 'saved', 'basket', 'mappings')
    ),
    payload TEXT NOT NULL
);
CREATE INDEX records_of ON records (cohort, kind, owner);
"""


def write_state(folder: Path, cohort_file: bytes) -> None:
    """One data set, one draft of its files, and one note in the log."""
    place = folder / "store" / OWNER
    for part in ("blobs", "drafts", "sets"):
        (place / part).mkdir(parents=True, mode=0o700)
    folder.chmod(0o700)
    (folder / "secret_key").write_bytes(bytes(32))
    blobs = {
        "report": _write_blob(place, json.dumps(REPORT, ensure_ascii=False).encode()),
        "cohort": _write_blob(place, cohort_file),
    }
    files = [{"file": "trial.csv", **_write_blob(place, CSV.encode())}]
    common = {"files": files, **blobs, "given": None, "at": AT}
    dataset = {
        **common, "instead": "", "title": "Mine", "prints": ["6" * 32, LINE[4:]],
        "sketch": ["70aa76e1ff75"], "line": LINE, "patients": 2, "outcomes": 2,
        "measurements": 2, "markers": ["CD4"], "synthetic": "",
    }  # fmt: skip
    _write_note(place, "sets", CODE, dataset)
    _write_note(place, "drafts", DRAFT, common)
    _write_log(folder / "records.sqlite3")


def _write_blob(place: Path, content: bytes) -> dict:
    digest = sha256(content).hexdigest()
    (place / "blobs" / digest).write_bytes(content)
    return {"sha256": digest, "size": len(content)}


def _write_note(place: Path, kind: str, name: str, content: dict) -> None:
    text = json.dumps({**content, "owner": OWNER, "kind": kind, "name": name}).encode()
    digest = sha256(text).hexdigest().encode()
    (place / kind / name).write_bytes(digest + b"\n" + text)


def _write_log(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(_LOG)
        database.execute(
            "INSERT INTO records (at, owner, cohort, kind, payload) VALUES (?, ?, ?, ?, ?)",
            (AT, OWNER, LINE, "notes", '{"text":"a remark"}'),
        )
