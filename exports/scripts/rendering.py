"""Scripts made of templates: `templates/*.R.j2` is R and `templates/*.py.j2` is Python.

A script is run by whoever gets it, so no text of a study or a question may become code: an
expression of a template gives one line, whatever its value says, and stands in a comment or goes
through a filter. A number must go through the filter of its language.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable
from numbers import Integral
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Undefined

from analysis.question import write_number
from exports.provenance import Provenance, safe_text
from wording.captions import versions

TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, **values: object) -> str:
    """A template filled with values; an error where it names one that is not given."""
    return _environment.get_template(template).render(values)


def head_values(
    provenance: Provenance, title: str, endpoint: str, caveat: str, rows: str
) -> dict[str, object]:
    """What every script says first: the figure, its question, its data, and the file it reads."""
    synthetic = (provenance.cohort.study.synthetic, provenance.patients)
    return {
        "title": title,
        "question": provenance.address(endpoint),
        "data": provenance.cohort.id,
        "day": provenance.day,
        "synthetic": " ".join(filter(None, synthetic)),
        "caveat": caveat,
        "versions": versions(),
        "rows": rows,
    }


# ------------------------------------------------------------------------------------ filters


def one_line(text: str) -> str:
    """Anybody's text in one line, so that none of it becomes code."""
    return " ".join(safe_text(text).split())


def quote(text: str) -> str:
    """A text as a literal, the same in R and in Python."""
    return json.dumps(text)


def r_number(value: float) -> str:
    """A number with all its digits, as R reads it."""
    return "NA" if math.isnan(value) else repr(float(value))


def python_number(value: float) -> str:
    """A number with all its digits, as Python reads it."""
    return 'float("nan")' if math.isnan(value) else repr(float(value))


def _each(write: Callable[[float], str]) -> Callable[[Iterable[float]], str]:
    return lambda values: ", ".join(map(write, values))


def _finalize(value: object) -> object:
    """What an expression gives: text on one line; a number only as a filter wrote it."""
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, Undefined):
        return value  # its name is said where it is written
    if isinstance(value, Integral) and not isinstance(value, bool):
        return value
    raise TypeError(f"A script writes text and whole numbers; {value!r} needs a filter.")


def _build_environment(folder: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=False,  # R and Python are no HTML: `_finalize` is what guards them
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters.update(
        quote=quote,
        cuts=_each(write_number),
        r_number=r_number,
        r_numbers=_each(r_number),
        python_number=python_number,
        python_numbers=_each(python_number),
    )
    return environment


_environment = _build_environment(TEMPLATES)
