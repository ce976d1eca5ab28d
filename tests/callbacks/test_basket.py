"""The basket: of one browser session, kept on disk, changed by id, and made into a deck."""

from __future__ import annotations

import base64
import io
import json
import re

import pytest
from pptx import Presentation

import app
from data import event_log
from data.sources import builtin
from services import basket
from services.address import read_question
from services.ledger import lock_cutoff, read_ledger
from tests.callbacks.visitor import SPLIT, client, ids_of, pressed, response

BOTH = re.compile(r"p corrected for the search [^.;]*\.\d+, exact p [=<] \.\d+")


@pytest.fixture
def visitor(tmp_path, monkeypatch):
    return client(tmp_path, monkeypatch)


def act(visitor, **wanted):
    return pressed(visitor, "basket-count", "basket-act.data", basket_act=wanted)


def add(visitor, of="PFS", query=SPLIT, **other):
    place = {"view": "survival", "part": "curve", **other}
    return act(visitor, do="basket-add", of=of, query=query, **place)


def said(answer):
    return response(answer)["basket-said"]["data"]["text"]


def listing(visitor):
    """The page's list; the body of a page that has one."""
    answer = pressed(visitor, "basket-count", "shown.data", shown="basket/imail2")
    found = json.loads(answer.get_data(as_text=True))["response"]
    (html,) = [one["data-html"] for key, one in found.items() if "basket-list" in key]
    return html


def names(visitor):
    return re.findall(r"<bdi>(.*?)</bdi>", listing(visitor))


def ids(visitor):
    return ids_of(listing(visitor), "basket-remove")


def deck(visitor):
    """The lines of the answer, and the presentation in the last."""
    answer = visitor.post("/basket/deck")
    assert answer.status_code == 200, answer.text
    lines = [json.loads(line) for line in answer.text.splitlines()]
    return lines, Presentation(io.BytesIO(base64.b64decode(lines[-1]["content"])))


def texts(slide):
    shapes = [shape for shape in slide.shapes if shape.has_text_frame]
    tables = [cell.text for shape in slide.shapes if shape.has_table
              for row in shape.table.rows for cell in row.cells]  # fmt: skip
    return "\n".join([*(shape.text_frame.text for shape in shapes), *tables])


def looks():
    with app.server.test_request_context("/"):
        return read_ledger(builtin.load("imail2")).entries


def test_figures_are_added_moved_renamed_and_removed(visitor):
    first = add(visitor)
    assert said(first) == "Added. The basket has 1 figure now."
    assert response(first)["basket-count"]["children"] == "1"
    assert said(add(visitor, "OS")) == "Added. The basket has 2 figures now."
    assert said(add(visitor, "OS")) == "This figure is in the basket already."
    pfs, os = ids(visitor)
    assert response(act(visitor, do="basket-up", of=os))["basket-count"]["children"] == "2"
    assert ids(visitor) == [os, pfs]
    act(visitor, do="basket-down", of=os)
    act(visitor, do="basket-rename", of=pfs, name=" The <b>first</b>\u202e ")
    assert names(visitor)[0] == "The &lt;b&gt;first&lt;/b&gt;"
    assert "out of the basket" in said(act(visitor, do="basket-remove", of=pfs))
    assert ids(visitor) == [os]
    assert "no longer in the basket" in said(act(visitor, do="basket-up", of=pfs))
    act(visitor, do="basket-clear", of="all")
    assert "Nothing is in the basket" in listing(visitor)


def test_a_new_browser_session_begins_with_an_empty_basket(visitor):
    add(visitor)
    (kept,) = [one for one in visitor._cookies.values() if one.key.endswith("-session")]
    assert kept.expires is None
    assert kept.max_age is None
    assert len(ids(visitor)) == 1
    visitor.delete_cookie(kept.key)
    assert not ids(visitor)
    add(visitor, "OS")
    assert len(ids(visitor)) == 1


def test_a_session_is_its_owners_alone(visitor, tmp_path, monkeypatch):
    add(visitor)
    other = client(tmp_path, monkeypatch)
    (kept,) = [one for one in visitor._cookies.values() if one.key.endswith("-session")]
    other.set_cookie(kept.key, kept.value)
    assert not ids(other)


@pytest.mark.parametrize(
    "wanted",
    [{"do": "basket-add", "of": "XX"}, {"do": "basket-add", "of": "PFS", "view": "trial"},
     {"do": "basket-add", "of": "PFS", "query": SPLIT.replace("20.1", "abc")}, {"do": "rm"},
     {"do": "basket-rename"}, {"do": 7}, {"of": []}, {"query": 1}, {"part": None}],
)  # fmt: skip
def test_forged_acts_are_refused_and_change_nothing(visitor, wanted):
    add(visitor, "OS")
    right = {"do": "basket-add", "of": ids(visitor)[0], "view": "survival", "part": "curve",
             "query": SPLIT}  # fmt: skip
    assert act(visitor, **{**right, **wanted}).status_code == 422
    assert len(ids(visitor)) == 1


def test_there_is_an_end_to_it(visitor, monkeypatch):
    monkeypatch.setattr(basket, "MOST_FIGURES", 1)
    add(visitor)
    assert "holds 1 figures" in said(add(visitor, "OS"))
    for name in ("", "x" * 2_000):
        assert "1 to 120 characters" in said(
            act(visitor, do="basket-rename", of=ids(visitor)[0], name=name)
        )


