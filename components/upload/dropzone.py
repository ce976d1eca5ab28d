"""Where files are handed over, what happens to them in plain words, and the template."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from components import ids
from components.cards import question_mark
from components.server_html import Html

KINDS = "CSV, Excel (.xlsx), SAS (.xpt, .sas7bdat), Dataset-JSON, or a zip of these"
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
                        f"{KINDS}. Several files that belong together (ADSL, ADTTE, ADLB …) at "
                        f"once. At most {largest}.",
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
                    html.A("Download a workbook to fill in (template.xlsx)", href="/template.xlsx"),
                    ": it reads back without a question.",
                ],
                className="note",
            ),
        ]
    )


def _privacy() -> Component:
    return html.Div(
        [
            html.B("Where your data stay. "),
            "On the machine that runs this program, in its own folder; they are sent nowhere else. "
            "Only this browser can open them here: a link shows them to nobody else, and clearing "
            "the browser’s cookies loses access to them. Whoever runs that machine could read "
            "its disk. ",
            html.B("Delete"),
            " in the list below removes files and tables for good. ",
            question_mark("what is kept", "own_data"),
        ],
        className="privacy",
    )
