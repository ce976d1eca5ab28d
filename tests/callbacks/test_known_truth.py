"""A file whose truth R knows, as people write it: every way out has the same right numbers."""

from __future__ import annotations

import base64
import io
import json
import re
from urllib.parse import urlencode

import pandas as pd
import pytest
from pptx import Presentation

import app
from analysis.registry import SURVIVAL
from callbacks import views
from data.uploads import store
from services.address import read_question
from services.disclosure import disclose
from tests.callbacks.test_own_cohorts import Visitor
from tests.callbacks.visitor import pressed
from tests.data.uploads.small_uploads import quick
from tests.reference import golden
from web import limits
from wording.numbers import p_text, ratio

__all__ = ["quick"]
pytestmark = pytest.mark.usefixtures("quick")
CUT = 60.0
MONTH = 30.4375
(TRUTH,) = (one for one in golden.values("lung")["markers"]["age"]["cuts"] if one["cut"] == CUT)
MARKER = {"markers": ["age"]}


@pytest.fixture(autouse=True)
def _no_limit():
    app.server.config[limits.SETTING] = False
    yield
    app.server.config[limits.SETTING] = True


def lung(*, status=lambda ev: ev, time="OS_days", event="status", scale=1.0, **written) -> bytes:
    rows = golden.patients("lung")
    made = {
        "patient": rows["id"].map("L{:03d}".format),
        "age": rows["age"],
        time: rows["time"] / scale,
        event: status(rows["ev"]),
    }
    return pd.DataFrame(made).sample(frac=1, random_state=3).to_csv(index=False, **written).encode()


FORMS = {
    "R's 1 and 2": (lung(status=lambda ev: ev + 1), {}, 1.0),
    "0 is the event": (lung(status=lambda ev: 1 - ev), {"event_is": "0"}, 1.0),
    "CNSR": (lung(status=lambda ev: 1 - ev, event="CNSR"), {}, 1.0),
    "words": (lung(status=lambda ev: ev.map({1: "dead", 0: "alive"})), {}, 1.0),
    "months with a decimal comma": (
        lung(time="OS_months", scale=MONTH, sep=";", decimal=","), {}, MONTH,
    ),
}  # fmt: skip


def opened(visitor: Visitor, content: bytes, said: dict) -> str:
    draft = store.receive(visitor.id, [("lung.csv", content)])
    found = store.understand(visitor.id, draft, {**MARKER, **said})
    assert found.opens, [str(one) for one in found.problems]
    return store.open(visitor.id, draft, "Lung")


def answer_of(visitor: Visitor, code: str):
    with visitor.here():
        question = read_question(f"cohort={code}&endpoint=OS&marker=age&cut={CUT:g}")[0]
        return question, disclose(SURVIVAL, question)[0].endpoint("OS")


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_one_truth_has_its_numbers(form):
    content, said, scale = FORMS[form]
    visitor = Visitor()
    _, one = answer_of(visitor, opened(visitor, content, said))
    sides = one.groups.set_index("group")
    for side, name in enumerate(("low", "high")):
        assert sides["n"][side] == TRUTH[f"n_{name}"]
        assert sides["events"][side] == TRUTH[f"events_{name}"]
        limits_of = TRUTH[f"km_{name}"]["median"]["log-log"]
        here = sides.loc[side, ["median", "lower", "upper"]].to_numpy(float) * scale
        assert here == pytest.approx(limits_of, rel=1e-8)
    assert one.logrank.statistic == pytest.approx(TRUTH["logrank"]["chisq"], rel=1e-8)
    assert one.effect.hr == pytest.approx(TRUTH["efron"]["HR"][0], rel=1e-8)


def test_turned_round_it_is_the_complement():
    visitor = Visitor()
    code = opened(visitor, FORMS["R's 1 and 2"][0], {"event_is": "1"})
    _, one = answer_of(visitor, code)
    censored = [TRUTH[f"n_{name}"] - TRUTH[f"events_{name}"] for name in ("low", "high")]
    assert one.groups.sort_values("group")["events"].tolist() == censored


def test_page_picture_slide_deck_compare_and_report_say_one_thing():
    visitor = Visitor()
    question, one = answer_of(visitor, opened(visitor, *FORMS["R's 1 and 2"][:2]))
    query = question.query()
    hr, p = ratio(TRUTH["efron"]["HR"][0]), p_text(one.p_cut.p)
    said = {name: get(visitor, query) for name, get in WAYS.items()}
    for name, text in said.items():
        assert hr in text, name
        assert p in text, name
        assert "<" + "script" not in text
    exported = visitor.client.get(f"/export/csv?{query}&of=OS").text
    curve = pd.read_csv(io.StringIO(exported))
    by_size = {rows["n_risk"].iloc[0]: rows for _, rows in curve.groupby("group")}
    for name in ("low", "high"):
        rows, km = by_size[TRUTH[f"n_{name}"]], TRUTH[f"km_{name}"]
        for at, survival in zip(km["times"], km["surv"], strict=True):
            here = rows.loc[rows["time"] <= at, "survival"].iloc[-1]
            assert here == pytest.approx(survival, rel=1e-8)


def page(visitor: Visitor, query: str) -> str:
    with visitor.here():
        _, summary, *_ = views.texts({"path": "/survival", "query": query}, [])
    return str(summary)


def compared(visitor: Visitor, query: str) -> str:
    state = {"path": "/compare", "query": query, "own": urlencode({"a": query, "b": query})}
    with visitor.here():
        (text, *_), *_ = views.texts(state, [("compare", "said", "a")])
    return text


def slide_text(content: bytes) -> str:
    texts = []
    for shape in (s for slide in Presentation(io.BytesIO(content)).slides for s in slide.shapes):
        texts += [shape.text_frame.text] if shape.has_text_frame else []
        texts += [c.text for r in shape.table.rows for c in r.cells] if shape.has_table else []
    return "\n".join(texts)


def deck(visitor: Visitor, query: str) -> str:
    place = {"view": "survival", "part": "curve", "of": "OS", "query": query}
    wanted = {"do": "basket-add", **place}
    pressed(visitor.client, "basket-count", "basket-act.data", basket_act=wanted)
    last = json.loads(visitor.client.post("/basket/deck").text.splitlines()[-1])
    return slide_text(base64.b64decode(last["content"]))


def exported(kind: str):
    return lambda visitor, query: visitor.client.get(f"/export/{kind}?{query}&of=OS")


WAYS = {
    "page": page,
    "compare": compared,
    "slide": lambda v, q: slide_text(exported("pptx")(v, q).data),
    "caption": lambda v, q: exported("caption")(v, q).text,
    "deck": deck,
    "report": lambda v, q: re.sub("&lt;", "<", v.client.get("/basket/report").text),
}
