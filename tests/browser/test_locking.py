"""Asked blind, locked, uncovered, and tried on another cohort; kept over a reload and a restart."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import running_server

BLIND = "/survival?cohort=imail2&endpoint=OS&marker=TRAIL_NK_PCT&visit=C1D15&blind=yes"


@pytest.fixture(scope="module")
def own_server(tmp_path_factory):
    """A server with a ledger of its own. Each test asks what no other one asks: it stands empty."""
    folder = tmp_path_factory.mktemp("locking")
    with running_server(folder, folder / "home") as url:
        yield url


@pytest.fixture
def own_page(browser, own_server):
    """A visitor of that server."""
    context = browser.new_context(base_url=own_server, viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def opened(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#summary .lead")).to_be_visible()


def locked(page: Page, name: str, reason: str) -> None:
    if not page.locator("#lock-name").is_visible():
        page.get_by_text("Lock this cut-off").click()
    page.fill("#lock-name", name)
    page.fill("#lock-reason", reason)
    page.click("#lock-write")


def test_a_covered_question_shows_marker_and_patients_and_no_outcome(own_page):
    opened(own_page, BLIND.replace("TRAIL_NK_PCT", "CD8"))
    summary = own_page.locator("#summary")
    expect(summary).to_contain_text("The outcome is covered until this cut-off is locked")
    expect(own_page.locator(".figure-dots .point").first).to_be_visible()
    expect(own_page.locator(".sides tbody tr").first).to_be_visible()
    own_page.wait_for_timeout(500)
    assert own_page.locator("#km").count() == 0 or not own_page.locator("#km").is_visible()
    body = own_page.inner_text("#main")
    assert not re.search(r"\bHR\b|p = |median \d", body)
    payload = own_page.evaluate("JSON.stringify(document.body.innerHTML)")
    assert "log-rank p" not in payload


def test_lock_uncover_and_carry_to_another_cohort(own_page):
    opened(own_page, BLIND)
    locked(own_page, "", "")
    expect(own_page.locator("#lock-message")).to_contain_text("Write your name")
    locked(own_page, "A. Smith", "the median, as in the <b>protocol</b>")
    summary = own_page.locator("#summary")
    expect(summary).to_contain_text("which was fixed beforehand")
    expect(summary).to_contain_text("locked by A. Smith on 20")
    expect(own_page.locator("#km")).to_be_visible()
    own_page.reload()
    expect(summary).to_contain_text("which was fixed beforehand")
    own_page.click("#cut-step-up")
    expect(summary).to_contain_text("is covered")
    own_page.go_back()
    expect(summary).to_contain_text("which was fixed beforehand")
    own_page.get_by_text("Locked", exact=True).click()
    own_page.click("#lock-target")
    own_page.get_by_role("option", name=re.compile("null", re.I)).click()
    own_page.click("#lock-carry")
    expect(own_page).to_have_url(re.compile("cohort=imail2-null.*blind=yes"))
    expect(summary).to_contain_text("carried over from IMAIL-2")


def test_looks_and_locks_outlive_the_server(tmp_path, browser):
    home = tmp_path / "home"
    shown = BLIND.replace("&blind=yes", "")
    for round_, words in enumerate(("which was fixed beforehand", "fixed beforehand")):
        folder = tmp_path / str(round_)
        folder.mkdir()
        with running_server(folder, home) as url:
            page = browser.new_page(base_url=url)
            if not round_:
                opened(page, BLIND)
                locked(page, "A. Smith", "the protocol")
                expect(page.locator("#km")).to_be_visible()
            opened(page, shown)
            expect(page.locator("#summary")).to_contain_text(words)
            expect(page.locator("#summary")).to_contain_text("after all 2 questions looked at here")
            page.close()


def test_every_question_looked_at_is_listed_and_counted(own_page):
    opened(own_page, "/survival?cohort=gbsg2&marker=PGR")
    # The curves are there, so no lock of this marker is worth what one beforehand would be.
    expect(own_page.locator("#lock-state")).to_contain_text("was first drawn here on")
    own_page.click("#cut-step-up")
    fold = own_page.locator(".part-numbers details.unfold")
    expect(fold).to_contain_text("Every question looked at here (1)")
    expect(own_page.locator(".looks td").nth(4)).to_contain_text(",")  # two cuts, one question
    opened(own_page, "/cutoff?cohort=gbsg2&marker=ER")
    expect(own_page.locator("#main")).to_contain_text("Every question looked at here (2)")
    expect(own_page.locator("#main")).to_contain_text("after all 2 questions looked at here")
