"""What the real page sends passes, in all its forms; pattern ids are held to the pattern."""

import pytest
from dash import Dash

from services.request.refusals import Refused
from tests.web import attacks
from web import _contract as contract


@pytest.fixture
def pattern(app: Dash) -> attacks.Body:
    """A body as the renderer sends it for a pattern-matching callback."""
    output = next(name for name in app.callback_map if '"part"' in name)
    return {
        "output": output,
        "outputs": {"id": {"index": "km", "type": "part"}, "property": "children"},
        "inputs": [
            {"id": {"index": "km", "type": "control"}, "property": "value"},
            [
                {"id": {"index": 1, "type": "any"}, "property": "n_clicks", "value": 1},
                {"id": {"index": "two", "type": "any"}, "property": "n_clicks"},
            ],
        ],
        "changedPropIds": ['{"index":1,"type":"any"}.n_clicks'],
        "parsedChangedPropsIds": [{"index": 1, "type": "any"}],
        "state": [{"id": "b", "property": "value", "value": "x"}],
    }


def test_what_the_page_sends_passes(app: Dash, pattern: attacks.Body) -> None:
    contract.check(pattern, app.callback_map)
    pattern["inputs"][1] = []
    contract.check(pattern, app.callback_map)


def test_an_input_that_is_optional_and_absent_passes(app: Dash) -> None:
    body = attacks.good_body(app.callback_map, "out.children")
    body["inputs"][0] |= {"value": None, "allow_optional": True}
    contract.check(body, app.callback_map)


@pytest.mark.parametrize(
    ("place", "id_"),
    [
        (0, {"index": "other", "type": "control"}),  # MATCH: the output says "km"
        (0, {"index": "km", "type": "any"}),
        (0, {"index": "km"}),
        (0, {"index": "km", "type": "control", "more": 1}),
        (0, {"index": ["MATCH"], "type": "control"}),
        (0, {"index": "x" * 65, "type": "control"}),
        (0, {"index": True, "type": "control"}),
        (0, {"index": 1.5, "type": "control"}),
        (0, "control"),
    ],
)
def test_other_ids_do_not(app: Dash, pattern: attacks.Body, place: int, id_: object) -> None:
    pattern["inputs"][place]["id"] = id_
    with pytest.raises(Refused):
        contract.check(pattern, app.callback_map)


def test_a_list_where_one_is_declared_does_not(app: Dash, pattern: attacks.Body) -> None:
    pattern["inputs"][0] = [pattern["inputs"][0]]
    with pytest.raises(Refused):
        contract.check(pattern, app.callback_map)
