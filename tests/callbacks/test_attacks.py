"""No tampered request breaks the real app, and none gets a wrong answer out of it."""

import json

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import app
from tests.web import attacks, fuzz
from web import limits


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    app.server.config[limits.SETTING] = False
    client = app.server.test_client()
    client.get("/")
    yield client
    app.server.config[limits.SETTING] = True


@pytest.mark.parametrize("attack", attacks.ATTACKS, ids=lambda attack: attack.__name__)
def test_attack(attack: attacks.Attack, client: FlaskClient) -> None:
    attack(client, app.app.callback_map)


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_no_body_breaks_it(data: st.DataObject, client: FlaskClient) -> None:
    body = data.draw(st.one_of(fuzz.good(app.app.callback_map), fuzz.broken(app.app.callback_map)))
    answer = attacks.post(client, body)
    assert answer.status_code < 500, json.dumps(body)[:2_000]


def question_of(values: dict, trigger: str) -> dict:
    """A body of the question's callback with some inputs set."""
    output = next(key for key in app.app.callback_map if "question.data" in key)
    body = attacks.good_body(app.app.callback_map, output)
    for one in [*body["inputs"], *body["state"]]:
        key = f"{one['id']}.{one['property']}"
        one["value"] = values.get(key)
    return {**body, "changedPropIds": [trigger]}


START = {
    "question.data": {"path": "/survival", "query": "cohort=imail2&marker=CD4&visit=C1D15"},
    "cohort.value": "imail2", "endpoint.value": "PFS", "marker.value": "CD4",
    "visit.value": "C1D15", "measure.value": "value", "clock.value": "start",
}  # fmt: skip


@pytest.mark.parametrize(
    ("trigger", "value"),
    [("cut.value", "abc"), ("cut.value", {"a": 1}), ("cut.value", [1]), ("cut.value", True),
     ("cut.value", -1e9), ("cut.value", "1e400"), ("cut.value", "NaN"),
     ("marker.value", "PGR"), ("marker.value", {"x": 1}),
     ("cohort.value", "nowhere"), ("cohort.value", 7), ("visit.value", True),
     ("address.data", "x"), ("address.data", {"path": 1, "search": 2}), ("address.data", None),
     ("question.data", "x"), ("question.data", {"query": 3}), ("question.data", 7)],
)  # fmt: skip
def test_a_tampered_control_gets_words_or_a_4xx(client, trigger, value) -> None:
    answer = attacks.post(client, question_of({**START, trigger: value}, trigger))
    assert answer.status_code in (200, 204, 400, 422)
    text = answer.get_data(as_text=True)
    assert "Traceback" not in text
    if answer.status_code == 200 and trigger == "cut.value":
        query = json.loads(text)["response"].get("question", {}).get("data", {}).get("query", "")
        assert "nan" not in query.lower()
        assert "1e400" not in query


FORGED = ["24", 24, [], {"cut": 24, "n": 1}, {"cut": "NaN", "n": 1}, {"cut": "1e400", "n": 1},
          {"cut": "9" * 400, "n": 1}, {"cut": "24", "n": "1"}, {"cut": "2,3", "n": 1}]  # fmt: skip


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_drag_is_refused_and_logged(client, caplog, forged) -> None:
    answer = attacks.post(client, question_of({**START, "cut-settled.data": forged}, SETTLED))
    assert answer.status_code == 422
    assert "refused status=422" in caplog.text


SETTLED = "cut-settled.data"


def test_a_drag_to_any_number_is_a_question(client) -> None:
    for cut in ("30.25", "-5", "1000000"):
        values = {**START, SETTLED: {"cut": cut, "n": 1}}
        answer = attacks.post(client, question_of(values, SETTLED))
        assert answer.status_code == 200
        data = json.loads(answer.get_data(as_text=True))["response"]["question"]["data"]
        assert (data["cut"], data["settled"], data["entry"]) == (cut, 1, "push")
        assert f"cut={cut}" in data["query"]


