"""The scripts behind make: they find what is there, install once, and say what is missing."""

import ast
import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import browser, setup

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine with nothing on its path."""
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("CUTLINE_BROWSER", "CUTLINE_PYTHON", "PROGRAMFILES", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(browser, "MAC", ())
    return tmp_path


def program(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_without_a_browser_the_sentence_says_what_to_install(bare: Path) -> None:
    with pytest.raises(browser.NoBrowser, match="apt-get install chromium"):
        browser.find_browser()
    with pytest.raises(browser.NoBrowser):
        browser.ensure_browser()


@pytest.mark.skipif(os.name != "posix", reason="the stand-ins are shell scripts")
def test_a_browser_that_does_not_start_is_passed_over(bare: Path) -> None:
    program(bare / "chromium", "exit 1")
    edge = program(bare / "microsoft-edge", "echo Edge 100.0")
    assert browser.find_browser() == str(edge)


def test_a_chosen_browser_must_be_a_program(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUTLINE_BROWSER", str(bare / "nothing"))
    with pytest.raises(browser.NoBrowser, match="CUTLINE_BROWSER"):
        browser.find_browser()
    monkeypatch.setenv("CUTLINE_BROWSER", sys.executable)
    assert browser.find_browser() == sys.executable


def test_only_root_goes_without_the_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUTLINE_BROWSER", sys.executable)
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    assert browser.launch_options()["chromium_sandbox"] is not root
    assert "--disable-background-networking" in browser.launch_options()["args"]


def test_without_python_the_sentence_says_what_to_install(bare: Path) -> None:
    assert "3.11, 3.12, 3.13 or 3.14" in setup.NO_PYTHON
    with pytest.raises(setup.SetupError, match=r"and none was found\. Install one"):
        find_among([])


@pytest.mark.skipif(os.name != "posix", reason="the stand-ins are shell scripts")
def test_a_python_that_does_not_fit_is_named_with_the_reason(bare: Path) -> None:
    old = program(bare / "old", "echo 3.10")
    new = program(bare / "new", "echo 3.15")
    bald = program(bare / "bald", "echo 3.12; exit 1")
    broken = program(bare / "broken", "exit 127")
    with pytest.raises(setup.SetupError) as caught:
        find_among([old, new, bald, broken])
    for words in ("3.10 (too old)", "3.12 (without venv)", "3.15 (too new"):
        assert words in str(caught.value)
    good = program(bare / "good", "echo 3.14")
    assert find_among([old, new, good]) == str(good)


def find_among(pythons: list[Path]) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(setup, "candidates", lambda: [None, *map(str, pythons)])
        return setup.find_python()


def test_this_python_fits() -> None:
    assert setup.version_of(sys.executable, setup.PROBE) == (sys.version_info[:2], True)
    assert setup.version_of("no-such-python", setup.PROBE) == (None, False)


@pytest.mark.parametrize("name", ["setup", "browser", "office"])
def test_an_old_python_can_read_the_scripts(name: str) -> None:
    ast.parse((ROOT / "scripts" / f"{name}.py").read_text(encoding="utf-8"), feature_version=(3, 6))


def test_every_page_names_the_same_pythons() -> None:
    for name in ("Makefile", "README.md", "scripts/setup.py"):
        assert "3.11, 3.12, 3.13 or 3.14" in (ROOT / name).read_text(encoding="utf-8"), name
    assert (setup.OLDEST, setup.NEWEST) == ((3, 11), (3, 14))


def test_nothing_is_installed_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stamp holds until a locked version changes; a tester's environment also runs."""
    made = prepared(tmp_path, monkeypatch)
    for kind in ("dev", "dev", "runtime"):
        setup.install(kind)
    assert installed(made) == ["requirements-dev.lock"]
    (tmp_path / "requirements.lock").write_text("b==2\n")
    setup.install("runtime")
    assert installed(made)[1:] == ["requirements.lock"]
    (tmp_path / "requirements-dev.lock").write_text("b==2\n")
    setup.install("dev")
    assert len(installed(made)) == 3


def test_running_does_not_install_what_tests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = prepared(tmp_path, monkeypatch)
    setup.install("runtime")
    setup.install("dev")
    assert installed(made) == ["requirements.lock", "requirements-dev.lock"]


def test_uv_installs_only_what_the_lock_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = prepared(tmp_path, monkeypatch)
    setup.install("runtime")
    first, second = made
    assert first[1:3] == ["-m", "pip"]
    assert first[-1] == "requirements-setup.lock"
    assert os.path.basename(second[0]) == "uv"
    assert "--require-hashes" in first
    assert "--require-hashes" in second


@pytest.mark.parametrize("broken", ["uv cannot be had", "uv cannot do it"])
def test_pip_installs_where_uv_does_not(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    broken: str,
) -> None:
    word = "requirements-setup.lock" if "had" in broken else "uv"
    made = prepared(tmp_path, monkeypatch, fails=lambda command: is_named(command, word))
    setup.install("runtime")
    assert made[-1][1:3] == ["-m", "pip"]
    assert made[-1][-1] == "requirements.lock"
    assert "--require-hashes" in made[-1]
    assert "pip" in capsys.readouterr().out


