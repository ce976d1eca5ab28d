"""The trial in sentences, for the page and for screen readers."""

from __future__ import annotations

import math

from analysis.results.trial.conduct import Trial
from analysis.results.trial.escalation import Escalation, NoEscalation
from analysis.results.trial.exposure import ExposureComparison
from analysis.results.trial.swimmer import OBJECTIVE, RESPONSES, Responses, SwimmerLanes
from wording.listing import list_items
from wording.numbers import interval, p_named, ratio
from wording.results.escalation import list_remarks, rate_words, write_mtd


def trial_summary(found: Trial) -> list[str]:
    """What came out of the trial: MTD and toxicities, best response, exposure."""
    return [
        _lead(found),
        *filter(None, (_limiting(found.path), response_words(found.responses))),
        *([_exposures(found.exposures)] if found.exposures else []),
    ]


def count(n: int, what: str) -> str:
    """ "1 patient", "17 patients"."""
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"


def _lead(found: Trial) -> str:
    path, levels = found.path, found.lanes.levels
    patients = count(found.n, "patient")
    if isinstance(path, NoEscalation):
        among = f" in {len(levels.labels)} arms" if len(levels.labels) > 1 else ""
        return f"{found.title}: {patients}{among}. {path.why}"
    among = count(len(levels.labels), "dose level")
    if path.mtd is None:
        return f"No maximum tolerated dose is stated; {patients} at {among}."
    return f"Maximum tolerated dose (MTD) {write_mtd(path)}; {patients} at {among}."


def _limiting(path: Escalation | NoEscalation) -> str:
    """Patients with a dose-limiting toxicity, by level, and its kinds."""
    if isinstance(path, NoEscalation):
        return ""
    if not path.recorded:
        return " ".join(list_remarks(path)[:1])
    rows = path.rates
    total, evaluable = int(rows["dlts"].sum()), int(rows["evaluable"].sum())
    if not total:
        return f"No dose-limiting toxicity in {evaluable} evaluable patients."
    by_level = list_items(
        f"{row.dlts} of {row.evaluable} at {row.label}" for row in rows.itertuples()
    )
    kinds = dict.fromkeys(kind.lower() for each in rows["kinds"] for kind in each if kind)
    what = f" ({list_items(kinds)})" if kinds else ""
    return f"Dose-limiting toxicity in {total} of {evaluable}{what}: {by_level}."


def response_words(found: Responses) -> str:
    """ "No objective response; stable disease in 8 of 17, for a median of 12.0 weeks."."""
    if found.why:
        return found.why
    objective, stable = found.count(*OBJECTIVE), found.count("SD")
    if objective:
        parts = [f"Objective response in {objective} of {found.n}"]
        parts += [f"{RESPONSES[code]} in {number}" for code, number in found.counts
                  if code in OBJECTIVE]  # fmt: skip
    else:
        parts = ["No objective response"]
    if stable:
        parts.append(f"stable disease in {stable} of {found.n}{_lasting(found)}")
    if found.untold:
        parts.append(f"{count(found.untold, 'patient')} without a readable assessment")
    return "; ".join(parts) + "."


def _lasting(found: Responses) -> str:
    if math.isnan(found.stable_median):
        return ""
    return f", for a median of {found.stable_median:.1f} weeks"


def _exposures(found: tuple[ExposureComparison, ...]) -> str:
    usable = [one for one in found if not math.isnan(one.ratio)]
    if not usable:
        return "No patient has an exposure at both visits."
    first = usable[0]
    each = "; ".join(f"{one.label} {ratio_words(one)}" for one in usable)
    return f"Exposure at {first.after} against {first.before} (geometric mean ratio): {each}."


def ratio_words(one: ExposureComparison) -> str:
    """ "1.39 (95 % CI 1.28–1.51)"."""
    if math.isnan(one.lower):
        return f"{ratio(one.ratio)} ({count(one.n, 'pair')})"
    return f"{ratio(one.ratio)} (95 % CI {interval(one.lower, one.upper)})"


def test_words(one: ExposureComparison) -> str:
    """ "exact p <.001 (Holm <.001), 17 pairs", or why there is none."""
    pairs = count(one.n, "pair")
    if math.isnan(one.p):
        return f"{pairs}. {one.why}" if one.n else one.why
    name = "exact p" if one.exact else "p"
    return f"{p_named(name, one.p)}, {pairs}"


# -------------------------------------------------------------- what those hear who cannot see


def escalation_sentence(path: Escalation) -> str:
    """The escalation figure in words."""
    rows = path.rates
    each = "; ".join(
        f"{row.label}: {row.n} treated" + (f", {row.dlts} with a DLT" if path.recorded else "")
        for row in rows.itertuples()
    )
    order = "in order of entry" if path.ordered else "by dose level"
    mtd = f" The MTD, {write_mtd(path)}, is marked." if path.at_mtd is not None else ""
    return f"Patients {order} at their dose level. {each}.{mtd}"


def rates_sentence(path: Escalation) -> str:
    """The rates of dose-limiting toxicities in words."""
    each = "; ".join(
        f"{row['label']}: {row['dlts']} of {row['evaluable']}, {rate_words(row)}"
        for _, row in path.rates.iterrows()
    )
    return f"Patients with a dose-limiting toxicity (DLT), rate and exact 95 % interval. {each}."


def treatment_sentence(lanes: SwimmerLanes, shown: int) -> str:
    """The courses of treatment in words."""
    drugs = list_items(lanes.doses["label"].drop_duplicates()) if len(lanes.doses) else "no drug"
    return (
        f"Lanes of {count(shown, 'patient')}: days of {drugs}, and tumour assessments, in weeks "
        f"since {lanes.time_zero}."
    )


def followup_sentence(lanes: SwimmerLanes, shown: int) -> str:
    """Follow-up in words."""
    kinds = lanes.marks["label"].value_counts(sort=False)
    marks = "".join(f", {number} with {kind}" for kind, number in kinds.items())
    alive = int(lanes.patients["ongoing"].sum())
    return (
        f"Follow-up of {count(shown, 'patient')} of {len(lanes.patients)} in {lanes.unit}. In "
        f"all{marks.removeprefix(',') or ' nobody with an event'}, {alive} followed without the "
        "final event."
    )


def exposure_sentence(one: ExposureComparison) -> str:
    """One exposure in words."""
    return (
        f"{one.label} of {count(one.n, 'patient')} at {one.before} and {one.after}: geometric "
        f"mean ratio {ratio_words(one)}; {test_words(one)}."
    )
