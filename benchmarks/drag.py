"""Frames while the cut-off is dragged, requests meanwhile, and the wait for the final answer."""

from __future__ import annotations

import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import Browser, Page, sync_playwright

from data.cohort import Cohort
from data.sources import builtin
from scripts.browser import launch_options
from tests.conftest import running_server

SIZES = (500, 2_139, 10_000)
RELEASES = 30
STUDY = """name = "drag"
title = "Patients drawn with replacement"
time_unit = "days"
[[endpoints]]
code = "EFS"
label = "Event-free survival"
event = "event"
[[endpoints]]
code = "OS"
label = "Overall survival"
event = "death"
"""

# A move to another cut in every frame, there and back over the whole line; a frame ends when the
# next one begins, so style, layout and paint are in it. The figures must have changed every time.
FRAMES = """async ({moves, of}) => {
    const next = () => new Promise((done) => requestAnimationFrame(done));
    const line = document.getElementById("cut-line"), box = line.getBoundingClientRect();
    const track = document.querySelector(".cut-slider [role=slider]").parentElement
        .getBoundingClientRect();
    const send = (type, x) => line.dispatchEvent(new PointerEvent(type, {
        bubbles: true, isPrimary: true, pointerId: 1, clientX: x, clientY: box.y + 8}));
    const paths = () => Array.from(document.querySelectorAll(".curve-place"), (place) =>
        place.querySelector(".scatterlayer .js-fill").getAttribute("d")).join();
    const at = async (share) => {
        send("pointermove", track.x + track.width * share);
        await next();
        await next();
        const thumb = document.querySelector(".cut-slider [role=slider]");
        return parseFloat(thumb.style.getPropertyValue("--slider-thumb-offset")) / 100;
    };
    send("pointerdown", box.x + box.width / 2);
    const last = await at(1), first = await at(0), taken = [];
    let others = 0, painted = 0, cut = document.getElementById("cut").value, shape = paths();
    for (let i = 1; i <= moves; i++) {
        const share = (1 - Math.cos((i / moves) * 2 * Math.PI)) / 2;
        send("pointermove", track.x + track.width * (first + (last - first) * share));
        const now = await next();
        const text = document.getElementById("cut").value, drawn = paths();
        const ended = await next();
        if (text !== cut) {
            taken.push(ended - now);
            others += 1;
            painted += drawn !== shape;
        }
        [cut, shape] = [text, drawn];
    }
    return {taken, others, painted};
}"""

# From the release until the server has answered for that cut: the summary, the tables and all other
# texts are its own, the words of the figures are compared with its own, and nothing is dimmed.
RELEASE = """(x) => new Promise((done, failed) => {
    const line = document.getElementById("cut-line"), box = line.getBoundingClientRect();
    const send = (type, x) => line.dispatchEvent(new PointerEvent(type, {
        bubbles: true, isPrimary: true, pointerId: 1, clientX: x, clientY: box.y + 8}));
    send("pointerdown", box.x + box.width / 2);
    send("pointermove", box.x + box.width / 2 + x);
    // A hand that lets go has seen where it is: the last move is painted before.
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => {
        const began = performance.now();
        send("pointerup", box.x + box.width / 2 + x);
        const look = () => {
            if (performance.now() - began > 20000) return failed("no answer");
            if (document.body.classList.contains("dragging")) return requestAnimationFrame(look);
            done(performance.now() - began);
        };
        requestAnimationFrame(look);
    }, 0)));
})"""


@dataclass(frozen=True)
class Dragged:
    """One cohort: ms of every frame, moves and painted ones, requests, ms of every release."""

    name: str
    frames: list[float]
    cuts: int
    painted: int
    requests: int
    releases: list[float]


