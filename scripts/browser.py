"""Find the browser that the tests drive; install Debian's Chromium where that is allowed.

Standard library only: this runs before anything is installed."""

import os
import shutil
import subprocess
import sys

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
)
MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
WINDOWS = (
    r"Google\Chrome\Application\chrome.exe",
    r"Chromium\Application\chrome.exe",
    r"Microsoft\Edge\Application\msedge.exe",
)
MISSING = (
    "The browser tests need Chromium, Google Chrome or Microsoft Edge, and none was found. "
    "Install one (Debian: apt-get install chromium), or put its path into CUTLINE_BROWSER."
)


class NoBrowser(Exception):
    """There is no browser; the text says what to install."""


def find_browser():
    """The path of the browser; CUTLINE_BROWSER decides where it is set."""
    chosen = os.environ.get("CUTLINE_BROWSER")
    if chosen:
        path = shutil.which(chosen)
        if path is None:
            raise NoBrowser(f"CUTLINE_BROWSER is {chosen!r}, which is not a program.")
        return path
    for path in _candidates():
        if _starts(path):
            return path
    raise NoBrowser(MISSING)


def ensure_browser():
    """The path of the browser, installed first where there is none and we may."""
    try:
        return find_browser()
    except NoBrowser:
        if os.environ.get("CUTLINE_BROWSER") or not _install():
            raise
    return find_browser()


def launch_options():
    """What Playwright starts it with: quiet, asking no other host; no sandbox only for root."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return {
        "executable_path": find_browser(),
        "headless": True,
        "chromium_sandbox": not root,
        "args": [
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


def _candidates():
    """Every place where a browser may be, as paths that exist."""
    found = [shutil.which(name) for name in NAMES]
    if sys.platform == "darwin":
        found += MAC
    if sys.platform == "win32":
        roots = [os.environ.get(n) for n in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")]
        found += [os.path.join(root, tail) for root in roots if root for tail in WINDOWS]
    return [path for path in found if path and os.path.exists(path)]


def _starts(path):
    """Whether it is a browser: Ubuntu's chromium-browser may be only a note about a snap."""
    if not sys.platform.startswith("linux"):
        return True  # elsewhere --version would open a window
    try:
        done = subprocess.run(
            [path, "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and any(char.isdigit() for char in done.stdout.decode())


def _install():
    """Install Debian's Chromium as root or with a sudo that asks no password; True if done."""
    if _is_ubuntu():
        return False  # Ubuntu's package is a snap, which cannot be driven
    print("Installing Chromium for the browser tests ...", flush=True)
    return install_packages(("chromium", "fonts-liberation"))


def install_packages(packages):
    """Install Debian packages as root or with a sudo that asks no password; True if done."""
    prefix = _may_install()
    if prefix is None:
        return False
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    apt = [*prefix, "apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    install = [*apt, "install", "-y", "--no-install-recommends", *packages]
    for command in ([*apt, "update"], install):
        if subprocess.run(command, env=environment, stdin=subprocess.DEVNULL).returncode:
            return False
    return True


def _may_install():
    """What comes before apt-get: nothing for root, sudo for others, None where we may not."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    asks = subprocess.run(
        ["sudo", "-n", "true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return ["sudo", "-n"] if asks.returncode == 0 else None


def _is_ubuntu():
    try:
        with open("/etc/os-release", encoding="utf-8") as lines:
            return any(line.strip() == "ID=ubuntu" for line in lines)
    except OSError:
        return False
