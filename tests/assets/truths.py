"""What the browser's scripts are held against: made by Python at the time of the test."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

import numpy as np

import app
from analysis.cohort.completion import complete_question
from analysis.question import parse_query
from analysis.results import preview
from analysis.results.survival import analyse_survival
from analysis.stats.survival import kaplan_meier
from callbacks.browser_config import config
from callbacks.question import _show
from components import views
from data.sources import builtin
from figures.curves import scarce_below
from figures.km.figure import km_figure
from figures.preview import header_texts, preview_payload
from services.address import read_address

QUESTIONS = (
    ("imail2", "marker=HLADR_NK_PCT&visit=C1D15"),
    ("gbsg2", "marker=PGR"),
)
CUTS = 12  # of each of them
TURNS = (
    ("/survival", "/cutoff"), ("/cutoff", "/survival"), ("/trends", "/survival"),
    ("/survival", "/patients"), ("/patients", "/trial"), ("/", "/survival"),
)  # fmt: skip
ASKED = "cohort=imail2&endpoint=OS&marker=HLADR_NK_PCT&visit=C1D15&cut=20.1"


def truths() -> dict[str, Any]:
    """Everything, by the names that the tests in Node use."""
    return {
        "config": config(),
        "scripts": re.findall(r'src="/assets/js/([^"?]+)', app.app.index()),
        "numbers": _numbers(),
        "megabytes": [[n, f"{n / 1e6:.1f}"] for n in (0, 1, 49_999, 1_260_000, 20_000_001)],
        "scarce": [scarce_below(n) for n in range(300)],
        "curves": list(_curves()),
        "previews": [_preview(*one) for one in QUESTIONS],
        "pages": views.describe_pages(),
        "turns": [[_question(start), _question(end)] for start, end in TURNS],
    }


def _numbers() -> list[list[Any]]:
    """Four significant digits, plainly written."""
    rng = np.random.default_rng(5)
    values = [0.0, 1.0, -2.5, 100.0, 0.00012345, 123456.0, 99995.0, 1e-5, 20.1]
    values += (rng.lognormal(size=200) * 10 ** rng.uniform(-4, 5, 200)).tolist()
    return [[one, np.format_float_positional(float(f"{one:.4g}"), trim="-")] for one in values]


def _curves() -> Iterator[dict[str, Any]]:
    """Small groups with ties, and their Kaplan-Meier curves."""
    rng = np.random.default_rng(7)
    for n in (1, 2, 3, 8, 30, 200):
        time = rng.integers(1, max(2, n // 2) + 1, n).astype(float)
        event = rng.random(n) < 0.6
        curve = kaplan_meier(time, event).curves
        yield {
            "time": time.tolist(),
            "event": event.astype(int).tolist(),
            "rows": [
                {name: None if math.isnan(row[name]) else float(row[name]) for name in row}
                for row in curve.drop(columns="group").to_dict("records")
            ],
        }


def _preview(name: str, query: str) -> dict[str, Any]:
    """A payload, and what the server's figures hold at some of its cuts."""
    cohort = builtin.load(name)
    question = complete_question(parse_query(query), cohort).question
    found = preview.preview_cuts(cohort, question)
    cuts = found.places.cut
    at = sorted({round(i) for i in np.linspace(0, len(cuts) - 1, CUTS)})
    return {
        "payload": preview_payload(found, "key"),
        "places": found.places.at.tolist(),
        "low": found.places.n_low.tolist(),
        "cuts": [
            {"at": i, "figures": dict(_figures(found, cohort, question, i))} for i in at
        ],
    }  # fmt: skip


def _figures(found: Any, cohort: Any, question: Any, i: int) -> Iterator[tuple[str, Any]]:
    whole = analyse_survival(cohort, question.changed(cut=(float(found.places.cut[i]),)))
    for one in found.endpoints:
        endpoint = whole.estimate(one.of.code)
        if endpoint is None:
            continue
        drawn = km_figure(whole, endpoint)
        names = [line for line in drawn.layout.annotations if str(line.name).startswith("name ")]
        yield (
            one.of.code,
            {
                "end": float(drawn.layout.xaxis.range[1]),
                "traces": {trace.meta: _trace(trace) for trace in drawn.data},
                "words": header_texts(found, one, i),
                "names": {line.name: [float(line.x), float(line.y)] for line in names},
            },
        )


def _trace(trace: Any) -> dict[str, Any]:
    """Its points; NaN, where the pen is lifted, as null."""
    points = {
        side: [None if np.isnan(v) else float(v) for v in np.asarray(getattr(trace, side), float)]
        for side in ("x", "y")
    }
    return {**points, "text": list(trace.text) if trace.text is not None else None}


def _question(path: str) -> dict[str, Any]:
    """The question as the server writes it into the store."""
    with app.server.app_context():
        path, question, notes, sel = read_address({"path": path, "search": ASKED})
        return _show(
            path, question, notes, sel=sel, entry="push", clicks=[0, 0], settled=None
        )["question"]  # fmt: skip
