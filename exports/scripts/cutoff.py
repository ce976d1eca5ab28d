"""Scripts that reproduce the search over cut-offs from its rows, in R and in Python.

Both read `time, event, marker` of each patient, without ids. R writes the statistic and both nulls
out, because no package has the one that Cutline's p is of (analysis.stats.cutoff.at_risk_kernels);
what maxstat says of
the same rows is printed beside it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from functools import partial
from string import Template

import pandas as pd

from analysis.question import write_number
from analysis.reported_p import correct_for_search
from analysis.results.cutoff import FEW, PERMUTATIONS, PERMUTATIONS_OF_FEW, CutoffSearchResult
from analysis.stats.permutation import MOST_PATIENTS, MOST_SPLITS
from exports.provenance import Provenance
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
from exports.tables import as_csv
from figures.curves import coarse
from wording.numbers import cut_text

STEPS = 1_000_000  # of R's own draws: a patient a step, a few seconds
MOST_DRAWS, FEWEST_DRAWS = 10_000, 500

R = Template("""\
$head
library(survival)

$read
rows <- rows[order(rows$$marker), ]
cuts <- c($cut)                           # high is marker > cut
group <- findInterval(rows$$marker, cuts, left.open = TRUE)
surv <- Surv(rows$$time, rows$$event)

$result
# The search: sums of log-rank scores at or below each cut-off, in units of their standard
# deviation under permutation (Hothorn & Lausen 2003); tied times count by their highest rank
n <- nrow(rows)
times <- sort(unique(rows$$time[rows$$event == 1]))
hazard <- sapply(times, function(t) {
  sum(rows$$event[rows$$time == t]) / (n - sum(rows$$time <= t) + 1)
})
score <- rows$$event - sapply(rows$$time, function(t) sum(hazard[times <= t]))
score <- score - mean(score)
fewest <- max(2, ceiling(n / 10))         # patients on each side
ends <- which(c(diff(rows$$marker) > 0, FALSE))
ends <- ends[ends >= fewest & n - ends >= fewest]
shares <- c(fewest + 1e-6, n - fewest + 1e-6) / n   # the same bounds for maxstat
scale <- sqrt(n * (n - 1) / (ends * (n - ends) * sum(score^2)))
z <- abs(cumsum(score)[ends] * scale)
best <- which(z >= max(z) * (1 - 1e-12))[1]
result("best cut", rows$$marker[ends[best]], $best)
result("largest |Z|", z[best], $statistic)
here <- which(ends == sum(group == 0))    # the cut-off of this script, among those searched
result("|Z| of the cut", z[here], $z)

# Its p, corrected for the search, as Cutline has it: in a draw an event takes anybody at risk, a
# censoring whoever holds the rank of the marker, among those at risk, of the one in the data. Of
# $draws random draws, others than Cutline's: p differs a little, and cannot be less than one in
# $draws. It is never below the p of the cut.
spot <- order(rows$$time, -rows$$event)
last <- max(which(rows$$event[spot] == 1))
lowest <- width <- integer(last)
left <- seq_len(n)
for (i in seq_len(last)) {
  same <- if (rows$$event[spot[i]]) seq_along(left) else
    which(rows$$marker[left] == rows$$marker[spot[i]])
  lowest[i] <- same[1]; width[i] <- length(same)
  left <- setdiff(left, spot[i])
}
largest <- function() {
  left <- seq_len(n); dealt <- rep(score[spot[n]], n)
  taken <- lowest + floor(runif(last) * width)
  for (i in seq_len(last)) {
    dealt[left[taken[i]]] <- score[spot[i]]
    left <- left[-taken[i]]
  }
  max(abs(cumsum(dealt)[ends] * scale))
}
set.seed(1)
drawn <- replicate($draws, largest())
p_searched <- (sum(drawn >= z[here] - 1e-9) + 1) / ($draws + 1)

# Log-rank test of this cut
p <- pchisq(survdiff(surv ~ group)$$chisq, 1, lower.tail = FALSE)
result("logrank p", p, $logrank)
$permutation
result("p searched", max(p, p_searched), $searched)
$effect
# What maxstat says of the best cut-off. Its null is a permutation of all patients, which takes
# follow-up to be the same whatever the marker: its p is not the one on Cutline's pages, but
# "p_adjusted" of analysis.stats.cutoff. Lausen's two formulas only approximate that; they may be
# far off where patients are few. Without these bounds maxstat would search cut-offs with one
# patient on a side, where 10 % of the patients are fewer than two.
if (requireNamespace("maxstat", quietly = TRUE)) {
  of <- function(method, ...) maxstat::maxstat.test(
    Surv(time, event) ~ marker, data = rows, smethod = "LogRank", pmethod = method,
    minprop = shares[1], maxprop = shares[2], ...)
  result("maxstat: best cut", of("none")$$estimate, $best)
  result("maxstat: largest |Z|", of("none")$$statistic, $statistic)
  result("maxstat: p, permutations", of("condMC", B = 9999)$$p.value, $adjusted)
  result("maxstat: p, Lausen 1992", of("Lau92")$$p.value, $adjusted)
  result("maxstat: p, Lausen 1994", of("Lau94")$$p.value, $adjusted)
}
""")

PYTHON = Template("""\
$head
import sys

