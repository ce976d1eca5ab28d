"""What stands where an outcome is covered."""

from __future__ import annotations

from analysis.covered import Covered
from wording.numbers import cut_text


def describe_covered(covered: Covered) -> str:
    """Marker and patients without the outcome, and what to do to see it."""
    cut = " and ".join(map(cut_text, covered.cut))
    head = f"{covered.marker} at {covered.visit}, cut-off {cut} {covered.unit}".rstrip()
    counts = f"{covered.above} of {covered.n} patients lie above it."
    other = "" if covered.locked is None else f" Locked is {cut_text(covered.locked)}, not {cut}."
    return f"{head}: {counts} The outcome is covered until this cut-off is locked.{other}"
