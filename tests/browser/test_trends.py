"""The trends page as an investigator uses it: a finding, panels, colours, a row of the table."""

import re

from playwright.sync_api import Page, expect

ASKED = "cohort=imail2&marker=CD8&visit=C1D15&measure=fold&baseline=C1D10"
FAST = 60_000
SLOW = 60_000
PANELS = ".panel-card .figure:not([hidden])"


def drawn(page: Page, query: str = ASKED) -> Page:
    page.goto(f"/trends?{query}")
    expect(page.locator("#summary .lead")).to_be_visible(timeout=SLOW)
    expect(page.locator(f"{PANELS} .main-svg").first).to_be_visible(timeout=SLOW)
    page.wait_for_load_state("networkidle")
    return page


def test_the_first_finding_is_one_click_away(page: Page) -> None:
    page.goto("/?cohort=imail2")
    page.get_by_role("link", name=re.compile("fall in proportion to the IL-2 dose")).click()
    expect(page).to_have_url(re.compile("/trends.*marker=CD8"), timeout=FAST)
    expect(page.locator("#summary")).to_contain_text("it fell in 16 of 16 patients", timeout=SLOW)
    expect(page.locator("#summary")).to_contain_text("Jonckheere-Terpstra")
    expect(page.locator(PANELS)).to_have_count(4, timeout=FAST)
    expect(page.locator(PANELS).first).to_contain_text("Synthetic data")
    assert "nan" not in page.locator("body").inner_text().lower().split()


def test_panels_and_colours_are_chosen_by_links(page: Page) -> None:
    drawn(page)
    page.locator(".choices").get_by_role("link", name="NK cells", exact=True).click()
    expect(page.locator(PANELS)).to_have_count(5, timeout=FAST)
    page.get_by_role("link", name="Side of the cut-off").click()
    expect(page.locator(".trend-key")).to_contain_text("above", timeout=FAST)
    expect(page).to_have_url(re.compile("panel=nk.*by=split"))
    page.go_back()
    expect(page.locator(".trend-key")).to_contain_text("12 MIU/day", timeout=FAST)


def test_hovering_a_line_names_the_patient(page: Page) -> None:
    drawn(page)
    point = page.locator(f"{PANELS} .point").nth(3)
    box = point.bounding_box()
    page.mouse.move(box["x"] + 1, box["y"] + 1)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    said = page.locator(f"{PANELS} .hoverlayer").first
    expect(said).to_contain_text(re.compile("IMAIL2-|MIU/day"), timeout=FAST)


def test_a_row_of_the_table_leads_to_its_question(page: Page) -> None:
    drawn(page)
    page.get_by_role("link", name=re.compile("^p")).first.click()
    expect(page).to_have_url(re.compile("sort=p"), timeout=FAST)
    page.locator(".every-test a", has_text="Regulatory T cells (% of CD4+)").first.click()
    expect(page.locator("#summary")).to_contain_text("Regulatory T cells", timeout=FAST)
    chosen = page.locator(".choices[aria-label=Markers] a[aria-current]")
    expect(chosen).to_have_text("Regulatory T cells")


def test_arms_and_a_single_visit_are_said(page: Page) -> None:
    drawn(page, "cohort=actg175&marker=CD4&visit=week20")
    expect(page.locator("#summary")).to_contain_text("Kruskal-Wallis")
    expect(page.locator(".part-choices")).to_contain_text("no trend")
    drawn(page, "cohort=gbsg2")
    expect(page.locator(".part-choices")).to_contain_text("one visit")


def test_nothing_is_wider_than_a_phone(phone_page: Page) -> None:
    drawn(phone_page)
    assert phone_page.evaluate("document.documentElement.scrollWidth") <= 390
