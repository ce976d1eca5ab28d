"""docs/browser.md says of every store who writes and who reads it, as the app has it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from dash import Dash, dcc

import app

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "browser.md").read_text(encoding="utf-8")
SCRIPTS = "".join(
    path.read_text(encoding="utf-8") for path in sorted((ROOT / "assets" / "js").rglob("*.js"))
)


def stores(running: Dash) -> list[str]:
    """The ids of the stores of every page."""
    return [one.id for one in running.layout._traverse() if isinstance(one, dcc.Store)]


def rows(text: str) -> dict[str, list[str]]:
    """The cells of each row of the page's tables, by the name in the first one."""
    found = re.findall(r"^\| `([\w-]+)` \|(.*)\|$", text, flags=re.MULTILINE)
    return {name: rest.split(" | ") for name, rest in found}


def callbacks(running: Dash, store: str) -> Iterator[tuple[str, str]]:
    """("writes" or "reads", name) of every callback about a store."""
    for one in running._callback_list:
        name = _name(running, one)
        if f".{store}.data." in "." + one["output"].replace("...", ".").strip(".") + ".":
            yield "writes", name
        given = (*one["inputs"], *one.get("state", []))
        if any((place["id"], place["property"]) == (store, "data") for place in given):
            yield "reads", name


def _name(running: Dash, one: dict) -> str:
    """ "drag.payload" of the browser's, "views.plot" of the server's callbacks."""
    if client := one.get("clientside_function"):
        return f"{client['namespace']}.{client['function_name']}"
    function = running.callback_map[one["output"]]["callback"].__wrapped__
    return f"{function.__module__.rsplit('.', 1)[-1]}.{function.__name__}"


def missing(text: str, running: Dash) -> list[str]:
    """What the page does not say of the stores."""
    said = rows(text)
    found = [f"{store} has no row" for store in stores(running) if store not in said]
    for store in set(stores(running)) & set(said):
        _, writers, readers = said[store]
        for what, name in callbacks(running, store):
            cell = writers if what == "writes" else readers
            if f"`{name}`" not in cell:
                found.append(f"{store}: {name} {what} it")
    return found


def test_every_store_is_described() -> None:
    assert len(stores(app.app)) > 15
    assert missing(PAGE, app.app) == []


@pytest.mark.parametrize(
    ("take", "told"),
    [("| `go` |", "go has no row"), ("`drag.payload` |", "preview: drag.payload reads it")],
)
def test_what_is_left_out_is_found(take: str, told: str) -> None:
    assert take in PAGE
    assert told in missing(PAGE.replace(take, "|"), app.app)


def test_nothing_else_is_kept_in_the_browser() -> None:
    kept = set(re.findall(r'"(cutline-(?!config)[\w-]+)"', SCRIPTS))
    assert kept == {"cutline-steps", "cutline-order", "cutline-draft-"}
    assert all(f"`{name}" in PAGE for name in kept)
    assert SCRIPTS.count("localStorage") == 0  # the theme is kept by Dash


def test_the_states_of_a_drag_are_those_of_the_machine() -> None:
    machine = (ROOT / "assets" / "js" / "drag" / "machine.js").read_text(encoding="utf-8")
    hands = re.search(r"const HANDS = \{(.*?)\n  \};", machine, flags=re.DOTALL)
    assert hands is not None
    states = re.findall(r"^    (\w+): \{", hands[1], flags=re.MULTILINE)
    assert states == ["resting", "pressed", "dragging", "stepping"]
    assert all(f"| `{state}` |" in PAGE for state in states)
