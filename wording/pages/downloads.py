"""The words of the Download menu and of the page of other files."""

from __future__ import annotations

NO_SCRIPT_NOTE = (
    "R and Python scripts are there for the curves of the Survival page, the profile of the "
    "Cut-off page and the patients by dose on the Trends page."
)

MORE_SIZES = "Sizes for journals, own template …"
