"""The words of the shell: header, help, pages that do not exist."""

from __future__ import annotations

from analysis.question import shorten

ASK_ALL = "Ask of all patients"

NO_PAGE = "This page does not exist. Choose one of the pages above."


def ask_what_it_is(label: str) -> str:
    return f"What is {label}?"


DO_NOT_TRUST = "Do not trust it "


def describe_own_data(title: str) -> str:
    return f"Your own data: “{shorten(title)}”. Kept on this machine; only this browser opens them."


SKIP = "Skip to the answer"

PRESENT = "Present: larger, without controls (p); arrows go through the saved questions"

SWITCH_THEME = "Switch between dark and light"
