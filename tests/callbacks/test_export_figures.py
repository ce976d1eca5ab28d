"""Every figure of every page leaves as every kind of file, without an id in any part of it."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from pptx import Presentation

import app
from callbacks.exports import figures as export
from components import views
from components.views.survival import page
from data.sources import builtin
from exports.pptx.km import slide as km_slide
from exports.scripts import SCRIPTED
from services import cohorts

IMAIL2 = "cohort=imail2&endpoint=OS&marker=HLADR_NK_PCT&visit=C1D15&cut=20.1"
ACTG = "cohort=actg175&marker=CD4&visit=week20&cut=300"
FIGURES = [
    ("survival", "curve", "OS", IMAIL2),
    ("survival", "curve", "EFS", f"{ACTG},400,500"),
    ("cutoff", "profile", "", IMAIL2),
    ("cutoff", "profile", "", IMAIL2.replace("cut=20.1", "cut=10,20.1")),
    ("cutoff", "resamples", "", IMAIL2),
    ("cutoff", "spline", "", "cohort=gbsg2&marker=PGR&visit=baseline&cut=20"),
    ("trends", "panel", "0", IMAIL2),
    ("trends", "panel", "1", f"{IMAIL2}&by=split&axis=day&middle=mean"),
    ("trends", "panel", "0", ACTG),
    ("trends", "response", "", IMAIL2),
    ("trends", "response", "", ACTG),
    ("trial", "path", "", IMAIL2),
    ("trial", "dlts", "", IMAIL2),
    ("trial", "treatment", "", f"{IMAIL2}&order=time"),
    ("trial", "followup", "", IMAIL2),
    ("trial", "exposure", "IM_AUC", IMAIL2),
    ("overview", "curve", "PFS", IMAIL2),
]
OF_LESIONS = {"waterfall", "spider"}  # no built-in cohort has sizes of lesions


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.setenv("CUTLINE_HOME", str(tmp_path_factory.mktemp("state")))
    patch.setitem(app.server.config, "CUTLINE_RATE_LIMIT", False)
    yield app.server.test_client()
    patch.undo()


def test_the_list_names_every_figure_that_leaves():
    leaving = {
        (view.name, panel.name)
        for view in views.PAGES
        for panel in view.panels
        if panel.figure_export
    }
    assert {one[:2] for one in FIGURES} == {one for one in leaving if one[1] not in OF_LESIONS}
    charts = {
        (view.name, panel.name) for view in views.PAGES for panel in view.panels if panel.chart
    }
    kept = charts - leaving
    # Single patients do not leave; two questions beside each other leave from their own pages.
    assert {view for view, _ in kept} == {"patient", "compare"}


def parts(name: str, content: bytes):
    """Every part of a file, those of what is packed in it too."""
    if not content.startswith(b"PK"):
        yield name, content
        return
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for inner in packed.namelist():
            yield from parts(f"{name}/{inner}", packed.read(inner))


@pytest.mark.parametrize(("view", "part", "of", "query"), FIGURES)
def test_every_kind_of_every_figure(client, view, part, of, query):
    done = client.get(f"/export/zip?{query}&view={view}&part={part}&of={of}")
    assert done.status_code == 200, done.text
    cohort = builtin.load(query.partition("&")[0].removeprefix("cohort="))
    ids = [one.encode() for one in cohort.subjects["subject"].astype(str)]
    found = dict(parts("all.zip", done.data))
    for name, content in found.items():
        assert not [one for one in ids if one in content], name
    endings = {
        name.rpartition(".")[2] for name in zipfile.ZipFile(io.BytesIO(done.data)).namelist()
    }
    scripted = {"R", "py"} if (view, part) in SCRIPTED else set()
    assert endings == {"pptx", "png", "svg", "pdf", "csv", "xlsx", "txt"} | scripted
    svg = next(content for name, content in found.items() if name.endswith(".svg")).decode()
    assert "<script" not in svg
    assert 'href="http' not in svg
    assert ("Synthetic data" in svg) == bool(cohort.study.synthetic)
    names = zipfile.ZipFile(io.BytesIO(done.data)).namelist()
    (deck,) = [name for name in names if name.endswith(".pptx")]
    slides = Presentation(io.BytesIO(zipfile.ZipFile(io.BytesIO(done.data)).read(deck))).slides
    assert len(slides) == 1
    assert any(shape.has_chart for shape in slides[0].shapes)


WHO = [f"SECRET-{i}" for i in range(8)]
FOLDER = {
    "subjects.csv": ["subject,arm,arm_label,dose"] + [f"{who},A,A,3" for who in WHO],
    "outcomes.csv": ["subject,endpoint,time,event"] + [f"{who},OS,{who[-1]}.5,1" for who in WHO],
    "measurements.csv": ["subject,visit,day,marker,value,below_limit"]
    + [f"{who},baseline,0,M,{who[-1]},0" for who in WHO],
    "events.csv": ["subject,kind,label,start_day,end_day,grade,value"]
    + [f"{who},assessment,SD,{day},,,{50 + day // 42 * int(who[-1])}"
       for who in WHO for day in (0, 42, 84)],
}  # fmt: skip


def test_lesions_leave_under_numbers(client, tmp_path):
    for name, lines in FOLDER.items():
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    with app.server.app_context():
        name = cohorts.open_folder(str(tmp_path))
    try:
        query = f"cohort={name}&endpoint=OS&marker=M&visit=baseline&cut=4"
        for part in sorted(OF_LESIONS):
            done = client.get(f"/export/zip?{query}&view=trial&part={part}")
            assert done.status_code == 200, done.text
            for inner, content in parts("all.zip", done.data):
                assert b"SECRET" not in content, inner
    finally:
        cohorts._entries.pop(name)


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        (f"svg?{IMAIL2}&view=cutoff&part=profiles", 404, "no such figure"),
        (f"svg?{IMAIL2}&view=patient&part=course", 404, "no such figure"),
        (f"svg?{IMAIL2}&view=<b>&part=x", 404, "no such figure"),
        (f"svg?{IMAIL2}&of=OS&frame=a0", 422, "no frame of that name"),
        (f"svg?{IMAIL2}&of=OS&frame=free&mm=4000", 422, "from 40 to 400"),
        (f"svg?{IMAIL2}&of=OS&frame=free&mm=1e3", 422, "from 40 to 400"),
        (f"png?{IMAIL2}&of=OS&dpi=9999", 422, "600 or 1000 dpi"),
        (f"png?{IMAIL2}&of=OS&frame=slide&dpi=1000", 422, "million pixels"),
        (f"r?{IMAIL2}&view=cutoff&part=resamples", 422, "no script of this figure"),
        (f"svg?{IMAIL2}&view=trends&part=panel&of=99", 422, "nothing to draw"),
        (f"svg?{IMAIL2}&view=trends&part=panel&of={'9' * 500}", 422, "nothing to draw"),
        (f"svg?{IMAIL2}&view=trial&part=waterfall", 422, "nothing to draw"),
        ("choose?cohort=imail2", 422, "does not say the whole question"),
    ],
)
def test_a_bad_wish_gets_a_sentence(client, address, status, said):
    done = client.get(f"/export/{address}")
    assert done.status_code == status
    assert said in done.text
    assert "<b>" not in done.text


@pytest.mark.parametrize(
    ("frame", "points"),
    [("slide", 960), ("nature-89", 252.2835), ("lancet-154", 436.5354), ("free&mm=120", 340.1575)],
)
def test_frames_have_their_sizes(client, frame, points):
    svg = client.get(f"/export/svg?{IMAIL2}&of=OS&frame={frame}").text
    assert float(re.search(r'<svg [^>]*width="([\d.]+)pt"', svg)[1]) == pytest.approx(points)


def test_the_page_of_sizes_says_no_answer_and_escapes(client):
    done = client.get(f"/export/choose?{IMAIL2}&view=survival&part=curve&of=OS&x=%22%3E%3Cb%3E")
    assert done.status_code == 200
    assert "Nature, one column" in done.text
    assert "<b>" not in done.text
    assert 'name="rounded"' in done.text
    other = client.get(f"/export/choose?{IMAIL2}&view=cutoff&part=profile")
    assert 'name="rounded"' not in other.text


def test_rounded_times_leave_rounded_everywhere_but_in_the_counts(client):
    exact = client.get(f"/export/csv?{IMAIL2}&of=OS").text
    coarse = client.get(f"/export/csv?{IMAIL2}&of=OS&rounded=yes").text
    times = [row.split(",")[2] for row in coarse.splitlines()[1:]]
    assert all(len(one.partition(".")[2]) <= 2 for one in times)
    assert exact != coarse
    without = [[c for i, c in enumerate(row.split(",")) if i != 2] for row in exact.splitlines()]
    assert without == [[c for i, c in enumerate(row.split(",")) if i != 2]
                       for row in coarse.splitlines()]  # fmt: skip
    said = client.get(f"/export/caption?{IMAIL2}&of=OS&rounded=yes").text
    assert "Times of the curves are rounded" in said


def posted(client, content: bytes, kind: str = "pptx"):
    files = {"template": (io.BytesIO(content), "mine.pptx")}
    return client.post(f"/export/{kind}?{IMAIL2}&of=OS", data=files)


def test_a_template_of_ones_own_by_post(client):
    blank = client.get(f"/export/pptx?{IMAIL2}&of=OS").data
    done = posted(client, blank)
    assert done.status_code == 200
    assert len(Presentation(io.BytesIO(done.data)).slides) == 1
    for content in (b"", b"no zip", b"PK\x03\x04 broken"):
        done = posted(client, content)
        assert done.status_code == 422
        assert "template" in done.text
    assert posted(client, blank, "svg").status_code == 422


def test_an_export_of_another_site_does_not_take_a_template(client):
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    done = client.post(f"/export/pptx?{IMAIL2}&of=OS", headers=headers, data={})
    assert done.status_code == 403


def test_the_plates_say_what_must_be_said(client):
    """An exploratory cut-off and both p's stand with every figure that hangs on a cut-off."""
    for view, part, of in (("survival", "curve", "OS"), ("cutoff", "profile", ""),
                           ("cutoff", "resamples", "")):  # fmt: skip
        address = f"/?{IMAIL2}&view={view}&part={part}&of={of}"
        with app.server.test_request_context(address):
            (plate,) = export.find_exports(address.partition("?")[2])
        said = " ".join(plate.marks)
        assert "Synthetic data" in said
        assert "Exploratory cut-off" in said
        assert "p corrected for the search" in said
        assert "for this cut" in said


def test_a_slide_of_curves_draws_no_figure_of_the_screen(client, monkeypatch):
    monkeypatch.setattr(page, "km_figure", None)
    monkeypatch.setattr(km_slide, "km_figure", None)
    done = client.get(f"/export/pptx?{IMAIL2}&view=survival&part=curve&of=OS")
    assert done.status_code == 200, done.text
