"""The attacks of every kind of bad request, for any Dash app: the tests' own and the real one.

Each `attack_*` takes a Flask test client and the app's callback map, and asserts by itself. The
numbers are the cases of the threat list. Turn the rate limit off first (web.limits.SETTING)."""

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from web import _contract as contract

URL = "/_dash-update-component"
CallbackMap = Mapping[str, Any]
Body = dict[str, Any]
Attack = Callable[[FlaskClient, CallbackMap], None]

HOSTILE_PATHS = [
    "/_dash-component-suites/os/x.js",
    "/_dash-component-suites/dash/../../../../etc/passwd",
    "/_dash-component-suites/dash/..%2f..%2f..%2fetc/passwd",
    "/_dash-component-suites/dash/%252e%252e/x",
    "/_dash-component-suites/plotly/nothing.js",
    "/assets/../app.py",
    "/assets/..%2f..%2fapp.py",
    "/assets/..%5c..%5capp.py",
    "/assets/%2e%2e/app.py",
    "/assets/nothing.js",
    "/%00",
    "/a%0d%0aSet-Cookie:x=1",
    "/\\evil",
    "/%5c%5cevil",
    "/./x",
    "/" + "x" * 5_000,
]
# As they stand in the request line: the test client would read a host from "//".
RAW_PATHS = ["//evil.example/%2f..", "//evil.example/..", "///evil.example", "/\\evil.example"]
REDIRECTS = ["/?next=https://evil.example", "/?next=//evil.example", "/?next=%5c%5cevil.example"]
ODD_VALUES = [None, "abc", "", [], {}, True, [1, "a"], {"a": 1}, -1e9, 10**15, 0.5, "=1+1", "\r\n"]


def server_callbacks(callback_map: CallbackMap) -> list[str]:
    """The outputs that the server answers."""
    return [output for output, entry in callback_map.items() if "callback" in entry]


def good_body(callback_map: CallbackMap, output: str, value: Any = None) -> Body:
    """What our own page would send; without a value, as for a control that is empty."""
    promised = contract.contract(callback_map[output])
    body: Body = {"output": output, "changedPropIds": []}
    outputs = [_item(slot, None) for slot in promised.outputs]
    if outputs:
        body["outputs"] = outputs if promised.several else outputs[0]
    body["inputs"] = [_item(slot, value) for slot in promised.inputs]
    if promised.state:
        body["state"] = [_item(slot, value) for slot in promised.state]
    return body


def _item(slot: contract.Slot, value: Any) -> Any:
    id_ = slot.id
    if isinstance(id_, dict):
        id_ = {key: 0 if isinstance(part, list) else part for key, part in id_.items()}
    item = {"id": id_, "property": slot.property}
    if value is not None:
        item["value"] = value
    return [item] if slot.many else item


def good_bodies(callback_map: CallbackMap) -> Iterator[Body]:
    """A good body for each server callback."""
    for output in server_callbacks(callback_map):
        yield good_body(callback_map, output)


def post(client: FlaskClient, body: Any, **options: Any) -> TestResponse:
    """Send a body as our page does; text and bytes go as they are."""
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    options.setdefault("content_type", "application/json")
    return client.post(URL, data=data, **options)


def expect(answer: TestResponse, *statuses: int) -> None:
    """One of the statuses, and none of what was sent shown as HTML."""
    assert answer.status_code in statuses, (answer.status_code, answer.get_data(as_text=True)[:300])
    if answer.status_code >= 400:
        assert "<script" not in answer.get_data(as_text=True) or answer.status_code == 404
        assert len(answer.data) < 2_000 or answer.status_code == 404


def not_broken(answer: TestResponse) -> None:
    """Whatever was asked, the server did not fail."""
    assert answer.status_code < 500, answer.get_data(as_text=True)[:300]


def attack_86_odd_values(client: FlaskClient, callback_map: CallbackMap) -> None:
    for output in server_callbacks(callback_map):
        for value in ODD_VALUES:
            not_broken(post(client, good_body(callback_map, output, value)))


def attack_87_numbers_that_are_none(client: FlaskClient, callback_map: CallbackMap) -> None:
    for output in server_callbacks(callback_map):
        text = json.dumps(good_body(callback_map, output, "NUMBER"))
        if '"NUMBER"' not in text:
            continue
        for number in ("NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1e16", "9" * 5_000):
            expect(post(client, text.replace('"NUMBER"', number)), 400)