def test_a_click_after_a_drag_starts_where_the_line_was_left(client) -> None:
    start = {**START["question.data"], "clicks": [0, 0], "settled": 1}
    values = {**START, "question.data": start, "cut.value": "24", "cut-step-up.n_clicks": 1}
    seen = {}
    for n in (1, 2):  # the first was answered already
        body = question_of({**values, SETTLED: {"cut": "200", "n": n}}, "cut-step-up.n_clicks")
        text = attacks.post(client, body).get_data(as_text=True)
        seen[n] = float(json.loads(text)["response"]["question"]["data"]["cut"])
    assert seen[1] < 200 < seen[2]


FORGED_KEYS = {"x" * 5_000: 200, "blind=yes": 200, "cohort=nowhere": 410}


@pytest.mark.parametrize("key", [7, [], {}, True, *FORGED_KEYS])
def test_a_forged_key_of_a_preview_gets_nothing_or_a_4xx(client, key) -> None:
    answer = attacks.post(client, preview_of(key))
    assert answer.status_code == (FORGED_KEYS[key] if isinstance(key, str) else 422)


def preview_of(key: object) -> dict:
    """What the page sends to have a preview."""
    return {
        "output": "preview.data",
        "outputs": {"id": "preview", "property": "data"},
        "inputs": [
            {"id": "preview-of", "property": "data", "value": key},
            {"id": "written", "property": "data"},
        ],
        "state": [],
        "changedPropIds": ["preview-of.data"],
    }


PLACES = ["", "EFS", "<script>", "__proto__", "0", "😀", "PFS"]


@pytest.mark.parametrize("of", PLACES)
@pytest.mark.parametrize(("kind", "part"), [("part", "counts"), ("chart", "curve"),
                                            ("part", "facts"), ("part", "curve")])  # fmt: skip
def test_a_forged_place_gets_nothing_or_a_4xx(client, of, kind, part) -> None:
    for view, path in (("survival", "/survival"), ("overview", "/"), ("controls", "/survival")):
        place = {"type": kind, "view": view, "part": part, "of": of}
        answer = attacks.post(client, body_of(place, path))
        assert answer.status_code in (200, 204, 400)


@pytest.mark.parametrize("place", [{"view": "survival"}, {"view": [], "of": {}}, {}])
def test_a_forged_place_is_refused(client, place) -> None:
    right = {"type": "part", "view": "survival", "part": "counts", "of": "PFS"}
    body = body_of(right, "/survival")
    body["outputs"][0][0]["id"] = place
    assert attacks.post(client, body).status_code in (400, 422)


@pytest.mark.parametrize("times", [0, 2, 50])
def test_figures_without_their_frames_are_refused(client, times) -> None:
    body = body_of({"type": "chart", "view": "survival", "part": "curve", "of": "PFS"}, "/survival")
    body["outputs"][2] = body["outputs"][2] * times
    assert attacks.post(client, body).status_code in (400, 422)


def body_of(place: dict, path: str) -> dict:
    """What the page sends to have its places drawn; here it has only one."""
    chart = place["type"] == "chart"
    frame = {**place, "type": "frame"}
    outputs = [[{"id": place, "property": "data-html"}]]
    outputs += [{"id": "summary", "property": "children"}]
    outputs += [
        {"id": "said", "property": "data-said"}, {"id": "search-wanted", "property": "data"},
    ]  # fmt: skip
    if chart:
        outputs = [[{"id": place, "property": name}] for name in ("figure", "style")]
        outputs += [[{"id": frame, "property": name}] for name in ("aria-label", "hidden")]
    found = "figure" if chart else "data-html"
    output = next(key for key in app.app.callback_map if f"}}.{found}" in key)
    question = {"path": path, "query": "cohort=imail2&marker=CD4&visit=C1D15"}
    theme = [{"id": "theme", "property": "data", "value": "light"}] if chart else []
    return {
        "output": output,
        "outputs": outputs,
        "inputs": [
            {"id": "figures" if chart else "asked", "property": "data", "value": question},
            *theme,
            {"id": "written", "property": "data", "value": None},
            {"id": "search-done", "property": "data", "value": None},
        ],
        "state": [],
        "changedPropIds": ["figures.data" if chart else "asked.data"],
    }


