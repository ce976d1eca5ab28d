"""Every setting of Cutline, declared once: an environment variable, its meaning and its default.

The program asks `read`, which knows no other names. `scripts/` runs before the environment
exists and reads its few by itself. docs/settings.md shows this table; tests/test_settings.py
holds the three together.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

LIMIT_PREFIX = "CUTLINE_LIMIT_"


@dataclass(frozen=True)
class Setting:
    """One environment variable. `shown` is the default in words where it is not a fixed text."""

    name: str
    default: str
    meaning: str
    shown: str = ""

    def row(self) -> str:
        """Its line in docs/settings.md."""
        default = self.shown or (f"`{self.default}`" if self.default else "none")
        return f"| `{self.name}` | {default} | {self.meaning} |"


def _limit(name: str, default: float, meaning: str) -> Setting:
    """What `data.limits` holds to."""
    return Setting(LIMIT_PREFIX + name, str(default), meaning)


# fmt: off
PROGRAM = (
    Setting("PORT", "8050", "Port of the page's address; `0` takes any free one."),
    Setting("HOST", "127.0.0.1",
            "Address that Cutline listens at. The default can be reached from this computer only, "
            "`0.0.0.0` from the whole network."),
    Setting("COHORT", "",
            "A file or folder with your data, opened beside the built-in cohorts for everyone who "
            "can reach the page."),
    Setting("CUTLINE_HOME", "",
            "Folder for what must be kept: data sets, notes, locks, the record of questions asked, "
            "the secret key. Only its owner may be able to read it.",
            "`cutline` in the user's data folder (Linux: `~/.local/share/cutline`)"),
    Setting("CUTLINE_HOSTS", "",
            "More names, separated by commas, by which this computer may be asked. While `HOST` is "
            "an address of this computer only, requests by any other name are refused."),
    Setting("CUTLINE_PROXY", "",
            "Address of the proxy in front of Cutline. Only this one is believed about a visitor's "
            "address and about https."),
    Setting("CUTLINE_BROWSER_OPEN", "",
            "`1` opens the page in a browser at the start, where there is a screen. `make run` "
            "does so; `0` leaves the browser alone."),
    Setting("NUMBA_CACHE_DIR", "",
            "Folder for the compiled statistics. It may be deleted: they are compiled anew, in "
            "about a minute.",
            "`cutline` in the user's cache folder (Linux: `~/.cache/cutline`)"),
)
TOOLS = (
    Setting("CUTLINE_PYTHON", "",
            "Path of the Python that the environment `.venv` is made with.", "the first that fits"),
    Setting("CUTLINE_BROWSER", "",
            "Path of the browser that the tests drive.", "Chromium, Chrome or Edge, as found"),
    Setting("CUTLINE_OFFICE", "",
            "Path of LibreOffice, in which the tests open slides; set to nothing, these are "
            "skipped.", "LibreOffice, as found"),
)
LIMITS = (
    _limit("FILE", 20_000_000, "Bytes of one file as it is handed in."),
    _limit("BODY", 21_000_000,
           "Bytes of one upload: its files, and what the browser writes around them."),
    _limit("UNPACKED", 200_000_000,
           "Bytes, unpacked, of an archive, of a folder or of one workbook's parts."),
    _limit("RATIO", 100,
           "Unpacked to packed size; office files of repeated text come to 40."),
    _limit("MEMBERS", 200, "Files in an archive or folder."),
    _limit("ROWS", 200_000, "Rows of one table."),
    _limit("COLUMNS", 2_000, "Columns of one table."),
    _limit("CELLS", 10_000_000, "Cells of all tables together."),
    _limit("CELL", 32_767, "Characters in one cell, as in Excel."),
    _limit("SHEETS", 200, "Sheets of one workbook."),
    _limit("SECONDS", 10.0, "Seconds of processor time to read one upload."),
    _limit("WAIT", 20.0, "Seconds by the clock to read one upload."),
    _limit("MEMORY", 512_000_000, "Bytes of memory to read one upload."),
    _limit("READERS", 2, "Uploads that are read at the same time, of all visitors."),
    _limit("DATASETS", 20, "Opened data sets of one person."),
    _limit("KEPT", 500_000_000, "Bytes of all files and tables of one person."),
    _limit("SPARE", 200_000_000, "Bytes of the disk that stay free."),
    _limit("DRAFTS", 10, "Uploads of one person that are not opened yet."),
    _limit("DRAFT_DAYS", 7.0, "Days after which those are deleted."),
)
# fmt: on
SETTINGS = {one.name: one for one in (*PROGRAM, *TOOLS, *LIMITS)}
# What the system or a test service sets, and is read here too.
SYSTEM = ("CI", "DISPLAY", "LOCALAPPDATA", "WAYLAND_DISPLAY")


def read(name: str) -> str:
    """What the environment says, without spaces around it, or the default.

    KeyError for a name that is not declared here."""
    default = "" if name in SYSTEM else SETTINGS[name].default
    return os.environ.get(name, "").strip() or default
