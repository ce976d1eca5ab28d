"""A callback's body is read strictly and fast."""

import json
import time

import pytest

from services.request.refusals import Refused
from web import _body as body


def test_plain_json_is_read() -> None:
    sent = {"output": "a.b", "inputs": [{"id": "a", "value": [1, 2.5, None, True, "é\n"]}]}
    assert body.read(json.dumps(sent).encode()) == sent


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"a": NaN}', "finite"),
        ('{"a": 1e400}', "finite"),
        ('{"a": 1e16}', "too large"),
        ('{"a": 1, "a": 2}', "twice"),
        ('{"a": {"__proto__": 1}}', "not allowed"),
        ('{"a": "\\u0000"}', "not allowed"),
        ('{"a": "\\ud800"}', "not allowed"),
        ("[]", "object"),
        ("{", "not JSON"),
        ("1" * 5_000, "not JSON"),
        (json.dumps({"a": "x" * 8_193}), "too long"),
        (json.dumps({"a": [0] * 1_001}), "too long"),
        (json.dumps({str(i): 0 for i in range(101)}), "too many"),
        ("[" * 21 + "]" * 21, "deeply"),
    ],
)
def test_what_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        body.read(text.encode())


def test_brackets_in_texts_are_not_depth() -> None:
    assert body.read(json.dumps({"a": "[{" * 50 + '"'}).encode())


@pytest.mark.parametrize("text", ['"' + '\\"' * 125_000, "[" * 250_000, '{"a":"' * 40_000])
def test_the_worst_body_costs_little(text: str) -> None:
    start = time.process_time()  # of this process: others may be busy
    with pytest.raises(Refused):
        body.read(text.encode())
    assert time.process_time() - start < 1.0
