"""Zip archives and folders: what is read, and what is refused before it is unpacked."""

from __future__ import annotations

import os
import zipfile

import pytest

from data.limits import Limits
from data.problems import DataProblems
from data.sources import read_cohort, understand


def refused(path):
    """The refusal in words."""
    with pytest.raises(DataProblems) as caught:
        read_cohort(path)
    return str(caught.value)


def zipped(path, members, **options):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content, **options)
    return path


TABLES = {
    "patients.csv": "id,time,event\n1,2,1\n2,3,0\n",
    "flow.csv": "id,marker,value\n1,CD4,4\n2,CD4,5\n",
}


def test_a_zip_and_a_folder_are_the_same(tmp_path):
    folder = tmp_path / "trial"
    folder.mkdir()
    for name, content in TABLES.items():
        (folder / name).write_text(content)
    (folder / "notes.pdf").write_bytes(b"%PDF")
    (folder / ".DS_Store").write_bytes(b"x")
    archive = zipped(
        tmp_path / "trial.zip", {f"a/{n}": c for n, c in TABLES.items()} | {"__MACOSX/x": "y"}
    )
    assert read_cohort(folder).n == 2
    assert read_cohort(archive).id == read_cohort(folder).id


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"../../evil.csv": "x"}, "leads out"),
        ({"/etc/evil.csv": "x"}, "leads out"),
        ({"C:\\evil.csv": "x"}, "leads out"),
        ({"a\\..\\..\\evil.csv": "x"}, "leads out"),
        ({"inner.zip": b"PK\x05\x06" + bytes(18)}, "archive inside an archive"),
        ({"a.csv.gz": b"\x1f\x8b\x08" + bytes(30)}, "archive inside an archive"),
        ({f"{i}.csv": "a" for i in range(201)}, "201 files"),
        ({"a.csv": "0" * 3_000_000}, "times its size"),
        ({"readme.md": "x"}, "no table"),
    ],
)  # fmt: skip
def test_archives_that_are_refused(tmp_path, members, words):
    assert words in refused(zipped(tmp_path / "t.zip", members))


def test_links_and_passwords_in_archives(tmp_path):
    path = tmp_path / "t.zip"
    link = zipfile.ZipInfo("a.csv")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "a link" in refused(path)
    zipped(path, TABLES)
    content = bytearray(path.read_bytes())
    for start in (b"PK\x03\x04", b"PK\x01\x02"):
        at = content.find(start) + (6 if start[2] == 3 else 8)
        content[at] |= 1
    path.write_bytes(bytes(content))
    assert "password" in refused(path)


def test_members_that_overlap(tmp_path):
    path = zipped(tmp_path / "t.zip", {"a.csv": os.urandom(5_000).hex()})
    content = path.read_bytes()
    at = content.find(b"PK\x01\x02")
    end = content.find(b"PK\x05\x06")
    entries = content[at:end] * 3
    tail = bytearray(content[end:])
    tail[8:12] = (3).to_bytes(2, "little") * 2
    tail[12:16] = len(entries).to_bytes(4, "little")
    path.write_bytes(content[:at] + entries + bytes(tail))
    assert "overlap" in refused(path)


def test_a_lie_about_sizes(tmp_path):
    path = zipped(tmp_path / "t.zip", TABLES)
    content = bytearray(path.read_bytes())
    at = content.find(b"PK\x01\x02")
    content[at + 24 : at + 28] = (10).to_bytes(4, "little")
    path.write_bytes(bytes(content))
    assert "damaged" in refused(path)


def test_folders(tmp_path):
    folder = tmp_path / "f"
    folder.mkdir()
    assert "no table was found" in refused(folder)
    (folder / "a.csv").write_text("id,time,event,M\n1,2,1,4\n2,3,0,5\n")
    (folder / "b.csv").symlink_to("/etc/hostname")
    assert "a link to another file" in refused(folder)
    (folder / "b.csv").unlink()
    assert "more than 0 files" in str(understand(folder, limits=Limits(members=0)).problems[0])
    assert read_cohort(folder).n == 2
    zipped(folder / "inner.zip", TABLES)
    assert "archive inside" in refused(folder)
