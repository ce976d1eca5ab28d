"""Answers on their way out: words now; slides, tables and code later."""
