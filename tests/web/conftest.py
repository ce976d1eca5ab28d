"""A small app of the tests' own, with every kind of callback that Dash knows."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from dash import ALL, MATCH, Dash, Input, Output, State, _callback, _get_app, dcc, html
from flask.testing import FlaskClient

import web
from services.request import owner
from services.request.refusals import Refused
from web import limits

KEY = b"a key of the tests, not of anyone"
PAGES = ("/", "/second")


@contextmanager
def own_dash_state() -> Iterator[None]:
    """Dash keeps callbacks and the current app in globals: give them back as they were."""
    kept = (_callback.GLOBAL_CALLBACK_LIST, _callback.GLOBAL_INLINE_SCRIPTS)
    lists = [list(one) for one in kept]
    callback_map, current = dict(_callback.GLOBAL_CALLBACK_MAP), _get_app.APP
    for one in (*kept, _callback.GLOBAL_CALLBACK_MAP):
        one.clear()
    yield
    for one, before in zip(kept, lists, strict=True):
        one.extend(before)
    _callback.GLOBAL_CALLBACK_MAP.update(callback_map)
    _get_app.APP = current


def make_app(ready=lambda: True) -> Dash:
    """An app with web.init around it; its callbacks answer anything."""
    with own_dash_state():
        app = Dash("small", assets_folder="no-such-folder")
        app.layout = html.Div([dcc.Input(id="a"), dcc.Input(id="b"), html.Div(id="out")])
        add_callbacks(app)
        app.server.config[owner.KEY] = KEY
        web.init(app, ready=ready, pages=lambda path: path in PAGES)
    return app


def add_callbacks(app: Dash) -> None:
    """Single, several, pattern, duplicate, no output, named arguments, clientside."""

    def answer(*given: object, **named: object) -> str:
        return repr((given, named))

    def answer_twice(*given: object) -> tuple[str, str]:
        return repr(given), "second"

    def nothing(*given: object) -> None:
        return None

    def picky(given: object) -> str:
        raise Refused("This is not one of ours.", 422)

    add = app.callback
    add(Output("out", "children"), Input("a", "value"), State("b", "value"))(answer)
    add(Output("x", "title"), Output("y", "title"), Input("a", "value"))(answer_twice)
    add(
        Output({"type": "part", "index": MATCH}, "children"),
        Input({"type": "control", "index": MATCH}, "value"),
        Input({"type": "any", "index": ALL}, "n_clicks"),
        State("b", "value"),
    )(answer)
    add(
        Output("out", "children", allow_duplicate=True),
        Input("c", "value"),
        prevent_initial_call=True,
    )(answer)
    add(Input("d", "value"))(nothing)
    add(Output("picky", "children"), Input("a", "value"))(picky)
    add(Output("named", "children"), inputs={"first": Input("a", "value")})(answer)
    app.clientside_callback("(v) => v", Output("z", "children"), Input("a", "value"))


@pytest.fixture(scope="session")
def app() -> Dash:
    """The small app without a rate limit."""
    made = make_app()
    made.server.config[limits.SETTING] = False
    return made


@pytest.fixture
def client(app: Dash) -> FlaskClient:
    """A new visitor who has loaded the first page."""
    visitor = app.server.test_client()
    visitor.get("/")
    return visitor
