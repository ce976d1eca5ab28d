"""Scripts that reproduce a figure's numbers from its exported rows, in R and in Python.

Both read `time, event, marker, group` of each patient (exports.tables.rows_text), recompute
everything and print it beside what Cutline showed. R needs `survival`, and `maxstat` for the check
of the search; Firth's estimate is written out, because `coxphf` is often not there.
"""

from __future__ import annotations

import json
import math
from string import Template

from analysis.question import write_number
from analysis.results.cutoff import FEW, PERMUTATIONS, PERMUTATIONS_OF_FEW
from analysis.results.survival import EndpointResult
from analysis.stats.estimates import PermutationTest
from exports.provenance import SurvivalExport, file_name
from exports.scripts.parts import (
    PYTHON_RESULT,
    R_READ,
    R_RESULT,
    head,
    python_number,
    r_effects,
    r_number,
    r_permutation,
)
from wording import phrases
from wording.numbers import cut_text
from wording.summaries import marker_words

FEW_FOR_HL = 50  # patients: up to here maxstat's exact method takes no time

R = Template("""\
$head
library(survival)

$read
cuts <- c($cuts)                          # high is marker > cut
group <- findInterval(rows$$marker, cuts, left.open = TRUE)   # 0 is the lowest
stopifnot(identical(as.integer(group), as.integer(rows$$group)))
surv <- Surv(rows$$time, rows$$event)

$result
# Kaplan-Meier by group: medians by quantile(), which takes the middle of a flat part at 0.5
# (print() and summary() do so only where the curve falls below it later)
fit <- survfit(surv ~ group, conf.type = "log-log")
medians <- c(quantile(fit, probs = 0.5, conf.int = FALSE))
for (g in sort(unique(group))) {
  result(paste("median", g), medians[g + 1], c($medians)[g + 1])
}

# Log-rank test
test <- survdiff(surv ~ group)
result("logrank p", pchisq(test$$chisq, length(test$$n) - 1, lower.tail = FALSE), $logrank)
$permutation
$effect
$search""")

R_SEARCH = Template("""
# A check of the search over cut-offs: maximally selected log-rank statistic (R's maxstat). Its null
# is another than Cutline's, whose draws keep the follow-up as it is: the p's are near each other,
# not equal. The Cut-off page has a script of Cutline's own search.
if (requireNamespace("maxstat", quietly = TRUE)) {
  n <- nrow(rows); fewest <- max(2, ceiling(n / 10))   # patients on each side
  test <- maxstat::maxstat.test(
    Surv(time, event) ~ marker, data = rows, smethod = "LogRank", pmethod = "$method",
    minprop = (fewest + 1e-6) / n, maxprop = (n - fewest + 1e-6) / n)
  result("p searched, maxstat", test$$p.value, $searched)
}
""")

PYTHON = Template("""\
$head
import sys

import numpy as np
import pandas as pd

from analysis import cutoff, hazard, survival
from analysis.results.groups import effects
from analysis.cohort.analysis_set import groups_of

rows = pd.read_csv(sys.argv[1] if len(sys.argv) > 1 else $file, float_precision="round_trip")
cuts = ($cuts,)  # high is marker > cut
time, event = rows["time"].to_numpy(float), rows["event"].to_numpy(bool)
marker = rows["marker"].to_numpy(float)
group = groups_of(marker, cuts)  # 0 is the lowest
assert (group == rows["group"]).all()


$result
km = survival.kaplan_meier(time, event, group)
for g, shown in enumerate([$medians]):
    result(f"median {g}", km.medians["median"][g], shown)
result("logrank p", survival.logrank(time, event, group).p, $logrank)
$rest""")
PYTHON_ONE = Template("""\
result("p cut", survival.p_cut(time, event, group).p, $p_cut)
fit = hazard.$estimator(time, event, (group == 1).astype(float)).iloc[0]
for name, shown in zip(("hr", "lower", "upper"), $shown, strict=True):
    result(f"{name} 1", fit[name], shown)
$search""")
PYTHON_SEVERAL = Template("""\
for g, (found, shown) in enumerate(zip(effects(time, event, marker, group), $shown), 1):
    for name, value in zip(("hr", "lower", "upper"), shown, strict=True):
        result(f"{name} {g}", getattr(found, name), value)
""")
PYTHON_SEARCH = Template("""\
found = cutoff.search(time, event, marker, permutations=$permutations, estimator="$estimator")
n_low = int((group == 0).sum())
row = found.profile[found.profile["n_low"] == n_low].iloc[0]
corrected = max(row["p_searched"], survival.p_cut(time, event, group).p)
result("p searched", corrected, $searched)
stability = cutoff.stability(time, event, marker)
result("hr corrected", stability.corrected(np.array([row["cut"]]))[0], $hr_corrected)
""")


