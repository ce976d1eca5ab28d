"""The question: read from the address or the controls, completed, and written back to both."""

from __future__ import annotations

import re
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, no_update

from analysis import asking
from analysis.errors import NotEnoughData
from analysis.format import cut_text
from analysis.question import (
    DECIMAL_COMMA,
    OPTION_NAMES,
    Question,
    as_text,
    asked,
    cuts,
    plain,
    shown,
)
from analysis.split import Sample, sample_of
from callbacks import cohorts
from components import controls, ids, locking, views
from data.cache import cache
from data.cohort import Cohort
from web.refuse import Refused

# What the callback writes: (id, property), in this order.
WRITES = (
    ("cohort", "value"),
    *((name, prop) for name in ("endpoint", "marker", "visit", "measure", "baseline", "clock")
      for prop in ("data", "value")),
    (ids.BLIND, "value"),
    ("baseline-row", "hidden"),
    (ids.MORE, "children"),
    (ids.CUT, "value"),
    (ids.CUT_UNIT, "children"),
    (ids.CUT_COUNT, "children"),
    *((ids.CUT_SLIDER, prop) for prop in (
        "value", "disabled", "thumbLabel", "attributes")),
)  # fmt: skip
PATHS = {view.path for view in views.VIEWS}
CLICKS = (ids.STEP_DOWN, ids.STEP_UP, ids.CUT_MEDIAN)
CUT_FIELD = re.compile("(?<=&)cut=[^&]*&?")
SPLIT = ("cohort", "marker", "visit", "measure", "baseline")  # a change of these moves the cut


def register(app: Dash) -> None:
    """One callback between address, controls and question; the address is written clientside."""
    fields = {name: Input(name, "value") for name in ids.FIELD_CONTROLS}
    app.callback(
        output={
            "question": Output(ids.QUESTION, "data"),
            "message": Output(ids.MESSAGE, "children"),
            "quiet": Output(ids.MESSAGE, "hidden"),
            "notice": Output(ids.NOTICE, "children"),
            "real": Output(ids.NOTICE, "hidden"),
            "controls": [Output(*place) for place in WRITES],
        },
        inputs={
            "address": Input(ids.ADDRESS, "data"),
            "fields": fields,
            "cut": Input(ids.CUT, "value"),
            "settled": Input(ids.CUT_SETTLED, "data"),
            "clicks": [Input(name, "n_clicks") for name in CLICKS],
            "before": State(ids.QUESTION, "data"),
        },
        prevent_initial_call=True,
    )(ask)
    app.clientside_callback(
        ClientsideFunction("cutline", "locate"),
        Output(ids.ADDRESS, "data"),
        Input(ids.ADDRESS, "id"),
    )
    app.clientside_callback(
        ClientsideFunction("cutline", "write"),
        [Output(ids.nav(name), "href") for name in ("home", *(view.name for view in views.VIEWS))],
        Input(ids.QUESTION, "data"),
        prevent_initial_call=True,
    )


def ask(
    address: Any, fields: dict, cut: Any, settled: Any, clicks: list, before: Any
) -> dict[str, Any]:
    """The new question, and the properties of everything that shows it."""
    if ctx.triggered_id == ids.ADDRESS or before is None:
        return _shown(*opened(address), entry="replace", clicks=clicks, settled=settled)
    path, query = texts_of(before, "path", "query")
    _refuse_other_types(fields, cut, clicks)
    steps, control, texts = _steps(clicks, before.get("clicks")), _control(), asked(query)
    if dragged := unanswered(settled, before.get("settled")):
        texts["cut"] = dragged
        cut = cut if control == ids.CUT else dragged
    if dragged and list(ctx.triggered_prop_ids.values()) == [ids.CUT_SETTLED]:
        return _dragged(path, query, dragged, clicks, settled)
    try:
        question, notes = moved(control, texts, fields, cut, steps)
    except Unmoved as reason:
        return _only_a_message(str(reason))
    # What was dragged waits for an answer, be it the old one.
    if question.query() == query and not notes and not dragged:
        return _unchanged(question)
    path = path if path in PATHS else ""
    return _shown(path, question, notes, entry="push", clicks=clicks, settled=settled)


def _dragged(path: str, query: str, cut: str, clicks: list, settled: Any) -> dict[str, Any]:
    """Only the line was moved: the question is known, and so are its other controls."""
    question = read(query)[0].changed(cut=cuts(cut))
    cache.set(_key(question.query()), (question, ()))
    sample = sample_of(cohorts.load(question.cohort), question)
    props = controls.cut_props(sample, question)
    path = path if path in PATHS else ""
    return _written(path, question, props, sample, entry="push", clicks=clicks, settled=settled)


def _control() -> Any:
    """What was moved: a click counts before the number that its focus change left behind."""
    moved_now = list(ctx.triggered_prop_ids.values())
    return next((name for name in moved_now if name in CLICKS), ctx.triggered_id)


