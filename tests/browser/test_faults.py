"""The browser fixtures see what they are there to see."""

from playwright.sync_api import Page

from tests.conftest import Faults

EVAL = "document.body.appendChild(document.createElement('script')).text = 'window.broken = 1'"
FOREIGN = "fetch('http://other.invalid/x').catch(() => 0)"


def test_faults_are_found(page: Page, faults: Faults) -> None:
    page.goto("/health")
    assert faults.found() == []
    page.evaluate("console.warn('a warning')")
    page.evaluate("setTimeout(() => { throw new Error('a page error') })")
    page.evaluate(EVAL)
    page.evaluate(FOREIGN)
    page.wait_for_timeout(200)
    found = "\n".join(faults.found())
    faults.allow("")
    assert "a warning" in found
    assert "a page error" in found
    assert "content-security policy: script-src" in found
    assert "content-security policy: connect-src" in found
    assert page.evaluate("window.broken") is None
