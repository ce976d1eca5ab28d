"""An address: read with care into page, question, remarks and selection; read once and kept."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, urlencode

from analysis.cohort import completion
from analysis.question import LONGEST_ADDRESS, Question, parse_cuts, parse_query
from components import pages
from data.cache import cache
from data.uploads.store import RemovedDataSet, StoreError
from services import cohorts, patient_ids
from services.request.refusals import Refused
from wording.address import (
    COHORT_GONE,
    Remark,
    ask_to_reload,
    describe_closed_cohort,
    describe_deleted,
    describe_newer_version,
    describe_no_cohort_here,
    describe_no_page,
    describe_note,
    describe_other_cohort,
    describe_replaced,
)
from wording.refusals import (
    LONG_ADDRESS,
    ODD_PLACES,
    OTHER_QUESTION,
    OTHER_SELECTION,
    UNKNOWN_STATE,
    refuse_incomplete_question,
)

GONE = COHORT_GONE
CUT_FIELD = re.compile("(?<=&)cut=[^&]*&?")


class Unreadable(Exception):
    """Why an address is no whole question, in words, with the status that says it to a program."""

    def __init__(self, sentence: str, status: int = 422) -> None:
        super().__init__(sentence)
        self.status = status


def count_places(outputs: list[list[Any]]) -> int:
    """How many places every kind of output has; Refused where a request names more of one."""
    (number, *others) = {len(kind) for kind in outputs}
    if others:
        raise Refused(ODD_PLACES, 422)
    return number


def texts_of(state: Any, *names: str) -> list[str]:
    """Named texts of a browser's store; Refused where it does not hold them."""
    if not isinstance(state, dict) or not all(isinstance(state.get(n), str) for n in names):
        raise Refused(UNKNOWN_STATE, 422)
    return [state[name] for name in names]


def read_address(address: Any) -> tuple[str, Question, tuple[str, ...], tuple[str, ...]]:
    """Path, question, remarks and selected patients of an address."""
    path, search = texts_of(address, "path", "search")
    path = path.rstrip("/") or "/"
    search = read_pair(search)["a"] if path == pages.COMPARE_PATH else search
    question, notes = read_question(search)
    sel, unknown = patient_ids.select_patients(search, cohorts.load(question.cohort))
    missing = () if has_page(path, question) else (_no_page(path),)
    remarks = tuple(one.sentence for one in notes)
    return "" if missing else path, question, (*missing, *remarks, *unknown), sel


def read_pair(search: str) -> dict[str, str]:
    """The queries of the two questions that stand side by side; "" for one that is missing."""
    pairs = parse_qsl(search[: 4 * LONGEST_ADDRESS].removeprefix("?"))[::-1]  # the first counts
    found = {name.lower(): text.removeprefix("?") for name, text in pairs}
    return {name: found.get(name, "")[:LONGEST_ADDRESS] for name in ("a", "b")}


def write_pair(address: Any) -> str:
    """The query of an address that is about two questions, as it is written back; "" of others."""
    path, search = texts_of(address, "path", "search")
    return urlencode(read_pair(search)) if path.rstrip("/") == pages.COMPARE_PATH else ""


def has_page(path: str, question: Question) -> bool:
    """Whether there is such a page for the question's cohort."""
    if path in pages.PATHS:
        return True
    try:
        return bool(patient_ids.find_subject(path, cohorts.load(question.cohort)))
    except KeyError:
        return False


def _no_page(path: str) -> str:
    """One sentence for every id of nobody, so that none tells whether it exists elsewhere."""
    if path.startswith(pages.PATIENT_PATH):
        return patient_ids.UNKNOWN
    return describe_no_page(path)


def read_exactly(state: Any) -> Question:
    """The question as the program wrote it; Refused where something of it had to be replaced."""
    (query,) = texts_of(state, "query")
    found, notes = read_question(query)
    if notes or found.query() != query:
        raise Refused(OTHER_QUESTION, 422)
    return found


def read_selection(state: Any) -> tuple[str, ...]:
    """The selected ids that the browser keeps beside the question; Refused for anything else."""
    sel = state.get("sel", []) if isinstance(state, dict) else None
    if not isinstance(sel, list) or len(sel) > patient_ids.MOST or not all(
        isinstance(one, str) and patient_ids.FORM.fullmatch(one) for one in sel
    ):  # fmt: skip
        raise Refused(OTHER_SELECTION, 422)
    return tuple(sel)


