"""The shape of the code: who may import whom, how long things are, what is never used."""

import ast
import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("analysis", "callbacks", "components", "data", "exports", "figures", "web")
FIXED = ("app.py", "requirements.txt", "components", "callbacks", "data", "assets", "tests")
LONGEST_FILE = 400
LONGEST_FUNCTION = 50
APP_LINES = 60

LINT = (
    "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
)
LOADED = """
import importlib, pkgutil, sys, analysis
for module in pkgutil.walk_packages(analysis.__path__, "analysis."):
    importlib.import_module(module.name)
print(*sorted({name.split(".")[0] for name in sys.modules}))
"""
# What must break each contract: the module, and the import that it may not have.
BROKEN = {
    "layers": ("components", "import callbacks"),
    "state": ("figures", "import data.state_dir"),
    "data": ("data", "import web"),
    "analysis": ("analysis", "import plotly"),
    "figures": ("figures", "import dash"),
}


def sources(*folders: str) -> list[Path]:
    """The Python files of these folders and of the top level."""
    found = list(ROOT.glob("*.py"))
    for folder in folders:
        found += (ROOT / folder).rglob("*.py")
    return sorted(found)


def trees(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in sources(*folders):
        yield path, ast.parse(path.read_text(encoding="utf-8"), str(path))


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


def test_analysis_loads_no_web_framework_and_no_plotly() -> None:
    """Not even through what it imports from others."""
    done = subprocess.run([sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    banned = {"dash", "plotly", "flask", "werkzeug", "flask_caching", "waitress"}
    assert banned.isdisjoint(done.stdout.split())


def test_nobody_imports_the_app() -> None:
    for path, tree in trees(*PACKAGES):
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                assert all(name.name != "app" for name in node.names), path
            if isinstance(node, ast.ImportFrom):
                assert node.module != "app", path


def test_the_fixed_top_level_exists() -> None:
    missing = [name for name in FIXED if not (ROOT / name).exists()]
    assert not missing


def test_files_are_short() -> None:
    long = {}
    for path in sources(*PACKAGES, "scripts", "tests", "benchmarks"):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        most = APP_LINES if path.name == "app.py" and path.parent == ROOT else LONGEST_FILE
        if lines > most:
            long[str(path.relative_to(ROOT))] = lines
    assert not long


def test_functions_are_short() -> None:
    long = {}
    for path, tree in trees(*PACKAGES, "scripts"):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = node.end_lineno - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    long[f"{path.relative_to(ROOT)}:{node.name}"] = lines
    assert not long


@pytest.mark.parametrize("name", ["diskcache", "dash_iconify"])
def test_what_is_never_installed(name: str) -> None:
    """One unpickles what it finds on disk, the other asks another host for its icons."""
    assert importlib.util.find_spec(name) is None


def test_nothing_is_unpickled_or_evaluated() -> None:
    for path, tree in trees(*PACKAGES, "scripts"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                modules = {name.name.split(".")[0] for name in node.names}
                assert modules.isdisjoint({"pickle", "joblib", "marshal", "shelve"}), path
            if isinstance(node, ast.ImportFrom):
                assert node.module not in ("pickle", "joblib", "marshal", "shelve"), path
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func)
                assert name not in ("eval", "exec", "yaml.load", "pd.read_pickle"), path
                assert not any(word.arg == "allow_pickle" for word in node.keywords), path


def test_no_trace_needs_code_made_at_run_time() -> None:
    """WebGL traces compile code in the browser, which the content-security policy refuses."""
    for path in sources(*PACKAGES):
        text = path.read_text(encoding="utf-8").lower()
        for word in ("scattergl", "parcoords", "splom", "heatmapgl"):
            assert word not in text, path
