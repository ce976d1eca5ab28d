"""Dragging the cut-off: curves and numbers follow the hand, nobody is asked, the answer agrees."""

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, Request, expect
from scipy.spatial import cKDTree

from tests.page_waiting import wait_until

FINDING_4 = "/survival?cohort=imail2&marker=HLADR_NK_PCT&visit=C1D15"
BREAST = "/survival?cohort=gbsg2&marker=PGR"
FAST = 60_000

FIGURES = "Array.from(document.querySelectorAll('.curve-place .js-plotly-plot'))"
TEXTS = f"""() => {FIGURES}.map((gd) => Object.fromEntries(Array.from(
    gd.querySelectorAll('.annotation')).filter((g) => getComputedStyle(g).visibility !== 'hidden')
    .map((g) => [gd._fullLayout.annotations[g.dataset.index]?.name ?? 'name ' + g.textContent,
                 g.textContent])))"""
TABLES = f"""() => {FIGURES}.map((gd) => Array.from(
    gd.querySelectorAll('.scatterlayer .textpoint text'),
    (text) => [text.textContent, getComputedStyle(text).fill].join(' ')))"""
PATHS = f"""() => {FIGURES}.map((gd) => Array.from(gd.querySelectorAll(
    '.scatterlayer path')).map((path) => path.getAttribute('d')).join('|'))"""
# No pause between two keys is long enough to settle the cut-off, however slow the machine.
NEVER_AT_REST = """() => {
    const set = window.setTimeout;
    window.setTimeout = (call, wait, ...rest) => wait === 350 ? 0 : set(call, wait, ...rest);
}"""
# Points along every curve, band and mark that is shown, in pixels of the plot.
SHAPES = f"""() => {FIGURES}.map((gd) => {{
    const found = {{}};
    for (const path of gd.querySelectorAll('.scatterlayer path')) {{
        const g = path.closest('.trace'), name = g ? g.__data__[0].trace.meta : 'marks';
        const hidden = g && getComputedStyle(g).display === 'none';
        const outline = /^band/.test(name) && path.classList.contains('js-line');
        const length = path.getTotalLength();
        if (!name || hidden || outline || !length) continue;
        const points = (found[name.startsWith('marks') ? 'marks' : name] ??= []);
        const steps = Math.min(4000, Math.ceil(length * 3));
        for (let i = 0; i <= steps; i++) {{
            const point = path.getPointAtLength((length * i) / steps);
            points.push([point.x, point.y]);
        }}
    }}
    return found;
}})"""


def opened(page: Page, address: str, draggable: bool = True) -> list[Request]:
    """The page with everything that it asks for, and a list that later requests go to."""
    page.goto(address)
    expect(page.locator("#km .main-svg").first).to_be_visible(timeout=60_000)
    page.wait_for_load_state("networkidle")
    expect(page.locator("#lock-state")).not_to_be_empty(timeout=60_000)  # asked for last
    if draggable:
        wait_until(page, "cutline.drag.ready()", timeout=FAST)
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request))
    return sent


def shows(page: Page, texts: list[dict]) -> None:
    """Until the figures have these words."""
    wait_until(
        page,
        f"(texts) => JSON.stringify(({TEXTS})()) === texts",
        arg=page.evaluate("JSON.stringify", texts),
        timeout=FAST,
    )


def thumb(page: Page) -> Locator:
    return page.get_by_role("slider", name=re.compile("cut-off", re.IGNORECASE))


def box(page: Page) -> str:
    return page.locator("#cut").input_value()


def grabbed(page: Page) -> tuple[float, float]:
    """Press on the line; where that is."""
    at = page.locator("#cut-line").bounding_box()
    x, y = at["x"] + at["width"] / 2, at["y"] + 8
    page.mouse.move(x, y)
    page.mouse.down()
    return x, y


def painted(page: Page) -> None:
    page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )


def answered(page: Page) -> None:
    """Until nothing is dimmed any more, and the figures are the server's."""
    expect(page.locator("body")).not_to_have_class(re.compile("dragging|settling"), timeout=FAST)


def test_curves_numbers_and_dots_follow_without_a_request(page: Page) -> None:
    sent = opened(page, FINDING_4)
    x, y = grabbed(page)
    before, seen = None, {}
    for dx in (*range(0, 130, 5), *range(130, -100, -5)):
        page.mouse.move(x + dx, y)
        painted(page)
        now = (box(page), page.evaluate(PATHS), page.locator("#cut-count").inner_text())
        if before and now[0] != before[0]:
            assert all(one != other for one, other in zip(now[1], before[1], strict=True))
            assert now[2] != before[2]
        seen.setdefault(now[0], now[1])
        assert now[1] == seen[now[0]], "the same cut has the same curves whichever way it is met"
        before = now
    assert len(seen) >= 10
    high = re.search(r"(\d+) above", before[2])[1]
    fills = page.evaluate(
        "() => Array.from(document.querySelectorAll('.strip .point'), (p) => "
        "getComputedStyle(p).fill)"
    )
    assert fills.count("rgb(0, 114, 178)") == int(high)
    assert not sent
    page.mouse.up()
    answered(page)
    assert sent


