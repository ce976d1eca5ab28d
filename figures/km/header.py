"""Where the words of a Kaplan-Meier figure stand: above the plot and under it.

Heights are in pixels above the plot. Above it stand, from the top, what compares the groups, and
then a block of lines for each group, highest group first.
"""

from __future__ import annotations

import textwrap
from html import escape
from typing import Any

from analysis.results.survival import (
    AnsweredEndpoint,
    ComparedEndpoint,
    ComparedSides,
    SeveralGroups,
    SurvivalResult,
)
from figures.km.group import Group, key_line
from figures.style import Palette
from wording.figures.km import HeaderLine, describe_comparison, describe_group
from wording.results import phrases

LEFT = -88  # where text above the plot begins, in pixels from its left edge
KEY = LEFT + 28  # where it begins behind a key
LINE = 16  # from one line of a group's block to the next
NOTHING = "\u00a0"  # a line that a moved cut-off may fill
WIDEST = 56  # characters of a line under the figure


def header_height(n_groups: int) -> int:
    """The height of the words above the plot."""
    return _up(0, n_groups) + (128 if n_groups == 2 else 64)


def header(
    answer: SurvivalResult, endpoint: ComparedEndpoint, groups: list[Group], colours: Palette
) -> list[dict[str, Any]]:
    """The comparison, then each group's name and numbers."""
    up = _up(0, len(groups))
    if isinstance(endpoint, SeveralGroups):
        lines = _compared_groups(endpoint, up, colours)
    else:
        lines = _compared_sides(endpoint, up, colours)
    for i, group in enumerate(groups):
        lines += _block(group, answer, endpoint, _up(i, len(groups)), colours)
    # By its name a drag finds the line that it has to write anew.
    return [{**line, "name": f"line {i}"} for i, line in enumerate(lines)]


def header_keys(groups: list[Group]) -> list[dict[str, Any]]:
    """The look of each curve before its group's name."""
    return [_header_key(group, _up(i, len(groups))) for i, group in enumerate(groups)]


def _compared_sides(endpoint: ComparedSides, up: int, colours: Palette) -> list[dict[str, Any]]:
    """One cut-off: the headline p in the largest print, what is left of it, and the rest."""
    text, muted = colours.text, colours.muted
    texts = map(_mark_up, describe_comparison(endpoint))
    looks = [(114, 15, text), (95, 12, text), (79, 12, muted), (61, 12, text), (45, 12, muted),
             (29, 12, muted)]  # fmt: skip
    return [
        _line(line or NOTHING, up + above, size, colour)
        for line, (above, size, colour) in zip(texts, looks, strict=True)
    ]


def _compared_groups(endpoint: SeveralGroups, up: int, colours: Palette) -> list[dict[str, Any]]:
    """Several cut-offs: one test of all groups, and nothing in large print."""
    test, against = map(_mark_up, describe_comparison(endpoint))
    return [
        _line(test, up + 44, 12, colours.text),
        _line(against, up + 27, 12, colours.muted),
    ]


def _mark_up(line: HeaderLine) -> str:
    return line.rest if line.strong is None else f"<b>{line.strong}</b>{line.rest}"


def _block(
    group: Group, answer: SurvivalResult, endpoint: ComparedEndpoint, up: int, colours: Palette
) -> list[dict[str, Any]]:
    texts = describe_group(group.row, group.number, answer, endpoint)
    return [
        _line(f"<b>{group.label}</b>", up, 12, colours.text, KEY),
        *(_line(text, up - LINE * (i + 1), 12, colours.muted, KEY) for i, text in enumerate(texts)),
    ]


def _up(i: int, n_groups: int) -> int:
    """Where the name of group i stands: over its numbers and the blocks of the groups below."""
    lines = 2 if n_groups == 2 else 3
    return LINE * lines + (LINE * lines + 4) * (n_groups - 1 - i)


def stamp(
    answer: SurvivalResult, endpoint: AnsweredEndpoint, colours: Palette
) -> list[dict[str, Any]]:
    """How the cut-off was set, and whether the data are real, under the table."""
    text = "<br>".join(_stamp_lines(endpoint)) + (
        f"<br><b>{phrases.SYNTHETIC}</b>" if answer.synthetic else ""
    )
    line = _line(text, 0, 11, colours.stamp)
    return [{**line, "name": "stamp", "y": 0, "yanchor": "top", "yshift": -2}]


def stamp_height(endpoint: AnsweredEndpoint) -> int:
    """The height of the words under the table."""
    return 12 + 14 * (len(_stamp_lines(endpoint)) + 1)


def _stamp_lines(endpoint: AnsweredEndpoint) -> list[str]:
    """The caveat in lines that fit under a figure; a name and a reason are anybody's text."""
    wrapped = (textwrap.wrap(line, WIDEST) for line in phrases.caveat_lines(endpoint))
    return [escape(line, quote=False) for lines in wrapped for line in lines]


def _line(text: str, up: float, size: int, colour: str, left: float = LEFT) -> dict[str, Any]:
    """A line of text, `up` pixels above the plot, `left` pixels beside its left edge."""
    return {
        "text": text,
        "x": 0,
        "y": 1,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "middle",
        "xshift": left,
        "yshift": up,
        "showarrow": False,
        "align": "left",
        "font": {"size": size, "color": colour},
    }


def _header_key(group: Group, up: float) -> dict[str, Any]:
    key = key_line(group, "paper", 1, LEFT, LEFT + 20)
    return {**key, "ysizemode": "pixel", "yanchor": 1, "y0": up, "y1": up}