def test_a_place_that_the_page_has_is_drawn(client) -> None:
    place = {"type": "part", "view": "survival", "part": "counts", "of": "PFS"}
    answer = attacks.post(client, body_of(place, "/survival"))
    assert answer.status_code == 200
    assert "Show as table" in answer.get_data(as_text=True)


SELECTED = [["0" * 20], ["a" * 20, "a" * 20], []]
ODD_PATHS = ["/survival", "", "/nowhere", "/survival" * 500, "/<script>", "/😀\"'&"]


@pytest.mark.parametrize("path", ODD_PATHS)
@pytest.mark.parametrize("sel", SELECTED)
def test_an_answer_says_which_question_it_is_to(client, path, sel) -> None:
    body = body_of({"type": "part", "view": "survival", "part": "counts", "of": "PFS"}, path)
    query = body["inputs"][0]["value"]["query"]
    body["inputs"][0]["value"]["sel"] = sel
    for _ in range(2):
        answer = attacks.post(client, body)
        assert answer.status_code == 200
        said = json.loads(
            json.loads(answer.get_data(as_text=True))["response"]["said"]["data-said"]
        )
        assert said["of"] == [path, query, sel]


@pytest.mark.parametrize("sel", ["a" * 20, 7, {}, [7], ["<b>"], ["a" * 20] * 21, [["a" * 20]]])
def test_an_answer_to_a_forged_selection_is_refused(client, sel) -> None:
    body = body_of({"type": "part", "view": "survival", "part": "counts", "of": "PFS"}, "/survival")
    body["inputs"][0]["value"]["sel"] = sel
    assert attacks.post(client, body).status_code == 422


def turn_body(question: object, theme: object) -> dict:
    """What the page sends to be shown another one."""
    ids = ("page.children", "shown.data", "controls.hidden", "asked.data", "figures.data")
    outputs = [dict(zip(("id", "property"), one.split("."), strict=True)) for one in ids]
    return {
        "output": f"..{'...'.join(ids)}..",
        "outputs": outputs,
        "inputs": [{"id": "turn", "property": "data", "value": question}],
        "state": [{"id": "theme", "property": "data", "value": theme}],
        "changedPropIds": ["turn.data"],
    }


@pytest.mark.parametrize("theme", [None, "", "purple", 7, {}, [], "x" * 10_000])
def test_a_page_in_no_theme_comes_without_figures_and_asks_for_all(client, theme) -> None:
    question = {"path": "/survival", "query": "cohort=imail2&marker=CD4&visit=C1D15"}
    answer = attacks.post(client, turn_body(question, theme))
    assert answer.status_code in (200, 400, 422)
    if answer.status_code == 200:
        assert "only" not in answer.get_json()["response"]["figures"]["data"]
        assert "Kaplan-Meier curve" not in answer.get_data(as_text=True)


def test_a_page_comes_with_its_figures_and_twice_the_same(client) -> None:
    question = {"path": "/survival", "query": "cohort=imail2&marker=CD4&visit=C1D15"}
    first, second = (attacks.post(client, turn_body(question, "light")) for _ in range(2))
    assert first.status_code == second.status_code == 200
    assert "Kaplan-Meier curve" in first.get_data(as_text=True)
    assert first.get_json() == second.get_json()


@pytest.mark.parametrize(
    "question",
    [None, [], "x", {"path": "/survival"}, {"path": 7, "query": ""}, {"path": "/x" * 9_000,
     "query": "cohort=imail2"}, {"path": "/patients/" + "0" * 20, "query": "cohort=imail2"}],
)  # fmt: skip
def test_a_forged_turn_of_the_page_is_no_fault_of_the_server(client, question) -> None:
    assert attacks.post(client, turn_body(question, "light")).status_code < 500