def table() -> str:
    """The measured drags as Markdown."""
    lines = [
        "| drag, two figures | frame p50, ms | p95, ms | other cuts painted | requests "
        "| release to final answer p50, ms | p95, ms |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in measured():
        lines.append(
            f"| {one.name} | {statistics.median(one.frames):.1f} | {_p95(one.frames)} "
            f"| {one.painted} of {one.cuts} | {one.requests} "
            f"| {statistics.median(one.releases):.0f} | {_p95(one.releases)} |"
        )
    return "\n".join(lines)


def measured() -> list[Dragged]:
    """Drags on imail2 and on patients drawn from actg175, with two endpoints each."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(**launch_options())
        found = [_dragged(browser, Path(folder) / "17", None)]
        found += [_dragged(browser, Path(folder) / str(n), n) for n in SIZES]
        browser.close()
    return found


def _dragged(browser: Browser, folder: Path, n: int | None) -> Dragged:
    folder.mkdir()
    settings, query = {}, "cohort=imail2&marker=HLADR_NK_PCT&visit=C1D15"
    if n:
        write(draw(builtin.load("actg175"), n), folder / "cohort")
        settings, query = {"COHORT": str(folder / "cohort")}, "cohort=drag&marker=CD4"
    with running_server(folder, folder / "home", **settings) as url:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{url}/survival?{query}")
        page.wait_for_selector("#km .main-svg")
        page.wait_for_load_state("networkidle")
        page.wait_for_selector("#lock-state:not(:empty)", state="attached")  # asked for last
        found = _on(page, f"n = {n or 17:,}".replace(",", " "))
        page.close()
    return found


def _on(page: Page, name: str) -> Dragged:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    frames = page.evaluate(FRAMES, {"moves": 240})
    requests = len(sent)
    page.keyboard.press("Escape")
    releases = []
    at, asked = 0, set()
    for i in range(RELEASES):
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(1_000)  # the figures are drawn anew when the hand rests
        # Wider and wider swings, short of the ends: nobody has asked for that cut before.
        at, x = (3 + 2 * i) * (-1) ** i, (3 + 2 * i) * (-1) ** i - at
        taken = page.evaluate(RELEASE, x)
        if (cut := page.input_value("#cut")) not in asked:
            releases.append(taken)
        asked.add(cut)
    return Dragged(name, frames["taken"], frames["others"], frames["painted"], requests, releases)


def draw(cohort: Cohort, n: int) -> dict[str, pd.DataFrame]:
    """Tidy tables of n patients drawn with replacement, spread a little, with two endpoints."""
    rng = np.random.default_rng(1)
    value = cohort.measurements.query("visit == 'baseline' and marker == 'CD4'")
    rows = cohort.outcomes.merge(value[["subject", "value"]], on="subject")
    rows = rows.sample(n, replace=n > len(rows), random_state=1).reset_index(drop=True)
    who = [f"X{i:05d}" for i in range(n)]
    first = rows.assign(subject=who, endpoint="EFS", time=rows["time"] + rng.integers(0, 9, n))
    later = first.assign(endpoint="OS", time=first["time"] + rng.integers(0, 200, n))
    later["event"] = first["event"] & (rng.random(n) < 0.6)
    outcomes = pd.concat([first, later])[["subject", "endpoint", "time", "event"]]
    return {
        "subjects": pd.DataFrame({"subject": who, "arm": "A", "arm_label": "A"}),
        "outcomes": outcomes.assign(event=outcomes["event"].astype(int)),
        "measurements": pd.DataFrame(
            {
                "subject": who, "visit": "baseline", "day": 0, "marker": "CD4",
                "value": (rows["value"] + rng.integers(0, 20, n) / 10).round(1),
            }
        ),
        "markers": pd.DataFrame({"marker": ["CD4"], "label": ["CD4+ T cells"], "unit": ["/µL"]}),
    }  # fmt: skip


def write(tables: dict[str, pd.DataFrame], folder: Path) -> None:
    """A cohort folder as COHORT opens it."""
    folder.mkdir()
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    for name, frame in tables.items():
        frame.to_csv(folder / f"{name}.csv", index=False)


def _p95(taken: list[float]) -> str:
    return f"{np.percentile(taken, 95):.1f}"


if __name__ == "__main__":
    print(table())
