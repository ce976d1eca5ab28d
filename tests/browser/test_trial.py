"""The trial page as an investigator uses it: from the finding to the escalation, in any order."""

import re

import pytest
from playwright.sync_api import Page, expect

FAST = 60_000


def drawn(page: Page, query: str = "cohort=imail2") -> Page:
    page.goto(f"/trial?{query}")
    expect(page.locator("#summary .lead")).not_to_be_empty(timeout=FAST)
    expect(page.locator(".figure-followup .main-svg").first).to_be_visible(timeout=FAST)
    page.wait_for_load_state("networkidle")
    return page


def test_a_finding_opens_the_trial(page: Page) -> None:
    page.goto("/?cohort=imail2")
    page.get_by_role("link", name=re.compile("The maximum tolerated dose of IL-2")).click()
    expect(page).to_have_url(re.compile("/trial"), timeout=FAST)
    expect(page).to_have_title(re.compile("Trial"))
    expect(page.locator("#summary .lead")).to_contain_text("6 MIU/day", timeout=FAST)
    figure = page.get_by_role("figure", name=re.compile("Patients in order of entry"))
    expect(figure).to_be_visible(timeout=FAST)


def test_the_page_says_the_numbers_and_that_they_are_synthetic(page: Page) -> None:
    drawn(page)
    expect(page.locator(".rates")).to_contain_text("33 % (4.3–77.7 %)")
    expect(page.locator(".rates .is-mtd")).to_contain_text("0 % (0.0–45.9 %)")
    expect(page.locator(".part-steps")).to_contain_text("The 3+3 rule")
    expect(page.locator(".adverse-table")).to_contain_text("DLT 2")
    expect(page.locator(".figure-exposure .main-svg").first).to_be_visible(timeout=FAST)
    expect(page.locator(".figure-exposure")).to_have_count(4)
    expect(page.get_by_text("Sizes of lesions were not published")).to_be_visible()
    expect(page.locator(".notice")).to_contain_text("Synthetic patients")
    assert page.get_by_text("Synthetic data", exact=True).count() >= 4
    assert "nan" not in page.locator("body").inner_text().lower().split()


def test_the_mtd_fits_on_one_screen(page: Page) -> None:
    drawn(page)
    box = page.locator(".figure-path").bounding_box()
    assert box["y"] + box["height"] <= 800


def test_the_order_stays_in_the_address_and_back_undoes_it(page: Page) -> None:
    drawn(page)
    top = page.locator(".figure-followup .ytick text").first
    expect(top).to_contain_text("IMAIL2-001")
    page.get_by_role("link", name="Time on study").click()
    expect(page).to_have_url(re.compile("order=time"), timeout=FAST)
    expect(top).to_contain_text("IMAIL2-011", timeout=FAST)
    assert page.evaluate("window.scrollY") > 0  # a choice in the middle of a page stays there
    page.reload()
    expect(top).to_contain_text("IMAIL2-011", timeout=FAST)
    page.go_back()
    expect(top).to_contain_text("IMAIL2-001", timeout=FAST)


def test_the_explanations_and_the_tables_open(page: Page) -> None:
    drawn(page)
    for name in ("Maximum tolerated dose: 6 MIU/day", "Worst grade of each patient"):
        page.locator(f"summary[aria-label='What is {name}?']").click()
        expect(page.locator("details.help[open] .help-text")).to_be_visible()
        page.keyboard.press("Escape")
    page.locator(".part-lanes").get_by_text("Show as table").click()
    region = page.get_by_role("region", name="Patients in this order")
    expect(region).to_contain_text("IMAIL2-011")


def test_hovering_names_the_patient(page: Page) -> None:
    drawn(page)
    said = page.locator(".figure-path .hoverlayer")
    for step in range(20):  # a figure is drawn twice at first: the hand moves until it is heard
        point = page.locator(".figure-path .point").nth(9).bounding_box()
        x, y = point["x"] + point["width"] / 2, point["y"] + point["height"] / 2
        page.mouse.move(x + step % 2, y)
        page.wait_for_timeout(200)
        if "IMAIL2-010" in (said.text_content() or ""):
            break
    expect(said).to_contain_text("IMAIL2-010, 12 MIU/day", timeout=FAST)
    expect(said).to_contain_text("capillary leak syndrome")


@pytest.mark.parametrize("name", ["actg175", "gbsg2"])
def test_a_study_without_doses_says_so_and_nothing_is_empty(page: Page, name: str) -> None:
    drawn(page, f"cohort={name}")
    expect(page.locator("#summary")).to_contain_text("are no dose levels")
    expect(page.locator(".part-order")).to_contain_text(re.compile(r"60 of [\d,]+ patients"))
    expect(page.get_by_text("No adverse events are in the data")).to_be_visible()
    for card in page.locator(".page .card").all():
        assert card.inner_text().count("\n") >= 1  # more than a title


def test_nothing_is_wider_than_a_phone(phone_page: Page) -> None:
    drawn(phone_page)
    assert phone_page.evaluate("document.documentElement.scrollWidth") <= 390


def test_dark_figures_are_drawn_in_the_dark_palette(dark_page: Page) -> None:
    drawn(dark_page)
    text = dark_page.locator(".figure-path .annotation-text").first
    expect(text).to_have_css("fill", "rgb(233, 236, 239)")  # a node that is drawn anew has none yet
