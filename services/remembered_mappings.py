"""How a visitor's earlier files were mapped: the first guess for another one of the same shape."""

from __future__ import annotations

import json
from hashlib import sha256

from data import event_log
from data.problems import shorten
from data.uploads import store
from data.uploads.models import Draft

KIND = "mappings"
MOST = 60_000  # characters of JSON


def read_draft(owner: str, id_: str) -> tuple[Draft, str]:
    """The draft; at its first reading with the mapping of an earlier file of the same shape.

    The day of that mapping where it was used. It is left again where it does not fit these rows.
    """
    draft = store.read_draft(owner, id_)
    if draft.given is not None or draft.of:
        return draft, ""
    before = event_log.read(owner=owner, cohort=_shape(draft), kind=KIND)
    if not before or not isinstance(before[-1].payload.get("mapping"), dict):
        return draft, ""
    mapped = store.understand(owner, id_, before[-1].payload["mapping"])
    if any(one.table == "mapping" for one in mapped.problems):
        return store.understand(owner, id_, None), ""
    return mapped, shorten(before[-1].at[:10])


def remember_mapping(owner: str, draft: Draft) -> None:
    """Keep the mapping where somebody changed it; a guess is guessed again."""
    if draft.given and len(json.dumps(draft.given, ensure_ascii=False)) <= MOST:
        event_log.append(owner, _shape(draft), KIND, {"mapping": draft.given})


def _shape(draft: Draft) -> str:
    """A hash of the columns' names, table by table: files of one shape have the same."""
    tables = [[column.name for column in table.columns] for table in draft.understood.tables]
    text = json.dumps(sorted(tables), ensure_ascii=False)
    return f"columns:{sha256(text.encode('utf-8', 'replace')).hexdigest()[:32]}"
