"""The question's controls: built once in the shell, filled from a cohort and a question."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from analysis.cohort.analysis_set import MarkerSample
from analysis.question import Question, write_field, write_number
from analysis.question import choices as question_choices
from analysis.results import preview
from analysis.stats.cutoff import assign_groups, find_cuts
from analysis.stats.errors import NotEnoughData
from components import ids
from components.attributes import Attributes
from components.controls import locking
from components.views.dot_strip import DOTS, NAME
from components.views.view import slot
from data.cohort import Cohort
from wording.numbers import beside, cut_text, says_the_same
from wording.pages.controls import (
    COUNTED_FROM,
    CUT_LABEL,
    CUT_TITLE,
    FIRST_QUESTION,
    REDO_HINT,
    UNDO_HINT,
    VISIT_OF_SAMPLE,
    describe_several_cuts,
)
from wording.results.survival import describe_sizes


def cohort(titles: dict[str, str]) -> Component:
    """The cohort, in the header."""
    return dmc.Select(
        id="cohort",
        data=choices(titles),
        allowDeselect=False,
        checkIconPosition="right",
        className="cohort",
        comboboxProps={"width": 320, "position": "bottom-end"},
        **Attributes({"aria-label": "Cohort"}),
    )


def question() -> list[Component]:
    """Everything else that makes up a question."""
    return [
        html.Section([_head(), *_what()], className="card asks"),
        html.Section([html.H2(CUT_TITLE), *_where()], className="card cuts"),
    ]


def _head() -> Component:
    """The heading, and the steps back and forth beside it."""
    steps = [
        _button("↶", ids.UNDO, UNDO_HINT, disabled=True),
        _button("↷", ids.REDO, REDO_HINT, disabled=True),
        html.Button("Reset", id=ids.RESET, className="text-button", title=FIRST_QUESTION),
    ]
    return html.Div([html.H2("The question"), html.Div(steps, className="steps")], className="head")


def _what() -> list[Component]:
    return [
        _labelled("Endpoint", _segments("endpoint", "Endpoint")),
        dmc.Select(id="marker", label="Marker", searchable=True, **_SELECT),
        dmc.Select(id="visit", label=VISIT_OF_SAMPLE, **_SELECT),
        html.Details(
            [
                html.Summary(html.Span(id=ids.MORE)),
                _labelled("Measure", _segments("measure", "Measure")),
                html.Div(
                    dmc.Select(id="baseline", label="Change from", **_SELECT), id="baseline-row"
                ),
                _labelled(COUNTED_FROM, _segments("clock", COUNTED_FROM)),
            ],
            className="more",
        ),
    ]


_SELECT = {"allowDeselect": False, "checkIconPosition": "right"}


def _where() -> list[Component]:
    return [
        html.Div([slot(NAME, DOTS), _slider()], className="strip"),
        html.Div(
            [
                _button("−", ids.STEP_DOWN, "Next lower cut-off"),
                dmc.TextInput(
                    id=ids.CUT,
                    debounce=True,
                    size="md",
                    attributes={"input": {"inputMode": "decimal"}},
                    className="cut-box",
                    **Attributes({"aria-label": CUT_LABEL}),
                ),
                _button("+", ids.STEP_UP, "Next higher cut-off"),
                html.Span(id=ids.CUT_UNIT, className="unit"),
            ],
            className="cut-row",
        ),
        html.Div(
            [
                html.Span(id=ids.CUT_COUNT),
                dmc.Button("Median", id=ids.CUT_MEDIAN, variant="default", size="compact-sm"),
            ],
            className="cut-row note",
        ),
        locking.blind_switch(),
        locking.lock_form(),
    ]


def _slider() -> Component:
    return dmc.Slider(
        id=ids.CUT_SLIDER,
        min=0,
        max=1,
        step=0.001,
        value=0,
        thumbLabel="The marker's cut-off",
        label=None,
        thumbChildren=html.Span(id=ids.CUT_LINE, className="cut-line"),
        className="cut-slider",
        size=2,
        thumbSize=24,
    )


def _button(text: str, name: str, meaning: str, *, disabled: bool = False) -> Component:
    return html.Button(
        text,
        id=name,
        className="icon-button",
        title=meaning,
        disabled=disabled,
        **Attributes({"aria-label": meaning}),
    )


def _labelled(label: str, control: Component) -> Component:
    return html.Div([html.Span(label, className="label"), control], className="field")


def _segments(name: str, label: str) -> Component:
    return dmc.SegmentedControl(
        id=name, data=[], fullWidth=True, size="sm", attributes={"root": {"aria-label": label}}
    )


def choices(found: dict[str, str]) -> list[dict[str, str]]:
    """Values and what is read, as a list to choose from takes them."""
    return [{"value": value, "label": label} for value, label in found.items()]


# ------------------------------------------------------------------------------ filling them in


def props(study: Cohort, sample: MarkerSample, asked: Question) -> dict[str, dict[str, Any]]:
    """The properties of every control for this cohort and question, by control."""
    return {
        **_field_props(study, asked),
        **cut_props(sample, asked),
        ids.MORE: {"children": fold_summary(study, asked)},
        "baseline-row": {"hidden": asked.measure == "value"},
        ids.BLIND: {"value": asked.blind or locking.SHOWN},
    }


def fold_summary(study: Cohort, asked: Question) -> str:
    """Measure, baseline and clock in one line: "Value · time from C1D15 (landmark)"."""
    measure = question_choices.measure_choices(study, asked.marker, asked.visit)[asked.measure]
    since = f" from {asked.baseline}" if asked.measure != "value" else ""
    clock = question_choices.clock_choices(study, asked.visit)[asked.clock]
    return f"{measure}{since} · time from {clock}"


def place_cut(sample: MarkerSample, asked: Question, *, live_preview: bool) -> dict[str, Any]:
    """What the browser knows of the line: its cut, the samples at or below it, whose preview.

    `live_preview`: whether the page has figures that follow the line while it is dragged.
    """
    low = int((sample.values <= asked.cut[0]).sum()) if asked.cut else 0
    keys = [preview.preview_key(asked, live_preview=one) for one in (False, True)]
    return {
        "cut": write_field(asked.cut),
        "low": low,
        "preview": keys[live_preview],
        "previews": keys,  # also of other pages
        "follows": live_preview,
    }


def step_cut(sample: MarkerSample, cut: float, steps: int) -> float:
    """The cut so many observed values above (or below, negative); the ends stay."""
    cuts = find_cuts(sample.values)
    here = int((cuts.low <= cut).sum()) - 1
    return float(cuts.cut[min(max(here + steps, 0), len(cuts.cut) - 1)])


def _field_props(study: Cohort, asked: Question) -> dict[str, dict[str, Any]]:
    offered = {
        "endpoint": {code: code for code in question_choices.endpoint_choices(study)},
        "marker": question_choices.marker_choices(study),
        "visit": _visit_choices(study, asked),
        "measure": question_choices.measure_choices(study, asked.marker, asked.visit),
        "baseline": question_choices.baseline_choices(study, asked.marker, asked.visit),
        "clock": question_choices.clock_choices(study, asked.visit),
    }
    filled = {
        name: {"data": choices(options), "value": getattr(asked, name)}
        for name, options in offered.items()
    }
    # A select answers a value that it does not offer with a change of its own.
    filled["baseline"]["value"] = asked.baseline or next(iter(offered["baseline"]), None)
    filled["cohort"] = {"value": asked.cohort}
    return filled


def _visit_choices(study: Cohort, asked: Question) -> dict[str, str]:
    return {
        code: label if says_the_same(code, label) else f"{code}, {beside(code, label)}"
        for code, label in question_choices.visit_choices(study, asked.marker).items()
    }


def cut_props(sample: MarkerSample, asked: Question) -> dict[str, dict[str, Any]]:
    """The properties of what shows the cut-off."""
    box = {"value": write_field(asked.cut)}
    try:
        slider = _slider_props(sample, asked.cut)
    except NotEnoughData:
        slider = {"value": 0, "disabled": True, "attributes": {}}
    return {
        ids.CUT: box,
        ids.CUT_SLIDER: {
            **slider,
            "thumbLabel": _thumb(sample, asked.cut),
        },
        ids.CUT_UNIT: {"children": sample.unit},
        ids.CUT_COUNT: {"children": _counts(sample, asked.cut)},
    }


def _thumb(sample: MarkerSample, cut: tuple[float, ...]) -> str:
    """The slider's name; where it stands is its value."""
    if len(cut) > 1:
        return describe_several_cuts(sample)
    return f"{sample.label}, cut-off"


def _counts(sample: MarkerSample, cut: tuple[float, ...]) -> str:
    if not cut:
        return ""
    found = assign_groups(sample.values, cut)
    sizes = [int((found == number).sum()) for number in range(len(cut), -1, -1)]
    return describe_sizes(sizes, cut, sample.scale)


def _slider_props(sample: MarkerSample, cut: tuple[float, ...]) -> dict[str, Any]:
    places = preview.merge_places(sample)
    here = float(places.axis.position(cut[0])) if cut else 0.5
    ends = [float(places.cut[0]), float(places.cut[-1]), *cut]
    said = {
        "aria-valuetext": f"{cut_text(cut[0])} {sample.unit}".rstrip() if cut else "none",
        "aria-valuenow": write_field(cut[:1]),
        "aria-valuemin": write_number(min(ends)),
        "aria-valuemax": write_number(max(ends)),
    }
    return {
        "value": min(max(here, 0), 1),
        "disabled": len(cut) > 1,
        "attributes": {"thumb": said},
    }
