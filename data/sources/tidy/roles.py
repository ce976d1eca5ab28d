"""What each column of a tidy table is for, told by its name, then by what it holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from data.schema import KNOWN_ENDPOINTS, NO_VALUE
from data.sources.cells import numerals, units, visits
from data.sources.formats.grid import is_number
from data.sources.formats.raw_table import RawTable

ENDPOINT_WORDS = {
    "overall survival": "OS", "progression free survival": "PFS", "disease free survival": "DFS",
    "event free survival": "EFS", "relapse free survival": "RFS", "recurrence free survival": "RFS",
    "time to progression": "TTP", "gesamtüberleben": "OS", "disease specific survival": "DSS",
}  # fmt: skip
CODES = (*KNOWN_ENDPOINTS, "DSS", "TTF", "DFI", "PFI", "DMFS", "MFS", "TTNT", "DOR")
DEATH = re.compile(r"^(death|dead|died|deceased|vital[ _]?status|dthfl|tod|décès)\b", re.I)

_SUBJECT = re.compile(
    r"(unique )?(subject|subj|usubj|patient|pat|pt|participant|case|person|proband|record|donor|"
    r"animal|mouse|sample)s?( ?(identifier|identification|code|number|name|id|no|nr|num|#))?|"
    r"(usubjid|subjid|patientid|patid|ptid|pid|pidnum|id|mrn|code)",
    re.I,
)
_TIME = re.compile(
    r"(survival |event |follow ?up |observation )?(time|duration|zeit|temps)( to event)?|futime|"
    r"(time )?(months?|days?|weeks?|years?|mo)|fu|follow ?up|survival|surv( time)?|tte|t",
    re.I,
)
_EVENT = re.compile(
    r"(event|status|ereignis|événement|outcome|censor\w*|cens|zensiert|delta|failure|evt|ev|"
    r"alive|vital status|death|dead|died|deceased|progress(ed|ion)|relapsed?|recurrence)"
    r"( ?(status|indicator|flag|observed|code|yn))?",
    re.I,
)
_ROLES = (
    ("cnsr", re.compile(r"cnsr", re.I)),
    ("endpoint", re.compile(r"endpoint|outcome type|end point|endpunkt", re.I)),
    ("visit", re.compile(r"visit( name| code| label)?|avisit|time ?points?|visite|zeitpunkt|cycle|"
                         r"course|sampling|sample time", re.I)),
    ("day", re.compile(r"(study |sample |visit )?day|ady|tag|days? since start", re.I)),
    ("marker", re.compile(r"marker|biomarker|analyte|test( name| code)?|parameter|paramcd|param|"
                          r"assay|measure|measurement|population|variable|analyt", re.I)),
    ("value", re.compile(r"value|result|aval|wert|concentration|measured value|valeur", re.I)),
    ("unit", re.compile(r"units?|einheit|unité", re.I)),
    ("dose", re.compile(r"dose( ?(mg|level|mg/kg|miu))?|dosis", re.I)),
    ("arm", re.compile(r"(treatment |study |planned )?arm|treatment( group)?|trt|group|regimen|"
                       r"cohort|randomi[sz]ed to|therapy|behandlung|gruppe|dose group", re.I)),
    ("below_limit", re.compile(r"below limit|bloq|blq|below lloq", re.I)),
)  # fmt: skip
# Numbers that describe a patient and are no biomarker.
_COVARIATE = re.compile(
    r"age|alter|âge|sex|gender|race|ethnic\w*|weight( kg)?|height( cm)?|bmi|bsa|.* (days|months|"
    r"years) (before|since|from)( .*)?|(ph |pat )?ecog( ps)?|(ph |pat )?karno\w*|ps|stage|"
    r"grade|site|cent(er|re)|country|year|number of .*|n of .*|prior .*|lines?|line of therapy|"
    r"stratum|strata|region|.*( flag| yn)|wtkg|histology|tumou?r type|smok\w*",
    re.I,
)
_NAMES = r"(first|last|sur|full|given|family|middle)? ?names?|nachname|vorname|nom|prénom|initials"
_RECORDS = r"mrn|medical record.*|ssn|social security.*|nhs.*|insurance.*|fallnummer|passport.*"
_BIRTH = r"dob|(date of )?birth( ?date)?|birthd.*|geburts.*|brthd.*"
_IDENTIFIER = (
    (re.compile(_NAMES, re.I), "names"),
    (re.compile(_BIRTH, re.I), "dates of birth"),
    (re.compile(r"e ?mail|.*email.*", re.I), "e-mail addresses"),
    (re.compile(r"(tele)?phone.*|mobile|fax|telefon", re.I), "phone numbers"),
    (re.compile(_RECORDS, re.I), "record numbers"),
    (re.compile(r"address|street|zip( ?code)?|post ?code|plz|city|adresse", re.I), "addresses"),
)
NOTHING = "it holds no value"
ONLY_FLAGS = "only 0 and 1"
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.I)


@dataclass(frozen=True)
class Role:
    """What a column is for, why, and for which endpoint or which marker at which visit.

    `content` is what was seen in it that a reader has to tell apart, as a code.
    """

    role: str
    reason: str
    of: str = ""  # endpoint of a time or event; marker of a wide column
    visit: str = ""
    content: Literal["", "identifier", "nothing", "flags"] = ""


def plain(name: str) -> str:
    """A column's name in small words: "OS_Time (months)" is "os time (months)"."""
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join(re.sub(r"[_.\-]+", " ", text).lower().split())


