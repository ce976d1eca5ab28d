"""The state folder is private, its key made once; what cannot be written is said in one line."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from data import state_dir as module
from data.state_dir import KEY_BYTES, StateDirError, make_state_dir, secret_key

ROOT = Path(__file__).resolve().parents[2]
posix = pytest.mark.skipif(os.name == "nt", reason="modes are a POSIX matter")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A state folder that does not exist yet."""
    path = tmp_path / "deep" / "state"
    monkeypatch.setenv("CUTLINE_HOME", str(path))
    return path


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@posix
def test_the_folder_and_the_key_are_private(folder):
    assert make_state_dir() == folder
    assert mode(folder) == 0o700
    assert len(secret_key()) == KEY_BYTES
    assert mode(folder / "secret_key") == 0o600
    assert [path.name for path in folder.iterdir()] == ["secret_key"]


def test_the_key_stays(folder):
    first = secret_key()
    assert secret_key() == first
    (folder / "secret_key").unlink()
    assert secret_key() != first


def test_without_a_setting_it_is_the_users_data_directory(tmp_path, monkeypatch):
    monkeypatch.setenv("CUTLINE_HOME", "")
    monkeypatch.setattr(module.platformdirs, "user_data_path", lambda *_: tmp_path / "data")
    assert make_state_dir() == tmp_path / "data"


@posix
def test_an_open_folder_is_closed(folder):
    folder.mkdir(parents=True, mode=0o755)
    folder.chmod(0o755)
    make_state_dir()
    assert mode(folder) == 0o700


@posix
def test_a_folder_of_other_things_is_not_ours_to_close(folder):
    folder.mkdir(parents=True)
    folder.chmod(0o755)
    (folder / "thesis.txt").write_text("mine")
    with pytest.raises(StateDirError, match="holds other files"):
        make_state_dir()
    assert mode(folder) == 0o755


def test_a_file_in_the_way_is_one_line(folder):
    folder.parent.mkdir()
    folder.write_text("a file")
    with pytest.raises(StateDirError) as caught:
        secret_key()
    assert "\n" not in str(caught.value)
    assert str(folder) in str(caught.value)
    assert "CUTLINE_HOME" in str(caught.value)


def test_a_folder_that_may_not_be_written(folder, monkeypatch):
    monkeypatch.setattr(module.os, "access", lambda *_: False)
    with pytest.raises(StateDirError, match="cannot be written"):
        secret_key()


def test_a_damaged_key_is_not_used(folder):
    secret_key()
    (folder / "secret_key").write_bytes(b"short")
    with pytest.raises(StateDirError, match="damaged"):
        secret_key()


def test_without_links_the_key_is_still_made_once(monkeypatch):
    def no_links(*_):
        raise OSError("no links here")

    monkeypatch.setattr(module.os, "link", no_links)
    assert secret_key() == secret_key()


def test_processes_that_start_together_share_the_key(folder):
    code = "from data.state_dir import secret_key; print(secret_key().hex())"
    started = [
        subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(8)
    ]
    keys = {process.communicate()[0].strip() for process in started}
    assert all(process.returncode == 0 for process in started)
    assert keys == {secret_key().hex()}
