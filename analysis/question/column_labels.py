"""What a column of the subjects is called: one rule for tables, controls, files and sentences."""

from __future__ import annotations

ACRONYMS = ("ecog", "iv", "bmi", "ldh", "who")
UNITS = ("kg", "mm", "cm", "days", "months", "years")  # as the last word of a column name


def column_words(column: str) -> str:
    """A column within a sentence: "prior therapies", "ECOG"."""
    return " ".join(word.upper() if word in ACRONYMS else word for word in column.split("_"))


def column_label(column: str) -> str:
    """A column as a heading: "Prior therapies", "ECOG"."""
    words = column_words(column)
    return words[:1].upper() + words[1:]
