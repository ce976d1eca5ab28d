"""From a click to the painted patient, the list of 10,000, and the highlight under the pointer."""

from __future__ import annotations

import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import Page, sync_playwright

from benchmarks.drag import STUDY
from data.cohort import Cohort
from data.sources import builtin
from scripts.browser import launch_options
from tests.conftest import running_server

CLICKS = 12
MARKS = 8
LISTED = 10_000
HOVERS = 40

# A link to the next patient, until the page names that patient and these figures are painted anew.
CLICK = """(figures) => new Promise((done, failed) => {
    const step = document.querySelector("a.way-step[data-key=n]");
    const name = () => document.querySelector(".person h2").textContent;
    const drawn = () => Array.from(document.querySelectorAll(
        figures.split(", ").map((one) => one + ":not([hidden]) .js-plotly-plot").join()),
        (gd) => gd.calcdata);
    const before = name(), old = drawn(), began = performance.now();
    step.click();
    const look = () => {
        if (performance.now() - began > 10000) return failed("no page");
        const now = drawn();
        const anew = now.length && now.every((one) => one && !old.includes(one));
        if (name() === before || !anew) return requestAnimationFrame(look);
        requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began)));
    };
    requestAnimationFrame(look);
})"""

# From a patient's mark on the survival curves to the page of that patient: name, and course and
# markers drawn. The address is opened as a click on the mark does.
MARK = """({place, figures}) => new Promise((done, failed) => {
    const gd = document.querySelector("#km .js-plotly-plot"), began = performance.now();
    const [id] = gd.layout.meta.subjects[place];
    window.cutline.address.open("/patients/" + id + window.location.search);
    const drawn = () => Array.from(document.querySelectorAll(
        figures.split(", ").map((one) => one + ":not([hidden]) .js-plotly-plot").join()),
        (gd) => Boolean(gd.data && gd.data.length && gd.querySelector(".main-svg")));
    const look = () => {
        if (performance.now() - began > 10000) return failed("no page");
        const head = document.querySelector(".person h2"), all = drawn();
        if (!head || !head.textContent || all.length < 2 || all.includes(false))
            return requestAnimationFrame(look);
        requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began)));
    };
    requestAnimationFrame(look);
})"""

# Rings of one patient in all figures, as the pointer brings them, until the next frame is painted.
HOVER = """(times) => new Promise(async (done) => {
    const frame = () => new Promise((next) => requestAnimationFrame(next));
    const gd = document.querySelector("#km .js-plotly-plot"), taken = [];
    for (let i = 0; i < times; i++) {
        const [id] = gd.layout.meta.subjects[(i * 37) % gd.layout.meta.subjects.length];
        await frame();
        const began = performance.now();
        window.cutline.marks.highlight([id]);
        await frame();
        await frame();
        taken.push(performance.now() - began);
    }
    done(taken);
})"""

# A filter and a scroll of the list; the answer is the number of requests that it took.
FILTER = """() => new Promise(async (done) => {
    const frame = () => new Promise((next) => requestAnimationFrame(next));
    const search = document.getElementById("patients-search");
    const rows = () => document.querySelector(".ag-root").getAttribute("aria-rowcount");
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
    const before = rows(), began = performance.now();
    set.call(search, "P0123");
    search.dispatchEvent(new Event("input", {bubbles: true}));
    while (rows() === before && performance.now() - began < 5000) await frame();
    const filtered = performance.now() - began;
    set.call(search, "");
    search.dispatchEvent(new Event("input", {bubbles: true}));
    while (rows() !== before && performance.now() - began < 9000) await frame();
    const view = document.querySelector(".ag-body-viewport"), taken = [];
    for (let i = 1; i <= 60; i++) {
        const start = performance.now();
        view.scrollTop = i * 800;
        await frame();
        await frame();
        taken.push(performance.now() - start);
    }
    done({filtered, taken});
})"""


@dataclass(frozen=True)
class Measured:
    """Milliseconds of each click, hover and scroll step, of one filter, and what was asked."""

    marks: list[float]
    clicks: list[float]
    curves: list[float]
    hovers: list[float]
    hover_requests: int
    listed: float
    filtered: float
    scrolls: list[float]
    list_requests: int


