"""The trial page."""
