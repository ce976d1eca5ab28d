"""Pieces that the scripts of several figures have in common: the head, numbers, tests in R."""

from __future__ import annotations

import math
from collections.abc import Iterable
from string import Template

from exports.provenance import Provenance, safe_text
from wording.captions import versions

HEAD = Template("""\
# $title
# $question
# Data $data, $day. $synthetic
# $caveat
# Made by Cutline ($versions). It reads $rows from the same folder (or the file
# named as its argument) and prints what it finds beside what Cutline showed.
""")

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
R_READ = Template("""\
args <- commandArgs(trailingOnly = TRUE)
rows <- read.csv(if (length(args)) args[1] else $file)""")
R_RESULT = """\
result <- function(name, here, shown) {
  cat(sprintf("%s\\t%.8g\\t%s\\n", name, here, shown))
}
cat("name\\there\\tCutline\\n")"""
PYTHON_RESULT = """\
def result(name, here, shown):
    print(f"{name}\\t{here:.8g}\\t{shown}")


print("name\\there\\tCutline")"""


def head(about: Provenance, title: str, endpoint: str, caveat: str, rows: str) -> str:
    """What every script says first: the figure, its question, its data, and the file it reads."""
    synthetic = (about.cohort.study.synthetic, about.patients)
    return HEAD.substitute(
        title=line(title),
        question=line(about.address(endpoint)),
        data=about.cohort.id,
        day=about.day,
        synthetic=line(" ".join(filter(None, synthetic))),
        caveat=line(caveat),
        versions=versions(),
        rows=rows,
    )


def line(text: str) -> str:
    """Anybody's text in one line, so that none of it becomes code."""
    return " ".join(safe_text(text).split())


def r_number(value: float) -> str:
    return "NA" if math.isnan(value) else repr(float(value))


def python_number(value: float) -> str:
    return 'float("nan")' if math.isnan(value) else repr(float(value))


def r_permutation(exact: bool, p_cut: float) -> str:
    """The permutation test of one cut in R; `p_cut` is what Cutline showed."""
    total = "choose(nrow(rows), size)" if exact else "10000"
    p = "min(counted) / splits" if exact else "(min(counted) + 1) / (splits + 1)"
    return R_PERMUTATION.substitute(
        splits=f"{R_EXACT if exact else R_RANDOM}\nsplits <- {total}",
        p=f"min(1, 2 * {p})",
        p_cut=r_number(p_cut),
    )


def r_effects(estimator: str, found: Iterable[Iterable[float]]) -> str:
    """Hazard ratios with their intervals in R; `found` are those that Cutline showed."""
    shown = ", ".join(f"c({', '.join(map(r_number, row))})" for row in found)
    return (R_COX if estimator == "cox" else R_FIRTH) + R_EFFECTS.substitute(shown=shown)
