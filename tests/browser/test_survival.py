"""The survival page as an investigator uses it: change, step, drag, type, go back, reload."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.page_waiting import wait_until

FINDING_4 = "/survival?cohort=imail2&marker=HLADR_NK_PCT&visit=C1D15"
FAST = 60_000


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.locator("#summary")).not_to_be_empty(timeout=60_000)
    return page


def cut(page: Page) -> float:
    return float(page.locator("#cut").input_value())


def said(page: Page, text: str) -> None:
    expect(page.locator("#summary")).to_contain_text(text, timeout=FAST)


def test_a_link_shows_its_question_and_the_address_is_completed(page: Page) -> None:
    opened(page, FINDING_4)
    expect(page).to_have_url(re.compile(r"endpoint=PFS&marker=HLADR_NK_PCT&visit=C1D15.*&cut=\d"))
    expect(page.locator("#km .main-svg").first).to_be_visible()
    expect(page.locator("#km-OS .main-svg").first).to_be_visible()
    expect(page).to_have_title(re.compile("Survival"))
    said(page, "exact p =")
    assert "nan" not in page.locator("body").inner_text().lower().split()


def test_step_buttons_move_one_observed_value_and_back_undoes_it(page: Page) -> None:
    opened(page, FINDING_4)
    before, first = cut(page), page.locator("#summary").inner_text()
    page.get_by_role("button", name="Next higher cut-off").click()
    expect(page.locator("#summary")).not_to_have_text(first, timeout=FAST)
    assert cut(page) > before
    said(page, "7 of 17 patients above")
    page.go_back()
    expect(page.locator("#summary")).to_have_text(first, timeout=FAST)
    expect(page.locator("#cut")).to_have_value(f"{before:g}")
    page.go_forward()
    said(page, "7 of 17 patients above")


def test_a_reload_loses_nothing(page: Page) -> None:
    opened(page, FINDING_4 + "&cut=30&clock=start")
    first, address = page.locator("#summary").inner_text(), page.url
    page.reload()
    expect(page.locator("#summary")).to_have_text(first, timeout=FAST)
    assert page.url == address


def test_the_line_can_be_dragged(page: Page) -> None:
    opened(page, FINDING_4)
    first, before = page.locator("#summary").inner_text(), cut(page)
    box = page.locator("#cut-line").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + 8)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 60, middle[1], steps=6)
    page.mouse.up()
    expect(page.locator("#summary")).not_to_have_text(first, timeout=FAST)
    assert cut(page) > before
    moved = page.locator("#cut-line").bounding_box()
    assert moved["x"] > box["x"] + 20


def test_the_keyboard_moves_the_slider(page: Page) -> None:
    opened(page, FINDING_4)
    first, before = page.locator("#summary").inner_text(), cut(page)
    thumb = page.get_by_role("slider", name=re.compile("cut-off", re.IGNORECASE))
    thumb.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#summary")).not_to_have_text(first, timeout=FAST)
    assert cut(page) > before


def test_a_typed_cut_is_answered_exactly(page: Page) -> None:
    opened(page, FINDING_4)
    box = page.locator("#cut")
    box.fill("30.25")
    box.press("Enter")
    expect(page).to_have_url(re.compile("cut=30.25"), timeout=FAST)
    said(page, "30.25")


def test_a_cleared_box_keeps_the_answer_and_says_so(page: Page) -> None:
    opened(page, FINDING_4)
    first, address = page.locator("#summary").inner_text(), page.url
    page.locator("#cut").fill("")
    page.locator("#cut").press("Enter")
    expect(page.locator("#message")).to_contain_text("empty", timeout=FAST)
    expect(page.locator("#summary")).to_have_text(first)
    assert page.url == address


def test_a_number_typed_before_a_click_counts_and_no_click_is_lost(page: Page) -> None:
    opened(page, FINDING_4)
    page.locator("#cut").fill("31")
    page.get_by_role("button", name="Next higher cut-off").click()
    expect(page.locator("#cut")).to_have_value(re.compile(r"^3[4-9]"), timeout=FAST)
    said(page, "in the 6 of 17 patients above")
    page.locator("#cut").fill("")
    page.get_by_role("button", name="Median").click()
    expect(page.locator("#cut")).to_have_value("24", timeout=FAST)
    page.get_by_role("button", name="Next higher cut-off").dblclick()
    said(page, "in the 6 of 17 patients above")


def test_a_wrong_number_is_said_and_the_right_one_takes_it_back(page: Page) -> None:
    opened(page, FINDING_4)
    for typed in ("24,5", "abc"):
        page.locator("#cut").fill(typed)
        page.locator("#cut").press("Enter")
        expect(page.locator("#message")).to_contain_text("still the one for 24", timeout=FAST)
    page.locator("#cut").fill("24")
    page.locator("#cut").press("Enter")
    expect(page.locator("#message")).to_be_hidden(timeout=FAST)


def test_a_cohort_with_other_endpoints_and_back(page: Page) -> None:
    opened(page, FINDING_4)
    page.locator("#cohort").click()
    page.get_by_role("option", name="ACTG 175").click()
    said(page, "Event-free survival")
    expect(page.locator("#km .main-svg").first).to_be_visible(timeout=FAST)
    page.go_back()
    said(page, "Progression-free survival")
    expect(page.locator("#km-OS .main-svg").first).to_be_visible(timeout=FAST)


def test_a_program_that_does_not_answer_is_said(page: Page, faults) -> None:
    faults.allow(
        "Failed to load resource|Failed to fetch|Callback failed|Callback error|net::|fetch"
    )
    opened(page, FINDING_4)
    page.route("**/_dash-update-component*", lambda route: route.abort())
    page.get_by_role("button", name="Next higher cut-off").click()
    expect(page.locator("#message")).to_contain_text("does not answer", timeout=FAST)
    said(page, "24.0 % of NK")
    page.unroute("**/_dash-update-component*")
    page.get_by_role("button", name="Next lower cut-off").click()
    expect(page.locator("#message")).to_be_hidden(timeout=FAST)


def test_one_patient_gets_a_sentence_and_no_empty_cards(page: Page) -> None:
    opened(page, "/survival?cohort=imail2&marker=CD4&visit=C8D1")
    said(page, "Only one patient has a usable sample")
    expect(page.locator(".km").first).to_be_hidden()


def test_a_new_marker_starts_at_its_median_and_another_page_keeps_the_question(page: Page) -> None:
    opened(page, FINDING_4 + "&cut=30")
    page.locator("#marker").click()
    page.get_by_role("option", name="CD8+ T cells").click()
    expect(page).to_have_url(re.compile("marker=CD8&visit=C1D15"), timeout=FAST)
    said(page, "CD8+ T cells")
    said(page, "in the 9 at or below")
    page.get_by_role("link", name="Overview").click()
    expect(page).to_have_url(re.compile(r"/\?cohort=imail2.*marker=CD8"), timeout=FAST)
    page.go_back()
    expect(page.locator("#km")).to_be_visible(timeout=FAST)
    said(page, "CD8+ T cells")


def test_endpoint_and_clock_keep_the_cut(page: Page) -> None:
    opened(page, FINDING_4 + "&cut=30")
    page.locator("#endpoint").get_by_text("OS", exact=True).click()
    expect(page).to_have_url(re.compile("endpoint=OS.*cut=30"), timeout=FAST)
    page.locator(".asks details.more summary").click()
    page.locator("#clock").get_by_text("first day", exact=False).click()
    expect(page).to_have_url(re.compile("cut=30&clock=start"), timeout=FAST)
    said(page, "30.0 % of NK")


def test_the_question_can_be_taken_to_the_null_twin(page: Page) -> None:
    opened(page, FINDING_4)
    page.locator("#cohort").click()
    page.get_by_role("option", name=re.compile("null|permuted", re.IGNORECASE)).click()
    expect(page).to_have_url(re.compile("cohort=imail2-null.*marker=HLADR_NK_PCT"), timeout=FAST)
    expect(page.locator("#synthetic-notice")).to_contain_text("ynthetic")


WRONG = [
    ("/survival?cohort=nowhere", "no cohort"),
    ("/survival?cohort=imail2&endpoint=XYZ", "no endpoint"),
    ("/survival?cohort=imail2&marker=CD99", "no marker"),
    ("/survival?cohort=imail2&marker=CD4&visit=C99", "no visit"),
    ("/survival?cohort=imail2&marker=CD4&visit=C1D15&cut=abc", "not a number"),
    ("/survival?cohort=imail2&marker=CD4&visit=C1D15&cut=NaN", "not a finite number"),
    ("/survival?cohort=imail2&marker=CD4&visit=C1D15&cut=1e400", "not a finite number"),
    ("/survival?cohort=imail2&marker=CD4&visit=C1D15&cut=1,2,3,4", "at most 3 cut-offs"),
    ("/survival?marker=<script>alert(1)</script>", "no marker"),
    ("/survival?cohort=imail2&marker=CD4&visit=C1D1&clock=landmark", "landmark needs"),
    ("/survival?cohort=gbsg2&measure=fold", "no earlier visit"),
]


def test_what_an_address_gets_wrong_is_said_on_a_working_page(page: Page) -> None:
    for address, words in WRONG:
        opened(page, address)
        expect(page.locator("#message"), address).to_contain_text(words, timeout=FAST)
        expect(page.locator("#km .main-svg").first, address).to_be_visible(timeout=FAST)


def test_a_cut_outside_the_data_gets_a_sentence_and_no_figure(page: Page) -> None:
    for wrong in ("1e9", "-5"):
        opened(page, f"/survival?cohort=imail2&marker=CD4&visit=C1D15&cut={wrong}")
        said(page, "No patient lies")
        said(page, "Choose a cut-off")
    expect(page.locator("#km .main-svg").first).to_be_hidden()
    page.get_by_role("button", name="Median").click()
    expect(page.locator("#km .main-svg").first).to_be_visible(timeout=FAST)


def test_the_explanations_open_and_close_by_keyboard(page: Page) -> None:
    opened(page, FINDING_4)
    mark = page.locator("summary[aria-label='What is p for this cut?']")
    mark.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("How often chance alone")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("How often chance alone")).to_be_hidden()


def test_the_figure_of_the_asked_endpoint_is_km(page: Page) -> None:
    opened(page, FINDING_4 + "&endpoint=OS")
    expect(page.locator("#km .main-svg").first).to_be_visible()
    expect(page.locator("#km [role=figure]")).to_have_attribute(
        "aria-label", re.compile("overall survival")
    )
    expect(page.locator("#km-PFS .main-svg").first).to_be_visible()


def test_the_table_under_the_figure_opens(page: Page) -> None:
    opened(page, FINDING_4)
    page.get_by_text("Show as table").first.click()
    expect(page.get_by_role("region", name=re.compile("progression-free"))).to_be_visible()


def test_dark_and_light_are_kept(page: Page) -> None:
    opened(page, FINDING_4)
    page.get_by_role("button", name="Switch between dark and light").click()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")


def test_real_data_with_a_landmark_and_its_caution(page: Page) -> None:
    opened(page, "/survival?cohort=actg175&marker=CD4_CD8&visit=week20&measure=change")
    said(page, "of 2115 patients")
    expect(page.get_by_text("partly its own outcome")).to_be_visible()
    expect(page.locator(".flow")).to_contain_text("15 with the event by the landmark")
    opened(page, "/survival?cohort=actg175&marker=CD8&visit=week20")
    said(page, "Event-free survival")


def test_a_refusal_is_said_and_no_error_of_the_page(page: Page, faults) -> None:
    faults.allow("Failed to load resource: the server responded with a status of 422")
    opened(page, FINDING_4)
    page.wait_for_load_state("networkidle")
    page.route("**/_dash-update-component*", lambda route: route.fulfill(status=422, body="no"))
    page.get_by_role("button", name="Next higher cut-off").click()
    expect(page.locator("#message")).to_contain_text("The program refused", timeout=FAST)
    said(page, "24.0 % of NK")
    page.unroute("**/_dash-update-component*")
    page.get_by_role("button", name="Next higher cut-off").click()
    expect(page.locator("#message")).to_be_hidden(timeout=FAST)
    said(page, "6 of 17 patients above")  # both clicks: no step gets lost


def test_what_stands_is_the_answer_to_the_question_in_the_address(page: Page) -> None:
    opened(page, f"{FINDING_4}&cut=24")
    page.wait_for_load_state("networkidle")
    right = page.locator("#summary .lead").inner_text()
    page.evaluate(
        """() => {
            const lead = document.querySelector("#summary");
            window.leads = [];
            new MutationObserver(() => window.leads.push(lead.querySelector(".lead").innerText))
                .observe(lead, { subtree: true, childList: true, characterData: true });
            const query = window.location.search.slice(1).replace("cut=24", "cut=20");
            const data = { path: "/survival", query, sel: [] };
            window.dash_clientside.set_props("asked", { data });
        }"""
    )
    wait_until(
        page,
        "(right) => window.leads.length && window.leads.at(-1) === right",
        arg=right,
        timeout=FAST,
    )
    assert "20.0" in "".join(page.evaluate("window.leads"))
    expect(page).to_have_url(re.compile("cut=24"))


INSIDE = """(fold) => {
    const text = fold.querySelector(".help-text"), box = text.getBoundingClientRect();
    const [left, top, right, bottom] = [box.left, box.top, box.right, box.bottom];
    const corners = [[left, top], [right, top], [left, bottom], [right, bottom]];
    const [x, y] = [(left + right) / 2, (top + bottom) / 2]; // 12 px inside: they are rounded
    return corners.every((at) => text.contains(document.elementFromPoint(
        at[0] + 12 * Math.sign(x - at[0]), at[1] + 12 * Math.sign(y - at[1]))));
}"""


@pytest.mark.parametrize("width", [1280, 390])
def test_every_explanation_in_the_numbers_can_be_read(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    opened(page, FINDING_4)
    page.wait_for_load_state("networkidle")
    marks = page.locator(".part-numbers details.help")
    assert marks.count() > 8
    for one in marks.all():
        one.locator("summary").click()
        expect(one.locator(".help-text")).to_be_visible()
        wait_until(page, INSIDE, arg=one.element_handle())
        page.keyboard.press("Escape")
        expect(one.locator(".help-text")).to_be_hidden()
