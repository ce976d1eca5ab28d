"""Scripts that reproduce the tests of a marker by dose level or arm, in R (base only) and Python.

Both read `group, dose, value` of each patient, without ids. R has no Jonckheere-Terpstra test with
ties and no signed-rank test after Pratt with an exact p in its base: these are written out.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from string import Template

import numpy as np
import pandas as pd

from analysis.results.dose_response import DoseResponse
from analysis.stats import trend
from exports.provenance import Provenance
from exports.scripts.parts import PYTHON_RESULT, R_READ, R_RESULT, head, python_number, r_number
from exports.tables import as_csv
from wording.trend_phrases import response_axis

R_HEAD = Template("""\
$head
$read
known <- rows[!is.na(rows$$level), ]      # patients of a dose level or arm

$result
for (g in sort(unique(known$$level))) {
  result(paste("median", g), median(known$$value[known$$level == g]), c($medians)[g])
}
""")

R_JONCKHEERE = Template("""
# Jonckheere-Terpstra: pairs in which the patient of the higher dose has the higher value (ties
# half), against their mean; variance corrected for ties (Hollander & Wolfe 1999, 6.19)
x <- known$$value; g <- known$$dose; n <- length(x)
higher <- (outer(x, x, "<") + outer(x, x, "==") / 2)   # row below column
pairs <- function(g) sum(higher[outer(g, g, "<")])
sizes <- as.numeric(table(g)); ties <- as.numeric(table(x))
part <- function(k) c(sum(k * (k - 1) * (2 * k + 5)), sum(k * (k - 1) * (k - 2)),
                      sum(k * (k - 1)))
a <- part(sizes); b <- part(ties)
variance <- (n * (n - 1) * (2 * n + 5) - a[1] - b[1]) / 72 +
  (if (n > 2) a[2] * b[2] / (36 * n * (n - 1) * (n - 2)) else 0) +
  a[3] * b[3] / (8 * n * (n - 1))
expected <- (n^2 - sum(sizes^2)) / 4
away <- pairs(g) - expected
result("Jonckheere-Terpstra z", away / sqrt(variance), $statistic)
$p
result("Jonckheere-Terpstra p", p, $shown)
""")
R_PERMUTED = """\
set.seed(1)                               # other draws than Cutline's: p differs a little
null <- replicate(10000, pairs(sample(g)) - expected)
p <- (sum(abs(null) >= abs(away) - 1e-9) + 1) / 10001"""
R_NORMAL = "p <- 2 * pnorm(-abs(away / sqrt(variance)))"

R_KRUSKAL = Template("""
# Kruskal-Wallis
test <- kruskal.test(known$$value, factor(known$$level))
result("Kruskal-Wallis H", test$$statistic, $statistic)
$p
result("Kruskal-Wallis p", p, $shown)
""")
R_KRUSKAL_PERMUTED = """\
set.seed(1)                               # other draws than Cutline's: p differs a little
ranks <- rank(known$value); sizes <- table(known$level)
spread <- function(g) sum(tapply(ranks, g, sum)^2 / sizes)
null <- replicate(10000, spread(sample(known$level)))
p <- (sum(null >= spread(known$level) * (1 - 1e-9)) + 1) / 10001"""
R_KRUSKAL_CHI = "p <- test$p.value"

R_SPEARMAN = Template("""
# Spearman's rank correlation with the dose; interval of Bonett & Wright (2000)
n <- nrow(known)
test <- suppressWarnings(cor.test(known$$dose, known$$value, method = "spearman", exact = FALSE))
rho <- unname(test$$estimate)
half <- qnorm(0.975) * sqrt((1 + rho^2 / 2) / (n - 3))
result("Spearman rho", rho, $value)
result("Spearman lower", if (n > 3) tanh(atanh(rho) - half) else NA, $lower)
result("Spearman upper", if (n > 3) tanh(atanh(rho) + half) else NA, $upper)
""")

R_WILCOXON = Template("""
# Wilcoxon signed-rank test of the change, all patients: no change keeps its rank and has no sign
# (Pratt 1959). Up to $most pairs over all signs, by convolution; beyond by the normal distribution
change <- $change
size <- abs(change); size <- round(size / max(size), 12)
ranks <- round(2 * rank(size))[size > 0]; sign <- change[size > 0] > 0   # twice the middle ranks
off <- abs(2 * sum(ranks[sign]) - sum(ranks))
p <- 2 * pnorm(-off / sqrt(sum(ranks^2)))
if (length(change) <= $most) {
  chance <- 1                             # of each sum of the ranks with a plus
  for (r in ranks) chance <- (c(chance, numeric(r)) + c(numeric(r), chance)) / 2
  p <- min(1, sum(chance[abs(2 * (seq_along(chance) - 1) - sum(ranks)) >= off]))
}
result("Wilcoxon z", (2 * sum(ranks[sign]) - sum(ranks)) / sqrt(sum(ranks^2)), $statistic)
result("Wilcoxon p", p, $shown)
""")

PYTHON = Template("""\
$head
import sys

import numpy as np
import pandas as pd

from analysis import trend

rows = pd.read_csv(sys.argv[1] if len(sys.argv) > 1 else $file, float_precision="round_trip")
known = rows[rows["level"].notna()]  # patients of a dose level or arm


