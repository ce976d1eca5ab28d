"""No bad request gets through, and none breaks the server."""

import json

import pytest
from dash import Dash
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web import attacks, fuzz


@pytest.mark.parametrize("attack", attacks.ATTACKS, ids=lambda attack: attack.__name__)
def test_attack(attack: attacks.Attack, app: Dash, client: FlaskClient) -> None:
    attack(client, app.callback_map)


def test_there_is_something_to_attack(app: Dash) -> None:
    assert len(attacks.server_callbacks(app.callback_map)) == 7
    assert len(app.callback_map) == 8


def test_good_bodies_pass(app: Dash, client: FlaskClient) -> None:
    for body in attacks.good_bodies(app.callback_map):
        assert attacks.post(client, body).status_code in (200, 204, 422), body


def test_a_callback_may_refuse_by_itself(app: Dash, client: FlaskClient) -> None:
    answer = attacks.post(client, attacks.good_body(app.callback_map, "picky.children"))
    assert (answer.status_code, answer.json) == (422, {"error": "This is not one of ours."})


@settings(
    max_examples=500,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_fuzzed_bodies_never_break_the_server(
    app: Dash, client: FlaskClient, data: st.DataObject
) -> None:
    sound = data.draw(st.booleans())
    grow = fuzz.good if sound else fuzz.broken
    answer = attacks.post(client, json.dumps(data.draw(grow(app.callback_map))))
    assert answer.status_code < 500
    assert not sound or answer.status_code in (200, 204, 422)
