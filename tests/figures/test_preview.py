"""The words of a drag are those of the figure at every cut-off; the payload holds no names."""

import base64
import json
import re

import numpy as np
import pytest

from analysis.cohort.completion import complete_question
from analysis.question import parse_query, write_number
from analysis.results import preview
from analysis.results.survival import analyse_survival
from benchmarks.run import enlarged
from components.controls import question as controls
from data.sources import builtin
from figures.km.figure import km_figure
from figures.preview import Texts, encode, places_payload, preview_payload, strip_markup

KINDS = {"u1": np.uint8, "u2": np.uint16, "u4": np.uint32, "f4": np.float32, "f8": np.float64}
QUESTIONS = [
    ("imail2", "marker=HLADR_NK_PCT&visit=C1D15"),
    ("imail2", "marker=CD8&visit=C1D15&measure=fold"),
    ("gbsg2", "marker=PGR"),
    ("actg175", "marker=CD4_CD8&visit=week20"),
]


def decoded(array):
    kind, text = array
    return np.frombuffer(base64.b64decode(text), KINDS[kind])


def text(payload, parts, i):
    """As assets/js/drag/payload.js puts it together."""
    words, columns = payload["words"], payload["columns"]
    found = [p if isinstance(p, str) else words[decoded(columns[p])[i]] for p in parts]
    return " ".join(word for word in found if word)


def made(name, query):
    study = builtin.load(name)
    question = complete_question(parse_query(query), study).question
    moving = preview.preview_cuts(study, question)
    payload = json.loads(json.dumps(preview_payload(moving, "key"), allow_nan=False))
    return study, question, moving, payload


@pytest.mark.parametrize(("name", "query"), QUESTIONS)
def test_every_text_is_that_of_the_figure_at_this_cut(name, query):
    study, question, moving, payload = made(name, query)
    count = len(moving.places.cut)
    for i in sorted({round(i) for i in np.linspace(0, count - 1, 40)}):
        cut = float(moving.places.cut[i])
        assert text(payload, payload["plain"], i) == write_number(cut)
        found = analyse_survival(study, question.changed(cut=(cut,)))
        for code, one in payload["figures"].items():
            endpoint = found.estimate(code)
            if endpoint is None:
                continue
            lines = km_figure(found, endpoint).layout.annotations
            shown = {
                line.name: strip_markup(line.text) for line in lines if line.name in one["texts"]
            }
            assert set(shown) == set(one["texts"])
            for line, parts in one["texts"].items():
                assert text(payload, parts, i) == re.sub(" +", " ", shown[line])


@pytest.mark.parametrize(("name", "query"), QUESTIONS)
def test_the_controls_say_the_same_as_after_the_release(name, query):
    _, question, moving, payload = made(name, query)
    for i in (0, len(moving.places.cut) // 2, len(moving.places.cut) - 1):
        props = controls.cut_props(
            moving.places.sample, question.changed(cut=(float(moving.places.cut[i]),))
        )
        slider = props["cut-slider"]
        assert text(payload, payload["counts"], i) == props["cut-count"]["children"]
        assert text(payload, payload["said"], i) == slider["attributes"]["thumb"]["aria-valuetext"]
        assert decoded(payload["at"])[i] == pytest.approx(slider["value"], abs=1e-6)


def test_arrays_are_the_patients_without_names():
    study, _, moving, payload = made("gbsg2", "marker=PGR")
    one, coming = moving.endpoints[0], payload["figures"]["RFS"]
    times, index = decoded(coming["times"]), decoded(coming["time"])
    assert (times[index] == one.time).all()
    assert (decoded(coming["event"]).astype(bool) == one.event).all()
    assert (decoded(coming["low"]) == one.n_low).all()
    everything = json.dumps(payload)
    assert not any(subject in everything for subject in study.subjects["subject"])


def test_a_covered_outcome_does_not_travel():
    study = builtin.load("imail2")
    question = complete_question(parse_query("marker=CD4&visit=C1D15"), study).question
    payload = places_payload(preview.place_cuts(study, question), "key")
    assert payload["figures"] == {}
    assert set(payload) == {
        "key", "at", "low", "plain", "said", "counts", "figures", "words", "columns",
    }  # fmt: skip


def test_two_thousand_patients_take_less_than_200_kilobytes():
    study = enlarged(builtin.load("actg175"), 2_000)
    query = "marker=CD4_CD8&visit=week20&measure=change"
    moving = preview.preview_cuts(study, complete_question(parse_query(query), study).question)
    payload = json.dumps(preview_payload(moving, "key"), separators=(",", ":"))
    assert len(moving.places.cut) > 1_000
    assert len(payload.encode()) < 200_000


def test_texts_of_other_lengths_and_the_same_columns():
    texts = Texts()
    first = texts.add(["a 1 b", "a 2", "a 1 b c"])
    again = texts.add(["x 1", "x 2", "x 1"])
    payload = {"words": texts.words, "columns": texts.columns}
    assert [text(payload, first, i) for i in range(3)] == ["a 1 b", "a 2", "a 1 b c"]
    assert first[0] == "a"
    assert again[1] == first[1]


@pytest.mark.parametrize(
    ("values", "kind"),
    [([0, 255], "u1"), ([256], "u2"), ([65_536], "u4"), ([], "u1"), ([True], "u1")],
)
def test_whole_numbers_take_what_room_they_need(values, kind):
    array = np.array(values, dtype=bool if values == [True] else int)
    assert encode(array)[0] == kind
    assert decoded(encode(array)).tolist() == values