$result
for level, shown in enumerate([$medians], 1):
    result(f"median {level}", known.loc[known["level"] == level, "value"].median(), shown)
$rest""")
PYTHON_ACROSS = Template("""\
test = trend.$function(known["value"], known["$column"], permutations=$permutations)
result("$name", test.statistic, $statistic)
result("$test p", test.p, $shown)
""")
PYTHON_SPEARMAN = Template("""\
rho = trend.spearman(known["dose"], known["value"])
for name, shown in zip(("value", "lower", "upper"), $shown, strict=True):
    result(f"Spearman {'rho' if name == 'value' else name}", getattr(rho, name), shown)
""")
PYTHON_WILCOXON = Template("""\
test = trend.wilcoxon_signed_rank(np.round($change, 12))
result("Wilcoxon z", test.statistic, $statistic)
result("Wilcoxon p", test.p, $shown)
""")


def rows_text(found: DoseResponse, about: Provenance, name: str) -> str:
    """Number of the level (from 1), its name, its dose, and the value; sorted by these."""
    known = np.flatnonzero(~np.isnan(found.values))
    of = found.levels.of[known]
    labels = ["" if i < 0 else found.levels.labels[i] for i in of]
    doses = [found.doses[i] if i >= 0 and found.levels.ordered else np.nan for i in of]
    frame = pd.DataFrame({
        "level": np.where(of < 0, np.nan, of + 1), "group": labels, "dose": doses,
        "value": found.values[known],
    })  # fmt: skip
    return as_csv(frame.sort_values(["level", "value"], ignore_index=True))


def r_script(found: DoseResponse, about: Provenance, name: str) -> str:
    """The R script; `name` is the file of its rows."""
    parts = [R_HEAD.substitute(
        _fields(found, about, name, r_number), result=R_RESULT,
        read=R_READ.substitute(file=json.dumps(name)),
    )]  # fmt: skip
    across = found.across
    if across is not None:
        shown = {"statistic": r_number(across.statistic), "shown": r_number(across.p)}
        if found.levels.ordered:
            p = R_PERMUTED if _permuted(found) else R_NORMAL
            parts.append(R_JONCKHEERE.substitute(shown, p=p))
        else:
            p = R_KRUSKAL_PERMUTED if _permuted(found) else R_KRUSKAL_CHI
            parts.append(R_KRUSKAL.substitute(shown, p=p))
    if found.rho is not None:
        three = {name: r_number(getattr(found.rho, name)) for name in ("value", "lower", "upper")}
        parts.append(R_SPEARMAN.substitute(three))
    if found.within is not None:
        parts.append(R_WILCOXON.substitute(
            most=trend.EXACT_PAIRS, statistic=r_number(found.within.statistic),
            shown=r_number(found.within.p),
            change="round(log2(rows$value), 12)" if found.measure == "fold" else
            "round(rows$value, 12)",
        ))  # fmt: skip
    return "".join(parts)


def python_script(found: DoseResponse, about: Provenance, name: str) -> str:
    """The Python script; it needs Cutline's own folder on its path."""
    rest = []
    if found.across is not None:
        rest.append(_python_across(found))
    if found.rho is not None:
        three = (found.rho.value, found.rho.lower, found.rho.upper)
        rest.append(PYTHON_SPEARMAN.substitute(shown=f"({', '.join(map(python_number, three))})"))
    if found.within is not None:
        rest.append(PYTHON_WILCOXON.substitute(
            change='np.log2(rows["value"])' if found.measure == "fold" else 'rows["value"]',
            statistic=python_number(found.within.statistic), shown=python_number(found.within.p),
        ))  # fmt: skip
    return PYTHON.substitute(
        _fields(found, about, name, python_number), file=json.dumps(name), result=PYTHON_RESULT,
        rest="".join(rest),
    )  # fmt: skip


def _python_across(found: DoseResponse) -> str:
    ordered = found.levels.ordered
    test, letter = ("Jonckheere-Terpstra", "z") if ordered else ("Kruskal-Wallis", "H")
    return PYTHON_ACROSS.substitute(
        function="jonckheere" if ordered else "kruskal_wallis",
        column="dose" if ordered else "level",
        permutations=trend.PERMUTATIONS if _permuted(found) else None,
        name=f"{test} {letter}",
        test=test,
        statistic=python_number(found.across.statistic),
        shown=python_number(found.across.p),
    )


def _permuted(found: DoseResponse) -> bool:
    """Whether the p across levels is of random re-labellings."""
    compared = ~np.isnan(found.values) & (found.levels.of >= 0)
    return int(compared.sum()) < trend.PERMUTED_BELOW


def _fields(found: DoseResponse, about: Provenance, name: str, write) -> dict[str, str]:
    title = f"{found.label} by {found.levels.word}: {response_axis(found)}"
    caveat = "The p’s are not corrected for the other markers and visits; Holm’s are on the page."
    medians = [float(one.median[0]) if one.n[0] else float("nan") for one in found.by_level]
    return {
        "head": head(about, title, "", caveat, name),
        "medians": ", ".join(map(write, medians)),
    }


def scripts(found: DoseResponse) -> dict[str, Callable[[Provenance, str], str]]:
    """What makes each kind of script, and the rows, as `common.plate` wants it."""
    made = {"r": r_script, "python": python_script, "rows": rows_text}
    return {kind: partial(make, found) for kind, make in made.items()}