@pytest.mark.parametrize(
    ("address", "moves"), [(FINDING_4, (35, -60, 100, -120)), (BREAST, (40, -90))]
)
def test_the_preview_and_the_answer_are_the_same(
    page: Page, address: str, moves: tuple[int, ...]
) -> None:
    opened(page, address)
    for dx in moves:
        x, y = grabbed(page)
        page.mouse.move(x + dx, y, steps=4)
        painted(page)
        cut, texts, shapes = box(page), page.evaluate(TEXTS), page.evaluate(SHAPES)
        tables = page.evaluate(TABLES)
        count = page.locator("#cut-count").inner_text()
        said = thumb(page).get_attribute("aria-valuetext")
        page.mouse.up()
        expect(page).to_have_url(re.compile(f"[?&]cut={re.escape(cut)}&"), timeout=FAST)
        answered(page)
        assert differing(page.evaluate(TEXTS), texts) == []
        assert page.evaluate(TABLES) == tables
        assert any(cut in text for text in texts[0].values())
        assert (box(page), page.locator("#cut-count").inner_text()) == (cut, count)
        assert thumb(page).get_attribute("aria-valuetext") == said
        for one, other in zip(shapes, page.evaluate(SHAPES), strict=True):
            assert one.keys() == other.keys()
            for name in one:
                assert apart(one[name], other[name]) < 1, name


def differing(answer: list[dict], shown: list[dict]) -> list[tuple]:
    """The lines of each figure that are not the same: (name, answer, preview)."""
    return [
        (name, one.get(name), other.get(name))
        for one, other in zip(answer, shown, strict=True)
        for name in one | other
        if one.get(name) != other.get(name)
    ]


def apart(one: list, other: list) -> float:
    """The largest distance of a point of one shape from the other (Plotly straightens what is
    below a pixel)."""
    one, other = np.array(one), np.array(other)
    return max(cKDTree(other).query(one)[0].max(), cKDTree(one).query(other)[0].max())


def test_a_drag_is_one_entry_of_the_history_and_back_undoes_it(page: Page) -> None:
    opened(page, FINDING_4)
    first, texts, entries = box(page), page.evaluate(TEXTS), page.evaluate("history.length")
    x, y = grabbed(page)
    for dx in (20, 60, -40, 70):
        page.mouse.move(x + dx, y, steps=3)
    page.mouse.up()
    answered(page)
    assert page.evaluate("history.length") == entries + 1
    assert box(page) != first
    page.go_back()
    expect(page.locator("#cut")).to_have_value(first, timeout=FAST)
    shows(page, texts)


def whole(page: Page) -> str:
    """The figures, the dots and the slider as they stand in the page."""
    return page.evaluate(
        "() => Array.from(document.querySelectorAll('.main-svg, .cut-slider'), (one) => "
        "one.outerHTML.replace(/ style=\"\"/g, '')).join('')"
    )


@pytest.mark.parametrize("end", ["Escape", "release"])
def test_escape_and_a_way_back_restore_everything(page: Page, end: str) -> None:
    sent = opened(page, FINDING_4)
    x, y = grabbed(page)
    first, count, before = box(page), page.locator("#cut-count").inner_text(), whole(page)
    page.mouse.move(x + 90, y, steps=5)
    painted(page)
    assert box(page) != first
    if end == "Escape":
        page.keyboard.press("Escape")
    else:
        page.mouse.move(x, y, steps=5)
    page.mouse.up()
    painted(page)
    assert (box(page), page.locator("#cut-count").inner_text()) == (first, count)
    page.mouse.move(5, 5)
    expect(page.locator("body")).not_to_have_class(re.compile("dragging"))
    assert whole(page) == before
    assert not sent


def test_the_keyboard_moves_by_observed_values(page: Page) -> None:
    sent = opened(page, FINDING_4)
    page.evaluate(NEVER_AT_REST)
    thumb(page).focus()
    first = float(box(page))

    def after(key: str) -> float:
        page.keyboard.press(key)
        painted(page)
        return float(box(page))

    up = after("ArrowRight")
    assert up > first == after("ArrowLeft")
    assert after("ArrowUp") == up
    assert after("ArrowDown") == first
    top = after("End")
    assert after("PageUp") == top > up
    bottom = after("Home")
    assert bottom < first
    ten = after("PageDown"), after("PageUp")
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    painted(page)
    assert (ten[0], float(box(page))) == (bottom, bottom)
    assert after("Escape") == first
    assert not sent
    assert thumb(page).get_attribute("aria-valuetext") == "24.0 % of NK"


