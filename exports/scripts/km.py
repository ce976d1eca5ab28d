"""Scripts that reproduce a figure's numbers from its exported rows, in R and in Python.

Both read `time, event, marker, group` of each patient (exports.tables.rows_text), recompute
everything and print it beside what Cutline showed. R needs `survival`, and `maxstat` for the check
of the search; Firth's estimate is written out, because `coxphf` is often not there.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from analysis.results.cutoff import FEW, PERMUTATIONS, PERMUTATIONS_OF_FEW
from analysis.results.survival import EstimatedEndpoint, SeveralGroups
from analysis.stats.estimates import PermutationTest
from exports.provenance import SurvivalExport, file_name
from exports.scripts.rendering import head_values, render
from exports.tables import rows_text
from wording.numbers import cut_text
from wording.results import phrases
from wording.results.summaries import marker_words

FEW_FOR_HL = 50  # patients: up to here maxstat's exact method takes no time


def r_script(export: SurvivalExport) -> str:
    """The R script for one endpoint."""
    return render("km.R.j2", **_values(export))


def python_script(export: SurvivalExport) -> str:
    """The Python script for one endpoint; it needs Cutline's own folder on its path."""
    return render("km.py.j2", **_values(export))


def scripts(export: SurvivalExport) -> dict[str, Callable[[], str]]:
    """What makes each kind of script of the one endpoint of the export, and the rows."""
    made = {"r": r_script, "python": python_script, "rows": rows_text}
    return {kind: partial(make, export) for kind, make in made.items()}


def _values(export: SurvivalExport) -> dict[str, object]:
    """What both scripts say of the one endpoint of the export."""
    (endpoint,) = export.endpoints
    result = export.result
    cuts = ", ".join(map(cut_text, result.cuts))
    title = f"{endpoint.label} by {marker_words(result)}, cut-off {cuts} {result.unit}"
    rows = file_name(export, "csv", "rows")
    return {
        **head_values(export, title, endpoint.code, phrases.caveat(endpoint), rows),
        "cuts": result.cuts,
        "several": endpoint.several,
        "medians": list(endpoint.groups.sort_values("group")["median"]),
        "logrank": endpoint.logrank.p,
        "estimator": endpoint.effects[0].estimator,
        "effects": [(effect.hr, effect.lower, effect.upper) for effect in endpoint.effects],
        "p_cut": None if isinstance(endpoint, SeveralGroups) else endpoint.p_cut.p,
        "permutation": _permutation(endpoint),
        "search": _search(endpoint),
    }


def _permutation(endpoint: EstimatedEndpoint) -> PermutationTest | None:
    """The permutation test of one cut, where there is one."""
    test = None if isinstance(endpoint, SeveralGroups) else endpoint.p_cut
    return test if isinstance(test, PermutationTest) else None


def _search(endpoint: EstimatedEndpoint) -> dict[str, object] | None:
    """What the search over cut-offs gave, where the cut-off is one that was searched for."""
    found = endpoint.reported_p
    if endpoint.several or found is None or math.isnan(found.p_adjusted):
        return None
    return {
        "p": found.p_adjusted,
        "hr_corrected": found.hr_corrected,
        "method": "HL" if endpoint.n <= FEW_FOR_HL else "Lau94",
        "permutations": PERMUTATIONS_OF_FEW if endpoint.n <= FEW else PERMUTATIONS,
    }
