"""Scripts in R and Python that reproduce the numbers of a figure from its exported rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from exports.scripts import cutoff, dose_response, km

# Which figures have scripts, by view and part, and what makes them: the menu under a figure and
# the figure's export both read it.
SCRIPTED: dict[tuple[str, str], Callable[[Any], Mapping[str, Callable[..., str]]]] = {
    ("survival", "curve"): km.scripts,
    ("cutoff", "profile"): cutoff.scripts,
    ("trends", "response"): dose_response.scripts,
}
