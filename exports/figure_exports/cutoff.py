"""Exports of the cut-off page: the profile of every cut, the resamples, the spline."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.reported_p import ReportedP
from analysis.results.continuous import ContinuousResult
from analysis.results.cutoff import AskedSearch, SearchedCutoffs
from exports.figure_export import FigureExport
from exports.figure_exports.common import make_export
from exports.provenance import Provenance
from exports.scripts import SCRIPTED
from wording.files.figures import (
    HOW_PROFILE,
    HOW_RESAMPLES,
    HOW_SPLINE,
    NOT_CORRECTED,
    describe_linear_effect,
    name_spline,
)
from wording.numbers import p_named, with_interval
from wording.results import cutoff
from wording.results.reported_p import name_corrected, write_reported

PROFILE = {
    "shown": "cut_off", "n_low": "n_at_or_below", "events_low": "events_at_or_below",
    "n_high": "n_above", "events_high": "events_above", "hr": "hazard_ratio", "lower": "lower_95",
    "upper": "upper_95", "hr_corrected": "hazard_ratio_corrected_for_optimism", "z": "z", "w": "w",
    "p_cut": "p_for_this_cut", "p_searched": "p_corrected_for_the_search",
}  # fmt: skip


def profile_title(found: AskedSearch) -> str:
    """What the profile is called."""
    return f"{found.label} by every cut-off of {found.marker} at {found.visit}"


def resamples_title(found: AskedSearch) -> str:
    """What the resamples are called."""
    return f"Best cut-off of {found.marker} at {found.visit} over resamples, {found.code}"


def spline_title(found: ContinuousResult) -> str:
    """What the spline is called."""
    return name_spline(found)


def profile(
    found: SearchedCutoffs, figure: go.Figure, said: str, provenance: Provenance, source: str
) -> FigureExport:
    """Hazard ratio and W of every cut; `source` says how the current cut was fixed beforehand."""
    words = cutoff.cutoff_summary(found, provenance.question.cut, provenance.looks, source)
    return make_export(
        provenance, figure, said, lambda: {"Cut-offs": profile_rows(found)},
        what="profile", endpoint=found.code, split=True,
        title=profile_title(found),
        sentence=words[0],
        how=(
            *words[1:],
            HOW_PROFILE,
        ),
        stamps=_stamps(found, provenance, source),
        scripts=SCRIPTED["cutoff", "profile"](found),
    )  # fmt: skip


def resamples(
    found: SearchedCutoffs, figure: go.Figure, said: str, provenance: Provenance, source: str
) -> FigureExport:
    """Where the best cut falls in resamples."""
    return make_export(
        provenance, figure, said, lambda: {"Best cut-offs": resample_rows(found)},
        what="resamples", endpoint=found.code, split=True,
        title=resamples_title(found),
        sentence=cutoff.range_words(found),
        how=(cutoff.optimism_words(found),
             HOW_RESAMPLES),
        stamps=_stamps(found, provenance, source),
    )  # fmt: skip


def spline(
    found: ContinuousResult, figure: go.Figure, said: str, provenance: Provenance
) -> FigureExport:
    """The marker without a cut-off."""
    result, curve = found.result, found.result.spline
    assert curve is not None  # as there is a figure of it
    around = with_interval(result.hr, result.lower, result.upper)
    return make_export(
        provenance, figure, said, lambda: {"Curve": curve.curve},
        what="spline", endpoint=found.code, split=True,
        title=spline_title(found),
        sentence=describe_linear_effect(around, result, found),
        how=(HOW_SPLINE,),
        stamps=(NOT_CORRECTED,),
    )  # fmt: skip


def profile_rows(found: SearchedCutoffs) -> pd.DataFrame:
    """A row for each admissible cut, as the page shows them."""
    return found.profile[list(PROFILE)].rename(columns=PROFILE).reset_index(drop=True)


def resample_rows(found: SearchedCutoffs) -> pd.DataFrame:
    """Each best cut of the resamples and how many of these it was."""
    cuts = found.stability.cuts
    values, counts = np.unique(cuts[~np.isnan(cuts)], return_counts=True)
    shown = [cutoff.place(found, float(one)) for one in values]
    share = 100 * counts / max(counts.sum(), 1)
    return pd.DataFrame({"cut_off": shown, "resamples": counts, "percent": share})


def _stamps(found: SearchedCutoffs, provenance: Provenance, source: str) -> tuple[str, ...]:
    """How the cut-off was set, with both p's: of the current cut, or of the best."""
    cut = provenance.question.cut
    row = found.row(cut[0]) if len(cut) == 1 else None
    name = "this cut-off" if row is not None else "the best cut-off"
    row = found.best if row is None else row
    head: ReportedP = cutoff.headline_at(found, row, provenance.looks, source)
    set_ = f"Cut-off fixed beforehand: {source}" if source else "Exploratory cut-off"
    corrected = name_corrected(head) if source else write_reported(head)
    both = f"{p_named('p for this cut', head.p_cut)}, {corrected}"
    return set_, f"{name[:1].upper()}{name[1:]}: {both}"
