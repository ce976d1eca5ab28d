"""Bringing one's own data: from a file to its curve, as a person does it."""

from __future__ import annotations

import io
import json
import re

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, TimeoutError, expect

from tests.data.sources import writers
from tests.data.sources.adam.test_adam import real

SLOW = 60_000  # a file is read in a process of its own
N = 24

# A request that has been made, once more.
AGAIN = """(body) => {
    fetch("/_dash-update-component", {
        method: "POST", body, headers: { "Content-Type": "application/json" } });
}"""


def german() -> bytes:
    """A workbook as it comes: a title row, decimal commas, events as words, two visits."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Studie X, Export vom 3. April"])
    sheet.append(["Patient", "OS (Monate)", "OS Status", "Visite", "CD4 (Zellen/µL)", "CD8"])
    for i in range(N):
        for visit, more in (("Baseline", 0.0), ("Woche 8", 50.5)):
            cd4 = f"{100.5 + 10 * i + more:.1f}".replace(".", ",")
            months = f"{3.5 + i:.1f}".replace(".", ",")
            state = "verstorben" if i % 3 else "lebt"
            sheet.append([f"P-{i:03d}", months, state, visit, cd4, "50,25"])
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def handed_over(page: Page, *files: tuple[str, bytes]) -> Page:
    if "/data" not in page.url:
        page.goto("/data")
    expect(page.get_by_role("heading", name="Your data sets")).to_be_visible(timeout=60_000)
    given = [{"name": n, "mimeType": "application/octet-stream", "buffer": b} for n, b in files]
    page.locator("#data-files").set_input_files(given)
    expect(page.locator("[data-draft]")).to_be_visible(timeout=SLOW)
    return page


def opened(page: Page) -> str:
    """Press the button; the code of the data set."""
    page.get_by_role("button", name="Open and show survival").click()
    expect(page).to_have_url(re.compile(r"/survival\?cohort=own-[0-9a-f]{16}&"), timeout=60_000)
    expect(page.locator("#km .main-svg").first).to_be_visible(timeout=60_000)
    return re.search("own-[0-9a-f]{16}", page.url)[0]


def test_a_german_workbook_to_its_curve_and_nobody_else_sees_it(
    page: Page, new_page, faults
) -> None:
    handed_over(page, ("Studie X.xlsx", german()))
    state = page.locator(".draft .state")
    expect(state).to_have_text("24 patients, 24 outcomes, 96 measurements: ready to open.")
    expect(page.locator(".coding legend")).to_have_text("OS: 16 events, 8 censored: right?")
    page.get_by_label("lebt is the event").check()
    expect(page.locator(".coding legend")).to_have_text(
        "OS: 8 events, 16 censored: right?", timeout=SLOW
    )
    page.get_by_label("verstorben is the event").check()
    expect(page.locator(".coding legend")).to_have_text(
        "OS: 16 events, 8 censored: right?", timeout=SLOW
    )
    page.get_by_label("Visit that a question opens with").select_option("Woche 8")
    expect(page.locator(".brought-draft")).to_have_attribute("aria-busy", "false", timeout=SLOW)
    page.get_by_text("Make a marker of two others").click()
    page.get_by_role("button", name="Add this marker").click()
    expect(page.locator(".brought-draft")).to_contain_text("CD4 to CD8", timeout=SLOW)
    page.reload()  # nothing is lost
    expect(page.locator(".brought-draft")).to_contain_text("CD4 to CD8", timeout=SLOW)
    page.get_by_label("Name of the data set").fill("Studie X")
    code = opened(page)
    expect(page).to_have_url(re.compile("marker=CD4&visit=Woche(%20|\\+)8"))
    summary = page.locator("#summary")
    expect(summary).to_contain_text("CD4 at Woche 8, cut-off 261 Zellen/µL")
    expect(summary).to_contain_text("12 of 24 patients above (8 of 12 with event)")
    expect(page.locator("#synthetic-notice")).to_contain_text("Your own data: “Studie X”")
    expect(page.locator("#cohort")).to_have_value("Studie X")
    assert page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})").find("P-0") < 0
    other = new_page()
    other.goto(f"/survival?cohort={code}")
    expect(other.locator("#message")).to_contain_text("There is no cohort", timeout=60_000)
    assert other.request.get(f"/original/{code}/0").status == 404
    assert other.request.get(f"/tables/{code}").status == 404
    other.goto("/data")
    expect(other.locator(".brought-sets")).to_contain_text("You have opened no data set yet")


def test_renamed_replaced_and_deleted(page: Page, faults) -> None:
    handed_over(page, ("a.xlsx", german()))
    code = opened(page)
    page.get_by_role("link", name="Data").click()
    page.get_by_role("button", name="Rename a").click()
    page.get_by_label("New name").fill("Trial A")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Trial A")).to_be_visible(timeout=SLOW)
    expect(page.locator("#cohort")).to_have_value("Trial A", timeout=60_000)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Replace Trial A").click()
    newer = openpyxl.load_workbook(io.BytesIO(german()))
    newer.active.append(["P-900", "40,5", "verstorben", "Baseline", "900,5", "50,25"])
    chooser.value.set_files(
        {"name": "b.xlsx", "mimeType": "application/octet-stream", "buffer": saved(newer)}
    )
    expect(page.locator(".draft .state")).to_contain_text("25 patients", timeout=SLOW)
    expect(page.get_by_label("Open as")).to_have_value(code)
    newer_code = opened(page)
    assert newer_code != code
    page.goto(f"/survival?cohort={code}")
    expect(page.locator("#message")).to_contain_text("replaced by a newer version", timeout=60_000)
    page.goto(f"/data?cohort={newer_code}")
    expect(page.locator(".sets tbody th")).to_have_count(1, timeout=60_000)
    other = page.context.new_page()  # it does not know of what happens here
    with other.expect_request(lambda one: "page.children" in (one.post_data or "")) as opening:
        other.goto(f"/survival?cohort={newer_code}")
    asked = opening.value.post_data
    expect(other.locator("#km .main-svg").first).to_be_visible(timeout=60_000)
    page.locator(".sets").get_by_role("button", name=re.compile("^Delete ")).first.click()
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.locator(".brought-sets")).to_contain_text("no data set yet", timeout=SLOW)
    expect(page).to_have_url(re.compile("cohort=imail2"), timeout=60_000)
    page.goto(f"/survival?cohort={newer_code}")
    expect(page.locator("#message")).to_contain_text("was deleted", timeout=60_000)
    faults.allow("410")
    late = []
    other.route(
        "**/_dash-update-component*",
        lambda route: route.continue_() if late else late.append(route),
    )
    other.evaluate(AGAIN, asked)
    other.get_by_role("link", name="Trial", exact=True).click()
    expect(other.locator("#message")).to_contain_text("was deleted", timeout=60_000)
    expect(other).to_have_url(re.compile("cohort=imail2"), timeout=60_000)
    with other.expect_response(lambda one: one.status == 410):
        late[0].continue_()  # one that was asked of what was shown then
    asks = other.expect_request(lambda one: "question.data" in (one.post_data or ""), timeout=2_000)
    with pytest.raises(TimeoutError, match="waiting for event"), asks:
        pass
    expect(other.locator("#message")).to_contain_text("was deleted")


def test_the_adam_pilot_by_dropping_its_files(page: Page, tmp_path) -> None:
    tables = real("cdiscpilotadam", "adsl", "adtte", "adlbh")
    few = tables["ADLBH"]["PARAMCD"].isin(["LYM", "HGB"])
    tables["ADLBH"] = tables["ADLBH"][few].reset_index(drop=True)
    folder = writers.as_csv(tables, tmp_path / "pilot")
    page.goto("/data")
    expect(page.get_by_role("heading", name="Your data sets")).to_be_visible(timeout=60_000)
    files = {path.name: path.read_text() for path in sorted(folder.iterdir())}
    drop = """(files) => {
        const data = new DataTransfer();
        for (const [name, text] of Object.entries(files)) data.items.add(new File([text], name));
        const zone = document.querySelector(".dropzone");
        for (const kind of ["dragover", "drop"]) zone.dispatchEvent(
            new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: data }));
    }"""
    page.evaluate(drop, files)
    expect(page.locator(".draft .state")).to_contain_text("254 patients", timeout=SLOW)
    expect(page.locator(".draft")).to_contain_text("read as: ADaM")
    expect(page.locator(".coding legend")).to_have_text("TTDE: 152 events, 102 censored: right?")
    expect(page.get_by_label("Unit of the times")).to_have_value("days")
    opened(page)
    expect(page.locator("#summary")).to_contain_text("of 247 patients above")


def test_what_cannot_be_read_is_refused_in_words_that_help(page: Page, faults) -> None:
    handed_over(page, ("broken.xlsx", german()[:4000]))
    expect(page.locator(".draft .state")).to_contain_text("1 problem keeps these files")
    expect(page.locator(".problems")).to_contain_text("broken.xlsx")
    expect(page.locator(".problems")).to_contain_text("copy or export it once more")
    page.get_by_role("button", name="Remove these files without opening").click()
    expect(page.locator("[data-draft]")).to_have_count(0, timeout=SLOW)
    large = {"name": "l.csv", "mimeType": "text/csv", "buffer": b"a,b\n" * 5_100_000}
    page.locator("#data-files").set_input_files(large)
    expect(page.locator(".upload-refused")).to_contain_text("l.csv is larger than 20 MB")
    handed_over(page, ("p.csv", b"id,OS,status,CD4\n1,-3,1,5\n2,4,0,6\n3,5,7,8\n"))
    expect(page.locator(".upload-refused")).to_be_hidden()
    expect(page.locator(".problems tbody tr")).to_have_count(2)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the workbook").click()
    book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
    marked = [c.coordinate for row in book["p.csv"] for c in row if c.comment]
    assert "B2" in marked
    template = page.request.get("/template.xlsx")
    assert openpyxl.load_workbook(io.BytesIO(template.body())).sheetnames == [
        "Data", "Dictionary", "Example"]  # fmt: skip


COLUMNS = b"pid;grp;t;x;m1\n1;A;2,5;1;7\n2;B;3,5;1;8\n3;A;4,5;2;9\n4;B;6,5;2;5\n5;B;7,5;1;4\n"


def test_by_keyboard_and_once_more_from_memory(page: Page) -> None:
    handed_over(page, ("first.csv", COLUMNS))
    expect(page.locator("#data-understood")).to_be_focused()
    expect(page.locator(".problems")).to_contain_text("no column of times and none of events")
    field = page.get_by_label("What x is")
    expect(field).to_be_visible()  # what needs the eye stands open
    field.focus()
    field.select_option("event:OS")
    expect(page.get_by_label("What x is")).to_be_focused(timeout=SLOW)
    page.get_by_label("What t is").select_option("time:OS")
    expect(page.locator(".draft .state")).to_contain_text("Please look at OS first", timeout=SLOW)
    expect(page.locator(".coding.check legend")).to_have_text("OS: 2 events, 3 censored: right?")
    page.get_by_label("1 is the event").focus()
    page.keyboard.press("Space")
    expect(page.locator(".coding legend")).to_have_text(
        "OS: 3 events, 2 censored: right?", timeout=SLOW
    )
    opened(page)
    page.get_by_role("link", name="Data").click()
    handed_over(page, ("second.csv", COLUMNS + b"6;A;9,5;2;3\n"))
    expect(page.locator(".draft")).to_contain_text("as you mapped a file of this shape")
    expect(page.locator(".coding legend")).to_have_text("OS: 3 events, 3 censored: right?")


@pytest.mark.parametrize("dark", [False, True])
def test_the_page_with_a_draft_is_accessible_and_fits_a_phone(new_page, dark: bool) -> None:
    page = new_page(dark=dark, width=390)
    handed_over(page, ("Studie X.xlsx", german()))
    page.evaluate("document.querySelectorAll('.draft details').forEach((e) => { e.open = true; })")
    page.evaluate("document.querySelectorAll('.help').forEach((e) => { e.open = false; })")
    for width in (320, 390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
    found = Axe().run(page).response["violations"]
    serious = [
        (rule["id"], [node["target"] for node in rule["nodes"]][:4])
        for rule in found
        if rule["impact"] in ("serious", "critical")
    ]
    assert serious == [], json.dumps(serious)


def test_codes_of_several_kinds_and_another_reading_of_an_opened_set(page: Page) -> None:
    rows = "".join(f"{i};{i + 2};{('dead', 'alive', 'odd')[i % 3]};{i * 3}\n" for i in range(12))
    handed_over(page, ("odd.csv", f"id;OS months;OS status;CD4\n{rows}".encode()))
    legend = page.locator(".coding legend")
    expect(legend).to_have_text("OS: what do these codes mean?")
    page.get_by_role("button", name="Ticked: event. All others: censored").click()
    expect(legend).to_have_text("OS: 4 events, 8 censored: right?", timeout=SLOW)
    code = opened(page)
    page.get_by_role("link", name="Data").click()
    page.get_by_role("button", name="Change how odd was read").click()
    expect(legend).to_have_text("OS: 4 events, 8 censored: right?", timeout=SLOW)
    expect(page.get_by_label("Open as")).to_have_value(code)
    page.get_by_label("odd means the event").check()
    page.get_by_role("button", name="Ticked: event. All others: censored").click()
    expect(legend).to_have_text("OS: 8 events, 4 censored: right?", timeout=SLOW)
    assert opened(page) != code
    page.get_by_role("link", name="Data").click()
    expect(page.locator(".sets tbody th")).to_have_count(1, timeout=60_000)
