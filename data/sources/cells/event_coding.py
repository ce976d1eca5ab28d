"""What an event code means: decided in one place, said in words and counts, never by silence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from data.schema import NO_VALUE

EVENT, CENSORED, MISSING, UNKNOWN = "event", "censored", "no value", "unknown"

_EVENTS = (
    "event dead deceased died death progressed progression pd relapse relapsed recurrence recurred "
    "failure failed yes y true t ja j oui o si sí tot verstorben gestorben décédé décédée mort "
    "fallecido recurred/progressed"
)
_CENSORED = (
    "censored censor alive living no n false f nein non event-free eventfree lebt lebend zensiert "
    "vivant vivante diseasefree ongoing"
)
EVENT_WORDS = frozenset(_EVENTS.split())
CENSORED_WORDS = frozenset(_CENSORED.split()) | {
    "no event", "event free", "disease free", "lost to follow-up", "lost to follow up",
    "alive without event", "not progressed", "no progression", "no recurrence",
}  # fmt: skip
_YES = frozenset({"yes", "y", "true", "t", "1", "ja", "j", "oui", "o", "si", "sí"})
_NO = frozenset({"no", "n", "false", "f", "0", "nein", "non"})
_MISSING = NO_VALUE | {"", "nd"}
_TURNED = re.compile(r"cens|zens|alive|living|event[ _-]?free", re.IGNORECASE)
_LEGEND = re.compile(r"([\w.]+)\s*[=:]\s*([A-Za-zéäöü][\w -]*)")
_PREFIXED = re.compile(r"(\d+)\s*[:=]\s*(.+)")


@dataclass(frozen=True)
class Coding:
    """What each code of an event column was taken for; `sure`: by a rule, not by a guess."""

    codes: tuple[tuple[str, str, int], ...]  # code, meaning, rows
    reason: str
    sure: bool
    problem: str = ""

    @property
    def event_is(self) -> list[str]:
        """The codes that mean an event."""
        return [code for code, meaning, _ in self.codes if meaning == EVENT]

    @property
    def words(self) -> str:
        """ "1 = event: 12, 0 = censored: 5, because …" """
        parts = [f"{code or '(empty)'} = {meaning}: {rows:,}" for code, meaning, rows in self.codes]
        return f"{', '.join(parts)}, because {self.reason}"

    def counted(self, cells: pd.Series) -> Coding:
        """The same meanings with the counts of other cells; codes that they lack are left out."""
        counts = cells.map(normal).value_counts()
        codes = tuple((c, m, int(counts[c])) for c, m, _ in self.codes if c in counts.index)
        return replace(self, codes=codes)

    def apply(self, cells: pd.Series) -> pd.Series:
        """The cells as "1", "0" or ""; an unknown code stays as it stands."""
        plain = {EVENT: "1", CENSORED: "0", MISSING: ""}
        known = {code: plain.get(meaning, code) for code, meaning, _ in self.codes}
        return cells.map(lambda cell: known[normal(cell)]).astype(object)


def normal(cell: object) -> str:
    """A code without blanks around it and without the ".0" of a spreadsheet; case is kept."""
    text = " ".join(str(cell).replace("\u00a0", " ").split())
    return text[:-2] if re.fullmatch(r"\d+\.0", text) else text


def read(
    cells: pd.Series,
    *,
    name: str,
    label: str = "",
    cnsr: bool = False,
    event_is: str | Sequence[str] | None = None,
) -> Coding:
    """What the codes of a column mean.

    `event_is`: the user says which codes mean an event; all others that are filled mean censored.
    `cnsr`: without that, the column counts as ADaM's CNSR (0 = event, above 0 = censored).
    """
    counts = cells.map(normal).value_counts(sort=False)
    counts = counts[sorted(counts.index, key=_order)]
    if event_is is not None:
        chosen = [event_is] if isinstance(event_is, (str, int, float)) else list(event_is)
        return _describe(counts, {normal(one).lower() for one in chosen}, name)
    if cnsr:
        return _cnsr(counts, name)
    if legend := _legend(f"{name} {label}", counts):
        return legend
    if normal(name).upper() == "CNSR":
        message = f"{name} counts 0 as the event and 1 as censored: map it as cnsr, not as event"
        return _coding(counts, lambda code: UNKNOWN, "it is ADaM's CNSR", False, message)
    return _by_words(counts, name)


def describe(mapping: Mapping, endpoint: str) -> Any:
    """What a mapping says of the codes that mean an event of this endpoint; None: nothing."""
    said = mapping.get("event_is")
    return said.get(endpoint) if isinstance(said, Mapping) else said


def _order(code: str):
    return (0, float(code), "") if re.fullmatch(r"\d+(\.\d+)?", code) else (1, 0.0, code)


def _coding(counts: pd.Series, meaning, because: str, sure: bool, problem: str = "") -> Coding:
    codes = tuple(
        (
            code,
            MISSING if code.lower() in _MISSING and meaning(code) == UNKNOWN else meaning(code),
            int(rows),
        )
        for code, rows in counts.items()
    )
    return Coding(codes, because, sure, problem)


def _describe(counts: pd.Series, chosen: set[str], name: str) -> Coding:
    """The user's own word, unless a code that was not named clearly means an event as well."""
    filled = [code for code in counts.index if code.lower() not in _MISSING - chosen]
    absent = chosen - {code.lower() for code in filled}
    problem = ""
    none = all(_word(code) == CENSORED for code in filled) or (filled, chosen) == (["0"], {"1"})
    if absent == chosen and filled and not none:  # a trial without any event is one, too
        values = ", ".join(map(repr, filled[:6]))
        problem = f"no row of {name} is {' or '.join(map(repr, sorted(absent)))}; it holds {values}"
    also = [c for c in filled if c.lower() not in chosen and c.lower() in EVENT_WORDS - _YES]
    if also and any(one in EVENT_WORDS for one in chosen):
        problem = f"{also[0]!r} in {name} means an event as well; name it, too, or mend it"

    def meaning(code: str) -> str:
        return EVENT if code.lower() in chosen else CENSORED if code in filled else MISSING

    return _coding(counts, meaning, "you said so", True, problem)


