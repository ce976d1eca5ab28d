"""Working with questions: a step back, kept by name, side by side, presented, in a deck."""

import re

from playwright.sync_api import Browser, Page, expect
from pptx import Presentation

ADDRESS = "/survival?cohort=imail2&endpoint=PFS&marker=HLADR_NK_PCT&visit=C1D15&cut=20.1"
FAST = 60_000


def opened(page: Page, address: str = ADDRESS) -> Page:
    page.goto(address)
    expect(page.locator("#summary")).to_contain_text("exact p", timeout=60_000)
    return page


def at_cut(page: Page, cut: str) -> None:
    expect(page).to_have_url(re.compile(rf"cut={re.escape(cut)}(&|$)"), timeout=FAST)
    expect(page.locator("#cut")).to_have_value(cut, timeout=FAST)


def kept(page: Page, name: str) -> None:
    """Save the question that is shown."""
    page.locator("#saved-menu > summary").click()
    page.get_by_label("Name of the question").fill(name)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#saved-message")).to_contain_text(name, timeout=FAST)
    page.keyboard.press("Escape")
    expect(page.locator("#saved-menu > summary")).to_be_focused()


def test_undo_and_redo_by_key_change_the_question_and_leave_the_page(page: Page) -> None:
    opened(page)
    at_cut(page, "20.1")
    expect(page.locator("#undo")).to_be_disabled()
    page.get_by_role("button", name="Next higher cut-off").click()
    at_cut(page, "24")
    page.get_by_role("link", name="Cut-off", exact=True).click()
    expect(page.locator("#summary")).to_contain_text("the best of", timeout=60_000)
    page.keyboard.press("Control+z")
    at_cut(page, "20.1")
    assert "/cutoff?" in page.url
    expect(page.locator("#status")).to_have_text("Undone.")
    page.reload()
    expect(page.locator("#redo")).to_be_enabled(timeout=60_000)
    page.keyboard.press("Control+Shift+z")
    at_cut(page, "24")
    page.go_back()  # the browser's own way is a step of the same kind
    at_cut(page, "20.1")
    page.get_by_role("button", name="Redo").click()
    at_cut(page, "24")
    expect(page.locator("#redo")).to_be_disabled()
    box = page.locator("#cut")
    box.press("End")
    box.press_sequentially("9")
    box.press("Control+z")  # what is being written is the box's own
    assert "cut=24" in page.url
    expect(page.locator("#redo")).to_be_disabled()


def test_reset_opens_the_first_question_and_undo_takes_it_back(page: Page) -> None:
    opened(page, ADDRESS + "&where=dose%3D6,9")
    page.get_by_role("button", name="Reset").click()
    expect(page).not_to_have_url(re.compile("where="), timeout=FAST)
    page.get_by_role("button", name="Undo").click()
    expect(page).to_have_url(re.compile("where=.*"), timeout=FAST)


def test_a_saved_question_survives_a_reload_and_is_compared_on_the_same_axes(page: Page) -> None:
    opened(page)
    kept(page, "Our <b>first</b>")
    page.reload()
    page.goto(ADDRESS.replace("HLADR_NK_PCT", "CD8").replace("20.1", "300").replace("PFS", "OS"))
    expect(page.locator("#summary")).to_contain_text("CD8", timeout=60_000)
    page.locator("#saved-menu > summary").click()
    expect(page.get_by_role("link", name="Our <b>first</b>")).to_be_visible()
    page.get_by_role("button", name="Compare with: Our <b>first</b>").click()
    expect(page.locator("#summary")).to_contain_text("They differ in", timeout=60_000)
    figures = page.locator(".figure-curve .js-plotly-plot")
    expect(figures.nth(1).locator(".main-svg").first).to_be_visible(timeout=FAST)
    ticks = [figures.nth(i).locator(".xtick text").all_inner_texts() for i in (0, 1)]
    assert ticks[0] == ticks[1]
    assert len(ticks[0]) > 3
    for card in page.locator(".view-compare .km").all():
        expect(card).to_contain_text(re.compile("p corrected for the search .*exact p"))
    expect(page.locator(".view-compare .km .remark").first).to_be_visible()
    page.get_by_role("link", name="Open this question").last.click()
    expect(page).to_have_url(re.compile("/survival.*marker=HLADR_NK_PCT"), timeout=FAST)
    page.go_back()
    expect(page).to_have_url(re.compile(r"/compare\?a=.*&b="), timeout=FAST)


