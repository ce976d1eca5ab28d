"""The one expected failure of an analysis."""

__all__ = ["NotEnoughData"]


class NotEnoughData(Exception):
    """The input is right but cannot carry an answer.

    The message is a sentence for the person who asked: what is missing, and what to change.
    Wrong input (missing times, unequal lengths, an empty group) is a ``ValueError`` instead.
    """
