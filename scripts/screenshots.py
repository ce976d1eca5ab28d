"""Take the README's screenshots of what runs: python -m scripts.screenshots (after make test)."""

import sys
import tempfile
import urllib.request
from pathlib import Path

import lifelines
from playwright.sync_api import Browser, sync_playwright

from scripts.browser import launch_options
from scripts.office import as_pdf, as_picture, find_office
from tests.conftest import running_server

SLIDE = "/export/pptx?cohort=imail2&endpoint=OS&marker=HLADR_NK_PCT&visit=C1D15&cut=20.1&of=OS"
FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
SHOTS = (  # name, address, width, height, dark
    ("overview", "/?cohort=imail2", 1280, 960, False),
    ("survival", "/survival?cohort=imail2", 1280, 1180, False),
    ("cutoff", "/cutoff?cohort=imail2&endpoint=OS", 1280, 1200, False),
    ("trends", "/trends?cohort=imail2&marker=CD8&visit=C1D15&measure=fold&baseline=C1D10",
     1280, 1180, False),
    ("trial", "/trial?cohort=imail2", 1280, 1320, False),
    ("survival-dark", "/survival?cohort=imail2", 1280, 1180, True),
    ("survival-actg175", "/survival?cohort=actg175&marker=CD4_CD8&visit=week20&measure=change",
     1280, 1000, False),
    ("survival-phone", "/survival?cohort=imail2", 390, 844, False),
)  # fmt: skip


def main():
    """Start the program, and photograph it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder), Path(folder) / "home") as url,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(**launch_options())
        for shot in SHOTS:
            take(browser, url, *shot)
        bring(browser, url)
        browser.close()
        slide(url, Path(folder))
    return 0


def slide(url, folder):
    """A slide as another program opens it, where LibreOffice and poppler are installed."""
    if find_office() is None:
        print("LibreOffice is not installed: the slide's picture stays as it is.")
        return
    file = folder / "slide.pptx"
    with urllib.request.urlopen(url + SLIDE, timeout=60) as answer:
        file.write_bytes(answer.read())
    as_picture(as_pdf(file, folder), FOLDER / "slide.png")


def take(browser: Browser, url, name, address, width, height, dark):
    """One page, as it first stands on a screen of that size."""
    page = browser.new_page(
        viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
    )
    page.goto(url + address)
    page.locator(".page .graph .main-svg").first.wait_for()
    page.wait_for_timeout(1_500)
    page.screenshot(path=FOLDER / f"{name}.png")
    page.close()


def bring(browser: Browser, url):
    """The data page after a file was dropped: GBSG 2 as it comes with lifelines."""
    source = Path(lifelines.__file__).parent / "datasets" / "gbsg2.csv"
    page = browser.new_page(viewport={"width": 1280, "height": 1180})
    page.goto(f"{url}/data?cohort=gbsg2")
    page.locator(".sets, .empty").first.wait_for()
    page.locator("#data-files").set_input_files(source)
    page.locator("[data-draft]").wait_for(timeout=60_000)
    page.get_by_label("1 is the event").check()
    page.locator("[data-do=open]").wait_for(timeout=60_000)
    page.mouse.move(4, 600)
    page.evaluate("window.scrollTo(0, 0)")
    page.wait_for_timeout(800)
    page.screenshot(path=FOLDER / "data.png")
    page.close()


if __name__ == "__main__":
    sys.exit(main())