def _steps(clicks: list, before: Any) -> int:
    """How many steps up (or down, negative) since the question was written: none gets lost."""
    down, up = ((one or 0) for one in clicks[:2])
    if not isinstance(before, list) or [type(one) for one in before] != [int, int]:
        before = [0, 0]
    return int((up - before[1]) - (down - before[0]))


def unanswered(settled: Any, before: Any) -> str:
    """The cut-off to which the line was dragged since the question was written, "" for none.

    `settled` is {"cut", "n"}, n counting the drags of this page; Refused for anything that the
    page does not write."""
    if settled is None:
        return ""
    text, n = (settled.get("cut"), settled.get("n")) if isinstance(settled, dict) else (None, None)
    if not isinstance(text, str) or type(n) is not int or n < 1:
        raise Refused("The line was dragged to something that is no place.", 422)
    try:
        (cut,) = cuts(text)
    except ValueError:
        raise Refused("The line was dragged to something that is not one number.", 422) from None
    return "" if n == before else plain(cut)


def _refuse_other_types(fields: dict, cut: Any, clicks: list) -> None:
    """Dash does not check what a control sends; a text box and a button send only these."""
    texts = all(value is None or isinstance(value, str) for value in fields.values())
    numbers = all(map(_is_number, clicks))
    if not texts or not numbers or not _is_number(cut, str):
        raise Refused("A control of the page sent what it cannot hold.", 422)


def _is_number(value: Any, *also: type) -> bool:
    return value is None or (isinstance(value, (int, float, *also)) and not isinstance(value, bool))


def texts_of(state: Any, *names: str) -> list[str]:
    """Named texts of a browser's store; Refused where it does not hold them."""
    if not isinstance(state, dict) or not all(isinstance(state.get(n), str) for n in names):
        raise Refused("The page sent a state that this program does not write.", 422)
    return [state[name] for name in names]


class Unmoved(Exception):
    """A control was left in a state that asks nothing; the answer stays, and this says so."""


def opened(address: Any) -> tuple[str, Question, tuple[str, ...]]:
    """Path, question and remarks for an address."""
    path, search = texts_of(address, "path", "search")
    path = path.rstrip("/") or "/"
    missing = () if path in PATHS else (f"There is no page “{shown(path)}”.",)
    question, notes = read(search)
    return "" if missing else path, question, (*missing, *notes)


def read(query: str) -> tuple[Question, tuple[str, ...]]:
    """The question of an address's query, and what could not be taken from it.

    Every part of a page asks for it: it is worked out once and kept.
    """
    found = cache.get(_key(query)) or _moved_only(query)
    if found is None:
        found = _read(query)
        if found[0].query() == query and not found[1]:
            cache.set(_key_but_cut(query), found[0])
        cache.set(_key(query), found)
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


def _key(query: str) -> str:
    return f"question:{query}"


def _key_but_cut(query: str) -> str:
    return f"question but for its cut:{CUT_FIELD.sub('', query)}"


def _read(query: str) -> tuple[Question, tuple[str, ...]]:
    texts = asked(query)
    name, notes = _cohort_name(texts)
    found = asking.complete(texts, cohorts.load(name))
    return found.question, (*notes, *found.messages)


def moved(
    control: Any,
    texts: dict[str, str],
    fields: dict,
    cut: Any,
    steps: int = 0,
) -> tuple[Question, tuple[str, ...]]:
    """The question after a control was moved; Unmoved where it asks nothing."""
    name = str(fields["cohort"])
    if name not in cohorts.names():
        raise Unmoved(f"There is no cohort “{shown(name)}”.")
    cohort = cohorts.load(name)
    wanted = _carried(texts, fields, cohort)
    if control in (ids.CUT, *CLICKS):
        here = asking.complete(texts, cohort).question
        wanted["cut"] = _cut(control, cohort, here, cut, steps)
    found = asking.complete(wanted, cohort)
    return found.question, found.messages if control == ids.CUT else ()


def _carried(texts: dict[str, str], fields: dict, cohort: Cohort) -> dict[str, str]:
    """What stays of the question when a control moves; a new split starts at its median."""
    options = {name: texts[name] for name in OPTION_NAMES if name in texts}
    wanted = {**options, **{name: str(value) for name, value in fields.items() if value}}
    if wanted.get("blind") == locking.SHOWN:
        del wanted["blind"]
    if wanted["cohort"] != texts.get("cohort"):
        here = {**texts, "cohort": wanted["cohort"], "cut": ""}
        kept = {name: wanted[name] for name in ("cohort", "blind") if name in wanted}
        return here if not asking.complete(here, cohort).messages else kept
    if wanted.get("measure") != "value" and texts.get("measure") == "value":
        wanted.pop("baseline", None)
    if wanted.get("visit") != texts.get("visit") or wanted.get("marker") != texts.get("marker"):
        _forget_the_impossible(wanted, cohort, texts)
    same = all(wanted.get(name, "") == texts.get(name, "") or name not in texts for name in SPLIT)
    return {**wanted, "cut": texts.get("cut", "") if same else ""}


