"""The cut-off page."""
