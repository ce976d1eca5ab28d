"""The words of the Trial page."""

from __future__ import annotations

from typing import Any

from analysis.results.trial.conduct import Trial
from analysis.results.trial.lesions import GROWTH, SHRINKAGE
from analysis.results.trial.swimmer import MOST, SwimmerLanes

LANES_TITLE = "Patients: treatment and follow-up"

EXPOSURE_TITLE = "Exposure to the drugs"


def describe_waterfall(best: Any) -> str:
    return (
        f"Best change of lesions of {len(best)} patients, from {best.max():+.0f} % to "
        f"{best.min():+.0f} %."
    )


def describe_spider(found: Trial) -> str:
    return f"Change of lesions over time of {len(found.lesions.best)} patients."


NO_ENTRY = "The order of entry is not in the data."


def describe_level_order(lanes: SwimmerLanes) -> str:
    return f"by {lanes.levels.word}, then by time"


def describe_sample(n: int, ordered: Any) -> str:
    return (
        f"{MOST} of {n:,} patients are drawn, evenly spaced through all of them {ordered}; "
        "the table beneath names them."
    )


STILL_FOLLOWED = "▶ still followed at the last contact"

RATES_LABEL = "Rates per evaluable patient, exact intervals"

BY_LEVEL = "Patients by dose level"

DLT_CAPTION = "Dose-limiting toxicities by dose level"

NO_MTD = "No MTD is stated"

CROSSES = "In the figure × marks a patient with a dose-limiting toxicity (DLT)."

STEPS_CAPTION = "The escalation in order of entry"

NO_DOSING = "No dosing is in the data, so no courses are drawn."

NO_FOLLOWUP = "No follow-up is in the data."

LAST_TREATMENT = "Last day of treatment (weeks)"

IN_THIS_ORDER = "Patients in this order"


def describe_recist_lines() -> str:
    return (
        f"Dashed: {GROWTH:+.0f} % and {SHRINKAGE:+.0f} %, where RECIST speaks of progression (from "
        "the smallest size, not from baseline) and of response. Best change: the smallest after "
        "baseline."
    )


BEST_CHANGE = "Best change of lesions"

WORST_GRADE = "Worst grade of each patient"

BY_WORST_GRADE = "Patients by worst grade"

NO_EXPOSURES = "The study file names no exposures that were measured at two visits."


def describe_exposures_aside(aside: Any) -> str:
    return f"{aside} pairs with a value of 0 or below the detection limit are set aside."


EXPOSURE_CAPTION = "Exposure: geometric means, ratio and test"
