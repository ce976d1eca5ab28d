"""The page of a figure's other files: paper sizes, resolution, rounding, a template of one's own.

A page of its own with plain forms, so that the pages themselves need none.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from exports.drawing.frames import DPI, FRAMES, FREE, NARROWEST, WIDEST
from exports.html_page import render_page


def page(title: str, query: str, action: str, back: str, *, rounds: bool, size: str) -> str:
    """The page; `query` says the figure, `action` is what stands before the kind of file."""
    frames = [(code, frame.label) for code, frame in FRAMES.items()] + [(FREE, "One’s own width")]
    return render_page(
        "download_form.html.j2",
        title=title,
        query=query,
        fields=parse_qsl(query),
        action=action,
        back=back,
        rounds=rounds,
        size=size,
        frames=frames,
        resolutions=[(str(dpi), f"{dpi} dpi") for dpi in DPI],
        least=NARROWEST,
        most=WIDEST,
    )