def r_script(export: SurvivalExport) -> str:
    """The R script for one endpoint."""
    (one,) = export.endpoints
    fields = _fields(export, one, r_number)
    return R.substitute(
        fields,
        read=R_READ.substitute(fields),
        result=R_RESULT,
        permutation="" if one.several else _r_permutation(one),
        effect=r_effects(_estimator(one), _effects(one)),
        search=_r_search(one),
        cuts=", ".join(map(write_number, export.answer.cuts)),
    )


def python_script(export: SurvivalExport) -> str:
    """The Python script for one endpoint; it needs Cutline's own folder on its path."""
    (one,) = export.endpoints
    rest = _python_several(one) if one.several else _python_one(one)
    cuts = ", ".join(map(write_number, export.answer.cuts))
    return PYTHON.substitute(
        _fields(export, one, python_number), rest=rest, cuts=cuts, result=PYTHON_RESULT
    )


# ------------------------------------------------------------------------------------- pieces


def _fields(export: SurvivalExport, one: EndpointResult, write) -> dict[str, str]:
    answer, rows = export.answer, file_name(export, "csv", "rows")
    medians = one.groups.sort_values("group")["median"]
    cuts = ", ".join(map(cut_text, answer.cuts))
    title = f"{one.label} by {marker_words(answer)}, cut-off {cuts} {answer.unit}"
    return {
        "head": head(export, title, one.code, phrases.caveat(one), rows),
        "file": json.dumps(rows),
        "medians": ", ".join(map(write, medians)),
        "logrank": write(one.logrank.p),
    }


def _effects(one: EndpointResult) -> list[tuple[float, float, float]]:
    found = one.effects if one.several else (one.effect,)
    return [(effect.hr, effect.lower, effect.upper) for effect in found]


def _estimator(one: EndpointResult) -> str:
    return (one.effects[0] if one.several else one.effect).estimator


def _r_permutation(one: EndpointResult) -> str:
    permuted = isinstance(one.p_cut, PermutationTest)
    return r_permutation(one.p_cut.exact, one.p_cut.p) if permuted else ""


def _search_fields(one: EndpointResult) -> bool:
    return (
        not one.several and one.reported_p is not None and not math.isnan(one.reported_p.p_adjusted)
    )


def _r_search(one: EndpointResult) -> str:
    if not _search_fields(one):
        return ""
    method = "HL" if one.n <= FEW_FOR_HL else "Lau94"
    return R_SEARCH.substitute(method=method, searched=r_number(one.reported_p.p_adjusted))


def _python_one(one: EndpointResult) -> str:
    (row,) = _effects(one)
    search = _python_search(one) if _search_fields(one) else ""
    shown = f"({', '.join(map(python_number, row))})"
    return PYTHON_ONE.substitute(
        p_cut=python_number(one.p_cut.p), estimator=one.effect.estimator, shown=shown, search=search
    )


def _python_several(one: EndpointResult) -> str:
    rows = ", ".join(f"({', '.join(map(python_number, row))})" for row in _effects(one))
    return PYTHON_SEVERAL.substitute(shown=f"[{rows}]")


def _python_search(one: EndpointResult) -> str:
    return PYTHON_SEARCH.substitute(
        permutations=PERMUTATIONS_OF_FEW if one.n <= FEW else PERMUTATIONS,
        estimator=one.effect.estimator,
        searched=python_number(one.reported_p.p_adjusted),
        hr_corrected=python_number(one.reported_p.hr_corrected),
    )
