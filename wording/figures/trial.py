"""The words of the figures of the trial."""

from __future__ import annotations

DLT_AXIS = "Patients with a DLT, %"

ENTRY_AXIS = "Patient, in order of entry"

LEVEL_AXIS = "Patients of the level"

NOT_EVALUABLE = "not evaluable: never dosed"
