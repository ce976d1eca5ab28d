"""Waiting for what a page becomes, where the page's own rules forbid code made of text."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Page

LONGEST = 60_000  # ms
PAUSE = 50  # ms between two looks


def wait_until(page: Page, script: str, arg: Any = None, timeout: int = LONGEST) -> None:
    """Look at the page until `script` is true there.

    Playwright's `wait_for_function` evaluates its text within the page from the second look on,
    which the content security policy refuses: it works only where there is nothing to wait for.
    """
    ends = time.monotonic() + timeout / 1000
    while not page.evaluate(script, arg):
        assert time.monotonic() < ends, f"not so after {timeout} ms: {script}"
        page.wait_for_timeout(PAUSE)
