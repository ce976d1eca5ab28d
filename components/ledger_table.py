"""The list behind the count: every question of the cohort whose outcome was drawn."""

from __future__ import annotations

from dataclasses import replace

from dash import html
from dash.development.base_component import Component

from analysis.ledger import Entry, when
from analysis.question import Question, shorten
from components.cards import make_scrollable, unfold
from components.views.view import RenderContext
from wording.numbers import cut_text
from wording.pages.locking import LOOKS_NOTE, READ_OTHERWISE, count_looks
from wording.question_names import describe_change_from

MOST_ROWS = 200  # the latest ones
MOST_CUTS = 6  # written out, the latest ones
HEADS = ("", "Question", "Endpoint", "First looked at", "Cut-offs stopped at")


def draw_looks(context: RenderContext) -> Component | None:
    """A fold with every question looked at, the latest first, each a link to it."""
    entries = context.ledger.entries
    if not entries:
        return None
    numbered = list(enumerate(entries, start=1))[-MOST_ROWS:]
    known = {replace(entry.look, data=""): entry.look for entry in entries}  # as it is read now
    rows = [
        _row(number, entry, context.question, known[replace(entry.look, data="")] != entry.look)
        for number, entry in reversed(numbered)
    ]
    head = html.Tr([html.Th(name, scope="col") for name in HEADS])
    table = html.Table([html.Thead(head), html.Tbody(rows)], className="table looks")
    note = LOOKS_NOTE
    title = count_looks(entries)
    return unfold(title, html.P(note, className="note"), make_scrollable(table, title))


def _row(number: int, entry: Entry, asked: Question, before: bool) -> Component:
    look = entry.look
    link = Question(
        asked.cohort, look.endpoint, look.marker, look.visit, look.measure, look.baseline,
        clock=look.clock, where=look.population,
    ).query()  # fmt: skip
    words = f"{look.marker} at {look.visit}"
    if change := describe_change_from(look.measure, look.baseline):
        words += f", {change}"
    if look.population:
        words += f", only {shorten(look.population)}"
    words += "" if look.clock == "landmark" else ", from the start"
    words += READ_OTHERWISE if before else ""
    return html.Tr(
        [
            html.Td(str(number)),
            html.Td(html.A(words, href=f"/survival?{link}")),
            html.Td(look.endpoint),
            html.Td(when(entry.at)),
            html.Td(_cuts(entry)),
        ]
    )


def _cuts(entry: Entry) -> str:
    shown = [" and ".join(map(cut_text, cut)) for cut in entry.cuts[-MOST_CUTS:]]
    more = len(entry.cuts) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")
