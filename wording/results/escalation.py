"""The escalation in words: the rule, what it says of the counts, rates, and what is not known."""

from __future__ import annotations

import pandas as pd

from analysis.results.trial.escalation import FULL, Escalation, Step
from wording.numbers import percent

RULES = {
    "3+3": "The 3+3 rule: three patients enter a dose level. If none has a dose-limiting toxicity "
    "(DLT), the next level opens; if one has, three more enter the same level; if two or more "
    "have, the dose is too high, and the level below is filled up to six. The maximum tolerated "
    "dose (MTD) is the highest level at which at most one of six has a DLT. The rule speaks of the "
    "first six patients of a level, not of an expansion cohort after them.",
}


CAVEAT = "These intervals ignore the 3+3 stopping; the MTD is the rule's, not an estimate."


CAVEAT_OTHER = (
    "These intervals ignore how the escalation was stopped; the MTD is the study's, not an "
    "estimate."
)
DECISIONS = {
    "too high": "too high: fill the level below up to six",
    "tolerated": "tolerated",
    "tolerated, open": "tolerated: the next level may open",
    "wait": "fewer than three: wait for more",
    "expansion": "expansion: the rule speaks of the first six only",
    "open": "the next level may open",
    "": "",
}


MORE = {1: "one", 2: "two", 3: "three"}  # patients who are missing from six


def write_decision(step: Step) -> str:
    """ "too high: …", "two more at this level"; "" where no rule says anything."""
    if step.decision == "expand":
        return f"{MORE[FULL - step.judged[1]]} more at this level"
    return DECISIONS[step.decision]


def describe_rule(path: Escalation) -> str:
    """The rule of the design; "" where it is none that is known here."""
    return RULES.get(path.rule, "")


def write_mtd(path: Escalation) -> str:
    """ "6 MIU/day", or "" where the study states none."""
    return "" if path.mtd is None else f"{path.mtd:g} {path.unit}".rstrip()


def compare_mtd(path: Escalation) -> str:
    """What the rule says of these counts, and whether the study says so, too; "" without a rule."""
    if not (path.rule and path.recorded):
        return ""
    stated = "" if path.mtd is None else f"{path.mtd:g}"
    if path.named is None:
        more = f", the study states {stated}" if stated else ""
        return f"By these counts the rule names no MTD{more}."
    label = path.levels.labels[path.named]
    if path.mtd is None:
        return f"By these counts the rule names {label} as MTD; the study states none."
    if path.levels.doses[path.named] == path.mtd:
        return f"By these counts the rule names {label} as MTD, as the study states."
    return f"By these counts the rule names {label} as MTD, but the study states {stated}."


def list_remarks(path: Escalation) -> tuple[str, ...]:
    """What is not known of these patients, or does not fit."""
    found, known = [], len(path.patients)
    if not path.recorded:
        found.append(
            "No toxicities are in the data. That may mean none or not recorded, so no rates are "
            "given."
        )
    if not path.ordered:
        found.append("The order of entry is not in the data: patients stand by dose level.")
    if known < path.n:
        found.append(f"{path.n - known} of {path.n} patients have no dose level.")
    out = int((~path.patients["evaluable"]).sum())
    if out:
        found.append(f"{out} of {known} were never dosed and are not evaluable.")
    more = path.rates.loc[path.rates["evaluable"] > FULL, "label"]
    if path.rule and len(more):
        order = "" if path.ordered else ", and who came first is not in the data"
        levels = ", ".join(more)
        found.append(f"More than six at {levels}: the rule speaks of the first six{order}.")
    if path.mtd is not None and path.at_mtd is None:
        found.append(f"Nobody was treated at the stated MTD of {path.mtd:g} {path.unit}.")
    return tuple(found)


def rate_words(row: pd.Series, between: str = " ") -> str:
    """ "33 % (4–78 %)", the interval after `between`; without anybody there is neither."""
    if row["evaluable"] == 0:
        return "nobody evaluable"
    return f"{percent(row['rate'])}{between}({row['lower'] * 100:.1f}–{row['upper'] * 100:.1f} %)"
