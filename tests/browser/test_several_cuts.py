"""Two and three cut-offs: three and four groups on the survival page, at a desk and on a phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.page_waiting import wait_until

FINDING_4 = "/survival?cohort=imail2&marker=HLADR_NK_PCT&visit=C1D15"
FAST = 60_000
# What one figure holds: its traces by name, and the boxes of its words and of the figure.
FIGURE = """(place) => {
  const graph = document.querySelector(place + " .js-plotly-plot");
  const box = (node) => (({left, right, top, bottom}) => [left, right, top, bottom])(
      node.getBoundingClientRect());
  const words = (kind) =>
    [...graph.querySelectorAll(kind)].map((node) => [node.textContent, ...box(node)]);
  return {
    traces: graph.data.map((one) => ({
      name: one.name || "", mode: one.mode, text: one.text || [], dash: (one.line || {}).dash})),
    words: words(".annotation-text"),
    counts: words(".textpoint text"),
    box: box(graph),
  };
}"""


# A graph is drawn before its box has its width, and then once more.
FITTED = """() => [...document.querySelectorAll(".page .js-plotly-plot")].every(
    (one) => one._fullLayout && Math.abs(one._fullLayout.width - one.clientWidth) < 6)"""


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.locator("#summary")).to_contain_text("log-rank p of", timeout=60_000)
    for place in places(page):
        expect(page.locator(f"{place} .main-svg").first).to_be_visible(timeout=FAST)
    page.wait_for_load_state("networkidle")
    wait_until(page, FITTED)
    page.evaluate("document.fonts.ready")
    return page


def places(page: Page) -> list[str]:
    return ["#km", "#km-OS"] if "imail2" in page.url else ["#km"]


def sums(figure: dict, groups: list[str]) -> dict[str, set[int]]:
    """At risk + censored + events at every tick, by group: one number each, its size."""
    rows = {one["name"]: one["text"] for one in figure["traces"] if one["mode"] == "text"}
    found = {}
    for group in groups:
        three = [[int(n) for n in rows[f"{c}, {group}"]] for c in ("n_risk", "n_censor", "n_event")]
        found[group] = {sum(column) for column in zip(*three, strict=True)}
    return found


def meeting(boxes: list[list]) -> list[tuple[str, str]]:
    """Words that lie on each other (by more than the air around letters)."""
    return [
        (one[0], other[0])
        for i, one in enumerate(boxes)
        for other in boxes[i + 1 :]
        if one[1] < other[2] - 1
        and other[1] < one[2] - 1
        and one[3] < other[4] - 4
        and other[3] < one[4] - 4
    ]


def test_three_groups_are_drawn_and_add_up_at_every_tick(page: Page) -> None:
    opened(page, FINDING_4 + "&cut=20.1,30")
    groups = ["above 30.0 % of NK", "above 20.1 to 30.0 % of NK", "20.1 % of NK or below"]
    for place in ("#km", "#km-OS"):
        figure = page.evaluate(FIGURE, place)
        assert sums(figure, groups) == dict(zip(groups, ({7}, {2}, {8}), strict=True))
        curves = {one["name"]: one["dash"] for one in figure["traces"] if one["dash"]}
        assert curves == dict(zip(groups, ("solid", "dash", "dot"), strict=True))
    expect(page.locator(".flow")).to_contain_text("7 / 2 / 8")
    expect(page.locator(".sides thead th")).to_have_count(3)
    expect(page.locator("#summary")).to_contain_text("no corrected p: the search is for one")
    assert "nan" not in page.locator("body").inner_text().lower().split()


@pytest.mark.parametrize(
    ("width", "question"),
    [
        (1280, FINDING_4 + "&cut=20.1,30"),
        (1280, FINDING_4 + "&cut=15,24,35"),
        (390, FINDING_4 + "&cut=15,24,35"),
        (390, "/survival?cohort=gbsg2&marker=PGR&cut=5,30,130"),
        (390, "/survival?cohort=actg175&marker=CD8&visit=week20&cut=600,900,1200"),
    ],
)
def test_no_words_lie_on_each_other_or_outside(new_page, width: int, question: str) -> None:
    page = opened(new_page(width=width), question)
    for place in places(page):
        page.locator(place).scroll_into_view_if_needed()
        figure = page.evaluate(FIGURE, place)
        assert len(figure["words"]) > 10
        assert meeting(figure["words"] + figure["counts"]) == []
        left, right, top, bottom = figure["box"]
        for text, *box in figure["words"] + figure["counts"]:
            assert box[0] >= left - 1, text
            assert box[1] <= right + 1, text
            assert box[2] >= top, text
            assert box[3] <= bottom, text
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_several_cut_offs_are_typed_sorted_and_given_up_again(page: Page) -> None:
    page.goto(FINDING_4)
    expect(page.locator("#summary")).to_contain_text("exact p =", timeout=60_000)
    box = page.locator("#cut")
    box.fill("30, 20.1")
    box.press("Enter")
    expect(page).to_have_url(re.compile("cut=20.1,30&"), timeout=FAST)
    expect(page.locator("#summary")).to_contain_text("log-rank p of 3 groups", timeout=FAST)
    expect(box).to_have_value("20.1,30")
    box.fill("20.1,20.1")
    box.press("Enter")
    expect(page.locator("#message")).to_contain_text("two of the cut-offs are equal", timeout=FAST)
    box.fill("20.1,30")
    box.press("Enter")
    expect(page.locator("#message")).to_be_hidden(timeout=FAST)
    page.get_by_role("button", name="Next higher cut-off").click()
    expect(page.locator("#summary")).to_contain_text("for this cut", timeout=FAST)
    expect(box).to_have_value(re.compile(r"^2\d(\.\d+)?$"))
    page.go_back()
    expect(page.locator("#summary")).to_contain_text("log-rank p of 3 groups", timeout=FAST)
    page.get_by_role("button", name="Median").click()
    expect(box).to_have_value("24", timeout=FAST)


def test_the_table_under_three_groups_opens(page: Page) -> None:
    opened(page, FINDING_4 + "&cut=20.1,30")
    page.get_by_text("Show as table").first.click()
    table = page.get_by_role("region", name=re.compile("progression-free"))
    expect(table).to_be_visible()
    expect(table).to_contain_text("above 20.1 to 30.0 % of NK")


def test_a_group_that_nobody_is_in_gets_a_sentence(page: Page) -> None:
    page.goto(FINDING_4 + "&cut=24,24.1")
    expect(page.locator("#summary")).to_contain_text(
        "No patient lies above 24 to 24.1", timeout=60_000
    )
    expect(page.locator("#km .main-svg").first).to_be_hidden()
