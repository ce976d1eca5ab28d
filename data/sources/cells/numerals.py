"""Numbers as people write them, to the plain form that `data.validation.convert` reads.

Decimal commas, thousands separators, percent signs, `<0.5`, typographic minus signs and blanks. A
cell that could mean two numbers is a problem, never a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pandas as pd

from data.schema import NO_VALUE

_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_COMMA = re.compile(r"[+-]?(\d+(,\d*)?|,\d+)([eE][+-]?\d+)?", re.ASCII)
_POINT_GROUPS = re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?", re.ASCII)  # 1.256,68
_COMMA_GROUPS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)  # 1,256.68
_EITHER_COMMA = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)  # 1,256: which?
_EITHER_POINT = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}", re.ASCII)  # 1.256: which?
_LIMIT = re.compile(r"\s*(<=|>=|[<>≤≥])\s*(.+)", re.DOTALL)
_SIGNS = str.maketrans({"−": "-", "–": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "’": "'"})
_SPACED = re.compile(r"(?<=\d)[ '](?=\d{3}(\D|$))", re.ASCII)


@dataclass
class Numbers:
    """The cells of one column in plain form, and what was found on the way."""

    text: pd.Series
    below: pd.Series  # "<0.5": below a limit, the limit is the value
    above: pd.Series  # ">3000"
    percent: bool = False
    unclear: dict[str, str] = field(default_factory=dict)  # cell as it stood: why
    grouped: bool = False  # thousands separators were taken off


def uses_decimal_comma(cells: pd.Series) -> bool | None:
    """What the cells give away: True for 12,5; False for 12.5 or 1,256.68; None for nothing."""
    comma = point = False
    for cell in cells.unique():
        text = cell if cell.isdigit() or _PLAIN.fullmatch(cell) else _bare(cell)
        if not text or not text[-1].isdigit():
            continue
        if _PLAIN.fullmatch(text):
            point |= "." in text and not _EITHER_POINT.fullmatch(text)
        elif _COMMA_GROUPS.fullmatch(text):
            point |= "." in text or text.count(",") > 1
        elif _COMMA.fullmatch(text) or _POINT_GROUPS.fullmatch(text):
            comma = True
    return True if comma and not point else False if point and not comma else None


def _bare(text: str) -> str:
    """A cell without the marks around its number."""
    text = text.translate(_SIGNS).strip()
    if limit := _LIMIT.fullmatch(text):
        text = limit[2]
    return _SPACED.sub("", text.rstrip("% "))


def numbers(cells: pd.Series, decimal_comma: bool | None, delimiter_comma: bool) -> Numbers:
    """The column's cells in plain form; what is no number stays as it stands.

    `decimal_comma`: what the rest of the table gives away. `delimiter_comma`: the table is cut by
    commas, so a comma inside a quoted number separates thousands unless something says otherwise.
    """
    none = pd.Series(False, cells.index)
    if decimal_comma is not True and all(map(_PLAIN.fullmatch, cells.unique())):
        return Numbers(cells, none, none)  # the usual case, at a tenth of the time
    own = uses_decimal_comma(cells)
    comma = own if own is not None else decimal_comma
    read: dict[str, tuple[str, str]] = {}
    found = Numbers(cells, cells.eq("\0"), cells.eq("\0"))
    for cell in cells.unique():
        read[cell] = _one(str(cell), comma, delimiter_comma, found)
    found.text = cells.map({cell: text for cell, (text, _) in read.items()}).astype(object)
    found.below = cells.map({cell: mark in ("<", "≤", "<=") for cell, (_, mark) in read.items()})
    found.above = cells.map({cell: mark in (">", "≥", ">=") for cell, (_, mark) in read.items()})
    return found


def _one(cell: str, comma: bool | None, delimiter_comma: bool, found: Numbers) -> tuple[str, str]:
    """The plain text of one cell and the sign before it ("<", ">" or none)."""
    if _PLAIN.fullmatch(cell) and not (comma and "." in cell):
        return cell, ""
    if cell.strip().lower() in NO_VALUE:
        return cell.strip(), ""
    limit = _LIMIT.fullmatch(cell.translate(_SIGNS))
    text = _bare(cell)
    plain = _plain(text, comma, delimiter_comma, found, cell)
    if plain is None:
        return cell, ""
    if "%" in cell:
        found.percent = True
    return plain, limit[1] if limit else ""


def _plain(text: str, comma, delimiter_comma: bool, found: Numbers, cell: str) -> str | None:
    """The number in plain form; None where it is none (or could be two)."""
    if comma is None and _EITHER_COMMA.fullmatch(text):
        if not delimiter_comma:
            _unclear(found, cell, text.replace(",", ""), text.replace(",", "."))
            return None
        comma = False
    if comma and _EITHER_POINT.fullmatch(text):
        _unclear(found, cell, text.replace(".", ""), text)
        return None
    if comma:
        if _POINT_GROUPS.fullmatch(text):
            found.grouped = True
            return text.replace(".", "").replace(",", ".")
        if _COMMA.fullmatch(text):
            return text.replace(",", ".")
        if _PLAIN.fullmatch(text):
            found.unclear[cell] = "a decimal point in a table of decimal commas; write one of both"
        return None
    if _PLAIN.fullmatch(text):
        return text
    if _COMMA_GROUPS.fullmatch(text):
        found.grouped = True
        return text.replace(",", "")
    if _COMMA.fullmatch(text) and "," in text:
        found.unclear[cell] = "a decimal comma in a table of decimal points; write one of both"
    return None


def _unclear(found: Numbers, cell: str, one: str, other: str) -> None:
    found.unclear[cell] = f"may be {one} or {other}; write it without the separator"
    return None
