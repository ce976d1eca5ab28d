"""An address: read with care into page, question, remarks and selection; read once and kept."""

from __future__ import annotations

import re
from typing import Any

from analysis import asking
from analysis.question import Question, asked, cuts, shown
from callbacks import cohorts, persons
from components import views
from data.cache import cache
from web.refuse import Refused

PATHS = {view.path for view in views.VIEWS}
CUT_FIELD = re.compile("(?<=&)cut=[^&]*&?")


def alike(outputs: list[list]) -> int:
    """How many places every kind of output has; Refused where a request names more of one."""
    (number, *others) = {len(kind) for kind in outputs}
    if others:
        raise Refused("The page sent places that do not belong together.", 422)
    return number


def texts_of(state: Any, *names: str) -> list[str]:
    """Named texts of a browser's store; Refused where it does not hold them."""
    if not isinstance(state, dict) or not all(isinstance(state.get(n), str) for n in names):
        raise Refused("The page sent a state that this program does not write.", 422)
    return [state[name] for name in names]


def opened(address: Any) -> tuple[str, Question, tuple[str, ...]]:
    """Path, question and remarks for an address."""
    return arrived(address)[:3]


def arrived(address: Any) -> tuple[str, Question, tuple[str, ...], tuple[str, ...]]:
    """Path, question, remarks and selected patients of an address."""
    path, search = texts_of(address, "path", "search")
    path = path.rstrip("/") or "/"
    question, notes = read(search)
    sel, unknown = persons.selected(search, cohorts.load(question.cohort))
    missing = () if page_at(path, question) else (_no_page(path),)
    return "" if missing else path, question, (*missing, *notes, *unknown), sel


def page_at(path: str, question: Question) -> bool:
    """Whether there is such a page for the question's cohort."""
    if path in PATHS:
        return True
    try:
        return bool(persons.subject_at(path, cohorts.load(question.cohort)))
    except KeyError:
        return False


def _no_page(path: str) -> str:
    """One sentence for every id of nobody, so that none tells whether it exists elsewhere."""
    if path.startswith(views.PERSON_PATH):
        return persons.UNKNOWN
    return f"There is no page “{shown(path)}”."


def selection(state: Any) -> tuple[str, ...]:
    """The selected ids that the browser keeps beside the question; Refused for anything else."""
    sel = state.get("sel", []) if isinstance(state, dict) else None
    if not isinstance(sel, list) or len(sel) > persons.MOST or not all(
        isinstance(one, str) and persons.FORM.fullmatch(one) for one in sel
    ):  # fmt: skip
        raise Refused("The page sent a selection that this program does not write.", 422)
    return tuple(sel)


def read(query: str) -> tuple[Question, tuple[str, ...]]:
    """The question of an address's query, and what could not be taken from it.

    Every part of a page asks for it: it is worked out once and kept.
    """
    found = cache.get(key_of(query)) or _moved_only(query)
    if found is None:
        found = _read(query)
        if found[0].query() == query and not found[1]:
            cache.set(_key_but_cut(query), found[0])
        cache.set(key_of(query), found)
    return found


def _moved_only(query: str) -> tuple[Question, tuple[str, ...]] | None:
    """The question that was read before but for its cut-off, as after every drag."""
    before = cache.get(_key_but_cut(query))
    try:
        moved = before.changed(cut=cuts(asked(query)["cut"])) if before else None
    except (KeyError, ValueError):
        return None
    # Only an address that is written as we write it is known without reading it.
    return (moved, ()) if moved is not None and moved.query() == query else None


def key_of(query: str) -> str:
    return f"question:{query}"


def _key_but_cut(query: str) -> str:
    return f"question but for its cut:{CUT_FIELD.sub('', query)}"


def _read(query: str) -> tuple[Question, tuple[str, ...]]:
    texts = asked(query)
    name, notes = _cohort_name(texts)
    found = asking.complete(texts, cohorts.load(name))
    return found.question, (*notes, *found.messages)


def _cohort_name(texts: dict[str, str]) -> tuple[str, tuple[str, ...]]:
    names, wanted = cohorts.names(), texts.get("cohort", "")
    if wanted in names:
        return wanted, ()
    if not wanted:
        return names[0], ()
    for name in [one for one in texts if one != "blind"]:
        del texts[name]  # the rest of the address belongs to a cohort that is not here
    return names[0], (
        f"There is no cohort “{shown(wanted)}” here; {names[0]} is shown instead. "
        f"Possible: {', '.join(names)}.",
    )
