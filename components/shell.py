"""The frame of every page: header, notice, controls, the answer in words, the view."""

from __future__ import annotations

import json
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from components import basket, ids
from components.attributes import Attributes
from components.controls import question as controls
from components.controls import saved_questions
from components.views import VIEWS, describe_pages
from wording.pages.browser import COPY_LINK
from wording.pages.shell import PRESENT, SKIP, SWITCH_THEME

INDEX = """<!DOCTYPE html>
<html lang="en">
  <head>
    {%metas%}
    <meta name="color-scheme" content="light dark">
    <title>{%title%}</title>
    {%favicon%}
    {%css%}
    <script type="application/json" id="cutline-config">CONFIG</script>
  </head>
  <body>
    {%app_entry%}
    <footer>{%config%}{%scripts%}{%renderer%}</footer>
  </body>
</html>"""


def index(config: dict[str, Any]) -> str:
    """The frame of the page, with what the scripts in assets/ are told: data, never run."""
    return INDEX.replace("CONFIG", json.dumps(config).replace("<", "\\u003c"))


FONT = '"Inter", "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif'


def layout(cohorts: dict[str, str]) -> Component:
    """The whole page but for the view; `cohorts`: names and titles to choose from."""
    return dmc.MantineProvider(
        id=ids.PROVIDER,
        theme=THEME,
        children=[
            *_state(),
            _pages(),
            _skip_link(),
            _header(cohorts),
            _notice(),
            _main(),
            _status(),
        ],
    )


# One blue in ten steps: readable as text on white from the sixth on (4.5 : 1).
SHADES = [
    "#e7f1f8", "#cfe2f0", "#a6cbe3", "#78b0d4", "#4a94c4",
    "#2a7db2", "#0b5d94", "#094f7e", "#074067", "#053150",
]  # fmt: skip
# The greys of dark pages: text, muted text, borders, hovered, fields, page.
DARK = [
    "#e9ecef", "#ced4da", "#adb5bd", "#8b939b", "#454c54",
    "#343a40", "#1f2328", "#15181c", "#101316", "#0b0d0f",
]  # fmt: skip
THEME = {
    "fontFamily": FONT,
    "primaryColor": "cutline",
    "colors": {"cutline": SHADES, "dark": DARK},
    "defaultRadius": 8,  # that of the buttons in assets/css/
}


def _state() -> list[Component]:
    return [
        dcc.Store(id=ids.ADDRESS),
        dcc.Store(id=ids.QUESTION),
        dcc.Store(id=ids.SHOWN),
        dcc.Store(id=ids.TURN),
        dcc.Store(id=ids.ASKED),
        dcc.Store(id=ids.FIGURES),
        html.Div(id=ids.SAID, hidden=True),
        dcc.Store(id=ids.HEARD),
        dcc.Store(id=ids.SEARCH_WANTED),
        dcc.Store(id=ids.CUT_SETTLED),
        dcc.Store(id=ids.PREVIEW_OF),
        dcc.Store(id=ids.PREVIEW),
        dcc.Store(id=ids.GO),
        dcc.Store(id=ids.WRITTEN),
        dcc.Store(id=ids.SEARCH_DONE),
        dcc.Store(id=ids.ROWS_OF),
        dcc.Store(id=ids.BROUGHT),
        dcc.Store(id=ids.SAVED_OF),
        dcc.Store(id=ids.SAVED_ACT),
        dcc.Store(id=ids.BASKET_ACT),
        dcc.Store(id=ids.BASKET_SAID),
        dcc.Store(id=ids.THEME, storage_type="local"),
    ]


def _pages() -> Component:
    """What the browser must know of a page to turn to it by itself."""
    return html.Div(
        id=ids.PAGES, hidden=True, **Attributes({"data-pages": json.dumps(describe_pages())})
    )


def _skip_link() -> Component:
    return html.A(SKIP, href="#answer", className="skip")


def _header(cohorts: dict[str, str]) -> Component:
    brand = dcc.Link(
        ["Cut", html.I(className="brand-line"), "line"],
        id=ids.nav("home"),
        href="/",
        className="brand to-page",
        title="Overview",
    )
    links = [
        dcc.Link(view.title, id=ids.nav(view.name), href=view.path, className="nav-link to-page")
        for view in VIEWS
    ]
    return html.Header(
        [
            brand,
            html.Nav(links, **Attributes({"aria-label": "Pages"})),
            html.Div(_tools(cohorts), className="tools"),
        ],
        className="top",
    )


def _tools(cohorts: dict[str, str]) -> list[Component]:
    return [
        controls.cohort(cohorts),
        saved_questions.menu(),
        basket.link(),
        _copy_link(),
        _present(),
        _theme_toggle(),
    ]


def _present() -> Component:
    meaning = PRESENT
    return html.Button(
        html.Span(className="present-icon"),
        id=ids.PRESENT,
        className="icon-button",
        title=meaning,
        **Attributes({"aria-label": meaning, "aria-pressed": "false"}),
    )


def _copy_link() -> Component:
    return dmc.Button(
        COPY_LINK, id=ids.COPY_LINK, variant="default", size="sm", className="copy-link"
    )


def _theme_toggle() -> Component:
    return html.Button(
        html.Span(className="theme-icon"),
        id=ids.THEME_TOGGLE,
        className="icon-button",
        title="Dark or light",
        **Attributes({"aria-label": SWITCH_THEME}),
    )


def _notice() -> Component:
    about = Attributes({"aria-label": "About these data"})
    return html.Aside(id=ids.NOTICE, className="notice", hidden=True, **about)


def _status() -> Component:
    return html.Div(id=ids.STATUS, className="status", role="status")


def _main() -> Component:
    answer = html.Section(
        [
            html.Div(id=ids.MESSAGE, className="message", role="alert", hidden=True),
            html.H1("Answer", className="sr-only", id="answer", tabIndex="-1"),
            html.P(id=ids.SUMMARY, className="summary", **Attributes({"aria-live": "polite"})),
        ],
        className="answer card",
    )
    return html.Main(
        [
            html.Aside(
                controls.question(),
                id=ids.CONTROLS,
                hidden=True,
                **Attributes({"aria-label": "The question"}),
            ),
            answer,
            html.Div(id=ids.PAGE, className="page"),
        ],
        id="main",
    )