def _forget_the_impossible(wanted: dict[str, str], cohort: Cohort, texts: dict[str, str]) -> None:
    """Drop what the new marker or visit does not have, silently: the control shows what is left."""
    marker = wanted.get("marker", "")
    if marker in asking.markers(cohort) and wanted.get("visit") not in asking.visits(
        cohort, marker
    ):
        wanted.pop("visit", None)
    visit = wanted.get("visit")
    if visit != texts.get("visit"):
        wanted.pop("clock", None)
    if visit is None or wanted.get("measure") not in asking.measures(cohort, marker, visit):
        wanted.pop("measure", None)
    if visit is None or wanted.get("baseline") not in asking.baselines(cohort, marker, visit):
        wanted.pop("baseline", None)


def _cut(control: Any, cohort: Cohort, question: Question, cut: Any, steps: int) -> str:
    if control == ids.CUT:
        return _typed(cut, question)
    if control == ids.CUT_MEDIAN:
        return "median"
    try:
        sample = sample_of(cohort, question)
        return plain(controls.stepped(sample, _from(cut, question), steps))
    except NotEnoughData as reason:
        raise Unmoved(str(reason)) from None


def _from(cut: Any, question: Question) -> float:
    """Where a step starts: at the number in the box, else at the question's cut."""
    try:
        return cuts(str(cut))[0]
    except ValueError:
        if not question.cut:
            raise Unmoved("There is no cut-off to step from.") from None
        return question.cut[0]


def _typed(cut: Any, question: Question) -> str:
    now = ", ".join(map(cut_text, question.cut))
    still = f"; the answer below is still the one for {now}." if now else "."
    text = str("" if cut is None else cut).strip()
    if not text:
        raise Unmoved(f"The cut-off is empty{still}")
    if len(question.cut) < 2 and DECIMAL_COMMA.fullmatch(text):
        whole = text.replace(",", ".")
        raise Unmoved(
            f"Cut-off: “{shown(text)}” is not clear: a decimal is written with a point ({whole}), "
            f"several cut-offs with a space ({text.replace(',', ', ')}){still}"
        )
    try:
        return as_text(cuts(text))
    except ValueError as error:
        raise Unmoved(f"Cut-off: {error}{still}") from None


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


def _shown(
    path: str, question: Question, notes: tuple[str, ...], *, entry: str, clicks: list, settled: Any
) -> dict[str, Any]:
    cohort = cohorts.load(question.cohort)
    sample = sample_of(cohort, question)
    props = controls.props(cohort, sample, question)
    return {
        **_written(path, question, props, sample, entry=entry, clicks=clicks, settled=settled),
        "message": " ".join(notes),
        "quiet": not notes,
    }


def _written(
    path: str,
    question: Question,
    props: dict[str, dict[str, Any]],
    sample: Sample,
    *,
    entry: str,
    clicks: list,
    settled: Any,
) -> dict[str, Any]:
    """The question as the browser keeps it, and the properties of the controls that show it."""
    cohort = cohorts.load(question.cohort)
    return {
        "question": {
            "path": path, "query": question.query(), "entry": entry, "title": _title(path, cohort),
            "endpoint": question.endpoint,
            "view": views.page_name(views.at(path), question.cohort),
            "clicks": [one or 0 for one in clicks[:2]],
            "settled": settled["n"] if unanswered(settled, None) else 0,
            **controls.placed(sample, question, follows=_follows(path)),
        },
        "message": "",
        "quiet": True,
        "notice": cohort.study.synthetic,
        "real": not cohort.study.synthetic,
        "controls": [props.get(name, {}).get(prop, no_update) for name, prop in WRITES],
    }  # fmt: skip


def _follows(path: str) -> bool:
    view = views.at(path)
    return view is not None and view.follows


def _title(path: str, cohort: Cohort) -> str:
    page = views.at(path).title if path else "No such page"
    return f"{page} · {cohort.study.short_title or cohort.study.title} · Cutline"


def _only_a_message(text: str) -> dict[str, Any]:
    return {
        "question": no_update,
        "message": text,
        "quiet": not text,
        "notice": no_update,
        "real": no_update,
        "controls": [no_update] * len(WRITES),
    }


def _unchanged(question: Question) -> dict[str, Any]:
    """The same question again: only the box is set right, and an old remark goes."""
    kept = _only_a_message("")
    box = as_text(question.cut)
    kept["controls"] = [box if name == ids.CUT else no_update for name, _ in WRITES]
    return kept