def test_a_name_is_changed_and_a_question_deleted_by_keyboard(page: Page) -> None:
    opened(page)
    kept(page, "first")
    page.locator("#saved-menu > summary").press("Enter")
    rename = page.get_by_role("button", name="Rename: first")
    rename.press("Enter")
    page.get_by_label("New name").press("Escape")  # the name stays, and so does the menu
    expect(rename).to_be_focused()
    rename.press("Enter")
    page.get_by_label("New name").fill("second")
    page.get_by_label("New name").press("Enter")
    expect(page.get_by_role("button", name="Rename: second")).to_be_focused(timeout=FAST)
    page.get_by_role("button", name="Delete: second").press("Enter")
    expect(page.locator("#saved-list")).to_contain_text("No question of this cohort", timeout=FAST)
    expect(page.locator("#saved-menu > summary")).to_be_focused()


def test_presenting_hides_the_controls_and_walks_through_saved_questions(page: Page) -> None:
    opened(page)
    kept(page, "one")
    page.get_by_role("button", name="Next higher cut-off").click()
    at_cut(page, "24")
    kept(page, "two")
    page.keyboard.press("p")
    expect(page.locator("#controls")).to_be_hidden()
    expect(page.locator(".top")).to_be_hidden()
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile("cut=20.1"), timeout=FAST)
    expect(page.locator("#status")).to_have_text("1 of 2: one")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#status")).to_have_text("This is the first saved question.")
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("cut=24"), timeout=FAST)
    page.keyboard.press("Escape")
    expect(page.locator("#controls")).to_be_visible()
    expect(page.get_by_role("button", name="Present")).to_be_focused()


def in_basket(page: Page, *labels: str) -> None:
    for i, label in enumerate(labels, 1):
        page.get_by_role("button", name=f"Add to basket: {label} survival by").click()
        expect(page.locator("#basket-count")).to_have_text(str(i), timeout=FAST)


def test_the_basket_becomes_a_deck_with_the_pages_own_numbers(page: Page, browser: Browser) -> None:
    opened(page)
    said = page.locator("#summary").inner_text()
    in_basket(page, "Progression-free", "Overall")
    page.reload()
    expect(page.locator("#basket-count")).to_have_text("2", timeout=FAST)
    page.get_by_role("link", name="Basket").click()
    page.get_by_role("button", name=re.compile("^Down: Progression")).click()
    expect(page.locator(".basket-rows li").first).to_contain_text(
        "Overall survival by", timeout=FAST
    )
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Make the deck").click()
    deck = Presentation(waiting.value.path())
    assert len(deck.slides) == 5
    for slide in list(deck.slides)[1:3]:
        texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        sentence = max(texts, key=len)
        numbers = re.findall(r"HR 0\.\d\d \(95 % CI [^)]*\)|exact p [=<] [.\d]+", sentence)
        assert len(numbers) == 2
        for number in numbers:
            assert number in said
    expect(page.locator("#status")).to_contain_text("The deck is made")
    page.get_by_role("link", name=re.compile("report")).click()
    expect(page.get_by_role("img")).to_have_count(2)
    expect(page.locator("body")).to_contain_text("Statistics")
    # The browser is closed and opened again: what ends with a session is gone.
    state = page.context.storage_state()
    state["cookies"] = [one for one in state["cookies"] if one["expires"] > 0]
    with browser.new_context(base_url=page.url.split("/basket")[0], storage_state=state) as later:
        tab = later.new_page()
        tab.goto("/basket")
        expect(tab.locator(".basket-list")).to_contain_text(
            "Nothing is in the basket yet", timeout=FAST
        )
        expect(tab.locator("#basket-count")).to_be_empty()


