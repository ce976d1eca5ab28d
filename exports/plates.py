"""Plates of the figures that are not Kaplan-Meier curves of a split: what all of them share."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd
import plotly.graph_objects as go

from exports.caption import made_with, study_words
from exports.export import About, stem
from exports.plate import Plate
from exports.slidefigure import native


def plate(
    about: About, figure: go.Figure, said: str, tables: Callable[[], dict[str, pd.DataFrame]], *,
    what: str, title: str, sentence: str, how: Iterable[str] = (), endpoint: str = "",
    split: bool = False, stamps: tuple[str, ...] = (),
) -> Plate:  # fmt: skip
    """A plate whose caption is its title, its sentence and how it is read (`how`).

    `what` tells the file from others of the same question; `split`: whether its name carries the
    marker and the cut-off, because the figure depends on them.
    """
    synthetic = about.cohort.study.synthetic
    first = " ".join(f"{one.rstrip('.')}." for one in (title, sentence, *how) if one)
    return Plate(
        code=endpoint,
        stem_of=lambda codes: stem(about, codes, what=what, split=split),
        figure=figure,
        title=title,
        sentence=sentence,
        said=said,
        source=about.source,
        day=about.day,
        caption=(first, *([synthetic] if synthetic else [])),
        methods=(
            f"Methods. {' '.join(study_words(about))}",
            (about.patients and f"{about.patients}.") or "All patients of the cohort, no filter.",
            " ".join(made_with(about, endpoint)),
        ),
        tables=tables,
        stamps=stamps,
        whom=about.patients,
        synthetic=bool(synthetic),
        native=native,
    )


def without_ids(frame: pd.DataFrame, *by: str) -> pd.DataFrame:
    """Rows in the order of their values, so that not even their order says who is who."""
    return frame.sort_values(list(by) or list(frame.columns), ignore_index=True)
