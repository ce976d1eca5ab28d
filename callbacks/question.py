"""The question: read from the address or the controls, completed, and written back to both."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, no_update

from analysis.cohort import completion
from analysis.cohort.analysis_set import MarkerSample, select_sample
from analysis.question import (
    DECIMAL_COMMA,
    OPTION_NAMES,
    Question,
    parse_cuts,
    parse_query,
    shorten,
    write_field,
    write_number,
)
from analysis.question import choices as question_choices
from analysis.stats.errors import NotEnoughData
from components import cards, ids, pages, views
from components.controls import locking
from components.controls import question as controls
from data.cache import cache
from data.cohort import Cohort
from services import cohorts
from services.address import (
    describe_missing,
    has_page,
    question_key,
    read_address,
    read_question,
    read_selection,
    texts_of,
    write_pair,
)
from services.request.refusals import Refused
from wording.address import describe_no_cohort, describe_note
from wording.numbers import cut_text
from wording.pages.browser import PAGE_TITLE
from wording.pages.controls import NO_CUT, describe_still_answered
from wording.refusals import DRAGGED_NOWHERE, DRAGGED_TO_SEVERAL, ODD_CONTROL

# What the callback writes: (id, property), in this order.
WRITES = (
    ("cohort", "data"),
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
PATIENTS = "/patients"
HOMES = {pages.COMPARE_PATH: "/survival"}  # two questions are left by changing one of them
LINKS = ("home", *(view.name for view in views.VIEWS), "basket")  # in the order of the header
CLICKS = (ids.STEP_DOWN, ids.STEP_UP, ids.CUT_MEDIAN)
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
        ClientsideFunction("address", "locate"),
        Output(ids.ADDRESS, "data"),
        Input(ids.ADDRESS, "id"),
    )
    app.clientside_callback(
        ClientsideFunction("address", "write"),
        [Output(ids.nav(name), "href") for name in LINKS],
        Input(ids.QUESTION, "data"),
        prevent_initial_call=True,
    )


def ask(
    address: Any, fields: dict, cut: Any, settled: Any, clicks: list, before: Any
) -> dict[str, Any]:
    """The new question, and the properties of everything that shows it."""
    if ctx.triggered_id == ids.ADDRESS or before is None:
        path, question, notes, sel = read_address(address)
        return _show(path, question, notes, sel=sel, entry="replace", clicks=clicks,
                      settled=settled, own=write_pair(address))  # fmt: skip
    path, query = texts_of(before, "path", "query")
    sel = read_selection(before)
    _refuse_other_types(fields, cut, clicks)
    if why := describe_missing(query):
        return _only_a_message(why)
    steps, control, texts = _steps(clicks, before.get("clicks")), _control(), parse_query(query)
    if dragged := refuse_answer(settled, before.get("settled")):
        texts["cut"] = dragged
        cut = cut if control == ids.CUT else dragged
    if dragged and list(ctx.triggered_prop_ids.values()) == [ids.CUT_SETTLED]:
        return _take_drag(path, query, dragged, sel=sel, clicks=clicks, settled=settled)
    try:
        question, notes = move_cut(control, texts, fields, cut, steps)
    except Unmoved as reason:
        return _only_a_message(str(reason))
    # What was dragged waits for an answer, be it the old one.
    if question.query() == query and not notes and not dragged:
        return _no_change(question)
    path, sel = _stays(HOMES.get(path, path), sel, question, parse_query(query).get("cohort", ""))
    return _show(path, question, notes, sel=sel, entry="push", clicks=clicks, settled=settled)


def _stays(
    path: str, sel: tuple[str, ...], question: Question, cohort: str
) -> tuple[str, tuple[str, ...]]:
    """Page and selection after a change: another cohort has other patients."""
    if question.cohort == cohort:
        return (path if has_page(path, question) else ""), sel
    return (PATIENTS if path.startswith(pages.PATIENT_PATH) else path), ()


def _take_drag(
    path: str, query: str, cut: str, *, sel: tuple[str, ...], clicks: list, settled: Any
) -> dict[str, Any]:
    """Only the line was moved: the question is known, and so are its other controls."""
    question = read_question(query)[0].changed(cut=parse_cuts(cut))
    cache.set(question_key(question.query()), (question, ()))
    sample = select_sample(cohorts.load_for(question), question)
    props = controls.cut_props(sample, question)
    path = path if has_page(path, question) else ""
    return _write(path, question, props, sample, sel=sel, entry="push", clicks=clicks,
                    settled=settled)  # fmt: skip


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


def refuse_answer(settled: Any, before: Any) -> str:
    """The cut-off to which the line was dragged since the question was written, "" for none.

    `settled` is {"cut", "n"}, n counting the drags of this page; Refused for anything that the
    page does not write."""
    if settled is None:
        return ""
    text, n = (settled.get("cut"), settled.get("n")) if isinstance(settled, dict) else (None, None)
    if not isinstance(text, str) or type(n) is not int or n < 1:
        raise Refused(DRAGGED_NOWHERE, 422)
    try:
        (cut,) = parse_cuts(text)
    except ValueError:
        raise Refused(DRAGGED_TO_SEVERAL, 422) from None
    return "" if n == before else write_number(cut)


def _refuse_other_types(fields: dict, cut: Any, clicks: list) -> None:
    """Dash does not check what a control sends; a text box and a button send only these."""
    texts = all(value is None or isinstance(value, str) for value in fields.values())
    numbers = all(map(_is_number, clicks))
    if not texts or not numbers or not _is_number(cut, str):
        raise Refused(ODD_CONTROL, 422)


def _is_number(value: Any, *also: type) -> bool:
    return value is None or (isinstance(value, (int, float, *also)) and not isinstance(value, bool))


class Unmoved(Exception):
    """A control was left in a state that asks nothing; the answer stays, and this says so."""


def move_cut(
    control: Any,
    texts: dict[str, str],
    fields: dict,
    cut: Any,
    steps: int = 0,
) -> tuple[Question, tuple[str, ...]]:
    """The question after a control was moved; Unmoved where it asks nothing."""
    name = str(fields["cohort"])
    if not cohorts.is_here(name):
        raise Unmoved(describe_no_cohort(name))
    cohort = cohorts.load(name)
    wanted = _carry_fields(texts, fields, cohort)
    if control in (ids.CUT, *CLICKS):
        here = completion.complete_question(texts, cohort).question
        wanted["cut"] = _cut(control, cohort, here, cut, steps)
    found = completion.complete_question(wanted, cohort)
    notes = found.notes if control == ids.CUT else ()
    return found.question, tuple(describe_note(one).sentence for one in notes)


def _carry_fields(texts: dict[str, str], fields: dict, cohort: Cohort) -> dict[str, str]:
    """What stays of the question when a control moves; a new split starts at its median."""
    options = {name: texts[name] for name in (*OPTION_NAMES, "where") if name in texts}
    wanted = {**options, **{name: str(value) for name, value in fields.items() if value}}
    if wanted.get("blind") == locking.SHOWN:
        del wanted["blind"]
    if wanted["cohort"] != texts.get("cohort"):
        here = {**texts, "cohort": wanted["cohort"], "cut": ""}
        kept = {name: wanted[name] for name in ("cohort", "blind") if name in wanted}
        return here if not completion.complete_question(here, cohort).notes else kept
    if wanted.get("measure") != "value" and texts.get("measure") == "value":
        wanted.pop("baseline", None)
    if wanted.get("visit") != texts.get("visit") or wanted.get("marker") != texts.get("marker"):
        _forget_the_impossible(wanted, cohort, texts)
    same = all(wanted.get(name, "") == texts.get(name, "") or name not in texts for name in SPLIT)
    return {**wanted, "cut": texts.get("cut", "") if same else ""}


def _forget_the_impossible(wanted: dict[str, str], cohort: Cohort, texts: dict[str, str]) -> None:
    """Drop what the new marker or visit does not have, silently: the control shows what is left."""
    marker = wanted.get("marker", "")
    if marker in question_choices.marker_choices(cohort) and wanted.get(
        "visit"
    ) not in question_choices.visit_choices(cohort, marker):
        wanted.pop("visit", None)
    visit = wanted.get("visit")
    if visit != texts.get("visit"):
        wanted.pop("clock", None)
    if visit is None or wanted.get("measure") not in question_choices.measure_choices(
        cohort, marker, visit
    ):
        wanted.pop("measure", None)
    if visit is None or wanted.get("baseline") not in question_choices.baseline_choices(
        cohort, marker, visit
    ):
        wanted.pop("baseline", None)


def _cut(control: Any, cohort: Cohort, question: Question, cut: Any, steps: int) -> str:
    if control == ids.CUT:
        return _read_typed(cut, question)
    if control == ids.CUT_MEDIAN:
        return "median"
    try:
        sample = select_sample(cohorts.load_for(question), question)
        return write_number(controls.step_cut(sample, _from(cut, question), steps))
    except NotEnoughData as reason:
        raise Unmoved(str(reason)) from None


def _from(cut: Any, question: Question) -> float:
    """Where a step starts: at the number in the box, else at the question's cut."""
    try:
        return parse_cuts(str(cut))[0]
    except ValueError:
        if not question.cut:
            raise Unmoved(NO_CUT) from None
        return question.cut[0]


