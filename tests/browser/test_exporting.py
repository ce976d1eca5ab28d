"""The deck of a question, downloaded as an investigator would, from the menu under the figure."""

import re

from playwright.sync_api import Page, expect
from pptx import Presentation

ADDRESS = "/survival?cohort=imail2&endpoint=PFS&marker=HLADR_NK_PCT&visit=C1D15&cut=20.1"


def menu(page: Page):
    page.goto(ADDRESS)
    expect(page.locator("#summary")).to_contain_text("exact p", timeout=60_000)
    card = page.locator(".card.km").first
    card.locator("summary", has_text="Download").click()
    return card


def test_the_deck_is_downloaded_by_keyboard_and_says_what_the_page_says(page: Page) -> None:
    card = menu(page)
    said = page.locator("#summary").inner_text()
    link = card.get_by_role("link", name="PowerPoint slides, PFS and OS")
    link.focus()
    before = page.url
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    download = waiting.value
    assert re.fullmatch(
        r"imail2_PFS-OS_HLADR-NK-PCT-C1D15_cut20\.1_\d{4}-\d\d-\d\d\.pptx",
        download.suggested_filename,
    )
    assert page.url == before
    deck = Presentation(download.path())
    assert len(deck.slides) == 2
    for slide in deck.slides:
        texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        sentence = max(texts, key=len)
        for number in re.findall(r"HR 0\.\d\d \(95 % CI [^)]*\)|exact p [=<] [.\d]+", sentence):
            assert number in said
        assert any("Synthetic data" in text for text in texts)
        assert "cut=20.1" in slide.notes_slide.notes_text_frame.text


def test_the_menu_follows_the_question_and_is_covered_with_it(page: Page) -> None:
    card = menu(page)
    link = card.get_by_role("link", name="PowerPoint slide", exact=True, include_hidden=True)
    assert "cut=20.1" in link.get_attribute("href")
    assert "of=PFS" in link.get_attribute("href")
    assert link.bounding_box()["height"] >= 24
    page.get_by_role("button", name="Next higher cut-off").click()
    expect(link).not_to_have_attribute("href", re.compile("cut=20.1&"), timeout=60_000)
    page.goto(ADDRESS.replace("HLADR_NK_PCT", "B") + "&blind=yes")
    expect(page.locator("#summary")).to_contain_text("covered", timeout=60_000)
    expect(page.locator("summary", has_text="Download")).to_have_count(0)


def test_a_picture_for_a_journal_and_a_slide_in_an_own_template(page: Page, tmp_path) -> None:
    card = menu(page)
    card.get_by_role("link", name="Sizes for journals").click()
    expect(page.get_by_role("heading", name="Download the figure")).to_be_visible()
    page.get_by_label("Paper").select_option("nature-89")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="PDF").click()
    assert waiting.value.suggested_filename.endswith(".pdf")
    with open(waiting.value.path(), "rb") as file:
        assert file.read(5) == b"%PDF-"
    template = tmp_path / "mine.pptx"
    own = Presentation()
    own.slide_width, own.slide_height = 12_191_695, 6_858_000
    own.save(str(template))
    page.get_by_label("Template").set_input_files(template)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="PowerPoint slide").click()
    assert len(Presentation(waiting.value.path()).slides) == 1
    page.get_by_role("link", name="Back to the figure").click()
    expect(page.locator("#summary")).to_contain_text("exact p", timeout=60_000)


def test_every_figure_has_the_menu_and_its_picture_can_be_copied(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(ADDRESS.replace("/survival", "/trial"))
    expect(page.locator(".figure-path .main-svg").first).to_be_visible(timeout=60_000)
    for figure in page.locator(".figure:visible").all():
        beside = figure.locator("xpath=ancestor::*[.//summary[text()='Download']][1]")
        expect(beside.locator("summary", has_text="Download").first).to_be_visible()
    page.locator("summary", has_text="Download").first.click()
    button = page.get_by_role("button", name="Copy picture").first
    button.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible(timeout=60_000)
    kinds = page.evaluate("navigator.clipboard.read().then((all) => all[0].types)")
    assert kinds == ["image/png"]
