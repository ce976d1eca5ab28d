"""The Download menu under every figure: one list of files, made by `callbacks.exports`."""

from __future__ import annotations

from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component

from components.attributes import Attributes
from components.cards import unfold
from exports.file_kinds import KINDS
from exports.scripts import SCRIPTED
from wording.pages.downloads import MORE_SIZES, NO_SCRIPT_NOTE

NO_SCRIPT = NO_SCRIPT_NOTE


def menu(
    view: str, part: str, of: str, query: str, name: str, several: tuple[str, ...] = ()
) -> Component:
    """The files of one figure, called `name`; `several` are the endpoints that one deck may hold
    together."""
    scripted = (view, part) in SCRIPTED
    here = place(view, part, of, query)
    links = [
        _link(kind.label, f"/export/{code}?{here}")
        for code, kind in KINDS.items()
        if scripted or not kind.script
    ]
    if len(several) > 1:
        every = f"PowerPoint slides, {' and '.join(several)}"
        links.insert(1, _link(every, address("pptx", view, part, "", query)))
    copy = html.Li(
        html.Button(
            "Copy picture",
            type="button",
            **Attributes({"data-copy": address("png", view, part, of, query)}),
        )
    )
    more = _link(MORE_SIZES, address("choose", view, part, of, query))
    note = [] if scripted else [html.P(NO_SCRIPT, className="note")]
    files = [html.Ul([*links, copy, more], className="downloads"), *note]
    return unfold("Download", html.Div(files, className="files"), about=name)


def address(kind: str, view: str, part: str, of: str, query: str) -> str:
    """Where the file of one figure is made."""
    return f"/export/{kind}?{place(view, part, of, query)}"


def place(view: str, part: str, of: str, query: str) -> str:
    """The query of an address that says which figure of which question is meant."""
    return f"{query}&{urlencode({'view': view, 'part': part, 'of': of})}"


def _link(text: str, href: str) -> Component:
    return html.Li(html.A(text, href=href))
