"""Everything that is wrong, all at once, at its place in the user's own files; warnings apart."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from analysis.question import shorten
from components.cards import table, unfold
from wording.pages.upload import MARKS, ONE_REMARK, WHAT_TO_DO, count_remarks, describe_remarks

SHOWN = 200


def wrong(draft: Any) -> Component | None:
    """What keeps the files from being opened."""
    if not draft.problems:
        return None
    marks = (
        [html.P(html.A(MARKS, href=f"/marked/{draft.id}"))]
        if any(one.row is not None for one in draft.problems)
        else []
    )
    return html.Div(
        [html.H3("To be mended"), _list(draft.problems, "Problems"), *marks],
        className="step problems",
    )


def odd(draft: Any) -> Component | None:
    """What looks wrong, or was set aside, and keeps nothing from being opened."""
    if not draft.warnings:
        return None
    n = len(draft.warnings)
    head = ONE_REMARK if n == 1 else count_remarks(n)
    return unfold(describe_remarks(head),
                  _list(draft.warnings, "Remarks"))  # fmt: skip


def _list(found: tuple, caption: str) -> Component:
    rows = [
        (_where(one), "" if one.row is None else f"{one.row:,}", _whole(one.message))
        for one in found[:SHOWN]
    ]
    frame = pd.DataFrame(rows, columns=["Where", "Row", WHAT_TO_DO])
    more = [html.P(f"… and {len(found) - SHOWN:,} more")] if len(found) > SHOWN else []
    return html.Div([table(frame, caption=caption, className="found"), *more])


def _where(one: Any) -> str:
    parts = [_whole(one.table, 80), f"column {shorten(one.column)}" if one.column else ""]
    return " · ".join(filter(None, parts)) or "all files"


def _whole(text: str, most: int = 600) -> str:
    """A sentence as the page has it, without marks that turn it."""
    return "".join(char if char.isprintable() else "?" for char in str(text))[:most]
