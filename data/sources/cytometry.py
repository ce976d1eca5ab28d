"""Tables of FlowJo and OMIQ: one row a sample, one column a gate and its statistic.

The sample's name tells patient and visit (`P001_C1D1_tube2.fcs`); the path of a gate stays as the
marker's label. Rows of Mean and SD were set aside with the other notes under the table.
"""

from __future__ import annotations

import re
from collections import Counter

from data.sources.cells import visits
from data.sources.formats.raw_table import RawTable

_GATE = re.compile(r"^(.+?)\s*[|,]\s*((?:freq|percent|%|count|median|mean|geom|mfi).*)$", re.I)
_SHARE = re.compile(r"freq|percent|%", re.I)
_SAMPLE = re.compile(r"sample|name|file ?(name)?|fcs|sample ?(id|name)|specimen|tube", re.I)
PATIENT, VISIT = "patient (from the sample's name)", "visit (from the sample's name)"


def follows(raws: list[RawTable]) -> bool:
    """Whether a table has columns of gates."""
    return any(_gates(raw) for raw in raws)


def _gates(raw: RawTable) -> dict[str, re.Match]:
    found = {name: _GATE.match(name) for name in raw.frame.columns}
    return {name: match for name, match in found.items() if match}


def unfold(raws: list[RawTable]) -> list[RawTable]:
    """The same tables with patient, visit, and markers named by the last gate of their path."""
    for raw in raws:
        gates = _gates(raw)
        if gates:
            _unfold(raw, gates)
    return raws


def _unfold(raw: RawTable, gates: dict[str, re.Match]) -> None:
    names = _short(gates)
    for column, match in gates.items():
        raw.known_roles[column] = ("marker_column", f"the gate {match[1]}", names[column])
        raw.labels[column] = column
        if _SHARE.match(match[2]):
            raw.units.setdefault(
                column,
                "%" + match[2][match[2].lower().find(" of") :]
                if " of" in match[2].lower()
                else "%",
            )
    sample = next((n for n in raw.frame.columns if _SAMPLE.fullmatch(n.strip())), None)
    if sample is None or any(n.lower() in ("patient", "subject", "subject_id") for n in raw.frame):
        return
    parts = raw.frame[sample].map(rule)
    raw.frame = raw.frame.assign(
        **{PATIENT: parts.map(lambda p: p[0]), VISIT: parts.map(lambda p: p[1])}
    )
    raw.known_roles[sample] = ("ignore", "the sample's name, cut into patient and visit")
    raw.known_roles[PATIENT] = ("subject", f"from {sample}")
    raw.known_roles[VISIT] = ("visit", f"from {sample}")
    for row, (name, (patient, _)) in zip(
        raw.frame.index, zip(raw.frame[sample], parts, strict=True), strict=True
    ):
        if not patient:
            message = (
                f"the sample's name {name!r} does not tell patient and visit (as in P001_C1D1)"
            )
            raw.complain(message, column=sample, row=int(row), value=name)
    if len(parts) and parts.iloc[0][0]:
        first = raw.frame[sample].iloc[0]
        raw.warn(
            f"{first!r} is read as patient {parts.iloc[0][0]!r}, visit {parts.iloc[0][1]!r}", sample
        )


def rule(name: str) -> tuple[str, str]:
    """Patient and visit in a sample's name: the visit is the first part that looks like one, the
    patient what stands before it. Without a visit: the first part, and no visit."""
    bare = re.sub(r"\.(fcs|wsp|csv)$", "", name.strip(), flags=re.I)
    parts = [part for part in re.split(r"[_ ]+|(?<=\w)-(?=[A-Za-z])", bare) if part]
    for at, part in enumerate(parts):
        if at and visits.is_known(part):
            return "_".join(parts[:at]), part
    return ("", "") if len(parts) != 1 else (parts[0], "")


def _short(gates: dict[str, re.Match]) -> dict[str, str]:
    """The shortest end of each gate's path that no other column has, with its statistic."""
    paths = {name: match[1].split("/") for name, match in gates.items()}
    several = len({match[2].lower() for match in gates.values()}) > 1
    for depth in range(1, 12):
        short = {n: "/".join(path[-depth:]) for n, path in paths.items()}
        if several:
            short = {n: f"{text} | {gates[n][2]}" for n, text in short.items()}
        if max(Counter(short.values()).values()) == 1:
            return short
    return {name: name for name in gates}
