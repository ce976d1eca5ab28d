"""Where files are handed over, what happens to them in plain words, and the template."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from components import ids
from components.cards import question_mark
from components.server_html import Html
from wording.pages.upload import (
    KINDS,
    READS_BACK,
    REMOVES_FOR_GOOD,
    STAYS_HERE,
    TEMPLATE_LINK,
    WHERE_DATA_STAY,
    describe_limits,
)

PICK = Html(
    f'<input type="file" id="{ids.DATA_FILES}" multiple class="file-input" '
    f'aria-describedby="data-kinds"><label for="{ids.DATA_FILES}">'
    "<b>Choose files</b> or drop them here</label>"
)


def dropzone(largest: str) -> Component:
    """The zone, its progress, and the way to cancel."""
    return html.Div(
        [
            html.Div(
                [
                    PICK,
                    html.P(
                        describe_limits(KINDS, largest),
                        id="data-kinds",
                        className="note",
                    ),
                ],
                className="dropzone",
            ),
            html.Div(
                [
                    html.Div(html.Span(className="upload-fill"), className="upload-bar"),
                    html.P(className="upload-words", role="status"),
                    html.Button("Cancel", type="button", className="wide-button upload-cancel"),
                ],
                className="uploading",
                hidden=True,
            ),
            html.P(className="upload-refused message", role="alert", hidden=True),
            _privacy(),
            html.P(
                [
                    html.A(TEMPLATE_LINK, href="/template.xlsx"),
                    READS_BACK,
                ],
                className="note",
            ),
        ]
    )


def _privacy() -> Component:
    return html.Div(
        [
            html.B(WHERE_DATA_STAY),
            STAYS_HERE,
            html.B("Delete"),
            REMOVES_FOR_GOOD,
            question_mark("what is kept", "own_data"),
        ],
        className="privacy",
    )
