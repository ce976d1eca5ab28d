"""Tidy tables, wide and long, by a guessed mapping."""