def attack_89_unknown_output(client: FlaskClient, callback_map: CallbackMap) -> None:
    for body in good_bodies(callback_map):
        for output in ("no.such", "", "..a.b...c.d..", None, 3, ["a.b"], "<script>", "__proto__"):
            expect(post(client, body | {"output": output}), 400)
        del body["output"]
        expect(post(client, body), 400)


def attack_90_other_outputs(client: FlaskClient, callback_map: CallbackMap) -> None:
    other = {"id": "elsewhere", "property": "children"}
    for body in good_bodies(callback_map):
        for outputs in (other, [other], [body.get("outputs"), other], "a.b", 3, [[[]]]):
            expect(post(client, body | {"outputs": outputs}), 400)
        if "outputs" in body:
            expect(post(client, body | {"outputs": None}), 400)
            expect(post(client, body | {"outputs": []}), 400)
            del body["outputs"]
            expect(post(client, body), 400)


def attack_91_wrong_number_of_inputs(client: FlaskClient, callback_map: CallbackMap) -> None:
    extra = {"id": "extra", "property": "value", "value": 1}
    for body in good_bodies(callback_map):
        for name in ("inputs", "state"):
            had = body.get(name, [])
            for wrong in ([*had, extra], [extra], None, {}, "x", 3, [*had, *had, extra], [None]):
                expect(post(client, body | {name: wrong}), 400)
            if had:
                expect(post(client, body | {name: had[:-1]}), 400)
                expect(post(client, {k: v for k, v in body.items() if k != name}), 400)


def attack_92_swapped_ids(client: FlaskClient, callback_map: CallbackMap) -> None:
    for body in good_bodies(callback_map):
        for name in ("inputs", "state"):
            for place in range(len(body.get(name, []))):
                for wrong in ("other", {"type": "other"}, None, 1, [], {"index": "x" * 65}):
                    changed = copy.deepcopy(body)
                    one = changed[name][place]
                    (one[0] if isinstance(one, list) else one)["id"] = wrong
                    expect(post(client, changed), 400)
                changed = copy.deepcopy(body)
                one = changed[name][place]
                (one[0] if isinstance(one, list) else one)["property"] = "other"
                expect(post(client, changed), 400)


def attack_93_not_an_object(client: FlaskClient, callback_map: CallbackMap) -> None:
    for text in ("[]", "null", "3", '"x"', "true", "", "{", "{}", "[{}]", "\ufeff{}", "{'a': 1}"):
        expect(post(client, text), 400)
    for raw in (b"\xff\xfe{\x00}\x00", b"\x80", "{}".encode("utf-16"), b'{"output": "\xc3\x28"}'):
        expect(post(client, raw), 400)


def attack_94_deep(client: FlaskClient, callback_map: CallbackMap) -> None:
    expect(post(client, "[" * 100_000 + "]" * 100_000), 400)
    expect(post(client, '{"a":' * 30 + "1" + "}" * 30), 400)
    expect(post(client, '{"inputs":' + "[" * 21 + "]" * 21 + "}"), 400)
    expect(post(client, '"' + '\\"' * 100_000), 400)  # no quadratic search for its end


def attack_95_large(client: FlaskClient, callback_map: CallbackMap) -> None:
    expect(post(client, '{"output": "' + "x" * 5_000_000 + '"}'), 413)
    announced = post(client, "{}", environ_overrides={"CONTENT_LENGTH": str(100 * 1024 * 1024)})
    expect(announced, 413)
    chunked = {
        "wsgi.input_terminated": True,
        "CONTENT_LENGTH": "",
        "HTTP_TRANSFER_ENCODING": "chunked",
    }
    expect(post(client, b"[" + b" " * 300_000, environ_overrides=chunked), 413)
    for output in server_callbacks(callback_map):
        for value in ("x" * 9_000, [0] * 1_001, {str(i): 0 for i in range(1_000)}):
            body = good_body(callback_map, output, value)
            if body["inputs"] or body.get("state"):
                expect(post(client, body), 400)


def attack_96_wrong_type(client: FlaskClient, callback_map: CallbackMap) -> None:
    for body in good_bodies(callback_map):
        for type_ in ("text/plain", "application/x-www-form-urlencoded", "", "multipart/form-data"):
            expect(post(client, body, content_type=type_), 415)


def attack_97_wrong_length(client: FlaskClient, callback_map: CallbackMap) -> None:
    for body in good_bodies(callback_map):
        for length in ("10", "0", "-5", "many", "100000"):
            expect(post(client, body, environ_overrides={"CONTENT_LENGTH": length}), 400)


