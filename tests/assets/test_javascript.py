"""The pure parts of the browser's scripts, in the Node that Playwright brings.

Each `*.test.mjs` is run by Node's own test runner against truths that Python has just made.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable

from components import ids
from tests.assets.truths import truths
from wording.pages.browser import TEXTS

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SCRIPTS = sorted((ROOT / "assets" / "js").rglob("*.js"))
TESTS = sorted(path.name for path in HERE.glob("*.test.mjs"))
LINES = 400
NODE = Path(compute_driver_executable()[0])

STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`')
SENTENCE = re.compile(r"[A-Z][a-z]+ [a-z]+|[a-z]+ [a-z]+ [a-z]+\b.*[.:!?]$")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[ET.Element]]:
    """The test cases of each file, as Node reports them."""
    given = tmp_path_factory.mktemp("javascript") / "truths.json"
    given.write_text(json.dumps(truths(), allow_nan=False), encoding="utf-8")
    done = subprocess.run(
        [NODE, "--test", "--test-reporter=junit", *(HERE / name for name in TESTS)],
        env={**os.environ, "TRUTHS_FILE": str(given)},
        cwd=ROOT, capture_output=True, encoding="utf-8", timeout=300,
    )  # fmt: skip
    return by_file(done.stdout)


def by_file(xml: str) -> dict[str, list[ET.Element]]:
    """The cases of a report by the name of their file."""
    found: dict[str, list[ET.Element]] = {name: [] for name in TESTS}
    for case in ET.fromstring(xml).iter("testcase"):
        found.setdefault(Path(case.get("file", "")).name, []).append(case)
    return found


def failures(cases: list[ET.Element]) -> list[str]:
    """Name and message of every case that failed."""
    return [
        f"{case.get('name')}\n{(fault.text or '').strip()}"
        for case in cases
        for fault in (*case.findall("failure"), *case.findall("error"))
    ]


@pytest.mark.parametrize("name", TESTS)
def test_the_scripts_hold(name: str, report: dict[str, list[ET.Element]]):
    assert report[name], "no test of this file was run"
    failed = failures(report[name])
    assert not failed, "\n\n".join(failed)


def test_a_failure_is_reported_with_its_message(tmp_path: Path):
    file = tmp_path / "wrong.test.mjs"
    file.write_text(
        'import test from "node:test"; import assert from "node:assert/strict";'
        'test("two", () => assert.equal(1 + 1, 3, "not three"));'
    )
    done = subprocess.run(
        [NODE, "--test", "--test-reporter=junit", file], capture_output=True, encoding="utf-8"
    )
    (failed,) = failures(by_file(done.stdout)[file.name])
    assert failed.startswith("two\n")
    assert "not three" in failed


# ------------------------------------------------------------------------------------ their rules


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_every_script_is_checked_and_short(path: Path):
    text = path.read_text(encoding="utf-8")
    assert text.startswith("// @ts-check\n/* "), "types are checked, and a comment says what it is"
    assert len(text.splitlines()) < LINES


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_sentences_and_ids_are_those_of_python(path: Path):
    text = path.read_text(encoding="utf-8")
    assert not sentences(text), "it belongs into wording/pages/browser.py"
    for name in re.findall(r"\bids\.(\w+)", text):
        assert name in _ids(), f"components/ids.py has no {name}"
    for name in re.findall(r'\bsay\(\s*(?:\w+, )?"(\w+)"', text):
        assert name in TEXTS, f"wording/pages/browser.py has no {name}"


def test_every_text_is_used():
    everything = "".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
    assert [name for name in TEXTS if f'"{name}"' not in everything] == []


def sentences(text: str) -> list[str]:
    """Strings of a script that a person could be meant to read."""
    plain = re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.DOTALL)
    strings = [one or other for one, other in STRING.findall(plain)]
    filled = [re.sub(r"\$\{[^}]*\}", "x", one) for one in strings]
    return [one for one in filled if SENTENCE.search(one)]


def test_a_sentence_of_a_script_is_found():
    assert sentences('tell("Nothing was sent.");')
    assert sentences("tell(`Sent ${n} of them.`)")
    assert not sentences('find(".menu a, button[data-act]"); /* Nothing was sent. */')


def _ids() -> set[str]:
    from callbacks.browser_config import config

    assert ids.QUESTION in config()["ids"].values()
    return set(config()["ids"])
