"""Who may import whom: the contracts in pyproject.toml hold, and each of them can fail."""

import ast
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import PACKAGES, ROOT, modules

LINT = (
    "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
)
LOADED = """
import importlib, pkgutil, sys, {package}
for module in pkgutil.walk_packages({package}.__path__, "{package}."):
    importlib.import_module(module.name)
print(*sorted({{name.split(".")[0] for name in sys.modules}}))
"""
# What must break each contract: the module, and the import that it may not have.
BROKEN = {
    "layers": ("components", "import callbacks"),
    "science": ("analysis/question", "import analysis.results"),
    "statistics": ("analysis/stats", "import data"),
    "state": ("figures", "import data.state_dir"),
    "data": ("data", "import web"),
    "analysis": ("analysis", "import plotly"),
    "figures": ("figures", "import dash"),
    "services": ("services", "import dash"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the import contracts on the tree in this folder."""
    return subprocess.run(
        [sys.executable, "-c", LINT], cwd=folder, capture_output=True, text=True, timeout=120
    )


def test_the_import_contracts_hold() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_contract_can_fail(tmp_path: Path) -> None:
    """A copy with one forbidden import for each contract: every one is found."""
    for package in PACKAGES:
        ignore = shutil.ignore_patterns("__pycache__", "*.csv")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for number, (package, line) in enumerate(BROKEN.values()):
        (tmp_path / package / f"forbidden_{number}.py").write_text(f'"""Wrong."""\n\n{line}\n')
    done = lint(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{len(BROKEN)} broken" in done.stdout, done.stdout


def test_a_contract_stands_for_each_of_them() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert text.count("[[tool.importlinter.contracts]]") == len(BROKEN)
    for name in BROKEN:
        assert f'id = "{name}"' in text


@pytest.mark.parametrize(
    ("package", "banned"),
    [
        ("analysis", {"dash", "plotly", "flask", "werkzeug", "flask_caching", "waitress"}),
        ("wording", {"dash", "plotly", "flask", "werkzeug", "flask_caching", "waitress"}),
        ("services", {"dash", "dash_mantine_components", "dash_ag_grid"}),
    ],
)
def test_what_a_package_does_not_load(package: str, banned: set[str]) -> None:
    """Not even through what it imports from others."""
    code = LOADED.format(package=package)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert banned.isdisjoint(done.stdout.split())


def test_nobody_imports_the_app() -> None:
    for module in modules(ROOT, *PACKAGES):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Import):
                assert all(name.name != "app" for name in node.names), module.path
            if isinstance(node, ast.ImportFrom):
                assert node.module != "app", module.path


@pytest.mark.parametrize("name", ["diskcache", "dash_iconify"])
def test_what_is_never_installed(name: str) -> None:
    """One unpickles what it finds on disk, the other asks another host for its icons."""
    assert importlib.util.find_spec(name) is None


def test_nothing_is_unpickled_or_evaluated() -> None:
    for module in modules(ROOT, *PACKAGES, "scripts"):
        path = module.path
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Import):
                names = {name.name.split(".")[0] for name in node.names}
                assert names.isdisjoint({"pickle", "joblib", "marshal", "shelve"}), path
            if isinstance(node, ast.ImportFrom):
                assert node.module not in ("pickle", "joblib", "marshal", "shelve"), path
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func)
                assert name not in ("eval", "exec", "yaml.load", "pd.read_pickle"), path
                assert not any(word.arg == "allow_pickle" for word in node.keywords), path


def test_no_trace_needs_code_made_at_run_time() -> None:
    """WebGL traces compile code in the browser, which the content-security policy refuses."""
    for module in modules(ROOT, *PACKAGES):
        for word in ("scattergl", "parcoords", "splom", "heatmapgl"):
            assert word not in module.text.lower(), module.path
