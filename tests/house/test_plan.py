"""The floor plan: short files and functions, folders of at most 14 modules, no corridors."""

import ast
from collections import Counter
from pathlib import Path

import pytest

from tests.house.source import PACKAGES, ROOT, Module, modules

FIXED = ("app.py", "requirements.txt", "components", "callbacks", "data", "assets", "tests")
LONGEST_FILE = 400
LONGEST_FUNCTION = 50
APP_LINES = 60
MOST_MODULES = 14  # of one folder
MOST_ALIKE = 2  # modules of a folder whose names begin with the same word


def long_files(found: list[Module]) -> dict[str, int]:
    """Files over their limit, and how long they are."""
    limits = {"app.py": APP_LINES}
    return {
        module.path.as_posix(): module.lines
        for module in found
        if module.lines > limits.get(module.path.as_posix(), LONGEST_FILE)
    }


def long_functions(found: list[Module]) -> dict[str, int]:
    """Functions over the limit, and how long they are; what is said of them is not counted."""
    return {
        f"{module.path.as_posix()}:{node.name}": length
        for module in found
        for node in module.functions
        if (length := count_lines(node)) > LONGEST_FUNCTION
    }


def count_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body without its docstring."""
    first = node.body[1:2] if ast.get_docstring(node) is not None else node.body[:1]
    return node.end_lineno - first[0].lineno + 1 if first else 0


def full_folders(found: list[Module]) -> dict[str, int]:
    """Folders with more modules than anybody overlooks; `__init__` is the folder itself."""
    counted = Counter(module.folder for module in found if not module.is_package)
    return {folder: n for folder, n in counted.items() if n > MOST_MODULES}


def corridors(found: list[Module]) -> dict[str, int]:
    """Three modules of one folder with one first word: they are a folder of their own."""
    counted = Counter(
        f"{module.folder}/{module.path.stem.strip('_').split('_')[0]}"
        for module in found
        if not module.is_package
    )
    return {name: n for name, n in counted.items() if n > MOST_ALIKE}


def test_the_fixed_top_level_exists() -> None:
    missing = [name for name in FIXED if not (ROOT / name).exists()]
    assert not missing


def test_files_are_short() -> None:
    assert not long_files(modules(ROOT, *PACKAGES, "scripts", "tests", "benchmarks"))


def test_functions_are_short() -> None:
    assert not long_functions(modules(ROOT, *PACKAGES, "scripts"))


def test_folders_are_small() -> None:
    found = modules(ROOT, *PACKAGES, "scripts", "tests", "benchmarks")
    assert not full_folders(found)


def test_three_modules_with_one_first_word_are_a_folder() -> None:
    assert not corridors(modules(ROOT, *PACKAGES, "scripts", "benchmarks"))


@pytest.fixture
def wrong(tmp_path: Path) -> list[Module]:
    """A tree that breaks each of these rules."""
    folder = tmp_path / "figures"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    for number in range(MOST_MODULES - 2):
        (folder / f"m{number}.py").write_text("")
    for name in ("km", "km_names", "_km_words"):
        (folder / f"{name}.py").write_text("")
    (folder / "m0.py").write_text("x = 1\n" * (LONGEST_FILE + 1))
    (folder / "m1.py").write_text("def f():\n" + "    x = 1\n" * (LONGEST_FUNCTION + 1))
    (tmp_path / "app.py").write_text("x = 1\n" * (APP_LINES + 1))
    return modules(tmp_path, "figures")


def test_each_of_these_rules_can_fail(wrong: list[Module]) -> None:
    assert set(long_files(wrong)) == {"app.py", "figures/m0.py"}
    assert long_functions(wrong) == {"figures/m1.py:f": LONGEST_FUNCTION + 1}
    assert full_folders(wrong) == {"figures": MOST_MODULES + 1}
    assert corridors(wrong) == {"figures/km": 3}
