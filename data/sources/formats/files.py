"""A path to the files that it holds: one file, a folder or a zip, within the limits."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from data.cohort import Problem
from data.limits import LIMITS, Limits, size
from data.sources.formats.raw_table import Unreadable

CHUNK = 1 << 16
# What lies beside data without being any.
CLUTTER = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")
SIDE_FILES = (".md", ".pdf", ".html", ".xsl", ".xml", ".docx", ".sas", ".r", ".py", ".log", ".png")
NESTED = "an archive inside an archive is not read: unpack it first"


@dataclass(frozen=True)
class File:
    """A file's name, as messages show it, and its bytes."""

    name: str
    content: bytes

    @property
    def stem(self) -> str:
        """The name without folders and suffix."""
        return PurePosixPath(self.name).stem


def gather(path: Path, limits: Limits = LIMITS) -> tuple[list[File], list[Problem]]:
    """The data files under a path, sorted by name, and the problems of those left out."""
    if path.is_dir():
        return _folder(path, limits)
    if not path.is_file():
        raise Unreadable(f"there is no folder or file {path.name!r}")
    try:
        length = path.stat().st_size
        if length > limits.file:
            raise Unreadable(f"larger than {size(limits.file)}: leave out what is not needed")
        content = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror or error}") from error
    if is_archive(content):
        return unzip(content, limits)
    return [File(path.name, content)], []


def is_archive(content: bytes) -> bool:
    """Whether the bytes are a zip that is no office document."""
    if not content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return not office(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False  # the reader of its kind says what is wrong with it


def office(names: list[str]) -> bool:
    """Whether a zip with these members is an Excel, Word or OpenDocument file."""
    return "[Content_Types].xml" in names or "mimetype" in names


def _folder(path: Path, limits: Limits) -> tuple[list[File], list[Problem]]:
    found, problems, total = [], [], 0
    paths = sorted(p for p in path.rglob("*") if p.is_file() and not _clutter(p.relative_to(path)))
    paths = [p for p in paths if not _aside(p.name)]
    if len(paths) > limits.members:
        raise Unreadable(f"more than {limits.members} files; hand over those with the data only")
    for file in paths:
        name = file.relative_to(path).as_posix()
        if file.is_symlink():
            problems.append(Problem(name, "", None, "", "a link to another file is not followed"))
            continue
        total += file.stat().st_size
        if total > limits.unpacked:
            raise Unreadable(f"the files are larger than {size(limits.unpacked)} together")
        content = file.read_bytes()
        if is_archive(content):
            problems.append(Problem(name, "", None, "", NESTED))
        else:
            found.append(File(name, content))
    return found, problems


def _clutter(path: Path | PurePosixPath) -> bool:
    return any(part in CLUTTER or part.startswith(".") for part in path.parts)


def _aside(name: str) -> bool:
    """Documents and programs that lie beside data; TOML is the study file."""
    return name.lower().endswith(SIDE_FILES) or name.startswith("~$")


def unzip(content: bytes, limits: Limits = LIMITS) -> tuple[list[File], list[Problem]]:
    """The data files of a zip; anything suspicious about it refuses all of it."""
    with open_zip(content, limits) as archive:
        found, total = [], 0
        for info in sorted(archive.infolist(), key=lambda info: info.filename):
            name = PurePosixPath(info.filename.replace("\\", "/"))
            if info.is_dir() or _clutter(name) or _aside(name.name):
                continue
            data = member(archive, info, limits.unpacked - total)
            total += len(data)
            if is_archive(data) or data.startswith((b"\x1f\x8b", b"BZh", b"7z\xbc\xaf")):
                raise Unreadable(f"{str(name)!r}: {NESTED}")
            found.append(File(str(name), data))
    return found, []


def open_zip(content: bytes, limits: Limits = LIMITS) -> zipfile.ZipFile:
    """The archive, after a look at its directory: nothing has been unpacked yet."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        message = "is damaged or cut short (no valid zip); copy or export it once more"
        raise Unreadable(message) from error
    infos = archive.infolist()
    if len(infos) > limits.members * (10 if office(archive.namelist()) else 1):
        raise Unreadable(f"holds {len(infos):,} files; more than {limits.members} are not read")
    for info in infos:
        _check_member(info)
    total = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if packed > len(content):
        raise Unreadable("its members overlap: this is no honest archive")
    if total > limits.unpacked:
        raise Unreadable(f"unpacks to {size(total)}; at most {size(limits.unpacked)} are read")
    if total > 1_000_000 and total > limits.ratio * max(packed, 1):
        raise Unreadable(f"unpacks to {total // max(packed, 1)} times its size: not read")
    return archive


def _check_member(info: zipfile.ZipInfo) -> None:
    name = info.filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or ":" in name or "\0" in name:
        raise Unreadable("holds a member whose name leads out of the archive: not read")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise Unreadable("holds a link instead of a file: not read")
    if info.flag_bits & 0x1:
        raise Unreadable("is protected by a password: save it without one")


def member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    """A member's bytes, counted while unpacking: the directory may lie about sizes."""
    parts, total = [], 0
    for part in stream(archive, info):
        total += len(part)
        if total > most:
            raise Unreadable("unpacks to more than is read; hand over less")
        parts.append(part)
    return b"".join(parts)


def stream(archive: zipfile.ZipFile, info: zipfile.ZipInfo):
    """A member's bytes in chunks; damage is an `Unreadable`."""
    try:
        with archive.open(info) as file:
            while part := file.read(CHUNK):
                yield part
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise Unreadable("is damaged or cut short; copy or export it once more") from error
    except (RuntimeError, ValueError) as error:
        raise Unreadable("cannot be unpacked; save it without a password") from error
