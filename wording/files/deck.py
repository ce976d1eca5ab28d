"""The words of slides."""

from __future__ import annotations

HOW_AND_P = "Cut-off and both p’s, or the answer"

NOTES = "What holds for one figure only stands in the notes of its slide."

LOOKS = (
    "Looks: the number of questions of that cohort whose outcome had been drawn when this was made "
    "(marker, visit, measure, clock, endpoint and population; cut-offs of one question count once)."
)

QUESTIONS_TABLE = "Every figure's question, both p's, and the looks"

NEAREST = "Marks that PowerPoint does not have are its nearest: triangles point up."

RISK_TABLE = "At risk, censored and events under the ticks"

AT_RISK_HEAD = "At risk (censored, events)"
