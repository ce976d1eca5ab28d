"""Scripts that reproduce the search over cut-offs from its rows, in R and in Python.

Both read `time, event, marker` of each patient, without ids. R writes the statistic and both nulls
out, because no package has the one that Cutline's p is of (analysis.stats.cutoff._at_risk_kernels);
what maxstat says of
the same rows is printed beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd

from analysis.reported_p import correct_for_search
from analysis.results.cutoff import (
    FEW,
    PERMUTATIONS,
    PERMUTATIONS_OF_FEW,
    AskedSearch,
    SearchedCutoffs,
)
from exports.provenance import Provenance
from exports.scripts.rendering import head_values, render
from exports.tables import as_csv
from figures.curves import coarse
from wording.numbers import cut_text

STEPS = 1_000_000  # of R's own draws: a patient a step, a few seconds
MOST_DRAWS, FEWEST_DRAWS = 10_000, 500


def rows_text(found: AskedSearch, provenance: Provenance, name: str) -> str:
    """Time, event and marker of each patient of the search, by their values."""
    time = pd.Series(found.time)
    time = coarse(time, found.time_unit) if provenance.rounded else time
    frame = pd.DataFrame({"time": time, "event": found.event.astype(int), "marker": found.value})
    return as_csv(frame.sort_values(list(frame.columns), ignore_index=True))


def r_script(found: SearchedCutoffs, provenance: Provenance, name: str) -> str:
    """The R script of a search that there is; `name` is the file of its rows."""
    return render(
        "cutoff.R.j2",
        **_values(found, provenance, name),
        draws=min(max(STEPS // found.n, FEWEST_DRAWS), MOST_DRAWS),
        permutation=_permutation(at(found, provenance)),
    )


def python_script(found: SearchedCutoffs, provenance: Provenance, name: str) -> str:
    """The Python script of a search that there is; `name` is the file of its rows."""
    row = at(found, provenance)
    return render(
        "cutoff.py.j2",
        **_values(found, provenance, name),
        permutations=PERMUTATIONS_OF_FEW if found.n <= FEW else PERMUTATIONS,
        p_cut=row["p_cut"],
        hr_corrected=row["hr_corrected"],
    )


def at(found: SearchedCutoffs, provenance: Provenance) -> pd.Series:
    """The row of the question's cut-off where it was searched, else of the best."""
    cut = provenance.question.cut
    row = found.row(cut[0]) if len(cut) == 1 else None
    return found.best if row is None else row


def _values(found: SearchedCutoffs, provenance: Provenance, name: str) -> dict[str, object]:
    row, best = at(found, provenance), found.best
    cut = float(row["shown"])
    which = "the best" if row["cut"] == best["cut"] else "the question’s"
    title = (
        f"{found.label} by every cut-off of {found.marker} at {found.visit}; hazard ratio and p of "
        f"{which}, {cut_text(cut)} {found.unit}".rstrip()
    )
    caveat = "Of a cut-off that was searched, only the p corrected for the search counts."
    return {
        **head_values(provenance, title, found.code, caveat, name),
        "cut": cut,
        "best": float(best["cut"]),
        "statistic": found.search.statistic,
        "w": abs(float(row["w"])),
        "best_z": float(found.search.best["cut"]),
        "logrank": row["p"],
        "searched": correct_for_search(row["p_searched"], row["p_cut"]),
        "adjusted": found.search.p_adjusted,
        "estimator": found.estimator,
        "effects": [(row["hr"], row["lower"], row["upper"])],
    }


def _permutation(row: pd.Series) -> dict[str, object] | None:
    """The permutation test of the cut, where its p is of one."""
    if not row["p_cut_permuted"]:
        return None
    return {"exact": bool(row["p_cut_exact"]), "p": row["p_cut"]}


def scripts(found: SearchedCutoffs) -> dict[str, Callable[[Provenance, str], str]]:
    """What makes each kind of script, and the rows, as `make_export` wants it."""
    made = {"r": r_script, "python": python_script, "rows": rows_text}
    return {kind: partial(make, found) for kind, make in made.items()}
