"""The expected failure of an analysis, at its documented path."""

from analysis.stats.errors import NotEnoughData

__all__ = ["NotEnoughData"]
