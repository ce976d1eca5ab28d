"""Why a PowerPoint template cannot be used."""

from __future__ import annotations

from typing import Any

NOT_READ = "The template could not be read. Save it again in PowerPoint as .pptx or .potx."


def refuse_size(size: Any) -> str:
    return (
        f"The template’s slides are {size[0]:.2f} × {size[1]:.2f} inches. Set the slide size "
        "to Widescreen (13.333 × 7.5 inches) in PowerPoint, then try again."
    )


NO_TITLE_LAYOUT = "The template has no layout with a title. Add one (Title Only)."


def refuse_large(largest: int) -> str:
    return f"The template is larger than {largest // 10**6} MB."


NO_TEMPLATE = "The file is no PowerPoint template: .pptx or .potx is needed, without a password."

NO_PPTX = "The file is no .pptx or .potx (macros are not taken: no .pptm, .potm)."

UNPACKS_TOO_LARGE = "The template unpacks to more than a template can need."

PACKED_TOO_DENSELY = "A part of the template is packed far too densely to be read."

HOLDS_MACROS = "The template holds macros or embedded programs. Save it without these."