def read_question(query: str) -> tuple[Question, tuple[Remark, ...]]:
    """The question of an address's query, and what could not be taken from it.

    Every part of a page asks for it: it is worked out once and kept, for this visitor alone where
    the cohort is nobody else's, and only while that is there.
    """
    name = _cohort_name_in(query)
    if name and not cohorts.is_here(name):
        return _complete(query)
    found = cache.get(question_key(query)) or _moved_only(query)
    if found is None:
        found = _complete(query)
        if name and found[0].cohort != name:  # damaged: the next time it may be mended
            return found
        if found[0].query() == query and not found[1]:
            cache.set(_key_but_cut(query), found[0])
        cache.set(question_key(query), found)
    return found


def read_whole_question(query: str) -> Question:
    """The question, exactly as the address has it: a file that is not what its link says would be
    believed. It is completed like a page's; Unreadable where a page would mend it.
    """
    if len(query) > LONGEST_ADDRESS:
        raise Unreadable(LONG_ADDRESS, 414)
    texts = parse_query(query)
    missing = [name for name in ("cohort", "marker", "visit", "cut") if not texts.get(name)]
    if missing:
        raise Unreadable(refuse_incomplete_question(missing))
    question, notes = read_question(query)
    if notes:
        raise Unreadable(" ".join(one.sentence for one in notes))
    return question


def read_open_question(query: str) -> Question:
    """The question of a page that is open; Refused where its cohort is no longer there.

    A page of patients who were deleted meanwhile must not be filled with those of others.
    """
    question, name = read_question(query)[0], _cohort_name_in(query)
    if name and question.cohort != name:
        raise Refused(describe_missing(query) or GONE, 410)
    return question


def describe_missing(query: str) -> str:
    """What became of the cohort of an open page, "" where it is still there."""
    name = _cohort_name_in(query)
    if not name or cohorts.is_here(name):
        return ""
    was = cohorts.find_gone(name)
    return ask_to_reload(_fate(was)) if was else GONE


def _moved_only(query: str) -> tuple[Question, tuple[Remark, ...]] | None:
    """The question that was read before but for its cut-off, as after every drag."""
    before = cache.get(_key_but_cut(query))
    try:
        moved = before.changed(cut=parse_cuts(parse_query(query)["cut"])) if before else None
    except (KeyError, ValueError):
        return None
    # Only an address that is written as we write it is known without reading it.
    return (moved, ()) if moved is not None and moved.query() == query else None


def question_key(query: str) -> str:
    """Where a question is kept: what one visitor's own cohort is called, no other one reads."""
    return f"question:{cohorts.scope(_cohort_name_in(query))}:{query}"


def _key_but_cut(query: str) -> str:
    scope = cohorts.scope(_cohort_name_in(query))
    return f"question but for its cut:{scope}:{CUT_FIELD.sub('', query)}"


def _cohort_name_in(query: str) -> str:
    """The cohort that a query names."""
    return parse_query(query).get("cohort", "")


def _complete(query: str) -> tuple[Question, tuple[Remark, ...]]:
    texts = parse_query(query)
    name, notes = _cohort_name(texts)
    found = completion.complete_question(texts, cohorts.load(name))
    return found.question, (*notes, *map(describe_note, found.notes))


def _cohort_name(texts: dict[str, str]) -> tuple[str, tuple[Remark, ...]]:
    """The cohort that is shown for these texts, and what is to be said about it."""
    wanted, first = texts.get("cohort", ""), cohorts.list_shared()[0]
    if not wanted:
        return first, ()
    found, said = _open_cohort(wanted)
    if found:
        return found, tuple(map(describe_newer_version, said))
    for name in [one for one in texts if one != "blind"]:
        del texts[name]  # the rest of the address belongs to a cohort that is not here
    return first, (describe_other_cohort(said[0], cohorts.list_titles()[first]),)


def _open_cohort(wanted: str) -> tuple[str, tuple[str, ...]]:
    """The cohort of that name, or the one that took its place; "" and the reason for none."""
    try:
        cohorts.load(wanted)
        return wanted, ()
    except KeyError:
        was = cohorts.find_gone(wanted)
    except StoreError as reason:
        return "", (describe_closed_cohort(reason),)
    if was is None:
        return "", (describe_no_cohort_here(wanted),)
    if not was.by:
        return "", (_fate(was),)
    found, said = _open_cohort(was.by)
    return found, (_fate(was),) if found else said


def _fate(was: RemovedDataSet) -> str:
    day = was.at[:10]
    if was.by:
        return describe_replaced(day)
    return describe_deleted(day)
