"""Survival and cut-off statistics: arrays in, frozen values out.

Nothing here knows a cohort, a question, a page or a file: it could be used by others.
"""
