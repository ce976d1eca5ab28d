"""Every setting is declared once, read through its declaration, and stands in the documentation."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from data import settings
from data.settings import SETTINGS, SYSTEM, Setting

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("analysis", "callbacks", "components", "data", "exports", "figures", "web", "services")
PAGE = ROOT / "docs" / "settings.md"
# Numba's own variable is set for it; a process of its own gets a part of the environment.
OTHERS = {"analysis/__init__.py", "data/settings.py", "data/uploads/worker_pool.py"}
# Names in the configuration of Flask, which no environment reaches.
FLASK = {"CUTLINE_KEY", "CUTLINE_RATE_LIMIT"}
NAMED = re.compile(r"\bCUTLINE_[A-Z_]*[A-Z]\b")


def sources(*folders: str) -> Iterator[tuple[str, str]]:
    """The Python files of these folders and the app, as path and text."""
    for path in [ROOT / "app.py", *(one for f in folders for one in (ROOT / f).rglob("*.py"))]:
        yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def is_environment(node: ast.AST) -> bool:
    """os.environ or os.getenv, by either name; Flask's request.environ is another thing."""
    if isinstance(node, ast.Attribute):
        return node.attr in ("environ", "getenv") and ast.unparse(node.value) == "os"
    name = getattr(node, "id", getattr(node, "name", None))  # a name, or what an import brings
    return name in ("environ", "getenv")


def names_read(text: str) -> set[str]:
    """The environment variables that a source names where it reads or sets one."""
    found = set()
    if "env" not in text and "settings" not in text:
        return found
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Subscript(value=base, slice=ast.Constant(value=str(name))):
                found |= {name} if is_environment(base) else set()
            case ast.Call(func=ast.Attribute(value=base), args=[ast.Constant(value=str(name)), *_]):
                is_read = ast.unparse(node.func) == "settings.read"
                found |= {name} if is_read or is_environment(base) else set()
                found |= {name} if is_environment(node.func) else set()
            case ast.Call(func=ast.Name(id="getenv"), args=[ast.Constant(value=str(name)), *_]):
                found.add(name)
            case ast.Compare(left=ast.Constant(value=str(name)), comparators=[base]):
                found |= {name} if is_environment(base) else set()
    return found


def undeclared(files: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Path and name of every environment variable that is read and not declared."""
    known = {*SETTINGS, *SYSTEM}
    return {(path, name) for path, text in files for name in names_read(text) - known}


def readers_of_the_environment(files: Iterable[tuple[str, str]]) -> set[str]:
    """The files that reach the environment by themselves."""
    return {
        path
        for path, text in files
        if "env" in text and any(is_environment(node) for node in ast.walk(ast.parse(text)))
    }


def undocumented(declared: Iterable[Setting], page: str) -> set[str]:
    """The settings whose line, with meaning and default, is not on the page."""
    lines = set(page.splitlines())
    return {one.name for one in declared if one.row() not in lines}


def test_every_setting_that_is_read_is_declared() -> None:
    assert not undeclared(sources(*PACKAGES, "scripts", "benchmarks"))


@pytest.mark.parametrize(
    "text",
    [
        "import os\nos.environ.get('CUTLINE_MADE_UP', '').strip()",
        "import os\nos.environ['CUTLINE_MADE_UP']",
        "import os\nos.environ.setdefault('CUTLINE_MADE_UP', '1')",
        "import os\nos.getenv('CUTLINE_MADE_UP')",
        "from os import environ, getenv\nenviron.get('CUTLINE_MADE_UP') or getenv('OTHER')",
        "import os\nprint('CUTLINE_MADE_UP' in os.environ)",
        "from data import settings\nsettings.read('CUTLINE_MADE_UP')",
    ],
)
def test_an_undeclared_setting_is_found(text: str) -> None:
    assert ("web/new.py", "CUTLINE_MADE_UP") in undeclared([("web/new.py", text)])
    is_read = "settings.read" in text
    assert readers_of_the_environment([("web/new.py", text)]) == (
        set() if is_read else {"web/new.py"}
    )


def test_the_program_reads_its_settings_through_the_declaration() -> None:
    assert readers_of_the_environment(sources(*PACKAGES)) == OTHERS


def test_every_declared_setting_is_read() -> None:
    """A limit is read as the field of that name."""
    read = {name for _, text in sources(*PACKAGES, "scripts") for name in names_read(text)}
    limits = {one.name for one in settings.LIMITS}
    assert set(SETTINGS) == read - set(SYSTEM) | limits
    assert set(SYSTEM) <= read


def test_no_text_names_a_setting_that_does_not_exist() -> None:
    files = dict(sources(*PACKAGES, "scripts", "benchmarks", "tests"))
    del files[Path(__file__).relative_to(ROOT).as_posix()]
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "Makefile"]
    files |= {str(path): path.read_text(encoding="utf-8") for path in pages}
    known = {*SETTINGS, *FLASK, settings.LIMIT_PREFIX.rstrip("_")}
    wrong = {(path, name) for path in files for name in NAMED.findall(files[path])}
    assert not {(path, name) for path, name in wrong if name not in known}


def test_every_setting_stands_in_the_documentation() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert not undocumented(SETTINGS.values(), page)
    assert set(re.findall(r"^\| `(\w+)` ", page, re.MULTILINE)) == set(SETTINGS)


def test_a_setting_that_the_documentation_lacks_is_found() -> None:
    page = PAGE.read_text(encoding="utf-8")
    made_up = Setting("CUTLINE_MADE_UP", "7", "Nothing.")
    assert undocumented([made_up], page) == {"CUTLINE_MADE_UP"}
    assert not undocumented([made_up], page + made_up.row() + "\n")
    port = SETTINGS["PORT"]
    assert undocumented([Setting("PORT", "8051", port.meaning)], page) == {"PORT"}


def test_what_is_not_set_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORT", raising=False)
    assert settings.read("PORT") == "8050"
    monkeypatch.setenv("PORT", " ")
    assert settings.read("PORT") == "8050"
    monkeypatch.setenv("PORT", " 8060 ")
    assert settings.read("PORT") == "8060"
    with pytest.raises(KeyError):
        settings.read("CUTLINE_MADE_UP")
