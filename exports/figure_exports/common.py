"""Exports of the figures that are not Kaplan-Meier curves of a split: what all of them share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

import pandas as pd
import plotly.graph_objects as go

from exports.figure_export import FigureExport
from exports.pptx.figure import native
from exports.provenance import Provenance, stem
from wording.captions import describe_program, study_words
from wording.files.figures import NO_FILTER


def make_export(
    provenance: Provenance, figure: go.Figure, said: str,
    tables: Callable[[], dict[str, pd.DataFrame]], *,
    what: str, title: str, sentence: str, how: Iterable[str] = (), endpoint: str = "",
    split: bool = False, stamps: tuple[str, ...] = (),
    scripts: Mapping[str, Callable[[Provenance, str], str]] | None = None,
) -> FigureExport:  # fmt: skip
    """An export whose caption is its title, its sentence and how it is read (`how`).

    `what` tells the file from others of the same question; `split`: whether its name carries the
    marker and the cut-off, because the figure depends on them. `scripts`: what makes each kind of
    script, and the rows that they read, from `provenance` and the name of the file of these rows.
    """
    synthetic = provenance.cohort.study.synthetic
    rows = f"{stem(provenance, [endpoint], what=what, split=split)}_rows.csv"
    first = " ".join(f"{one.rstrip('.')}." for one in (title, sentence, *how) if one)
    return FigureExport(
        code=endpoint,
        stem_of=lambda codes: stem(provenance, codes, what=what, split=split),
        make_figure=lambda: figure,
        title=title,
        sentence=sentence,
        description=said,
        source=provenance.source,
        day=provenance.day,
        caption=(first, *([synthetic] if synthetic else [])),
        write_methods=lambda: (
            f"Methods. {' '.join(study_words(provenance))}",
            (provenance.patients and f"{provenance.patients}.") or NO_FILTER,
            " ".join(describe_program(provenance, endpoint)),
        ),
        tables=tables,
        stamps=stamps,
        subgroup=provenance.patients,
        synthetic=bool(synthetic),
        native=native,
        follows_cut=split,
        scripts={kind: partial(make, provenance, rows) for kind, make in (scripts or {}).items()},
    )


def without_ids(frame: pd.DataFrame, *by: str) -> pd.DataFrame:
    """Rows in the order of their values, so that not even their order says who is who."""
    return frame.sort_values(list(by) or list(frame.columns), ignore_index=True)
