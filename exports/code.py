"""Scripts that reproduce a figure's numbers from its exported rows, in R and in Python.

Both read `time, event, marker, group` of each patient (exports.tables.rows_text), recompute
everything and print it beside what Cutline showed. R needs `survival`, and `maxstat` for the check
of the search; Firth's estimate is written out, because `coxphf` is often not there.
"""

from __future__ import annotations

import json
import math
from string import Template

from analysis import words
from analysis.answer import EndpointAnswer
from analysis.format import cut_text
from analysis.question import plain
from analysis.results import PermutationTest
from analysis.searched import FEW, PERMUTATIONS, PERMUTATIONS_OF_FEW
from exports.caption import versions
from exports.export import Export, file_name, safe_text
from exports.words import marker_words

FEW_FOR_HL = 50  # patients: up to here maxstat's exact method takes no time

HEAD = Template("""\
# $title
# $question
# Data $data, $day. $synthetic
# $caveat
# Made by Cutline ($versions). It reads $rows from the same folder (or the file
# named as its argument) and prints what it finds beside what Cutline showed.
""")

R = Template("""\
$head
library(survival)

args <- commandArgs(trailingOnly = TRUE)
rows <- read.csv(if (length(args)) args[1] else $file)
cuts <- c($cuts)                          # high is marker > cut
group <- findInterval(rows$$marker, cuts, left.open = TRUE)   # 0 is the lowest
stopifnot(identical(as.integer(group), as.integer(rows$$group)))
surv <- Surv(rows$$time, rows$$event)

result <- function(name, here, shown) {
  cat(sprintf("%s\\t%.8g\\t%s\\n", name, here, shown))
}
cat("name\\there\\tCutline\\n")

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

R_PERMUTATION = Template("""
# The p of this cut: permutation of the studentised log-rank, twice the smaller tail
times <- sort(unique(rows$$time[rows$$event == 1]))
at_risk <- outer(times, rows$$time, "<=") * 1   # event times x patients
events <- outer(times, rows$$time, "==") * rep(rows$$event, each = length(times))
n <- rowSums(at_risk); d <- rowSums(events)
studentised <- function(high) {                # patients x splits, 0 or 1
  n1 <- at_risk %*% high
  observed <- colSums(events %*% high); expected <- colSums(n1 * (d / n))
  v <- ifelse(n > 1, d * (n - d) / (n^2 * pmax(n - 1, 1)), 0)
  variance <- colSums(n1 * (n - n1) * v)
  ifelse(variance > 0, (observed - expected) / sqrt(variance), 0)
}
z <- studentised(matrix(group, ncol = 1))
size <- sum(group)
blocks <- $splits
tails <- function(null) c(sum(null <= c(z) + 1e-9), sum(null >= c(z) - 1e-9))
counted <- rowSums(sapply(blocks, function(block) tails(studentised(block()))))
p <- $p
result("p cut", p, $p_cut)
""")
R_EXACT = """local({
  chosen <- combn(nrow(rows), size)            # every split of this size
  starts <- seq(1, ncol(chosen), by = 5000)
  lapply(starts, function(s) function() {
    some <- chosen[, s:min(s + 4999, ncol(chosen)), drop = FALSE]
    block <- matrix(0, nrow(rows), ncol(some))
    block[cbind(c(some), rep(seq_len(ncol(some)), each = size))] <- 1
    block
  })
})"""
R_RANDOM = """local({
  set.seed(1)                                  # other splits than Cutline's: p differs a little
  lapply(1:10, function(i) function() replicate(1000, sample(group)))
})"""

R_COX = """
# Hazard ratio: Cox model, Efron's ties, Wald interval
model <- coxph(surv ~ factor(group), ties = "efron")
hr <- exp(cbind(coef(model), confint(model)))
"""
R_FIRTH = """
# Hazard ratio: Firth's penalty, Breslow's ties, profile-likelihood interval
x <- outer(group, seq_along(cuts), "==") * 1
penalised <- function(beta) {
  weight <- exp(c(x %*% beta)); value <- 0; information <- matrix(0, ncol(x), ncol(x))
  for (t in unique(rows$time[rows$event == 1])) {
    risk <- rows$time >= t; now <- rows$time == t & rows$event == 1
    w <- weight[risk]; xr <- x[risk, , drop = FALSE]; mean <- colSums(w * xr) / sum(w)
    value <- value + sum(x[now, , drop = FALSE] %*% beta) - sum(now) * log(sum(w))
    information <- information + sum(now) * (crossprod(xr * w, xr) / sum(w) - tcrossprod(mean))
  }
  value + as.numeric(determinant(information)$modulus) / 2
}
best <- function(fixed = NULL, at = NULL) {    # the maximum, one coefficient held fixed or none
  free <- setdiff(seq_along(cuts), fixed)
  full <- function(b) { beta <- numeric(length(cuts)); beta[free] <- b; beta[fixed] <- at; beta }
  if (!length(free)) return(list(value = penalised(full(numeric(0))), beta = full(numeric(0))))
  found <- optim(numeric(length(free)), function(b) -penalised(full(b)), method = "BFGS",
                 control = list(reltol = 1e-14, maxit = 1000))
  list(value = -found$value, beta = full(found$par))
}
top <- best()
limit <- function(j, side) {
  drop <- function(b) 2 * (top$value - best(j, b)$value) - qchisq(0.95, 1)
  ends <- sort(top$beta[j] + c(0, side * 8))
  uniroot(drop, ends, tol = 1e-8, extendInt = "yes")$root
}
hr <- t(sapply(seq_along(cuts), function(j) exp(c(top$beta[j], limit(j, -1), limit(j, 1)))))
"""
R_EFFECTS = Template("""\
shown <- rbind($shown)
for (g in seq_len(nrow(hr))) {
  for (j in 1:3) result(paste(c("hr", "lower", "upper")[j], g), hr[g, j], shown[g, j])
}
""")
R_SEARCH = Template("""
# A check of the search over cut-offs: maximally selected log-rank statistic (R's maxstat). Its
# statistic is another than Cutline's, so the p's are near each other, not equal.
if (requireNamespace("maxstat", quietly = TRUE)) {
  test <- maxstat::maxstat.test(Surv(time, event) ~ marker, data = rows, smethod = "LogRank",
                                pmethod = "$method", minprop = 0.1, maxprop = 0.9)
  result("p searched, maxstat", test$$p.value, $searched)
}
""")

PYTHON = Template("""\
$head
import sys

import numpy as np
import pandas as pd

from analysis import cutoff, hazard, survival
from analysis.groups import effects
from analysis.split import groups_of

rows = pd.read_csv(sys.argv[1] if len(sys.argv) > 1 else $file, float_precision="round_trip")
cuts = ($cuts,)  # high is marker > cut
time, event = rows["time"].to_numpy(float), rows["event"].to_numpy(bool)
marker = rows["marker"].to_numpy(float)
group = groups_of(marker, cuts)  # 0 is the lowest
assert (group == rows["group"]).all()


def result(name, here, shown):
    print(f"{name}\\t{here:.8g}\\t{shown}")


print("name\\there\\tCutline")
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


def r_script(export: Export) -> str:
    """The R script for one endpoint."""
    (one,) = export.endpoints
    fields = _fields(export, one, _r)
    return R.substitute(
        fields,
        permutation="" if one.several else _r_permutation(one),
        effect=_r_effects(one),
        search=_r_search(one),
        cuts=", ".join(map(plain, export.answer.cuts)),
    )


def python_script(export: Export) -> str:
    """The Python script for one endpoint; it needs Cutline's own folder on its path."""
    (one,) = export.endpoints
    rest = _python_several(one) if one.several else _python_one(one)
    cuts = ", ".join(map(plain, export.answer.cuts))
    return PYTHON.substitute(_fields(export, one, _python), rest=rest, cuts=cuts)


# ------------------------------------------------------------------------------------- pieces


def _fields(export: Export, one: EndpointAnswer, write) -> dict[str, str]:
    file = json.dumps(file_name(export, "csv", "rows"))
    medians = one.groups.sort_values("group")["median"]
    return {
        "head": _head(export, one),
        "file": file,
        "medians": ", ".join(map(write, medians)),
        "logrank": write(one.logrank.p),
    }


def _head(export: Export, one: EndpointAnswer) -> str:
    answer = export.answer
    cuts = ", ".join(map(cut_text, answer.cuts))
    return HEAD.substitute(
        title=_line(f"{one.label} by {marker_words(answer)}, cut-off {cuts} {answer.unit}"),
        question=_line(export.link(one)),
        data=export.cohort.id,
        day=export.day,
        synthetic=_line(" ".join(filter(None, (answer.synthetic, export.patients)))),
        caveat=_line(words.caveat(one)),
        versions=versions(),
        rows=file_name(export, "csv", "rows"),
    )


def _line(text: str) -> str:
    """Anybody's text in one line, so that none of it becomes code."""
    return " ".join(safe_text(text).split())


def _r(value: float) -> str:
    return "NA" if math.isnan(value) else repr(float(value))


def _python(value: float) -> str:
    return 'float("nan")' if math.isnan(value) else repr(float(value))


def _effects(one: EndpointAnswer) -> list[tuple[float, float, float]]:
    found = one.effects if one.several else (one.effect,)
    return [(effect.hr, effect.lower, effect.upper) for effect in found]


def _r_permutation(one: EndpointAnswer) -> str:
    if not isinstance(one.p_cut, PermutationTest):
        return ""
    exact = one.p_cut.exact
    total = "choose(nrow(rows), size)" if exact else "10000"
    p = "min(counted) / splits" if exact else "(min(counted) + 1) / (splits + 1)"
    return R_PERMUTATION.substitute(
        splits=f"{R_EXACT if exact else R_RANDOM}\nsplits <- {total}",
        p=f"min(1, 2 * {p})",
        p_cut=_r(one.p_cut.p),
    )


def _r_effects(one: EndpointAnswer) -> str:
    found = _effects(one)
    estimator = (one.effects[0] if one.several else one.effect).estimator
    shown = ", ".join(f"c({', '.join(map(_r, row))})" for row in found)
    return (R_COX if estimator == "cox" else R_FIRTH) + R_EFFECTS.substitute(shown=shown)


def _searched(one: EndpointAnswer) -> bool:
    return not one.several and one.headline is not None and not math.isnan(one.headline.p_adjusted)


def _r_search(one: EndpointAnswer) -> str:
    if not _searched(one):
        return ""
    method = "HL" if one.n <= FEW_FOR_HL else "Lau94"
    return R_SEARCH.substitute(method=method, searched=_r(one.headline.p_adjusted))


def _python_one(one: EndpointAnswer) -> str:
    (row,) = _effects(one)
    search = _python_search(one) if _searched(one) else ""
    shown = f"({', '.join(map(_python, row))})"
    return PYTHON_ONE.substitute(
        p_cut=_python(one.p_cut.p), estimator=one.effect.estimator, shown=shown, search=search
    )


def _python_several(one: EndpointAnswer) -> str:
    rows = ", ".join(f"({', '.join(map(_python, row))})" for row in _effects(one))
    return PYTHON_SEVERAL.substitute(shown=f"[{rows}]")


def _python_search(one: EndpointAnswer) -> str:
    return PYTHON_SEARCH.substitute(
        permutations=PERMUTATIONS_OF_FEW if one.n <= FEW else PERMUTATIONS,
        estimator=one.effect.estimator,
        searched=_python(one.headline.p_adjusted),
        hr_corrected=_python(one.headline.hr_corrected),
    )
