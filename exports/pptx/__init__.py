"""Slides in PowerPoint's own form: text, native charts and tables, all of it editable."""
