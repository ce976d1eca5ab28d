"""A visitor of the real app who presses buttons of the saved questions and of the basket."""

from __future__ import annotations

import json
import re
from typing import Any

from flask.testing import FlaskClient

import app
from tests.web import attacks

SPLIT = (
    "cohort=imail2&endpoint=PFS&marker=HLADR_NK_PCT&visit=C1D15&measure=value&cut=20.1"
    "&clock=landmark"
)


def client(tmp_path, monkeypatch, name: str = "state") -> FlaskClient:
    """A browser that has loaded a page."""
    monkeypatch.setenv("CUTLINE_HOME", str(tmp_path / name))
    monkeypatch.setitem(app.server.config, "CUTLINE_RATE_LIMIT", False)
    made = app.server.test_client()
    made.get("/")
    return made


def pressed(visitor: FlaskClient, output: str, trigger: str, **values: Any):
    """The answer to a callback with one of these outputs; `values` by id, "_" for "-"."""
    key = next(key for key in app.app.callback_map if f"{output}." in key)
    body = attacks.good_body(app.app.callback_map, key)
    for one in [*body["inputs"], *body.get("state", [])]:
        one["value"] = values.get(one["id"].replace("-", "_"))
    return attacks.post(visitor, {**body, "changedPropIds": [trigger]})


def ids_of(html: str, act: str) -> list[str]:
    """The things that have a button of that kind, in order."""
    buttons = re.findall("<button[^>]*>", html)
    found = [re.search('data-of="([0-9a-f]+)"', one) for one in buttons if f'"{act}"' in one]
    return [one[1] for one in found]


def response(answer) -> dict:
    """What the answer writes, by id and property."""
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return json.loads(answer.get_data(as_text=True))["response"]
