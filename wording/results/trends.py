"""The trends in sentences, for the page and for screen readers."""

from __future__ import annotations

from analysis.results.dose_response import DoseResponse
from wording.numbers import beside, says_the_same, whole_percent
from wording.results.trend_phrases import around_first, by_level, describe_change, number, with_holm


def trends_summary(found: DoseResponse) -> list[str]:
    """What happens to the question's marker until its visit, in all patients and by level."""
    return [text for text in (_lead(found), _levels(found), _aside(found)) if text]


def _lead(found: DoseResponse) -> str:
    if found.measure != "value":
        tested = found.within_why.rstrip(".") if found.within is None else (
            with_holm(found.within.name, found.within.p, found.within_holm)
        )  # fmt: skip
        there = f"from {found.baseline} to {_visit(found)}"
        return f"{found.label}: {there} it {describe_change(found)}; {tested}."
    n = f"{found.n} patient{'s' if found.n != 1 else ''}"
    if found.detected:
        share = f"{whole_percent(float(found.all.mean[0]))} % of {n}"
        return f"{found.label} at {_visit(found)}: above the detection limit in {share}."
    middle = around_first(found.all.median, found.all.median_low, found.all.median_high, found.unit)
    return (
        f"{found.label} at {_visit(found)}: median {middle} in {n}; "
        "there is no earlier visit to compare with."
    )


def _levels(found: DoseResponse) -> str:
    if len(found.levels.labels) < 2:
        return "There are neither several dose levels nor several arms to compare."
    what = "Share" if found.detected else "Median"
    said = f"{what} by {found.levels.word}: {by_level(found)}"
    if found.across is None:
        return f"{said}. {found.across_why}"
    rho = ""
    if found.rho is not None:
        interval = "" if found.rho.lower != found.rho.lower else (
            f" (95 % CI {number(found.rho.lower)} to {number(found.rho.upper)})"
        )  # fmt: skip
        rho = f"; Spearman's ρ with the dose {number(found.rho.value)}{interval}"
    name = found.across.name
    tested = with_holm(name, found.across.p, found.across_holm, f" over {found.tests} tests")
    return f"{said}; {tested}{rho}."


def _aside(found: DoseResponse) -> str:
    said = []
    if found.low.any() and found.measure == "value":
        said.append(f"{int(found.low.sum())} values lie below the detection limit")
    if found.aside:
        why = "a value below the limit or zero" if found.measure == "fold" else (
            "a part below the detection limit"
        )  # fmt: skip
        said.append(f"{found.aside} set aside for {why}")
    return f"{'; '.join(said).capitalize()}." if said else ""


def _visit(found: DoseResponse) -> str:
    if says_the_same(found.visit, found.visit_label):
        return found.visit
    return f"{found.visit} ({beside(found.visit, found.visit_label)})"