def table() -> str:
    """The measured ways as Markdown."""
    found = measured()
    rows = [
        ("a mark among 2,139 patients: click to name, course and markers", found.marks, "–"),
        ("next of 2,139 patients: click to course, markers and words", found.clicks, "–"),
        ("next of 2,139 patients: click to the curves, drawn at rest", found.curves, "–"),
        ("highlight under the pointer, 2,139 patients", found.hovers, found.hover_requests),
        (f"list of {LISTED:,}: address to rows", [found.listed], "–"),
        (f"list of {LISTED:,}: search", [found.filtered], found.list_requests),
        (f"list of {LISTED:,}: a scroll step", found.scrolls, found.list_requests),
    ]
    lines = ["| patients | p50, ms | p95, ms | requests |", "|---|---|---|---|"]
    lines += [
        f"| {name} | {statistics.median(taken):.0f} | {np.quantile(taken, 0.95):.0f} | {asked} |"
        for name, taken, asked in rows
    ]
    return "\n".join(lines)


def measured() -> Measured:
    """All of it in one browser, on a server of its own."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        _write(folder / "large")
        browser = playwright.chromium.launch(**launch_options())
        try:
            with running_server(folder, folder / "home", COHORT=str(folder / "large")) as url:
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                return _measured(page, url)
        finally:
            browser.close()


def _measured(page: Page, url: str) -> Measured:
    page.goto(f"{url}/survival?cohort=actg175")
    page.wait_for_selector("#km .main-svg")
    page.wait_for_timeout(3_000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    hovers, hover_requests = page.evaluate(HOVER, HOVERS), len(asked)
    marks = [_opened(page, url, 97 * (i + 1)) for i in range(MARKS)]
    page.goto(f"{url}/patients?cohort=actg175")
    page.locator(".patient-link").first.click()
    page.wait_for_selector(".figure-curve:not([hidden]) .main-svg")
    page.wait_for_timeout(3_000)
    clicks, curves = [], []
    for _ in range(CLICKS):
        for taken, of in ((clicks, ".figure-course, .figure-markers"), (curves, ".figure-curve")):
            taken.append(page.evaluate(CLICK, of))
            page.wait_for_timeout(1_500)
    page.goto("about:blank")
    page.goto(f"{url}/patients?cohort=large")
    page.wait_for_selector(".patient-link", timeout=60_000)
    listed = page.evaluate("performance.now()")
    page.wait_for_timeout(2_000)
    asked.clear()
    found = page.evaluate(FILTER)
    return Measured(
        marks,
        clicks,
        curves,
        hovers,
        hover_requests,
        listed,
        found["filtered"],
        found["taken"],
        len(asked),
    )


def _opened(page: Page, url: str, place: int) -> float:
    page.goto(f"{url}/survival?cohort=actg175")
    page.wait_for_selector("#km .main-svg")
    page.wait_for_timeout(2_000)
    return page.evaluate(MARK, {"place": place, "figures": ".figure-course, .figure-markers"})


def _write(folder: Path) -> None:
    """ACTG 175 drawn with replacement to 10,000 patients of their own, as files."""
    study: Cohort = builtin.load("actg175")
    folder.mkdir()
    drawn = np.random.default_rng(1).integers(0, study.n, LISTED)
    who = study.subjects["subject"].to_numpy()[drawn]
    names = pd.DataFrame({"old": who, "new": [f"P{i:05d}" for i in range(LISTED)]})
    for frame in ("subjects", "outcomes", "measurements"):
        rows = getattr(study, frame).rename(columns={"subject": "old"}).merge(names, on="old")
        rows = rows.drop(columns="old").rename(columns={"new": "subject"})
        if frame == "measurements":
            rows = rows[rows["marker"].isin(measured_markers(study))]
            rows = rows.assign(below_limit=rows["below_limit"].astype(int))
        if frame == "outcomes":
            rows = rows.assign(event=rows["event"].astype(int))
        rows.to_csv(folder / f"{frame}.csv", index=False)
    own = study.markers["marker"].isin(measured_markers(study))
    study.markers[own].to_csv(folder / "markers.csv", index=False)
    study.visits.assign(is_baseline=study.visits["is_baseline"].astype(int)).to_csv(
        folder / "visits.csv", index=False
    )
    text = STUDY.replace('name = "drag"', 'name = "large"').split("[[endpoints]]")
    (folder / "study.toml").write_text("[[endpoints]]".join(text[:2]), encoding="utf-8")


def measured_markers(study: Cohort) -> list[str]:
    """The markers that no formula gives: what a file holds."""
    return study.markers.loc[study.markers["formula"].fillna("") == "", "marker"].tolist()


if __name__ == "__main__":
    print(table())
