"""What the browser needs to draw a moved cut-off by itself, once for all cuts of a question."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output

from components import ids
from services.address import read_open_question
from services.preview_payload import make_payload
from services.request.refusals import Refused
from wording.refusals import PREVIEW_BY_TEXT


def register(app: Dash) -> None:
    """The key is worked out in the browser, so that nothing is asked while only the cut moves."""
    app.clientside_callback(
        ClientsideFunction("drag", "question"),
        Output(ids.PREVIEW_OF, "data"),
        Input(ids.QUESTION, "data"),
        Input(ids.CONTROLS, "hidden"),
        prevent_initial_call=True,
    )
    app.callback(
        Output(ids.PREVIEW, "data"),
        Input(ids.PREVIEW_OF, "data"),
        Input(ids.WRITTEN, "data"),
        prevent_initial_call=True,
    )(send)
    app.clientside_callback(
        ClientsideFunction("drag", "payload"),
        Input(ids.PREVIEW, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("drag", "message"),
        Input(ids.MESSAGE, "children"),
        prevent_initial_call=True,
    )


def send(key: Any, _written: Any = None) -> dict[str, Any] | None:
    """The payload of a question without its cut; a covered outcome stays on the server."""
    if key is not None and not isinstance(key, str):
        raise Refused(PREVIEW_BY_TEXT, 422)
    if not key:
        return None
    return make_payload(read_open_question(key))
