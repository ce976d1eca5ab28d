"""`make lint` says in one sentence where the browser's scripts cannot be checked."""

from pathlib import Path

import pytest

from scripts import javascript


def test_without_npm_a_sentence_and_no_failure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert javascript.check(str(tmp_path)) == 0
    assert capsys.readouterr().out.strip() == javascript.NO_NPM


def test_the_lock_names_no_registry() -> None:
    lock = Path(__file__).parents[1] / "package-lock.json"
    assert '"resolved"' not in lock.read_text(encoding="utf-8")