def _read_typed(cut: Any, question: Question) -> str:
    now = ", ".join(map(cut_text, question.cut))
    still = describe_still_answered(now) if now else "."
    text = str("" if cut is None else cut).strip()
    if not text:
        raise Unmoved(f"The cut-off is empty{still}")
    if len(question.cut) < 2 and DECIMAL_COMMA.fullmatch(text):
        whole = text.replace(",", ".")
        raise Unmoved(
            f"Cut-off: “{shorten(text)}” is not clear: "
            f"a decimal is written with a point ({whole}), "
            f"several cut-offs with a space ({text.replace(',', ', ')}){still}"
        )
    try:
        return write_field(parse_cuts(text))
    except ValueError as error:
        raise Unmoved(f"Cut-off: {error}{still}") from None


def _show(
    path: str, question: Question, notes: tuple[str, ...], *, sel: tuple[str, ...], entry: str,
    clicks: list, settled: Any, own: str = "",
) -> dict[str, Any]:  # fmt: skip
    cohort = cohorts.load(question.cohort)
    sample = select_sample(cohorts.load_for(question), question)
    props = controls.props(cohort, sample, question)
    props["cohort"]["data"] = controls.choices(cohorts.list_titles())  # own ones come and go
    return {
        **_write(path, question, props, sample, sel=sel, entry=entry, clicks=clicks,
                   settled=settled, own=own),
        "message": " ".join(notes),
        "quiet": not notes,
    }  # fmt: skip


