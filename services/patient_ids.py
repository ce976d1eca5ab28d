"""Patients by an id that names nobody: stable here, worthless without this installation's key.

It stands in addresses in place of the subject's id: a link that is sent on, a log or a browser's
history does not tell who was looked at.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import parse_qsl

from flask import current_app, request

from analysis.question import LONGEST_ADDRESS, parse_query
from components.pages import PATHS, PATIENT_PATH
from data.cache import cache
from data.cohort import Cohort
from data.state_dir import secret_key
from data.uploads.store import StoreError
from services import cohorts
from services.ledger import ledger_name
from services.request.owner import KEY
from wording.pages.patients import (
    NO_SUCH_PATIENT,
    ONE_CHOSEN_IS,
    describe_most_chosen,
    describe_unknown_chosen,
)

DIGITS = 20  # hexadecimal: 80 bits
MOST = 20  # patients in one selection
FORM = re.compile(f"[0-9a-f]{{{DIGITS}}}")
UNKNOWN = NO_SUCH_PATIENT


@dataclass(frozen=True)
class PatientIds:
    """The ids of one cohort's subjects, both ways."""

    of: Mapping[str, str]  # by subject
    subjects: Mapping[str, str]  # by id


def find_ids(cohort: Cohort) -> PatientIds:
    """All ids of a cohort, worked out once."""
    # The key that signs the cookies, too: read at the start, known where the folder is gone later.
    key = current_app.config.get(KEY) or secret_key()
    place = f"persons:{cohort.id}:{sha256(key).hexdigest()}"
    ids: PatientIds | None = cache.get(place)
    if ids is None:
        ids = _make_ids(cohort, key)
        cache.set(place, ids)
    return ids


def make_id(people_name: str, subject: str, key: bytes) -> str:
    """The id of one subject of the cohort whose records are kept under that name."""
    said = f"patient\x1f{people_name}\x1f{subject}".encode("utf-8", "surrogatepass")
    return hmac.new(key, said, sha256).hexdigest()[:DIGITS]


def _make_ids(cohort: Cohort, key: bytes) -> PatientIds:
    name = ledger_name(cohort)
    of = {subject: make_id(name, subject, key) for subject in cohort.subjects["subject"]}
    return PatientIds(of, {one: subject for subject, one in of.items()})


def find_subject(path: str, cohort: Cohort) -> str:
    """The subject whose page a path is; "" for a page that is no patient's.

    KeyError where nobody here has that id, whether it is malformed, foreign or made up.
    """
    if not path.startswith(PATIENT_PATH):
        return ""
    return find_ids(cohort).subjects[path.removeprefix(PATIENT_PATH)]


def patient_path(subject: str, cohort: Cohort) -> str:
    """The path of a subject's page."""
    return PATIENT_PATH + find_ids(cohort).of[subject]


def is_page(path: str) -> bool:
    """Whether this request's path is a page: a view, or a patient of the cohort that it names."""
    path = path.rstrip("/") or "/"
    if path in PATHS:
        return True
    wanted = parse_query(request.query_string.decode("utf-8", "replace")).get("cohort", "")
    name = wanted if cohorts.is_here(wanted) else cohorts.list_shared()[0]
    try:
        return bool(find_subject(path, cohorts.load(name)))
    except (KeyError, StoreError):
        return False


def select_patients(search: str, cohort: Cohort) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The ids that an address selects, and a sentence for what could not be taken from it."""
    pairs = parse_qsl(search[:LONGEST_ADDRESS].removeprefix("?"))
    text = next((value for name, value in pairs if name.lower() == "sel"), "")
    wanted = list(dict.fromkeys(filter(None, (one.strip() for one in text.split(",")))))
    found = [one for one in wanted if one in find_ids(cohort).subjects]
    notes = []
    if len(found) < len(wanted):
        notes.append(_unknown(len(wanted) - len(found)))
    if len(found) > MOST:
        notes.append(describe_most_chosen(MOST))
    return tuple(found[:MOST]), tuple(notes)


def _unknown(n: int) -> str:
    who = ONE_CHOSEN_IS if n == 1 else f"{n} chosen patients are"
    return describe_unknown_chosen(who)


def find_subjects(sel: Iterable[str], cohort: Cohort) -> tuple[str, ...]:
    """The subjects of a selection; ids of nobody are left out."""
    known = find_ids(cohort).subjects
    return tuple(known[one] for one in sel if one in known)