def test_a_deck_on_its_way_can_be_stopped(page: Page) -> None:
    opened(page)
    in_basket(page, "Overall")
    page.get_by_role("link", name="Basket").click()
    page.route("**/basket/deck", lambda route: None)  # it never answers
    page.get_by_role("button", name="Make the deck").click()
    expect(page.get_by_role("progressbar", name="Making the deck")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#status")).to_have_text("Stopped: no deck was made.")
    expect(page.get_by_role("button", name="Make the deck")).to_be_enabled()


def test_turning_the_page_asks_for_the_page_alone_and_draws_each_figure_once(page: Page) -> None:
    opened(page)
    expect(page.locator("#km .main-svg").first).to_be_visible(timeout=FAST)
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.post_data or ""))
    page.evaluate("""() => {
        window.drawn = new Map();
        const { react } = window.Plotly;
        window.Plotly.react = (gd, ...given) => {
            if (given[0].data && given[0].data.length)
                window.drawn.set(gd, (window.drawn.get(gd) || 0) + 1);
            return react(gd, ...given);
        };
        new MutationObserver((changes) => changes.forEach(({ target }) => {
            const gd = target.closest && target.closest(".panel-card .js-plotly-plot");
            if (!gd || gd.again !== undefined || !gd.on) return;
            gd.again = 0;
            gd.on("plotly_relayout", () => { gd.again += 1; });
        })).observe(document.body, { subtree: true, childList: true });
    }""")
    page.get_by_role("link", name="Trends", exact=True).click()
    expect(page.locator(".panel-card .main-svg").first).to_be_visible(timeout=FAST)
    expect(page.locator(".trend-choices")).to_be_visible(timeout=FAST)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    shown = page.locator(".panel-card .figure:not([hidden]) .js-plotly-plot")
    times = shown.evaluate_all("(all) => all.map((gd) => [window.drawn.get(gd), gd.again])")
    assert len(times) > 2
    assert set(map(tuple, times)) == {(1, 0)}
    assert page.title().startswith("Trends · IMAIL-2")
    page.get_by_role("link", name="Mean", exact=True).click()
    expect(page).to_have_url(re.compile("middle=mean"), timeout=FAST)
    expect(page.get_by_role("link", name="Mean", exact=True)).to_have_attribute(
        "aria-current", "true", timeout=FAST
    )
    page.wait_for_load_state("networkidle")
    assert not [body for body in asked if body.startswith('{"output":"..question.data')]
    page.go_back()
    expect(page.get_by_role("link", name="Median", exact=True).last).to_have_attribute(
        "aria-current", "true", timeout=FAST
    )
    page.go_back()
    expect(page).to_have_url(re.compile("/survival"), timeout=FAST)
    expect(page.locator("#km .main-svg").first).to_be_visible(timeout=FAST)


def test_a_figure_that_cannot_be_drawn_does_not_keep_the_others_waiting(page: Page) -> None:
    opened(page)
    expect(page.locator("#km .main-svg").first).to_be_visible(timeout=FAST)
    done = page.evaluate("""async () => {
        const [gd] = document.querySelectorAll("#km .js-plotly-plot");
        const { data, layout } = gd;
        const wrong = { get data() { throw new Error("wrong"); } };
        const first = window.Plotly.react(gd, wrong).then(() => "drawn", (error) => error.message);
        const second = window.Plotly.react(gd, { data, layout }).then(() => "drawn");
        const late = new Promise((no) => setTimeout(() => no("waits"), 5000));
        return [await first, await Promise.race([second, late])];
    }""")
    assert done == ["wrong", "drawn"]


def test_a_page_turned_right_after_a_step_by_key_has_the_new_cut_off(page: Page) -> None:
    opened(page)
    at_cut(page, "20.1")
    page.wait_for_load_state("networkidle")
    page.locator(".cut-slider [role=slider]").focus()
    page.keyboard.press("ArrowRight")
    page.evaluate("document.querySelector('a.nav-link[href^=\"/cutoff\"]').click()")
    expect(page).to_have_url(re.compile("/cutoff"), timeout=FAST)
    expect(page.locator("#summary")).to_contain_text("the best of", timeout=60_000)
    at_cut(page, "24")
