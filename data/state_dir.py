"""The state directory: CUTLINE_HOME, else the user's data directory; private, with the secret key.

What must outlive a restart lies here. Only its owner may read it (0700; the key 0600).
"""

from __future__ import annotations

import os
import secrets
import stat
import time
from contextlib import suppress
from pathlib import Path

import platformdirs

from data import settings

KEY_BYTES = 32
_KEY_FILE = "secret_key"


class StateDirError(RuntimeError):
    """The state directory cannot be used; says which and why in one line."""


def find_state_dir() -> Path:
    """Where the state folder is, whether or not it can be used."""
    chosen = settings.read("CUTLINE_HOME")
    return Path(chosen).expanduser() if chosen else platformdirs.user_data_path("cutline", False)


def make_state_dir() -> Path:
    """The state directory, made where there is none; StateDirError where it cannot be used."""
    folder = find_state_dir()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_private(folder)
    except OSError as error:
        raise _unusable(folder, error.strerror or str(error)) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _unusable(folder, "it cannot be written")
    return folder


def secret_key() -> bytes:
    """The installation's key; made once, the same for every process ever after."""
    path = make_state_dir() / _KEY_FILE
    try:
        if not path.exists():
            _create(path, secrets.token_bytes(KEY_BYTES))
        key = path.read_bytes()
        path.chmod(0o600)
    except OSError as error:
        raise _unusable(path, error.strerror or str(error)) from error
    if len(key) != KEY_BYTES:
        raise _unusable(path, "the key in it is damaged; move it away to get a new one")
    return key


def _unusable(path: Path, why: str) -> StateDirError:
    why = " ".join(why.split())
    return StateDirError(
        f"the state folder cannot be used: {path}: {why} (CUTLINE_HOME names another)"
    )


def _make_private(folder: Path) -> None:
    """Close the folder to others; one that holds other things is not ours to close."""
    others = stat.S_IMODE(folder.stat().st_mode) & 0o077
    if os.name == "nt" or not others:
        return
    if any(folder.iterdir()) and not (folder / _KEY_FILE).exists():
        reason = "others may read it and it holds other files; name an empty folder or chmod 700 it"
        raise _unusable(folder, reason)
    folder.chmod(0o700)


def _create(path: Path, content: bytes) -> None:
    """Create the file whole or not at all; where another process was faster, its file stays."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            _publish(draft, path, content)
    finally:
        draft.unlink(missing_ok=True)


def _publish(draft: Path, path: Path, content: bytes) -> None:
    """Give the draft its name, unless that is taken."""
    try:
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        _write_exclusively(path, content)


def _write_exclusively(path: Path, content: bytes) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        _wait_for(path, len(content))
        return
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        file.write(content)


def _wait_for(path: Path, size: int) -> None:
    """Another process is writing the file at this moment."""
    for _ in range(100):
        if path.stat().st_size >= size:
            return
        time.sleep(0.01)
