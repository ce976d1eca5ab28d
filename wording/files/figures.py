"""The words of exported figures."""

from __future__ import annotations

from typing import Any

from analysis.results.continuous import ContinuousResult
from analysis.results.dose_response import DoseResponse
from wording.listing import list_items
from wording.numbers import p_named
from wording.results.trend_phrases import response_axis

NO_FILTER = "All patients of the cohort, no filter."


def name_spline(found: ContinuousResult) -> str:
    return f"{found.label} by {found.marker}, without a cut-off"


HOW_PROFILE = (
    "Above: hazard ratio with its 95 % interval, below: W, the log-rank "
    "score corrected for skewness, each against the cut-off. Tinted: what a search finds "
    "in a marker without meaning; grey: "
    "not searched, too few patients on one side"
)

HOW_RESAMPLES = "Dashed: the best cut-off of these patients; shaded: 95 % of the resamples"


def describe_linear_effect(around: Any, result: Any, found: ContinuousResult) -> str:
    return (
        f"Linear effect: HR {around}, {p_named('p', result.p)}; {found.n} patients, "
        f"{found.events} events"
    )


HOW_SPLINE = (
    "Solid: restricted cubic spline with its pointwise 95 % band against the median "
    "value; dashed: the linear effect"
)

NOT_CORRECTED = "Not corrected for the questions looked at"

NOT_TESTED = "Exploratory cut-off, no test of it here"

HOW_LINES = "Thin lines: patients, broken where a visit is missing; thick ones"

HOW_BANDS = "Bands: the middle 80 % of each group; lines"


def describe_groups(lines: Any) -> str:
    return f"{lines}: groups, with 95 % intervals. Below: patients with a value at each visit"


def describe_response(found: DoseResponse) -> str:
    return f"{response_axis(found)}; bars: medians with 95 % intervals"


TITLES = {
    "path": "Dose escalation",
    "dlts": "Dose-limiting toxicities by dose level",
    "treatment": "Treatment and assessments",
    "followup": "Follow-up of every patient",
    "waterfall": "Best change of lesions",
    "spider": "Change of lesions over time",
}

NUMBERED = "Patients are numbered in the order of the figure"

HOW_CROSSES = "Crosses: patients with a dose-limiting toxicity"

HOW_RATES = "Bars: share of evaluable patients; lines: exact 95 % intervals (Clopper-Pearson)"

BESIDE_RESPONSE = "beside the number: best response"

BESIDE_LEVEL = "beside the number: dose or arm"

HOW_SPIDER = "A line a patient; dashed: +20 % and −30 % (RECIST 1.1)"

HOW_EXPOSURE = "A line a patient; bars: geometric means"

HOW_ALL = "Band: 95 % confidence limits (Greenwood, log-log)"


def describe_bars(drugs: Any) -> str:
    return f"Bars, from thin to thick: {list_items(drugs)}. "


ARROW = "arrow: still followed at the last contact"

LIGHT_TO_DARK = ", from light to dark"