def test_two_windows_do_not_lose_each_others_figures(visitor, monkeypatch):
    add(visitor)
    real, raced = event_log.append_after, []

    def faster(*args, **known):
        if not raced:
            raced.append(1)
            add(visitor, "OS")
        return real(*args, **known)

    monkeypatch.setattr(event_log, "append_after", faster)
    add(visitor, "PFS", SPLIT.replace("20.1", "24"))
    assert len(ids(visitor)) == 3


def test_the_deck_has_title_figures_methods_and_questions_with_the_right_p(visitor):
    add(visitor), add(visitor, "OS")
    lines, made = deck(visitor)
    steps = [line["done"] for line in lines[:-1]]
    assert steps == sorted(steps)
    assert {line["of"] for line in lines[:-1]} == {4}
    assert re.fullmatch(r"cutline_basket_\d{4}-\d\d-\d\d\.pptx", lines[-1]["name"])
    cover, pfs, os, methods, questions = made.slides
    assert "2 figures" in texts(cover)
    assert "Synthetic data" in texts(cover)
    for slide, label in ((pfs, "Progression-free survival"), (os, "Overall survival")):
        assert slide.shapes.title.text_frame.text.startswith(label)
        assert any(shape.has_chart for shape in slide.shapes)
        said = BOTH.search(texts(slide))
        assert said[0] in texts(questions)
        assert "Statistics:" in slide.notes_slide.notes_text_frame.text
    assert "Hazard ratios are from" in texts(methods)
    assert "\n2\n" in texts(questions)  # two looks: both endpoints
    assert len(looks()) == 2


def test_every_figure_counts_all_looks_of_the_deck(visitor):
    add(visitor), add(visitor, "OS", SPLIT.replace("HLADR_NK_PCT", "CD8").replace("20.1", "300"))
    _, made = deck(visitor)
    assert len(looks()) == 4
    for slide in list(made.slides)[1:3]:
        assert "after all 4 questions" in texts(slide)


def test_what_is_covered_is_not_added_until_it_is_locked(visitor):
    assert "covered until this cut-off is locked" in said(add(visitor, query=SPLIT + "&blind=yes"))
    assert not looks()
    assert not ids(visitor)
    with app.server.test_request_context("/"):
        lock_cutoff(read_question(SPLIT)[0], "A. Smith", "written down before", "anna")
    add(visitor, query=SPLIT + "&blind=yes")
    _, made = deck(visitor)
    assert "fixed beforehand" in texts(made.slides[1])


def test_a_figure_that_is_covered_by_now_says_so_on_its_slide(visitor):
    add(visitor)
    changed(visitor, query=SPLIT.replace("HLADR_NK_PCT", "CD8") + "&blind=yes")
    seen = len(looks())
    slide = deck(visitor)[1].slides[1]
    assert "The outcome is covered until this cut-off is locked" in texts(slide)
    assert not any(shape.has_chart for shape in slide.shapes)
    assert "The outcome is covered" in visitor.get("/basket/report").text
    assert len(looks()) == seen


def changed(visitor, **values):
    """The basket as another version of the program may have left it."""
    record = event_log.read(kind="basket")[-1]
    items = [{**one, **values} for one in record.payload["items"]]
    event_log.append(record.owner, record.cohort, "basket", {**record.payload, "items": items})


def test_a_figure_that_no_longer_fits_says_so_on_its_slide(visitor):
    add(visitor)
    changed(visitor, query=SPLIT.replace("C1D15", "C9"))
    assert "no visit “C9”" in listing(visitor)
    assert "no visit “C9”" in texts(deck(visitor)[1].slides[1])
    assert "no visit “C9”" in visitor.get("/basket/report").text


def test_any_figure_that_can_leave_can_be_in_it(visitor):
    for view, part, of in (("trial", "path", ""), ("trends", "panel", "0"),
                           ("cutoff", "profile", ""), ("overview", "curve", "OS")):  # fmt: skip
        answer = add(visitor, of, view=view, part=part)
        assert "Added" in said(answer), (view, said(answer))
    _, made = deck(visitor)
    assert len(made.slides) >= 7
    assert "Dose escalation" in texts(made.slides[1])
    assert "by Dose" not in listing(visitor)


def test_the_report_says_what_the_deck_says_and_runs_nothing(visitor):
    add(visitor), add(visitor, "OS")
    act(visitor, do="basket-rename", of=ids(visitor)[0], name="<script>alert(1)</script>")
    report = visitor.get("/basket/report")
    assert report.status_code == 200
    assert "<script" not in report.text
    assert "&lt;script&gt;alert(1)" in report.text
    assert report.text.count("<img ") == 2
    slides = deck(visitor)[1].slides
    for slide in list(slides)[1:3]:
        both = BOTH.search(texts(slide))
        assert both[0].replace("<", "&lt;") in report.text
    assert "Synthetic data." in report.text
    assert "IMAIL2-0" not in report.text
    assert "Statistics:" in report.text
    foreign = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    assert visitor.get("/basket/report", headers=foreign).status_code == 403


def test_an_empty_basket_and_another_site_get_no_deck(visitor):
    assert visitor.post("/basket/deck").status_code == 422
    empty = visitor.get("/basket/report")
    assert empty.status_code == 422
    assert "The basket is empty" in empty.text
    assert 'href="/basket"' in empty.text
    add(visitor)
    foreign = visitor.post("/basket/deck", headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert visitor.get("/basket/deck").status_code == 404
    assert visitor.get("/basket/report").status_code == 200
