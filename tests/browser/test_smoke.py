"""The program opens in a real browser."""

from playwright.sync_api import Page, expect


def test_the_first_page_says_its_summary(page: Page) -> None:
    page.goto("/")
    expect(page.locator("#summary")).not_to_be_empty(timeout=20_000)