@pytest.mark.parametrize("settles", ["Enter", "rest", "leaving"])
def test_a_movement_by_keys_is_settled_once(page: Page, settles: str) -> None:
    sent = opened(page, FINDING_4)
    entries = page.evaluate("history.length")
    thumb(page).focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    if settles == "Enter":
        page.keyboard.press("Enter")
    if settles == "leaving":
        page.keyboard.press("Tab")
    # The payload may be on its way still; then the steps are made when it is there.
    expect(page.locator("#cut")).to_have_value("35.3", timeout=FAST)
    expect(page).to_have_url(re.compile("cut=35.3&"), timeout=FAST)
    answered(page)
    assert page.evaluate("history.length") == entries + 1
    assert sum("question.data" in (one.post_data or "")[:80] for one in sent) == 1
    assert "in the 5 of 17 patients above" in page.locator("#summary").inner_text()


def test_a_step_right_after_a_drag_starts_where_the_line_was_left(page: Page) -> None:
    opened(page, FINDING_4)
    thumb(page).focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    painted(page)
    left = float(box(page))
    page.evaluate("document.getElementById('cut-step-down').click()")
    expect(page.locator("#cut")).not_to_have_value(f"{left:g}", timeout=FAST)
    answered(page)
    assert 24 < float(page.url.split("cut=")[1].split("&")[0]) < left


def test_a_finger_drags_the_line(new_page) -> None:
    page = new_page(width=390, height=844, has_touch=True)
    sent = opened(page, FINDING_4)
    page.locator("#cut-line").scroll_into_view_if_needed()
    at, first = page.locator("#cut-line").bounding_box(), float(box(page))
    x, y = at["x"] + at["width"] / 2, at["y"] + 8
    finger = page.context.new_cdp_session(page)
    for kind, dx in (("touchStart", 0), ("touchMove", 15), ("touchMove", 40), ("touchMove", 80)):
        finger.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x + dx, "y": y}]}
        )
        painted(page)
    assert float(box(page)) > first
    assert not sent
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    answered(page)
    assert float(page.url.split("cut=")[1].split("&")[0]) == float(box(page)) > first


def test_a_program_that_does_not_answer_gives_the_old_figure_back(page: Page, faults) -> None:
    faults.allow("Failed to load|Failed to fetch|Callback failed|Callback error|net::|fetch")
    opened(page, FINDING_4)
    texts, first = page.evaluate(TEXTS), box(page)
    page.route("**/_dash-update-component*", lambda route: route.abort())
    x, y = grabbed(page)
    page.mouse.move(x + 80, y, steps=4)
    page.mouse.up()
    expect(page.locator("#message")).to_contain_text("does not answer", timeout=FAST)
    expect(page.locator("body")).not_to_have_class(re.compile("dragging"))
    shows(page, texts)
    assert box(page) == first
    page.unroute("**/_dash-update-component*")
    x, y = grabbed(page)
    page.mouse.move(x + 80, y, steps=4)
    page.mouse.up()
    answered(page)
    assert box(page) != first


def test_a_typed_cut_between_two_values_stays_until_the_line_leaves_it(page: Page) -> None:
    sent = opened(page, FINDING_4 + "&cut=30.25")
    page.evaluate(NEVER_AT_REST)  # on a busy machine the two steps may lie a pause apart
    thumb(page).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    painted(page)
    assert box(page) == "30.25"
    assert not sent


def test_several_cut_offs_have_no_line_to_drag(page: Page) -> None:
    sent = opened(page, FINDING_4 + "&cut=20.1,30", draggable=False)
    at = page.locator("#cut-slider").bounding_box()
    page.mouse.click(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
    page.keyboard.press("ArrowRight")
    painted(page)
    assert box(page) == "20.1,30"
    assert not sent


def test_the_dark_theme_and_another_marker_are_followed_too(dark_page: Page) -> None:
    page = dark_page
    sent = opened(page, "/survival?cohort=imail2&marker=CD8&visit=C1D15&measure=fold")
    x, y = grabbed(page)
    page.mouse.move(x + 40, y, steps=4)
    painted(page)
    texts, shapes = page.evaluate(TEXTS), page.evaluate(SHAPES)
    assert not sent
    page.mouse.up()
    answered(page)
    assert page.evaluate(TEXTS) == texts
    for one, other in zip(shapes, page.evaluate(SHAPES), strict=True):
        assert all(apart(one[name], other[name]) < 1 for name in one)
