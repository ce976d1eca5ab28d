"""The words of the list of patients as a file."""

from __future__ import annotations

NAMES = "This file names patients: keep it where such data may be kept, and pass it on only there."

ALL_PATIENTS = "All patients of the cohort"

HISTORY = "The history of the notes is complete; a note is never changed or taken out."