def _write(
    path: str,
    question: Question,
    props: dict[str, dict[str, Any]],
    sample: MarkerSample,
    *,
    sel: tuple[str, ...],
    entry: str,
    clicks: list,
    settled: Any,
    own: str = "",
) -> dict[str, Any]:
    """The question as the browser keeps it, and the properties of the controls that show it."""
    cohort = cohorts.load(question.cohort)
    return {
        "question": {
            "path": path, "query": question.query(), "entry": entry, "title": _title(path, cohort),
            "study": _study(cohort),
            "endpoint": question.endpoint, "sel": list(sel), "own": own,
            "asks": _is(path, "has_controls"),
            "view": views.page_name(views.view_at(path), question.cohort),
            "clicks": [one or 0 for one in clicks[:2]],
            "settled": settled["n"] if refuse_answer(settled, None) else 0,
            **controls.place_cut(sample, question, live_preview=_is(path, "live_preview")),
        },
        "message": "",
        "quiet": True,
        **_notice(question.cohort, cohort),
        "controls": [props.get(name, {}).get(prop, no_update) for name, prop in WRITES],
    }  # fmt: skip


def _notice(name: str, cohort: Cohort) -> dict[str, Any]:
    """What must stand above every page of these patients: made up, or one's own."""
    own = [] if name in cohorts.list_shared() else [cards.mark_own_data(cohort.study.short_title)]
    said = [cohort.study.synthetic] if cohort.study.synthetic else []
    return {"notice": [*said, *own], "real": not (said or own)}


def _is(path: str, what: str) -> bool:
    """Whether the page of a path asks the question, or has figures that follow the line."""
    view = views.view_at(path)
    return view is not None and getattr(view.info, what)


def _title(path: str, cohort: Cohort) -> str:
    view = views.view_at(path)
    page = view.title if view else "No such page"
    return PAGE_TITLE.format(page=page, study=_study(cohort))


def _study(cohort: Cohort) -> str:
    return cohort.study.label


def _only_a_message(text: str) -> dict[str, Any]:
    return {
        "question": no_update,
        "message": text,
        "quiet": not text,
        "notice": no_update,
        "real": no_update,
        "controls": [no_update] * len(WRITES),
    }


def _no_change(question: Question) -> dict[str, Any]:
    """The same question again: only the box is set right, and an old remark goes."""
    kept = _only_a_message("")
    box = write_field(question.cut)
    kept["controls"] = [box if name == ids.CUT else no_update for name, _ in WRITES]
    return kept
