"""Scripts that reproduce the tests of a marker by dose level or arm, in R (base only) and Python.

Both read `group, dose, value` of each patient, without ids. R has no Jonckheere-Terpstra test with
ties and no signed-rank test after Pratt with an exact p in its base: these are written out.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from analysis.results.dose_response import DoseResponse
from analysis.stats import trend
from exports.provenance import Provenance
from exports.scripts.rendering import head_values, render
from exports.tables import as_csv
from wording.results.trend_phrases import response_axis


def rows_text(found: DoseResponse, provenance: Provenance, name: str) -> str:
    """Number of the level (from 1), its name, its dose, and the value; sorted by these."""
    known = np.flatnonzero(~np.isnan(found.values))
    of = found.levels.of[known]
    labels = ["" if i < 0 else found.levels.labels[i] for i in of]
    doses = [found.doses[i] if i >= 0 and found.levels.ordered else np.nan for i in of]
    frame = pd.DataFrame(
        {
            "level": np.where(of < 0, np.nan, of + 1),
            "group": labels,
            "dose": doses,
            "value": found.values[known],
        }
    )
    return as_csv(frame.sort_values(["level", "value"], ignore_index=True))


def r_script(found: DoseResponse, provenance: Provenance, name: str) -> str:
    """The R script; `name` is the file of its rows."""
    return render("dose_response.R.j2", **_values(found, provenance, name))


def python_script(found: DoseResponse, provenance: Provenance, name: str) -> str:
    """The Python script; it needs Cutline's own folder on its path."""
    return render("dose_response.py.j2", **_values(found, provenance, name))


def _values(found: DoseResponse, provenance: Provenance, name: str) -> dict[str, object]:
    title = f"{found.label} by {found.levels.word}: {response_axis(found)}"
    caveat = "The p’s are not corrected for the other markers and visits; Holm’s are on the page."
    return {
        **head_values(provenance, title, "", caveat, name),
        "medians": [float(one.median[0]) if one.n[0] else np.nan for one in found.by_level],
        "ordered": found.levels.ordered,
        "across": found.across,
        "permuted": _permuted(found),
        "permutations": trend.PERMUTATIONS,
        "rho": found.rho,
        "within": found.within,
        "fold": found.measure == "fold",
        "exact_pairs": trend.EXACT_PAIRS,
    }


def _permuted(found: DoseResponse) -> bool:
    """Whether the p across levels is of random re-labellings."""
    compared = ~np.isnan(found.values) & (found.levels.of >= 0)
    return int(compared.sum()) < trend.PERMUTED_BELOW


def scripts(found: DoseResponse) -> dict[str, Callable[[Provenance, str], str]]:
    """What makes each kind of script, and the rows, as `make_export` wants it."""
    made = {"r": r_script, "python": python_script, "rows": rows_text}
    return {kind: partial(make, found) for kind, make in made.items()}