def _cnsr(counts: pd.Series, name: str) -> Coding:
    def meaning(code: str) -> str:
        if not re.fullmatch(r"\d+", code):
            return UNKNOWN
        return EVENT if int(code) == 0 else CENSORED

    because = f"{name} is a censoring flag as in ADaM: 0 = event, above 0 = censored"
    return _coding(counts, meaning, because, True)


def _legend(text: str, counts: pd.Series) -> Coding | None:
    """A legend in the column's name or label: "status (1 = dead, 0 = alive)"."""
    said = {code.lower(): _word(word) for code, word in _LEGEND.findall(text)}
    said = {code: meaning for code, meaning in said.items() if meaning != UNKNOWN}
    if not said:
        return None
    filled = [code for code in counts.index if code.lower() not in _MISSING]
    if len(said) == 1 and len(filled) == 2:  # "1 = dead" says what the other one is
        ((code, meaning),) = said.items()
        other = CENSORED if meaning == EVENT else EVENT
        said |= {one.lower(): other for one in filled if one.lower() != code}
    if not {code.lower() for code in filled} <= set(said):
        return None
    return _coding(
        counts, lambda c: said.get(c.lower(), UNKNOWN), "the column's name says so", True
    )


def _word(text: str) -> str:
    """What a word means: event, censored or unknown."""
    text = text.strip().lower().replace("_", " ")
    if text in EVENT_WORDS:
        return EVENT
    if text in CENSORED_WORDS:
        return CENSORED
    first = text.split()[0] if text.split() else ""
    if first in EVENT_WORDS - _YES:
        return EVENT
    return CENSORED if first in CENSORED_WORDS - _NO else UNKNOWN


def _by_words(counts: pd.Series, name: str) -> Coding:
    filled = {code.lower() for code in counts.index if code.lower() not in _MISSING}
    prefixed = {code: _PREFIXED.fullmatch(code) for code in filled}
    if filled and all(prefixed.values()):
        return _with_prefix(counts, prefixed)
    if filled <= _YES | _NO and filled and _TURNED.search(name):
        return _turn(counts, filled, name)
    if filled <= {"0", "1"}:
        because = "1 is an event and 0 is censored in most programs"
        return _coding(counts, lambda c: {"1": EVENT, "0": CENSORED}.get(c, UNKNOWN), because, True)
    if filled <= {"1", "2"} and "2" in filled:
        because = "2 is an event and 1 is censored in R's survival package; look whether that holds"
        return _coding(
            counts, lambda c: {"2": EVENT, "1": CENSORED}.get(c, UNKNOWN), because, False
        )
    if all(re.fullmatch(r"-?\d+(\.\d+)?", code) for code in filled):
        values = ", ".join(sorted(filled, key=_order)[:6])
        problem = f"{name} holds the codes {values}: say which of them mean an event"
        return _coding(
            counts, lambda _: UNKNOWN, "the codes do not say what they mean", False, problem
        )
    return _coding(counts, _word, "the words say so", True)


def _with_prefix(counts: pd.Series, prefixed: dict) -> Coding:
    """cBioPortal's `1:DECEASED`: number and word must not contradict each other."""
    problem = ""
    for code, match in prefixed.items():
        by_number = {"1": EVENT, "0": CENSORED}.get(match[1], UNKNOWN)
        by_word = _word(match[2])
        if UNKNOWN not in (by_number, by_word) and by_number != by_word:
            problem = f"the code {code!r} contradicts itself: say what means an event"

    def meaning(code: str) -> str:
        match = _PREFIXED.fullmatch(code)
        return {"1": EVENT, "0": CENSORED}.get(match[1], UNKNOWN) if match else UNKNOWN

    return _coding(counts, meaning, "the number before the colon says so", not problem, problem)


def _turn(counts: pd.Series, filled: set[str], name: str) -> Coding:
    """A column called "censored" or "alive": with words it is clear, with 0 and 1 it is not."""
    if filled <= {"0", "1"} and re.search("cens|zens", name, re.IGNORECASE):
        message = f"{name} may mean 1 = censored or 1 = event, as different programs have it"
        problem = f"{message}: say which"
        return _coding(counts, lambda _: UNKNOWN, "its name and codes disagree", False, problem)

    def meaning(code: str) -> str:
        code = code.lower()
        return CENSORED if code in _YES else EVENT if code in _NO else UNKNOWN

    return _coding(counts, meaning, f"the column is called {name}: yes means censored", True)