def identifier(name: str, cells: pd.Series) -> str:
    """What makes a column look like it names a person, or nothing."""
    text = plain(name)
    for pattern, what in _IDENTIFIER:
        if pattern.fullmatch(text):
            return what
    filled = cells[cells.ne("")].head(50)
    if len(filled) and filled.map(lambda cell: bool(_EMAIL.fullmatch(str(cell)))).mean() > 0.5:
        return "e-mail addresses"
    return ""


def guess(raw: RawTable) -> dict[str, Role]:
    """A role for every column of a tidy table."""
    found = {
        name: Role(*told) for name, told in raw.known_roles.items() if name in raw.frame.columns
    }
    for name in raw.frame.columns:
        if name in found:
            continue
        role = _by_name(name) or _endpoint_column(name)
        if role is None or (role.role not in ("subject",) and role.role in _once(found)):
            continue
        found[name] = role
    _one_subject(raw, found)
    _check_outcomes(raw, found)
    long = {"marker", "value"} <= {role.role for role in found.values()}
    for name in raw.frame.columns:
        if name not in found:
            found[name] = _by_content(raw, name, long)
    if not long:
        _wide_visits(found)
    return {name: found[name] for name in raw.frame.columns}


def _once(found: dict[str, Role]) -> set[str]:
    """Roles that only one column of a table can have and that are taken."""
    return {r.role for r in found.values()} - {"time", "event", "cnsr", "ignore"}


def _by_name(name: str) -> Role | None:
    text = plain(units.name_and_unit(name)[0])
    if _SUBJECT.fullmatch(text):
        return Role("subject", f"it is called {name}")
    for role, pattern in _ROLES:
        if pattern.fullmatch(text):
            return Role(role, f"it is called {name}")
    return None


def _endpoint_column(name: str) -> Role | None:
    """Times and events, with the endpoint that they belong to."""
    text = plain(name)
    bare = plain(units.name_and_unit(name)[0])
    of, rest = _endpoint_in(bare)
    because = f"it is called {name}"
    if of and (rest in ("", "t") or _TIME.fullmatch(rest)):
        return Role("time", because, of)
    if of and _EVENT.fullmatch(rest):
        return Role("event", because, of)
    if _EVENT.fullmatch(bare):
        return Role("event", because, "OS" if DEATH.match(bare) else "")
    if _TIME.fullmatch(bare) and not re.fullmatch(r"t|days?", text):
        return Role("time", because)
    return Role("time", because) if text == "days" else None


def _endpoint_in(text: str) -> tuple[str, str]:
    """The endpoint in a column's name, and the rest of the name."""
    for words, code in ENDPOINT_WORDS.items():
        if words in text:
            return code, text.replace(words, "").strip(" ,")
    parts = text.split()
    for at, part in enumerate(parts):
        if part.upper() in CODES:
            return part.upper(), " ".join(parts[:at] + parts[at + 1 :])
    return "", text


def _one_subject(raw: RawTable, found: dict[str, Role]) -> None:
    """Of several columns that may name the subject, the one that says it most clearly."""
    ids = [name for name, role in found.items() if role.role == "subject"]
    clear = ("usubjid", "subject", "patient", "participant", "record id", "subjid")
    ids.sort(
        key=lambda n: (
            -1
            if n in raw.known_roles
            else next((i for i, w in enumerate(clear) if plain(n).startswith(w)), 9)
        )
    )
    for name in ids[1:]:
        found[name] = Role("covariate", f"{ids[0]} names the patient")
    if ids or raw.frame.empty:
        return
    first = raw.frame.columns[0]
    cells = raw.frame[first]
    whole = cells.map(lambda cell: re.fullmatch(r"[\w-]+", str(cell)) is not None).all()
    if first not in found and whole and cells.is_unique:
        found[first] = Role("subject", "the first column, another value in each row")


def _check_outcomes(raw: RawTable, found: dict[str, Role]) -> None:
    """Times are numbers, and an event has a time; several events for one time keep the best."""
    for name, role in list(found.items()):
        if role.role in ("time", "day", "dose") and not _numeric(raw.frame[name], 0.5):
            del found[name]
    times = {role.of: name for name, role in found.items() if role.role == "time"}
    for of in {role.of for role in found.values() if role.role == "event"}:
        events = [n for n, role in found.items() if role.role == "event" and role.of == of]
        events.sort(key=lambda n: 0 if re.search("event|status|cens|cnsr", n, re.I) else 1)
        for name in events[1:]:
            del found[name]
    alone = [n for n, r in found.items() if r.role == "event" and r.of not in times]
    for name in alone:
        _pair(found, times, name)


