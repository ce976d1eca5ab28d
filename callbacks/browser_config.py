"""What the scripts in assets/js are told once, as JSON in the page: texts, ids, paths, limits.

What both sides need stands in Python alone and travels from here; assets/js/cutline.js reads it.
"""

from __future__ import annotations

from typing import Any

from analysis.question import BLIND
from analysis.results.groups import label_columns
from analysis.stats.cutoff.hazard_kernels import Z95
from callbacks.views import FIRST, HERE, REST
from components import ids, pages
from components.records import LONGEST_NOTE
from data.limits import LIMITS, size
from figures.km import curve_names
from figures.km import figure as km
from figures.style import TAIL
from services import patient_ids
from web import upload
from wording.pages.browser import TEXTS

PATHS = {
    "survival": pages.SURVIVAL.path,
    "compare": pages.COMPARE_PATH,
    "patients": pages.PATIENTS.path,
    "patient": pages.PATIENT_PATH,
    "data": pages.DATA.path,
    "upload": f"/{upload.PATH}",
    "deck": "/basket/deck",
    "files": ["/export/", "/patient-table/", "/basket/report"],  # their links load no page
}


def config() -> dict[str, Any]:
    """Everything, by the names that the scripts use (`Config` in assets/js/types.d.ts)."""
    return {
        "ids": {**_plain_ids(), "noteHistory": _kind("history"), "noteText": _kind("text")},
        "texts": TEXTS,
        "paths": PATHS,
        "views": {"patients": pages.PATIENTS.name, "patient": pages.PATIENT.name},
        "figures": {"first": FIRST, "rest": REST, "here": HERE},  # which ones are asked for
        "blind": f"{ids.BLIND}={BLIND}",
        "limits": {
            "selected": patient_ids.MOST,
            "idDigits": patient_ids.DIGITS,
            "note": f"{LONGEST_NOTE:,}",
            "file": LIMITS.file,
            "files": LIMITS.members,
            "fileText": size(LIMITS.file),
            "readingSeconds": f"{LIMITS.wait:g}",
        },
        "curve": _curve(),
    }


def _plain_ids() -> dict[str, str]:
    """ "cutSlider" for CUT_SLIDER."""
    named = {name: value for name, value in vars(ids).items() if name.isupper()}
    return {_camel(name): value for name, value in named.items() if isinstance(value, str)}


def _camel(name: str) -> str:
    first, *rest = name.lower().split("_")
    return first + "".join(word.capitalize() for word in rest)


def _kind(piece: str) -> Any:
    return ids.note(piece)["type"]


def _curve() -> dict[str, Any]:
    """How a Kaplan-Meier figure looks that is drawn while the cut-off moves."""
    high, low = label_columns((0.0,))
    (half, width), (fine_half, fine_width) = km.MARKS, km.FINE_MARKS
    start, end, bottom, top = curve_names.BETWEEN
    return {
        "z": Z95,
        "tail": TAIL,
        "marks": {
            "many": km.MANY_MARKS,
            "plain": {"half": half, "width": width},
            "fine": {"half": fine_half, "width": fine_width},
        },
        "name": {
            "high": high,
            "low": low,
            "size": curve_names.SIZE,
            "shift": curve_names.SHIFT,
            "room": {"from": start, "to": end, "bottom": bottom, "top": top},
        },
    }
