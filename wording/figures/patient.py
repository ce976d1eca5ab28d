"""The words of the figures of one patient."""

from __future__ import annotations

CENSORED = "censored, no event until"
