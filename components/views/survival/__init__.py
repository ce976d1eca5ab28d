"""The survival page, and two questions side by side."""
