"""What a callback declared, held against what a request brings: Dash itself compares neither
the inputs' ids nor their number."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.request.refusals import Refused

NAMES = frozenset({"output", "outputs", "inputs", "state", "changedPropIds"})
# The renderer sends a parsed copy of changedPropIds; nothing on the server reads it.
UNREAD = frozenset({"parsedChangedPropsIds"})
ENTRY = frozenset({"id", "property", "value", "allow_optional"})
WILDCARDS = {"MATCH": False, "ALL": True, "ALLSMALLER": True}
WILDCARD_TEXT = 100

_NO_OUTPUT = "The request names an output that this program does not have."
_OUTPUTS = "The request's outputs are not those of its callback."
_ARGUMENTS = "The request's inputs or states are not those of its callback."
_CHANGED = "The request says that something changed which its callback does not read."


@dataclass(frozen=True)
class Slot:
    """One declared input, state or output; `many` where it is answered by a list."""

    id: str | dict[str, Any]
    property: str
    many: bool

    @classmethod
    def of(cls, id_text: str, property_: str) -> "Slot":
        """The slot of an id as Dash writes it: plain, or the JSON of a pattern."""
        if not id_text.startswith("{"):
            return cls(id_text, property_, False)
        pattern = json.loads(id_text)
        many = any(WILDCARDS[v[0]] for v in pattern.values() if isinstance(v, list))
        return cls(pattern, property_, many)


@dataclass(frozen=True)
class Contract:
    """The slots of one server callback."""

    outputs: tuple[Slot, ...]
    several: bool  # the outputs come as a list
    inputs: tuple[Slot, ...]
    state: tuple[Slot, ...]


def contract(entry: Mapping[str, Any]) -> Contract:
    """The contract of an entry in Dash's callback map."""
    outputs, several = entry["output"], isinstance(entry["output"], list | tuple)
    return Contract(
        outputs=tuple(
            Slot.of(out.component_id_str(), out.component_property)
            for out in (outputs if several else [outputs])
        ),
        several=several,
        inputs=tuple(Slot.of(arg["id"], arg["property"]) for arg in entry["inputs"]),
        state=tuple(Slot.of(arg["id"], arg["property"]) for arg in entry["state"]),
    )


def check(body: Mapping[str, Any], callback_map: Mapping[str, Any]) -> None:
    """Refuse a body that is not exactly what its callback declared."""
    if not body.keys() <= NAMES | UNREAD:
        raise Refused("The request has a part that is not known.")
    promised = contract(_entry(body, callback_map))
    matched: dict[str, Any] = {}
    _check_outputs(promised, body, matched)
    _check_slots(promised.inputs, body.get("inputs", []), matched, _ARGUMENTS)
    _check_slots(promised.state, body.get("state", []), matched, _ARGUMENTS)
    _check_changed(promised.inputs, body.get("changedPropIds", []))


def _entry(body: Mapping[str, Any], callback_map: Mapping[str, Any]) -> Mapping[str, Any]:
    """The server callback that the request names; a clientside one runs in the browser only."""
    output = body.get("output")
    entry = callback_map.get(output) if isinstance(output, str) else None
    if entry is None or "callback" not in entry:
        raise Refused(_NO_OUTPUT)
    return entry


def _check_outputs(promised: Contract, body: Mapping[str, Any], matched: dict[str, Any]) -> None:
    if not promised.outputs:
        if body.get("outputs"):
            raise Refused(_OUTPUTS)
        return
    given = body.get("outputs")
    _check_slots(promised.outputs, given if promised.several else [given], matched, _OUTPUTS)


def _check_slots(
    slots: tuple[Slot, ...], given: Any, matched: dict[str, Any], sentence: str
) -> None:
    """The same slots in the same order and number."""
    if not isinstance(given, list) or len(given) != len(slots):
        raise Refused(sentence)
    for slot, item in zip(slots, given, strict=True):
        if isinstance(item, list) is not slot.many:
            raise Refused(sentence)
        for one in item if slot.many else [item]:
            if not _fits(slot, one, matched):
                raise Refused(sentence)


def _fits(slot: Slot, item: Any, matched: dict[str, Any]) -> bool:
    """Whether one entry of the request is of this slot; its `value` may be absent."""
    if not isinstance(item, dict) or not {"id", "property"} <= item.keys() <= ENTRY:
        return False
    name = item["property"]
    # A duplicate output's property carries "@" and a hash; Dash drops it as well.
    same = isinstance(name, str) and name.split("@")[0] == slot.property
    return same and _same_id(slot.id, item["id"], matched)


def _same_id(declared: str | dict[str, Any], given: Any, matched: dict[str, Any]) -> bool:
    """Equal ids; under a wildcard any short text or whole number, the same for each MATCH."""
    if isinstance(declared, str):
        return isinstance(given, str) and given == declared
    if not isinstance(given, dict) or given.keys() != declared.keys():
        return False
    return all(_same_part(key, declared[key], given[key], matched) for key in declared)


def _same_part(key: str, declared: Any, given: Any, matched: dict[str, Any]) -> bool:
    if not isinstance(declared, list):
        return type(given) is type(declared) and given == declared
    if not _is_wildcard_value(given):
        return False
    if declared != ["MATCH"]:
        return True
    return matched.setdefault(key, given) == given


def _is_wildcard_value(given: Any) -> bool:
    if isinstance(given, str):
        return len(given) <= WILDCARD_TEXT
    return isinstance(given, int) and not isinstance(given, bool)


def _check_changed(inputs: tuple[Slot, ...], changed: Any) -> None:
    """What is said to have changed must be among the declared inputs."""
    if not isinstance(changed, list) or not all(isinstance(item, str) for item in changed):
        raise Refused(_CHANGED)
    for item in changed:
        id_text, dot, name = item.rpartition(".")
        given = _parsed(id_text)
        if not dot or not any(s.property == name and _same_id(s.id, given, {}) for s in inputs):
            raise Refused(_CHANGED)


def _parsed(id_text: str) -> Any:
    if not id_text.startswith("{"):
        return id_text
    try:
        return json.loads(id_text)
    except (ValueError, RecursionError):
        raise Refused(_CHANGED) from None
