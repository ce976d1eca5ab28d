"""Find LibreOffice, in which the tests open slides; install Debian's where that is allowed.

Standard library only, as in `scripts.browser`: this runs before anything is installed."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

NAMES = ("soffice", "libreoffice")
PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
)
PACKAGES = ("libreoffice-impress-nogui", "poppler-utils", "fonts-liberation")
LONGEST = 120  # seconds


def find_office():
    """The path of LibreOffice, or None; CUTLINE_OFFICE decides where it is set ("" for none)."""
    chosen = os.environ.get("CUTLINE_OFFICE")
    if chosen is not None:
        return shutil.which(chosen) if chosen else None
    found = [shutil.which(name) for name in NAMES] + [p for p in PLACES if os.path.exists(p)]
    return next(filter(None, found), None)


def ensure_office():
    """Install LibreOffice where there is none and we may; the tests that need it skip otherwise."""
    if find_office() or os.environ.get("CUTLINE_OFFICE") is not None:
        return
    from browser import install_packages

    print("Installing LibreOffice for the tests of slides ...", flush=True)
    if not install_packages(PACKAGES):
        print("Not possible here: the tests that open slides in LibreOffice are skipped.")


def as_pdf(file, folder):
    """The file converted to PDF by LibreOffice, with a profile of its own; the PDF's path."""
    with tempfile.TemporaryDirectory() as profile:
        command = [
            find_office(), "--headless", f"-env:UserInstallation={Path(profile).as_uri()}",
            "--convert-to", "pdf", "--outdir", str(folder), str(file),
        ]  # fmt: skip
        subprocess.run(
            command, check=True, timeout=LONGEST, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    return Path(folder) / f"{Path(file).stem}.pdf"


def as_picture(pdf, target, dpi=96):
    """The first page of a PDF as a PNG (pdftoppm of poppler); False where that is missing."""
    tool = shutil.which("pdftoppm")
    if tool is None:
        return False
    stem = str(Path(target).with_suffix(""))
    done = subprocess.run([tool, "-r", str(dpi), "-png", "-singlefile", str(pdf), stem])
    return done.returncode == 0
