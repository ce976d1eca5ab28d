"""The scripts behind make: they find what is there, install once, and say what is missing."""

import os
import subprocess
import sys
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


def test_without_python_the_sentence_says_what_to_install(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "NEWEST", (3, 10))
    with pytest.raises(setup.SetupError, match=r"3\.11, 3\.12 or 3\.13"):
        setup.find_python()


def test_this_python_fits() -> None:
    assert setup.version_of(sys.executable, setup.PROBE) == sys.version_info[:2]
    assert setup.version_of("no-such-python", setup.PROBE) is None


def test_nothing_is_installed_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stamp holds until a requirement changes; a tester's environment also runs."""
    calls = prepared(tmp_path, monkeypatch)
    for kind in ("dev", "dev", "runtime"):
        setup.install(kind)
    assert len(calls) == 1
    (tmp_path / "requirements.txt").write_text("b==2\n")
    setup.install("runtime")
    assert len(calls) == 2
    setup.install("dev")
    assert len(calls) == 3


def test_running_does_not_install_what_tests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = prepared(tmp_path, monkeypatch)
    setup.install("runtime")
    assert calls[0][-1].endswith("requirements.txt")
    setup.install("dev")
    assert calls[1][-1].endswith("requirements-dev.txt")


def test_an_installation_that_failed_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = prepared(tmp_path, monkeypatch, code=1)
    for _ in range(2):
        with pytest.raises(setup.SetupError):
            setup.install("runtime")
    assert len(calls) == 2


def prepared(folder: Path, monkeypatch: pytest.MonkeyPatch, code: int = 0) -> list[list[str]]:
    """A tree with an environment in which pip only writes down that it was called."""
    calls = []
    monkeypatch.setattr(setup, "ROOT", str(folder))
    monkeypatch.setattr(setup, "VENV", str(folder))
    monkeypatch.setattr(setup, "ensure_venv", lambda: None)
    monkeypatch.setattr(setup, "compile_kernels", lambda: None)
    monkeypatch.setattr(setup, "call", lambda command: calls.append(command) or code)
    for name in ("requirements.txt", "requirements-dev.txt"):
        (folder / name).write_text("a==1\n")
    return calls


def test_an_unknown_command_is_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/setup.py", "nothing"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert done.stderr.startswith(
        "Choose one of: bench, calibrate, dev, format, lint, run, screenshots, setup, test"
    )


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_and_explained(name: str) -> None:
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith(("#", "-r ")):
            assert "==" in line.split("#")[0]
            assert line.split("#")[1].strip()
