"""The cut-off page as an investigator uses it: read, hover, move the cut, go to the best."""

import re

from playwright.sync_api import Page, expect

ASKED = "cohort=imail2&endpoint=OS&marker=HLADR_NK_PCT&visit=C1D15"
FAST = 60_000
SLOW = 60_000  # the first search of a server may have to compile


def opened(page: Page, query: str = ASKED) -> Page:
    page.goto(f"/cutoff?{query}")
    expect(page.locator("#summary")).not_to_be_empty(timeout=SLOW)
    return page


def drawn(page: Page, query: str = ASKED) -> Page:
    opened(page, query)
    expect(page.locator(".figure-profile .main-svg").first).to_be_visible(timeout=SLOW)
    page.wait_for_load_state("networkidle")  # every part has its answer
    return page


def test_a_link_shows_the_search_and_its_two_p(page: Page) -> None:
    drawn(page, f"{ASKED}&cut=20")
    expect(page).to_have_title(re.compile("Cut-off"))
    summary = page.locator("#summary")
    expect(summary).to_contain_text("the best of 14 cut-offs is 24.0 % of NK")
    expect(summary).to_contain_text(re.compile(r"p for this cut = \.\d+, p corrected for the"))
    figure = page.get_by_role("figure", name=re.compile("Hazard ratio and W of 14 cut-offs"))
    expect(figure).to_be_visible()
    expect(page.get_by_role("figure", name=re.compile("Histogram"))).to_be_visible()
    expect(page.locator(".cut-numbers")).to_contain_text("at most")
    expect(page.locator(".neighbours")).to_contain_text("IMAIL2-")
    assert "nan" not in page.locator("body").inner_text().lower().split()


def test_look_at_the_best_cut(page: Page) -> None:
    drawn(page, f"{ASKED}&cut=20")
    page.get_by_role("link", name="Look at the best cut").click()
    expect(page).to_have_url(re.compile("/survival.*endpoint=OS.*cut=24"), timeout=FAST)
    expect(page.locator("#km .main-svg").first).to_be_visible(timeout=FAST)
    expect(page.locator("#cut")).to_have_value("24")
    page.go_back()
    expect(page).to_have_url(re.compile("/cutoff.*cut=20"), timeout=FAST)
    expect(page.locator(".figure-profile .main-svg").first).to_be_visible(timeout=FAST)


def test_the_current_cut_moves_and_the_best_stays(page: Page) -> None:
    drawn(page, f"{ASKED}&cut=20")
    numbers = page.locator(".cut-numbers")
    expect(numbers).to_contain_text("20.0 % of NK")
    page.get_by_role("button", name="Next higher cut-off").click()
    expect(numbers).to_contain_text("This cut-off, the best", timeout=FAST)
    expect(page.locator(".neighbours .here")).to_contain_text("24.0", timeout=FAST)
    page.get_by_role("button", name="Next higher cut-off").click()
    expect(numbers).to_contain_text("29.0 % of NK", timeout=FAST)
    expect(page.locator("#summary")).to_contain_text("the best of 14 cut-offs is 24.0")


def test_hovering_says_the_numbers_of_a_cut(page: Page) -> None:
    drawn(page)
    page.locator(".figure-profile").scroll_into_view_if_needed()
    box = page.locator(".figure-profile").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 120)
    page.mouse.move(box["x"] + box["width"] / 2 + 3, box["y"] + 122)
    said = page.locator(".figure-profile .hoverlayer")
    expect(said).to_contain_text("p corrected for the search", timeout=FAST)
    expect(said).to_contain_text("p for this cut")


def test_the_explanations_and_the_table_open(page: Page) -> None:
    drawn(page)
    page.locator("summary[aria-label='What is p corrected for the search?']").click()
    expect(page.get_by_text("every cut is searched")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(".part-reading").get_by_text("Show as table").click()
    expect(page.get_by_role("region", name=re.compile("Every cut-off of"))).to_be_visible()


def test_the_null_twin_finds_nothing(page: Page) -> None:
    drawn(page, ASKED.replace("imail2", "imail2-null"))
    expect(page.locator("#summary")).to_contain_text("does not show an association")


def test_a_larger_cohort_has_a_spline(page: Page) -> None:
    drawn(page, "cohort=gbsg2&marker=PGR")
    figure = page.get_by_role("figure", name=re.compile("compared with the median value"))
    expect(figure).to_be_visible(timeout=FAST)


def test_a_cut_outside_the_search_says_so(page: Page) -> None:
    drawn(page, f"{ASKED}&cut=52")
    expect(page.locator(".part-remarks")).to_contain_text("no p corrected for the search")


def test_where_there_is_no_search_there_is_a_sentence_and_no_card(page: Page) -> None:
    opened(page, "cohort=imail2&marker=CD4&visit=C8D1")
    expect(page.locator("#summary")).to_contain_text("Only one patient", timeout=FAST)
    for card in page.locator(".cut-card").all():
        assert card.bounding_box()["height"] == 0


def test_nothing_is_wider_than_a_phone(phone_page: Page) -> None:
    drawn(phone_page)
    expect(phone_page.locator(".neighbours")).to_be_visible(timeout=FAST)
    assert phone_page.evaluate("document.documentElement.scrollWidth") <= 390


def test_dark_figures_are_drawn_in_the_dark_palette(dark_page: Page) -> None:
    drawn(dark_page)
    text = dark_page.locator(".figure-profile .annotation-text").first
    expect(text).to_have_css("fill", "rgb(233, 236, 239)")


def test_the_line_is_dragged_on_this_page_too(page: Page) -> None:
    page.goto("/cutoff?cohort=imail2&marker=TREG&visit=C1D15&cut=29")
    expect(page.locator("#summary .lead")).to_be_visible()
    expect(page.locator(".figure-dots .point").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    line = page.locator("#cut-line").bounding_box()
    x, y = line["x"] + line["width"] / 2, line["y"] + line["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y, steps=6)
    page.mouse.up()
    expect(page.locator("body.dragging")).to_have_count(0, timeout=60_000)
    box = page.locator("#cut").input_value()
    assert box != "29"
    expect(page).to_have_url(re.compile(f"cut={re.escape(box)}&"))


def test_a_click_on_the_profile_goes_to_that_cut_off(page: Page) -> None:
    drawn(page, f"{ASKED}&cut=20")
    page.locator(".figure-profile").scroll_into_view_if_needed()
    box = page.locator(".figure-profile").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 120)
    page.mouse.move(box["x"] + box["width"] * 0.6 + 3, box["y"] + 122)
    said = page.locator(".figure-profile .hoverlayer")
    expect(said).to_contain_text("cut-off", timeout=FAST)
    cut = re.search(r"cut-off ([\d.]+)", said.text_content())[1]
    page.mouse.click(box["x"] + box["width"] * 0.6 + 3, box["y"] + 122)
    expect(page.locator("#cut")).to_have_value(re.compile(f"^{float(cut):g}$"), timeout=FAST)
    expect(page).to_have_url(re.compile(f"cut={float(cut):g}&"), timeout=FAST)
