"""One cohort in every format is one cohort, to the last digit and the same id."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from data.cohort import FRAMES
from data.sources import read_cohort
from data.sources.builtin import load
from tests.data.sources import writers

OWN = (
    writers.as_csv,
    writers.as_german,
    writers.as_excel,
    writers.as_zip,
    writers.as_json,
    writers.as_ndjson,
)
ADAM = (
    writers.as_csv,
    writers.as_excel,
    writers.as_zip,
    writers.as_json,
    writers.as_xpt,
    writers.as_xpt8,
)

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789äß-"
ids = st.text(LETTERS, min_size=1, max_size=9)
# Fifteen digits: openpyxl writes no more of them into a workbook, nor does Excel show more.
values = st.floats(-1e6, 1e6, allow_nan=False).map(lambda v: float(f"{v:.13g}") + 0.0)
values = values.filter(lambda v: v == 0 or abs(v) > 1e-9)
times = st.floats(0, 200).map(lambda v: round(v, 6) + 0.0)


def _apart(names):
    """No two ids that differ only in zeros, case or marks: those are (rightly) a problem."""
    keys = [n.casefold().replace("-", "").replace("ss", "ß").lstrip("0") for n in names]
    return len(set(keys)) == len(keys) and all(keys)


subjects = st.lists(ids, min_size=2, max_size=6).filter(_apart)


@st.composite
def own(draw):
    """The tables of a random cohort in our own form, numbers as numbers."""
    who = draw(subjects)
    keys = st.tuples(
        st.sampled_from(who), st.sampled_from(["C1D1", "C1D15"]), st.sampled_from(["CD4", "µ"])
    )
    keys = draw(st.lists(keys, min_size=1, max_size=9, unique=True))
    return {
        "subjects": pd.DataFrame({"subject": who, "arm": "A", "age": [draw(values) for _ in who]}),
        "outcomes": pd.DataFrame({
            "subject": who, "endpoint": "OS", "time": [draw(times) for _ in who],
            "event": [draw(st.integers(0, 1)) for _ in who],
        }),
        "measurements": pd.DataFrame(
            [{"subject": s, "visit": v, "day": float(draw(st.integers(-9, 9))), "marker": m,
              "value": draw(values)} for s, v, m in keys]
        ),
    }  # fmt: skip


@settings(max_examples=4, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(own())
def test_our_own_form_in_every_format(tables):
    with tempfile.TemporaryDirectory() as place:
        found = {w.__name__: read_cohort(w(tables, Path(place) / w.__name__ / "x")) for w in OWN}
    first = found["as_csv"]
    assert {name: cohort.id for name, cohort in found.items()} == dict.fromkeys(found, first.id)
    assert first.subjects["subject"].tolist() == tables["subjects"]["subject"].tolist()
    assert first.measurements["value"].tolist() == tables["measurements"]["value"].tolist()
    assert first.outcomes["time"].tolist() == tables["outcomes"]["time"].tolist()


@st.composite
def adam(draw):
    """ADSL, ADTTE and ADLB of a random trial."""
    who = draw(subjects)
    arm = [draw(st.sampled_from([("Placebo", 1.0), ("Low", 2.0), ("High", 3.0)])) for _ in who]
    start = "2024-01-02"
    time = [draw(st.integers(1, 900)) for _ in who]
    end = [(pd.Timestamp(start) + pd.Timedelta(days=t - 1)).date().isoformat() for t in time]
    rows = [(s, v, p) for s in who for v in (0, 1) for p in ("LYM", "NK") if draw(st.booleans())]
    rows = rows or [(who[0], 0, "LYM")]
    return {
        "ADSL": pd.DataFrame({"USUBJID": who, "TRT01P": [a for a, _ in arm],
                              "TRT01PN": [n for _, n in arm], "AGE": [draw(values) for _ in who]}),
        "ADTTE": pd.DataFrame({
            "USUBJID": who, "PARAMCD": "OS", "PARAM": "Overall Survival",
            "AVAL": [float(t) for t in time],
            "CNSR": [float(draw(st.integers(0, 2))) for _ in who], "STARTDT": start, "ADT": end,
        }),
        "ADLB": pd.DataFrame([
            {"USUBJID": s, "PARAMCD": p, "PARAM": f"{p} (10^9/L)", "AVAL": draw(values),
             "AVISIT": ("Baseline", "Week 2")[v], "AVISITN": float(v),
             "ADY": float((-3, 15)[v]), "ABLFL": ("Y", "")[v]} for s, v, p in rows
        ]),
    }  # fmt: skip


@settings(max_examples=4, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(adam())
def test_adam_in_every_format(tables):
    with tempfile.TemporaryDirectory() as place:
        found = {w.__name__: read_cohort(w(tables, Path(place) / w.__name__ / "x")) for w in ADAM}
    first = found["as_csv"]
    assert {name: cohort.id for name, cohort in found.items()} == dict.fromkeys(found, first.id)
    assert first.outcomes["event"].tolist() == [code == 0 for code in tables["ADTTE"]["CNSR"]]
    assert first.outcomes["time"].tolist() == tables["ADTTE"]["AVAL"].tolist()
    assert sorted(first.measurements["value"]) == sorted(tables["ADLB"]["AVAL"])
    assert set(first.measurements["day"]) <= {-3, 14}


@pytest.mark.parametrize("write", OWN, ids=lambda w: w.__name__)
def test_a_built_in_cohort_in_every_format(write, tmp_path):
    cohort = load("imail2")
    derived = cohort.markers.loc[cohort.markers["formula"].ne(""), "marker"]
    tables = {name: getattr(cohort, name) for name in FRAMES}
    tables["measurements"] = tables["measurements"][~tables["measurements"]["marker"].isin(derived)]
    for name, frame in tables.items():
        flags = {c: frame[c].astype(int) for c in frame.columns if frame[c].dtype == bool}
        tables[name] = frame.assign(**flags)
    again = read_cohort(write(tables, tmp_path / "imail2"))
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(again, name), getattr(cohort, name))
