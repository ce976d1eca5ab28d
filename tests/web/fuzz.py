"""Bodies grown from the callback map: good ones with any values, and broken ones."""

import copy
from typing import Any

from hypothesis import strategies as st

from tests.web import attacks

TEXT = st.text(st.characters(exclude_categories=()), max_size=20)
NUMBERS = st.integers(-(10**18), 10**18) | st.floats(allow_nan=True, allow_infinity=True)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXT | st.sampled_from(["..", "a.b", "__proto__"])
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=8,
)
PLAIN = st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text("abc é01.-<", max_size=9)


@st.composite
def good(draw: st.DrawFn, callback_map: attacks.CallbackMap) -> attacks.Body:
    """A body that our page could send, with simple values of any type."""
    output = draw(st.sampled_from(attacks.server_callbacks(callback_map)))
    body = attacks.good_body(callback_map, output)
    for item in _items(body):
        if draw(st.booleans()):
            item["value"] = draw(PLAIN)
    return body


@st.composite
def broken(draw: st.DrawFn, callback_map: attacks.CallbackMap) -> Any:
    """A good body with up to three of its parts removed, replaced, doubled or renamed."""
    body = copy.deepcopy(draw(good(callback_map)))
    for _ in range(draw(st.integers(1, 3))):
        holder, key = draw(st.sampled_from(list(_places(body)) or [(body, "output")]))
        _break(draw, holder, key)
    return body


def _items(body: attacks.Body) -> list[dict[str, Any]]:
    found = []
    for item in body["inputs"] + body.get("state", []):
        found += item if isinstance(item, list) else [item]
    return found


def _places(node: Any) -> list[tuple[Any, Any]]:
    """Every part of a body, as its holder and its key there."""
    keys = list(node) if isinstance(node, dict) else range(len(node))
    found = [(node, key) for key in keys]
    for key in keys:
        if isinstance(node[key], dict | list):
            found += _places(node[key])
    return found


def _break(draw: st.DrawFn, holder: Any, key: Any) -> None:
    """Spoil one part; an earlier break may have taken it away already."""
    if isinstance(holder, list) and key >= len(holder):
        return
    how = draw(st.sampled_from(["remove", "replace", "double", "rename"]))
    if how == "remove" and (isinstance(holder, list) or key in holder):
        del holder[key]
    elif how == "double" and isinstance(holder, list):
        holder.append(copy.deepcopy(holder[key]))
    elif how == "rename" and isinstance(holder, dict) and key in holder:
        holder[draw(TEXT)] = holder.pop(key)
    else:
        holder[key] = draw(JSON)