def attack_98_twice_the_same(client: FlaskClient, callback_map: CallbackMap) -> None:
    for body in good_bodies(callback_map):
        text = json.dumps(body)
        expect(post(client, text[:-1] + ', "output": "other.children"}'), 400)
        not_broken(client.post(f"{URL}?endId=1&endId=2", json=body))
        for name in ("oldJob", "cancelJob", "job", "cacheKey"):
            expect(client.post(f"{URL}?{name}=1", json=body), 400)
    not_broken(client.get("/?cohort=a&cohort=b&cut=1&cut=2"))


def attack_99_patterns(client: FlaskClient, callback_map: CallbackMap) -> None:
    wide = {str(number): number for number in range(1_000)}
    for body in good_bodies(callback_map):
        for place in range(len(body["inputs"])):
            changed = copy.deepcopy(body)
            one = changed["inputs"][place]
            (one[0] if isinstance(one, list) else one)["id"] = wide
            expect(post(client, changed), 400)
        if not body["inputs"]:
            continue
        for key in ("__proto__", "constructor", "prototype"):
            changed = json.dumps(body)[:-1] + f', "state": [{{"{key}": 1}}]}}'
            expect(post(client, changed), 400)


def attack_changed_ids(client: FlaskClient, callback_map: CallbackMap) -> None:
    wrong = ["x", "", ".", "no.such", "{}.value", "{.x", '{"a":' * 900 + "1.x", "a.b.c", "\0.x"]
    for body in good_bodies(callback_map):
        for changed in (*[[w] for w in wrong], "x", {}, 3, None, [None], [3], [{}], [["a.b"]]):
            expect(post(client, body | {"changedPropIds": changed}), 400)
        expect(post(client, body | {"extra": 1}), 400)


def attack_clientside(client: FlaskClient, callback_map: CallbackMap) -> None:
    for output, entry in callback_map.items():
        if "callback" not in entry:
            body = {"output": output, "outputs": {}, "inputs": [], "changedPropIds": []}
            expect(post(client, body), 400)


def attack_text_that_cannot_be_stored(client: FlaskClient, callback_map: CallbackMap) -> None:
    for output in server_callbacks(callback_map):
        for value in ("\ud800", "a\0b", {"\ud800": 1}):
            body = good_body(callback_map, output, value)
            if body["inputs"]:
                expect(post(client, body), 400)


def attack_100_paths(client: FlaskClient, callback_map: CallbackMap) -> None:
    for path in HOSTILE_PATHS:
        expect(client.get(path), 404)
    for path in RAW_PATHS:
        answer = client.get("/", environ_overrides={"PATH_INFO": path, "RAW_URI": path})
        expect(answer, 404)
        assert "Location" not in answer.headers


def attack_102_redirects(client: FlaskClient, callback_map: CallbackMap) -> None:
    for path in REDIRECTS:
        answer = client.get(path)
        expect(answer, 200)
        assert "Location" not in answer.headers


def attack_106_foreign_pages(client: FlaskClient, callback_map: CallbackMap) -> None:
    foreign = [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://[::1"},
    ]
    for body in good_bodies(callback_map):
        for headers in foreign:
            expect(post(client, body, headers=headers), 403)


def attack_107_forged_headers(client: FlaskClient, callback_map: CallbackMap) -> None:
    forged = [
        {"Host": "evil.example"},
        {"Host": 'x"><script>alert(1)</script>'},
        {"Host": "a b"},
        {"Host": "localhost:99999999"},
        {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
        {"X-Forwarded-For": "1.2.3.4, <script>", "X-Forwarded-Prefix": "//evil.example"},
        {"Cookie": "cutline-00000000=" + "x" * 4_000},
        {"Cookie": "=;;;\x01; a"},
    ]
    bare = client.application.test_client(use_cookies=False)
    for headers in forged:
        answer = bare.get("/", headers=headers)
        not_broken(answer)
        assert "Location" not in answer.headers
        assert "<script>alert" not in answer.get_data(as_text=True)
        assert "Strict-Transport-Security" not in answer.headers


def attack_methods(client: FlaskClient, callback_map: CallbackMap) -> None:
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "EVIL"):
        for path in ("/", URL, "/_dash-layout", "/nothing"):
            expect(client.open(path, method=method), 405)
    for path in ("/", "/_dash-layout", "/_dash-dependencies", "/health", "/nothing"):
        expect(client.post(path), 405)


ATTACKS: list[Attack] = [f for name, f in list(globals().items()) if name.startswith("attack_")]