def test_an_installation_that_failed_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = prepared(tmp_path, monkeypatch, fails=lambda command: True)
    for count in (2, 4):
        with pytest.raises(setup.SetupError, match="did not finish"):
            setup.install("runtime")
        assert len(made) == count


def prepared(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    fails: Callable[[list[str]], bool] = lambda command: False,
) -> list[list[str]]:
    """A tree with an environment in which every program only writes down that it was called."""
    made = []

    def call(command: list[str], **options: object) -> int:
        made.append(command)
        return int(fails(command))

    monkeypatch.setattr(setup, "ROOT", str(folder))
    monkeypatch.setattr(setup, "VENV", str(folder))
    monkeypatch.setattr(setup, "ensure_venv", lambda: None)
    monkeypatch.setattr(setup, "compile_ahead", lambda: None)
    monkeypatch.setattr(setup, "pip_mirror", lambda: None)
    monkeypatch.setattr(setup, "call", call)
    for name in setup.LOCKS.values():
        (folder / name).write_text("a==1\n")
    return made


def is_named(command: list[str], word: str) -> bool:
    """Whether it is this program, or has this last word."""
    return word in (os.path.basename(command[0]), command[-1])


def installed(made: list[list[str]]) -> list[str]:
    """The lock files that were installed, without that of uv itself."""
    found = [command[command.index("-r") + 1] for command in made]
    return [name for name in found if name != "requirements-setup.lock"]


def test_uv_is_told_the_mirror_that_pip_was_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(setup, "pip_mirror", lambda: None)
    assert "UV_DEFAULT_INDEX" not in setup.uv_environment()
    monkeypatch.setattr(setup, "pip_mirror", lambda: "file:///a")
    assert setup.uv_environment()["UV_DEFAULT_INDEX"] == "file:///a"
    monkeypatch.setenv("UV_DEFAULT_INDEX", "file:///b")
    assert setup.uv_environment()["UV_DEFAULT_INDEX"] == "file:///b"


def test_pip_says_which_mirror_it_was_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    if importlib.util.find_spec("pip") is None:
        pytest.skip("this environment is without pip")
    monkeypatch.setattr(setup, "venv_python", lambda: sys.executable)
    monkeypatch.setenv("PIP_INDEX_URL", "file:///a")
    assert setup.pip_mirror() == "file:///a"


def test_what_is_compiled_ahead_exists() -> None:
    """Set-up goes on where it fails, so that nobody would see a module's old name there."""
    for code in (setup.KERNELS, setup.IMPORTS):
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.Import | ast.ImportFrom):
                start = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
                for one in node.names:
                    assert importlib.util.find_spec(start + one.name), one.name


def test_an_unknown_command_is_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/setup.py", "nothing"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert done.stderr.startswith(
        "Choose one of: bench, calibrate, dev, format, lint, lock, run, screenshots, setup, test"
    )


@pytest.mark.parametrize("name", setup.PINS.values())
def test_every_requirement_is_pinned_and_explained(name: str) -> None:
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith(("#", "-r ")):
            assert "==" in line.split("#")[0]
            assert line.split("#")[1].strip()


def versions(name: str) -> dict[str, set[str]]:
    """The versions that a file of pins or a lock file names, by package."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if pin := re.match(r"([\w.-]+)==([^\s;]+)", line):
            package = re.sub(r"[-_.]+", "-", pin[1]).lower()
            found.setdefault(package, set()).add(pin[2])
    return found


def missing(pins: dict[str, set[str]], locked: dict[str, set[str]]) -> dict[str, set[str]]:
    """What is pinned and stands not in the lock with exactly that version."""
    return {name: pinned for name, pinned in pins.items() if locked.get(name) != pinned}


@pytest.mark.parametrize("kind", setup.PINS)
def test_the_lock_agrees_with_the_pins(kind: str) -> None:
    """`make lock` makes it anew."""
    pins, locked = versions(setup.PINS[kind]), versions(setup.LOCKS[kind])
    assert pins
    assert not missing(pins, locked)
    if kind == "dev":
        assert not missing(versions(setup.PINS["runtime"]), locked)
        assert not missing(versions(setup.LOCKS["runtime"]), locked)


def test_a_lock_that_does_not_agree_is_found() -> None:
    locked = versions("requirements.lock")
    assert missing({"dash": {"0.0.1"}}, locked) == {"dash": {"0.0.1"}}
    assert missing({"made-up": {"1"}}, locked) == {"made-up": {"1"}}


@pytest.mark.parametrize("name", setup.LOCKS.values())
def test_a_lock_has_hashes_and_no_address(name: str) -> None:
    """Every machine asks its own registry: a lock names none, nor a folder of its maker."""
    text = (ROOT / name).read_text(encoding="utf-8")
    packages = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in package for package in packages)
    assert len(packages) == sum(map(len, versions(name).values()))
    assert re.search(r"://|index|find-links| @ |^-", text, re.MULTILINE) is None
