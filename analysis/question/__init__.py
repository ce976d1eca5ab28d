"""The question that everything hangs on: fields, defaults, subgroup, display options."""

from analysis.question.question import (
    BLIND,
    CLOCKS,
    DECIMAL_COMMA,
    FIELDS,
    LARGEST,
    LONGEST_ADDRESS,
    MEASURES,
    MOST_CUTS,
    NUMBER,
    OPTION_NAMES,
    SPLIT_FIELDS,
    Question,
    parse_cuts,
    parse_number,
    parse_query,
    shorten,
    write_field,
)
from analysis.stats.rounding import write_number

__all__ = [
    "BLIND",
    "CLOCKS",
    "DECIMAL_COMMA",
    "FIELDS",
    "LARGEST",
    "LONGEST_ADDRESS",
    "MEASURES",
    "MOST_CUTS",
    "NUMBER",
    "OPTION_NAMES",
    "SPLIT_FIELDS",
    "Question",
    "parse_cuts",
    "parse_number",
    "parse_query",
    "shorten",
    "write_field",
    "write_number",
]