def _pair(found: dict[str, Role], times: dict[str, str], name: str) -> None:
    """An event column without a time of its endpoint belongs to the only nameless time."""
    role = found[name]
    taken = {r.of for n, r in found.items() if r.role in ("event", "cnsr") and n != name}
    if "" in times and "" not in taken and role.of:
        found[name] = Role("event", role.reason, role.of)
        found[times.pop("")] = Role("time", "it stands beside " + name, role.of)
        times[role.of] = name
    elif not role.of and len(times) == 1 and not taken:
        found[name] = Role("event", role.reason, next(iter(times)))
    elif times:
        del found[name]


def _numeric(cells: pd.Series, share: float) -> bool:
    """Whether so many of the filled cells are numbers, and one at least."""
    filled = [cell for cell in cells.head(2_000) if cell.strip().lower() not in NO_VALUE]
    count = sum(is_number(cell) or _finite(cell) for cell in filled)
    return bool(filled) and count >= share * len(filled)


def _finite(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _by_content(raw: RawTable, name: str, long: bool) -> Role:
    cells = raw.frame[name]
    if what := identifier(name, cells):
        return Role("ignore", f"looks like {what}; left out", content="identifier")
    if all(cell.strip().lower() in NO_VALUE for cell in cells.unique()):
        return Role("ignore", NOTHING, content="nothing")
    if long:
        return Role("covariate", "not a column of measurements")
    if _COVARIATE.fullmatch(plain(units.name_and_unit(name)[0])):
        return Role("covariate", f"it is called {name}")
    if not _numeric(cells, 0.8):
        return Role("covariate", "words, not numbers")
    if set(cells.unique()) <= {"0", "1", ""}:
        return Role("covariate", ONLY_FLAGS, content="flags")
    return Role("marker_column", "a column of numbers", units.name_and_unit(name)[0])


def column_of(found: dict[str, Role], role: str) -> str | None:
    """The column of that role."""
    return next((name for name, one in found.items() if one.role == role), None)


def subject_column(found: dict[str, Role]) -> str:
    """The column of the subjects; KeyError where a table has none."""
    name = column_of(found, "subject")
    if name is None:
        raise KeyError("subject")
    return name


def promote(found: dict[str, Role]) -> dict[str, Role]:
    """Where nothing else is a marker, a column of 0 and 1 is one (positive or not)."""
    return {
        name: Role("marker_column", "the only numbers", units.name_and_unit(name)[0])
        if role.content == "flags"
        else role
        for name, role in found.items()
    }


_ENDING = re.compile(r"^(.+?)[ _.:|-]+([^_:|]+?)$")
_STARTING = re.compile(r"^([^_:|]+?)[ _.:|-]+(.+)$")


def _wide_visits(found: dict[str, Role]) -> None:
    """CD4_baseline and CD4_week20 are one marker at two visits."""
    split: dict[str, tuple[str, str]] = {}
    for name, role in found.items():
        if role.role != "marker_column":
            continue
        if (match := _ENDING.match(role.of)) and visits.is_known(match[2]):
            split[name] = (match[1], match[2])
        elif (match := _STARTING.match(role.of)) and visits.is_known(match[1]):
            split[name] = (match[2], match[1])
    for name, (marker, visit) in split.items():
        same = [1 for other, _ in split.values() if other == marker]
        if len(same) > 1 or visit.lower() in visits.BASELINE:
            found[name] = Role("marker_column", f"{marker} at {visit}", marker, visit)


def covariate_text(raw: RawTable, column: str) -> pd.Series:
    """A covariate in plain numbers where all of it is numbers, else as it stands."""
    found = plain_numbers(raw, column)
    if found.unclear or found.below.any() or found.above.any():
        return raw.frame[column]
    whole = all(cell.lower() in NO_VALUE or _finite(cell) for cell in found.text.unique())
    return found.text if whole else raw.frame[column]


def plain_numbers(raw: RawTable, column: str) -> numerals.Numbers:
    """A column's numbers in plain form, read as the whole table writes them."""
    if raw.decimal_comma is None and not raw.decimals_checked:
        raw.decimals_checked = True
        cells = pd.concat([raw.frame[name] for name in raw.frame.columns], ignore_index=True)
        raw.decimal_comma = numerals.uses_decimal_comma(cells)
        if raw.decimal_comma is None and raw.form == "CSV (semicolons)":
            raw.decimal_comma = True
    return numerals.numbers(raw.frame[column], raw.decimal_comma, raw.form == "CSV")
