"""The overview page, and what holds on every page."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

FAST = 60_000
PAGES = ["/", "/survival?cohort=imail2", "/survival?cohort=actg175&marker=CD8&visit=week20"]


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.locator("#summary")).not_to_be_empty(timeout=60_000)
    expect(page.locator(".page .graph .main-svg").first).to_be_visible(timeout=FAST)
    return page


def test_the_study_in_one_look(page: Page) -> None:
    opened(page, "/")
    expect(page.locator("#summary")).to_contain_text("17 patients")
    expect(page.locator(".bar-row")).to_have_count(4)
    expect(page.locator(".findings li")).to_have_count(7)
    expect(page.locator("#synthetic-notice")).to_contain_text("Synthetic patients")
    expect(page.get_by_text("Synthetic data").first).to_be_visible()


@pytest.mark.parametrize(
    ("finding", "marker", "endpoint"),
    [("HLA-DR+ NK cells after one course", "HLADR_NK_PCT", "PFS"),
     ("CD4:CD8 ratio after the first cycle", "CD4_CD8", "OS")],
)  # fmt: skip
def test_a_finding_opens_its_question_and_back_returns(
    page: Page, finding: str, marker: str, endpoint: str
) -> None:
    opened(page, "/")
    page.locator(".findings a", has_text=finding).click()
    expect(page).to_have_url(
        re.compile(f"/survival.*endpoint={endpoint}&marker={marker}&visit=C1D15"), timeout=FAST
    )
    expect(page.locator("#km .main-svg").first).to_be_visible(timeout=FAST)
    expect(page.locator("#summary")).to_contain_text("exact p = .")
    page.go_back()
    expect(page.locator(".findings li")).to_have_count(7, timeout=FAST)


def test_another_cohort_from_the_header(page: Page) -> None:
    opened(page, "/")
    page.locator("#cohort").click()
    page.get_by_role("option", name="GBSG").click()
    expect(page.locator("#summary")).to_contain_text("686 patients", timeout=FAST)
    expect(page.locator("#synthetic-notice")).to_be_hidden()


def test_a_page_that_does_not_exist_says_so_with_404(page: Page, faults) -> None:
    faults.allow("404")
    answer = page.goto("/nowhere")
    assert answer.status == 404
    expect(page.locator("#message")).to_contain_text("no page", timeout=60_000)
    page.get_by_role("link", name="Survival").click()
    expect(page.locator("#km .main-svg").first).to_be_visible(timeout=FAST)


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing_serious(new_page, address: str, dark: bool) -> None:
    page = opened(new_page(dark=dark), address)
    page.wait_for_timeout(300)
    found = Axe().run(page).response["violations"]
    serious = [
        (rule["id"], [node["target"] for node in rule["nodes"]][:4])
        for rule in found
        if rule["impact"] in ("serious", "critical")
    ]
    assert serious == []


@pytest.mark.parametrize("address", PAGES)
def test_nothing_is_wider_than_the_screen(new_page, address: str) -> None:
    page = opened(new_page(width=320), address)
    for width in (320, 390, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width


def test_figures_have_their_height_however_fast_they_come(page: Page) -> None:
    context = page.context
    for i in range(6):  # the first visit computes, the others are answered from the cache
        page, scheme = context.new_page(), "dark" if i % 2 else "light"
        page.emulate_media(color_scheme=scheme)
        opened(page, "/survival?cohort=imail2")
        expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
        page.wait_for_timeout(700)
        heights = page.evaluate(
            "[...document.querySelectorAll('.page .figure')].map((e) => e.offsetHeight)"
        )
        assert len(heights) == 2
        assert min(heights) > 400
        page.evaluate("localStorage.clear()")  # the scheme is the next visitor's own
        page.close()


def test_the_table_stands_under_its_ticks(page: Page) -> None:
    opened(page, "/survival?cohort=imail2")
    places = page.evaluate(
        """() => {
            const box = (e) => e.getBoundingClientRect();
            const middle = (e) => box(e).x + box(e).width / 2;
            const of = (s) => [...document.querySelectorAll("#km " + s)].map(middle);
            const rows = [...document.querySelectorAll("#km .scatterlayer .textpoint text")];
            return [of(".xtick text"), rows.map(middle)];
        }"""
    )
    ticks, numbers = places
    assert len(numbers) == 6 * len(ticks)
    for i, number in enumerate(numbers):
        assert number == pytest.approx(ticks[i % len(ticks)], abs=1)
