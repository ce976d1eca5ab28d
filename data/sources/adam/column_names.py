"""The columns of ADaM tables that are read; the others of a wide table are left where they are."""

from __future__ import annotations

from collections.abc import Iterable

KEYED = {"USUBJID", "PARAMCD"}
_NEEDED = (
    "STUDYID USUBJID SUBJID PARAM PARAMCD PARAMN AVAL AVALC AVALU AVISIT AVISITN ADY ADT TRTSDT "
    "STARTDT CNSR EVNTDESC CNSDTDSC ABLFL ANL01FL DTYPE A1LO A1HI ANRLO ANRHI BASETYPE RSTESTCD "
    "TRTP TRTPN TRTA TRTAN TRT01P TRT01PN TRT01A TRT01AN ARM ARMCD ACTARM ACTARMCD SAFFL AGE "
    "AGEGR1 SEX RACE ETHNIC COUNTRY REGION1"
)
NEEDED = frozenset(_NEEDED.split())


def needed(names: Iterable[str]) -> list[str]:
    """The columns to read: all of them, except in a table keyed by patient and parameter."""
    names = list(names)
    if not {name.upper() for name in names} >= KEYED:
        return names
    return [name for name in names if name.upper() in NEEDED]
