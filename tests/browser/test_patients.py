"""From a mark to the person and back, as a person would go: by mouse, and by keyboard alone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

FAST = 60_000
ASKED = (
    "cohort=imail2&endpoint=PFS&marker=HLADR_NK_PCT&visit=C1D15&measure=value&cut=24&clock=start"
)
PATIENT = re.compile(r"/patients/[0-9a-f]{20}\?")

# Where the points of a trace lie on the screen, and whom they stand for: [[x, y, [label, …]], …].
POINTS = """([place, name]) => {
    const gd = document.querySelector(place + " .js-plotly-plot"), box = gd.getBoundingClientRect();
    const trace = gd._fullData.find((one) => one.meta === name), known = gd.layout.meta.subjects;
    const {xaxis, yaxis} = gd._fullLayout;
    return Array.from(trace.customdata, (who, i) => [
        box.x + xaxis._offset + xaxis.d2p(trace.x[i]),
        box.y + yaxis._offset + yaxis.d2p(trace.y[i]),
        [].concat(who).map((at) => known[at][1]),
    ]).filter((one) => Number.isFinite(one[1]));
}"""


def opened(page: Page, address: str = f"/survival?{ASKED}") -> Page:
    page.goto(address)
    expect(page.locator("#summary .lead")).not_to_be_empty(timeout=60_000)
    if "/survival" in address:
        expect(page.locator("#km .main-svg").first).to_be_visible(timeout=FAST)
        expect(page.locator(".strip .scatterlayer .point").first).to_be_visible(timeout=FAST)
    return page


def mark(page: Page, place: str, trace: str, wanted: int = 1) -> tuple[float, float, list[str]]:
    """The first mark that stands for so many patients."""
    page.locator(f"{place} .nsewdrag").first.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    points = page.evaluate(POINTS, [place, trace])
    return next(one for one in points if len(one[2]) == wanted)


def press(page: Page, x: float, y: float) -> None:
    page.mouse.move(x - 2, y)
    page.mouse.move(x, y)
    page.wait_for_timeout(150)  # Plotly looks for the nearest point after a short while
    page.mouse.click(x, y)


@pytest.mark.parametrize(("place", "trace"), [(".strip", "side 1"), ("#km", "solid 1")])
def test_a_mark_leads_to_its_patient_and_back(page: Page, place: str, trace: str) -> None:
    opened(page)
    before = page.url
    x, y, (name,) = mark(page, place, trace)
    press(page, x, y)
    expect(page).to_have_url(PATIENT, timeout=FAST)
    expect(page.locator("#summary")).to_contain_text(f"Patient {name}", timeout=FAST)
    assert name not in page.url
    assert ASKED in page.url
    page.go_back()
    expect(page.locator("#km .main-svg").first).to_be_visible(timeout=FAST)
    assert page.url == before


def test_a_mark_of_several_lists_them(page: Page) -> None:
    opened(page, "/survival?cohort=actg175")
    x, y, names = mark(page, "#km", "marks 1", wanted=2)
    press(page, x, y)
    listed = page.locator(".mark-list a")
    expect(listed).to_have_text(names)
    expect(listed.first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".mark-list")).to_have_count(0)
    press(page, x, y)
    listed.nth(1).click()
    expect(page.locator("#summary")).to_contain_text(f"Patient {names[1]}", timeout=FAST)


def test_hover_rings_the_patient_everywhere_without_a_request(page: Page) -> None:
    opened(page)
    page.wait_for_timeout(800)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    x, y, _ = mark(page, ".strip", "side 1")
    page.mouse.move(x, y)
    for place in (".strip", "#km", "#km-OS"):
        expect(page.locator(f"{place} .person-ring").first).to_be_visible()
    page.mouse.move(10, 10)
    expect(page.locator(".person-ring")).to_have_count(0)
    assert asked == []


def test_a_selection_is_marked_survives_reload_and_goes_with_escape(page: Page) -> None:
    opened(page)
    x, y, (name,) = mark(page, ".strip", "side 1")
    page.keyboard.down("Shift")
    press(page, x, y)
    page.keyboard.up("Shift")
    expect(page).to_have_url(re.compile(r"&sel=[0-9a-f]{20}$"), timeout=FAST)
    expect(page.locator(".chosen")).to_contain_text(name)
    for _ in range(2):
        for place in (".strip", "#km", "#km-OS"):
            expect(page.locator(f"{place} .tracechosen").first).to_be_visible(timeout=FAST)
        expect(page.locator("#km .tracechosen")).to_contain_text(name)
        page.reload()
    expect(page.locator(".chosen")).to_contain_text(name, timeout=FAST)
    page.get_by_role("link", name="Cut-off", exact=True).click()
    expect(page.locator(".chosen")).to_contain_text(name, timeout=FAST)
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("sel="), timeout=FAST)
    expect(page.locator(".chosen")).to_have_count(0, timeout=FAST)


def test_the_keyboard_alone_from_the_list_to_a_patient_and_back(page: Page) -> None:
    opened(page, f"/patients?{ASKED}")
    expect(page.locator(".patient-link").first).to_be_visible(timeout=60_000)
    page.locator("#patients-search").focus()
    page.keyboard.type("melanoma")
    expect(page.locator(".patient-link")).to_have_count(6, timeout=FAST)
    names = page.locator(".patient-link").all_inner_texts()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className").startswith("ag-header-cell"):
            break
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(PATIENT, timeout=FAST)
    expect(page.locator(".person h2").first).to_have_text(re.compile("|".join(names)), timeout=FAST)
    here = names.index(page.locator(".person h2").first.inner_text())
    page.keyboard.press("n")  # the list's order, not the cohort's
    expect(page.locator(".person h2").first).to_have_text(names[here + 1], timeout=FAST)
    page.keyboard.press("s")
    expect(page).to_have_url(re.compile("&sel="), timeout=FAST)
    page.keyboard.press("p")
    expect(page.locator(".person h2").nth(1)).to_have_text(names[here + 1], timeout=FAST)
    expect(page.locator(".figure-course:not([hidden])")).to_have_count(2)
    page.go_back()
    page.go_back()
    page.go_back()
    page.go_back()
    expect(page.locator(".patient-link").first).to_be_visible(timeout=FAST)


def test_covered_outcomes_stay_covered(page: Page) -> None:
    opened(page, f"/patients?{ASKED}&blind=yes")
    expect(page.locator(".patient-link").first).to_be_visible(timeout=60_000)
    heads = page.locator(".ag-header-cell-text")
    expect(heads.filter(has_text="PFS")).to_have_count(0)
    page.locator(".patient-link").first.click()
    expect(page.locator(".figure-course:not([hidden])")).to_have_count(1, timeout=FAST)
    expect(page.locator("#main")).to_contain_text("covered", timeout=FAST)
    text = page.locator("#main").inner_text()
    for word in ("death", "progressive", "event at", "censored at", "Assessments"):
        assert word not in text
    assert page.locator(".figure-curve:not([hidden])").count() == 0


def test_a_population_is_asked_said_everywhere_and_undone(page: Page) -> None:
    opened(page, f"/patients?{ASKED}")
    page.get_by_text("Ask about some of the patients").click()
    page.get_by_role("link", name="female", exact=True).click()
    said = "Only patients with sex female: "
    expect(page.locator("#summary")).to_contain_text(said, timeout=FAST)
    page.get_by_role("link", name="Survival", exact=True).click()
    expect(page.locator("#km")).to_contain_text(said, timeout=FAST)
    expect(page.locator(".flow").first).to_contain_text("with sex female")
    page.get_by_role("link", name="Ask of all patients").click()
    expect(page.locator("#summary")).not_to_contain_text(said, timeout=FAST)
    page.go_back()
    expect(page.locator("#summary")).to_contain_text(said, timeout=FAST)


def test_the_later_of_two_tabs_is_told_and_keeps_its_text(page: Page) -> None:
    opened(page, f"/patients?{ASKED}")
    page.locator(".patient-link").nth(3).click()
    expect(page.locator(".note-history p").first).to_be_visible(timeout=FAST)
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator(".note-history p").first).to_be_visible(timeout=60_000)
    for tab, text in ((page, "mine"), (other, "<b>theirs</b>")):
        tab.get_by_label("Note", exact=True).fill(text)
        tab.locator(".notes").get_by_label("Your name").fill("A. Smith")
        tab.get_by_role("button", name="Save note").click()
    expect(other.locator(".notes [role=status]")).to_contain_text("Somebody has", timeout=FAST)
    expect(other.get_by_label("Note", exact=True)).to_have_value("<b>theirs</b>")
    other.get_by_role("button", name="Save note").click()
    expect(other.locator(".note-text")).to_have_text(["<b>theirs</b>", "mine"], timeout=FAST)


def test_a_note_that_was_not_saved_waits_with_its_patient(page: Page) -> None:
    opened(page, f"/patients?{ASKED}")
    page.locator(".patient-link").nth(5).click()
    expect(page.locator(".note-history p").first).to_be_visible(timeout=FAST)
    box = page.get_by_label("Note", exact=True)
    box.fill("half a sentence")
    page.locator("a.way-step[data-key=n]").click()
    expect(box).to_have_value("", timeout=FAST)
    page.go_back()
    expect(box).to_have_value("half a sentence", timeout=FAST)


def test_nobody_here_is_a_404_with_words(page: Page, faults) -> None:
    faults.allow("404")
    answer = page.goto("/patients/" + "0" * 20 + "?cohort=imail2")
    assert answer.status == 404
    expect(page.locator("#message")).to_contain_text("no such patient", timeout=60_000)
    page.get_by_role("link", name="Patients", exact=True).click()
    expect(page.locator(".patient-link").first).to_be_visible(timeout=FAST)


@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing_serious(new_page, dark: bool) -> None:
    page = opened(new_page(dark=dark), f"/patients?{ASKED}")
    expect(page.locator(".patient-link").first).to_be_visible(timeout=60_000)
    _no_violations(page)
    page.locator(".patient-link").first.click()
    expect(page.locator(".figure-curve:not([hidden])").first).to_be_visible(timeout=FAST)
    page.wait_for_timeout(500)
    _no_violations(page)


def _no_violations(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    bad = [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found
           if one["impact"] in ("serious", "critical")]  # fmt: skip
    assert bad == []


def test_the_list_and_a_patient_fit_a_phone(phone_page: Page) -> None:
    opened(phone_page, f"/patients?{ASKED}")
    expect(phone_page.locator(".patient-link").first).to_be_visible(timeout=60_000)
    assert phone_page.evaluate("document.documentElement.scrollWidth") <= 390
    phone_page.locator(".patient-link").first.click()
    expect(phone_page.locator(".figure-markers:not([hidden])")).to_have_count(1, timeout=FAST)
    assert phone_page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_chosen_stay_ringed_in_the_trends_and_the_trial(page: Page) -> None:
    page.goto("/patients?cohort=imail2")
    page.locator(".ag-row a").first.wait_for(timeout=60_000)
    chosen = page.locator(".ag-row a").first.get_attribute("href").split("/patients/")[1][:20]
    for path, figure in (("/trends", ".panel-card"), ("/trial", ".figure-path")):
        page.goto(f"{path}?cohort=imail2&sel={chosen}")
        expect(page.locator(f"{figure} .person-ring").first).to_be_visible(timeout=60_000)
        assert f"sel={chosen}" in page.url


def test_a_step_of_the_overview_leads_to_who_it_is(page: Page) -> None:
    page.goto("/?cohort=imail2")
    expect(page.locator(".page .figure .main-svg").first).to_be_visible(timeout=60_000)
    page.wait_for_load_state("networkidle")
    at = """() => {
        const gd = document.querySelector(".page .js-plotly-plot"), last = gd.data.length - 1;
        gd.scrollIntoView({ block: "center" });
        const { xaxis, yaxis } = gd._fullLayout, { x, y } = gd._fullData[last];
        const box = gd.getBoundingClientRect(), i = 5;
        return [box.x + xaxis._offset + xaxis.l2p(x[i]), box.y + yaxis._offset + yaxis.l2p(y[i])];
    }"""
    for step in range(20):  # a figure is drawn twice at first: the hand moves until it is heard
        x, y = page.evaluate(at)
        page.mouse.move(x + step % 2, y)
        page.wait_for_timeout(200)
        if page.locator(".page .person-ring").count():
            break
    expect(page.locator(".page .person-ring").first).to_be_visible()
    page.mouse.click(x, y)
    expect(page).to_have_url(re.compile("/patients/[0-9a-f]{20}"), timeout=FAST)
