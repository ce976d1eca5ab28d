"""The figures of the trial page."""
