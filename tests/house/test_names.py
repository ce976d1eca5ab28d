"""Names: functions are verbs, a helper of one module is private, what nobody uses is not there."""

import ast
import re
from pathlib import Path

import pytest

from tests.house.source import PACKAGES, ROOT, Module, importers, modules, used

# Words of a private language: each was several functions of this program at once.
BANNED = frozenset(
    {"called", "drawn", "filled", "kept", "made", "named", "placed", "said", "shown", "told"}
    | {"written"}
)
PARTICIPLE = re.compile(r"_*[a-z]+ed")
MOST_PARTICIPLES = 89  # names of functions such as `_counted`; the number may only fall
# They read every module of their folder: that is no reader of one.
LISTS = ("callbacks.wiring", "components.views", "data.sources.conventions",
         "data.sources.formats.detect")  # fmt: skip
CALLED_FROM_OUTSIDE = frozenset({"main", "server"})
# What only tests read: the registry as a whole, an end of connections, a template with a cohort in.
READ_BY_TESTS = frozenset({"ANALYSES", "close_connections", "fill_template"})
READ_BY_SCRIPTS = "components.ids"  # its names travel to the browser, all of them


def banned(found: list[Module]) -> list[str]:
    """Functions of a module that are named by a word that says nothing of what they do."""
    return [
        f"{module.path.as_posix()}:{node.name}"
        for module in found
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef) and node.name.strip("_") in BANNED
    ]


def participles(found: list[Module]) -> list[str]:
    """Functions of a module that are named by a participle alone."""
    return [
        f"{module.path.as_posix()}:{node.name}"
        for module in found
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef) and PARTICIPLE.fullmatch(node.name)
    ]


def public_with_one_reader(found: list[Module]) -> list[str]:
    """Modules that one other of their own folder uses, and nobody else, yet look public."""
    readers, by_name = importers(found), {module.name: module for module in found}
    wrong = []
    for module in found:
        names = readers[module.name]
        if module.is_package or len(names) != 1 or module.path.stem.startswith("_"):
            continue
        (reader,) = names
        if by_name[reader].folder == module.folder and not _lists(by_name[reader]):
            wrong.append(f"{module.name} <- {reader}")
    return wrong


def _lists(reader: Module) -> bool:
    return reader.is_package or reader.name in LISTS


def dead(found: list[Module], readers: list[Module]) -> list[str]:
    """Names that a module defines and that nobody reads."""
    counted = used([*found, *readers])
    return [
        f"{module.name}.{name}"
        for module in found
        for name in module.defined
        if not counted[name]
        and not name.startswith("__")
        and name not in CALLED_FROM_OUTSIDE | READ_BY_TESTS
        and module.name != READ_BY_SCRIPTS
    ]


def test_functions_are_verbs() -> None:
    found = modules(ROOT, *PACKAGES, "scripts", "benchmarks")
    assert not banned(found)
    assert len(participles(found)) <= MOST_PARTICIPLES, participles(found)


def test_a_module_with_one_reader_in_its_folder_is_private() -> None:
    assert not public_with_one_reader(modules(ROOT, *PACKAGES))


def test_there_are_no_dead_names() -> None:
    assert not dead(modules(ROOT, *PACKAGES), modules(ROOT, "scripts", "benchmarks"))


@pytest.fixture
def wrong(tmp_path: Path) -> list[Module]:
    """A tree that breaks each of these rules."""
    folder = tmp_path / "figures"
    folder.mkdir()
    (folder / "reader.py").write_text("from figures.helper import _told\nx = _told\n")
    (folder / "helper.py").write_text("def _told():\n    pass\n\ndef _counted(): pass\n")
    return modules(tmp_path, "figures")


def test_each_of_these_rules_can_fail(wrong: list[Module]) -> None:
    assert banned(wrong) == ["figures/helper.py:_told"]
    assert participles(wrong) == ["figures/helper.py:_counted"]
    assert public_with_one_reader(wrong) == ["figures.helper <- figures.reader"]
    assert set(dead(wrong, [])) == {"figures.reader.x", "figures.helper._counted"}
