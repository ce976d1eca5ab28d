"""The program as a process, and a real browser in front of it."""

import atexit
import contextlib
import functools
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import settings
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from scripts.browser import NoBrowser, launch_options

# Both are read as the program is imported. Nothing is written into the user's own state folder.
os.environ["CUTLINE_HOME"] = tempfile.mkdtemp(prefix="cutline-tests-")
os.environ.setdefault("CUTLINE_LIMIT_WAIT", "300")  # seconds: a busy machine refuses no upload
atexit.register(shutil.rmtree, os.environ["CUTLINE_HOME"], ignore_errors=True)

# Speed is measured in the bench, never in a test.
settings.register_profile("cutline", deadline=None)
settings.load_profile("cutline")
PATIENCE = 60_000  # ms: what comes is not waited for longer than it takes, on a busy machine too
expect.set_options(timeout=PATIENCE)


def read_cohorts_once() -> None:
    """Read each built-in cohort once, and give everybody tables of their own.

    Reading one takes most of a second, and some thousand tests ask about one."""
    from data.cohort import FRAMES, Cohort
    from data.sources import builtin

    read = functools.cache(builtin.load)

    @functools.wraps(builtin.load)
    def load(name: str) -> Cohort:
        found = read(name)
        return replace(found, **{table: getattr(found, table).copy() for table in FRAMES})

    builtin.load = load


read_cohorts_once()

ROOT = Path(__file__).resolve().parent.parent
START = 300  # seconds that a slow machine may take; a server that has ended is seen at once
LOUD = ("error", "warning")

# Makes a refusal by the content-security policy a console error that names the rule.
REPORT_CSP = """addEventListener("securitypolicyviolation", (event) => console.error(
    "content-security policy: " + event.violatedDirective + " " + event.blockedURI))"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first: whoever is done early can still take some of the short ones."""
    items.sort(key=lambda item: item.path.parent.name != "browser")


class Faults:
    """What must not happen while a test is in the browser."""

    def __init__(self, home: str) -> None:
        self._home, self._allowed, self._found = home, [], []

    def allow(self, pattern: str) -> None:
        """Expect faults that match, such as the 404 that a test asks for."""
        self._allowed.append(re.compile(pattern))

    def found(self) -> list[str]:
        """Every fault that no test expected."""
        return [f for f in self._found if not any(a.search(f) for a in self._allowed)]

    def watch(self, context: BrowserContext) -> Callable[[], None]:
        """Write down what goes wrong on every page of this context; what is given back ends it."""
        heard = {
            "console": self._on_console,
            "weberror": lambda error: self._found.append(f"page error: {error.error}"),
            "request": lambda request: self._on_request(request.url),
        }
        for event, listener in heard.items():
            context.on(event, listener)
        return lambda: [context.remove_listener(*one) for one in heard.items()]

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in LOUD:
            where = (message.location or {}).get("url", "")
            self._found.append(f"console {message.type}: {message.text} ({where})")

    def _on_request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob", "about") and parts.netloc != self._home:
            self._found.append(f"request to another host: {url}")


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `python app.py`, started as a user would, with a state folder of its own."""
    folder = tmp_path_factory.mktemp("server")
    with running_server(folder, folder / "home") as url:
        yield url


@contextlib.contextmanager
def running_server(folder: Path, home: Path, **settings: str) -> Iterator[str]:
    """A server of its own, ended by its process id; `settings` are environment variables."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    log = folder / "server.log"
    environment = {k: v for k, v in os.environ.items() if k not in ("COHORT", "HOST")}
    environment.update(PORT=str(port), CUTLINE_HOME=str(home), CUTLINE_BROWSER_OPEN="", **settings)
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "app.py")],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_ready(url, process, log)
        yield url
    finally:
        end(process)


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_until_ready(url: str, process: subprocess.Popen, log: Path) -> None:
    """Return when /health answers 200; fail with what the server printed."""
    until = time.monotonic() + START
    while time.monotonic() < until and process.poll() is None:
        if is_ready(url):
            return
        time.sleep(0.1)
    pytest.fail(f"The server did not start:\n{log.read_text(errors='replace')}", pytrace=False)


def is_ready(url: str) -> bool:
    """Whether /health answers 200."""
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def end(process: subprocess.Popen) -> None:
    """Ask the process to stop, and insist after a while."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(20)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, Chrome or Edge; without one the tests fail, they do not skip."""
    try:
        options = launch_options()
    except NoBrowser as error:
        pytest.fail(str(error), pytrace=False)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(**options)
        yield launched
        launched.close()


@pytest.fixture
def faults(server_url: str) -> Iterator[Faults]:
    """Console errors and warnings, page errors, refused content, requests to other hosts."""
    watched = Faults(urlsplit(server_url).netloc)
    yield watched
    assert not watched.found(), "\n".join(watched.found())


NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def regular(
    browser: Browser, server_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """A browser that has been here before: it keeps compiled scripts, as that of a user does.

    A page takes it 1.6 s, one without such a memory 2.8 s. `forgotten` takes all else away.
    """
    context = browser.browser_type.launch_persistent_context(
        tmp_path_factory.mktemp("profile"),
        base_url=server_url,
        viewport={"width": 1280, "height": 800},
        color_scheme="light",
        locale="en-GB",
        **launch_options(),
    )
    context.add_init_script(REPORT_CSP)
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


def forgotten(context: BrowserContext, origin: str) -> None:
    """Close its pages but an empty one, and take away whatever they have left."""
    keeper = context.new_page()
    for page in context.pages:
        if page is not keeper:
            page.close()
    context.unroute_all()
    context.set_offline(False)
    context.clear_permissions()
    kinds = "cookies,local_storage,indexeddb,service_workers"
    session = context.new_cdp_session(keeper)
    session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": kinds})
    context.clear_cookies()


@pytest.fixture
def new_page(
    browser: Browser, regular: BrowserContext, server_url: str, faults: Faults
) -> Iterator[NewPage]:
    """Make pages of visitors of their own: new_page(width=1280, height=800, dark=False)."""
    contexts: list[BrowserContext] = []
    ended: list[Callable[[], None]] = []

    def make(*, width: int = 1280, height: int = 800, dark: bool = False, **options) -> Page:
        if not (options or ended):
            ended.append(faults.watch(regular))
            page = regular.new_page()
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme="dark" if dark else "light")
            return page
        context = browser.new_context(
            base_url=server_url,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            locale="en-GB",
            **options,
        )
        context.add_init_script(REPORT_CSP)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        faults.watch(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
    if ended:
        forgotten(regular, server_url)
        ended[0]()


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A new visitor's page; page.goto("/survival") opens the program's."""
    return new_page()


@pytest.fixture
def dark_page(new_page: NewPage) -> Page:
    """A new visitor's page in dark mode."""
    return new_page(dark=True)


@pytest.fixture
def phone_page(new_page: NewPage) -> Page:
    """A new visitor's page, as narrow as a phone."""
    return new_page(width=390, height=844)