import numpy as np
import pandas as pd

from analysis import cutoff, hazard, survival
from analysis.cohort.analysis_set import groups_of

rows = pd.read_csv(sys.argv[1] if len(sys.argv) > 1 else $file, float_precision="round_trip")
time, event = rows["time"].to_numpy(float), rows["event"].to_numpy(bool)
marker = rows["marker"].to_numpy(float)
group = groups_of(marker, ($cut,))  # 1 where marker > cut


$result
found = cutoff.search(time, event, marker, permutations=$permutations, estimator="$estimator")
result("best cut", found.best["cut"], $best)
result("largest |Z|", found.statistic, $statistic)
row = found.profile[found.profile["n_low"] == int((group == 0).sum())].iloc[0]
result("|Z| of the cut", abs(row["z"]), $z)
result("logrank p", row["p"], $logrank)
p = survival.p_cut(time, event, group).p
result("p cut", p, $p_cut)
result("p searched", max(row["p_searched"], p), $searched)
fit = hazard.$estimator(time, event, (group == 1).astype(float)).iloc[0]
for name, shown in zip(("hr", "lower", "upper"), $shown, strict=True):
    result(f"{name} 1", fit[name], shown)
stability = cutoff.stability(time, event, marker)
result("hr corrected", stability.corrected(np.array([row["cut"]]))[0], $hr_corrected)
# The p of R's maxstat: its null is a permutation of all patients, whatever their follow-up
result("maxstat: p, permutations", found.p_adjusted, $adjusted)
""")


def rows_text(found: CutoffSearchResult, about: Provenance, name: str) -> str:
    """Time, event and marker of each patient of the search, by their values."""
    time = pd.Series(found.time)
    time = coarse(time, found.time_unit) if about.rounded else time
    frame = pd.DataFrame({"time": time, "event": found.event.astype(int), "marker": found.value})
    return as_csv(frame.sort_values(list(frame.columns), ignore_index=True))


def r_script(found: CutoffSearchResult, about: Provenance, name: str) -> str:
    """The R script of a search that there is; `name` is the file of its rows."""
    row = at(found, about)
    permuted = found.n <= MOST_PATIENTS
    exact = math.comb(found.n, int(row["n_high"])) <= MOST_SPLITS
    return R.substitute(
        _fields(found, about, name, r_number),
        read=R_READ.substitute(file=json.dumps(name)),
        result=R_RESULT,
        draws=min(max(STEPS // found.n, FEWEST_DRAWS), MOST_DRAWS),
        permutation=r_permutation(exact, row["p_cut"]) if permuted else "",
        effect=r_effects(found.estimator, [_effect(row)]),
    )


def python_script(found: CutoffSearchResult, about: Provenance, name: str) -> str:
    """The Python script of a search that there is; `name` is the file of its rows."""
    row = at(found, about)
    return PYTHON.substitute(
        _fields(found, about, name, python_number),
        file=json.dumps(name),
        result=PYTHON_RESULT,
        permutations=PERMUTATIONS_OF_FEW if found.n <= FEW else PERMUTATIONS,
        estimator=found.estimator,
        p_cut=python_number(row["p_cut"]),
        shown=f"({', '.join(map(python_number, _effect(row)))})",
        hr_corrected=python_number(row["hr_corrected"]),
    )


def at(found: CutoffSearchResult, about: Provenance) -> pd.Series:
    """The row of the question's cut-off where it was searched, else of the best."""
    cut = about.question.cut
    row = found.row(cut[0]) if len(cut) == 1 else None
    return found.best if row is None else row


def _fields(found: CutoffSearchResult, about: Provenance, name: str, write) -> dict[str, str]:
    row = at(found, about)
    best, cut = found.best, float(row["shown"])
    which = "the best" if row["cut"] == best["cut"] else "the question’s"
    title = (
        f"{found.label} by every cut-off of {found.marker} at {found.visit}; hazard ratio and p of "
        f"{which}, {cut_text(cut)} {found.unit}".rstrip()
    )
    caveat = "Of a cut-off that was searched, only the p corrected for the search counts."
    return {
        "head": head(about, title, found.code, caveat, name),
        "cut": write_number(cut),
        "best": write(float(best["cut"])),
        "statistic": write(found.search.statistic),
        "z": write(abs(float(row["z"]))),
        "logrank": write(row["p"]),
        "searched": write(correct_for_search(row["p_searched"], row["p_cut"])),
        "adjusted": write(found.search.p_adjusted),
    }


def _effect(row: pd.Series) -> tuple[float, float, float]:
    return row["hr"], row["lower"], row["upper"]


def scripts(found: CutoffSearchResult) -> dict[str, Callable[[Provenance, str], str]]:
    """What makes each kind of script, and the rows, as `common.plate` wants it."""
    made = {"r": r_script, "python": python_script, "rows": rows_text}
    return {kind: partial(make, found) for kind, make in made.items()}
