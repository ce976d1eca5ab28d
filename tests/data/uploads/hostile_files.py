"""Files that are meant to do harm, or that did: what each is called, its bytes, what is said.

As a program it hands all of them over and prints what became of them and of this process.
"""

from __future__ import annotations

import io
import json
import os
import struct
import sys
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import openpyxl

TABLE = "id,time_months,event,M\n" + "".join(f"P{i},{i + 2},{i % 2},{i}\n" for i in range(9))
ROWS = [line.split(",") for line in TABLE.split()]
EMPTY_SHEET = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b"<sheetData>%s</sheetData></worksheet>"
)
LINK = "xl/externalLinks/externalLink1.xml"
ZIP, CSV = "x.zip", "x.csv"
SHEET, STYLES = "xl/worksheets/sheet1.xml", "xl/styles.xml"


@dataclass(frozen=True)
class Case:
    """One file; `words`: a part of the first problem, "" where it opens."""

    name: str
    make: Callable[[], bytes]
    words: str
    file: str = "x.xlsx"
    said: str = ""  # a part of its warnings


def book(change: Callable = lambda book: None, rows=ROWS) -> bytes:
    """A workbook with a sound table, and what is done to it."""
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append([float(c) if c.replace(".", "").isdigit() else c for c in row])
    change(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def with_part(name: str, parts: Iterator[bytes] | bytes, source: bytes | None = None) -> bytes:
    """A workbook in which one part is another, or one more."""
    out = io.BytesIO()
    parts = [parts] if isinstance(parts, bytes) else parts
    with (
        zipfile.ZipFile(io.BytesIO(source or book())) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info.filename, old.read(info))
        with new.open(name, "w", force_zip64=True) as file:
            for part in parts:
                file.write(part)
    return out.getvalue()


def part(name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(book())) as archive:
        return archive.read(name)


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def bomb(megabytes: int, piece: bytes) -> bytes:
    """A sheet that unpacks to so much."""
    piece = piece * (1_000_000 // len(piece))
    head, tail = EMPTY_SHEET.split(b"%s")
    return with_part(SHEET, iter([head, *[piece] * megabytes, tail]))


def overlapping() -> bytes:
    """Several entries of the directory that share one body (Fifield)."""
    content = zipped(a=os.urandom(5_000).hex().encode())
    at, end = content.find(b"PK\x01\x02"), content.find(b"PK\x05\x06")
    entries, tail = content[at:end] * 100, bytearray(content[end:])
    tail[8:12] = struct.pack("<HH", 100, 100)
    tail[12:16] = struct.pack("<L", len(entries))
    return content[:at] + entries + bytes(tail)


def zip64_lie() -> bytes:
    """A zip64 header that promises 10 bytes where there are 50 million."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(b"1,2\n" * 12_500_000) + packer.flush()
    name, extra = b"a.csv", struct.pack("<HHQQ", 1, 16, 10, len(packed))
    four = 0xFFFFFFFF
    local = struct.pack("<4sHHHHHLLLHH", b"PK\3\4", 45, 0, 8, 0, 0, 0, four, four, 5, len(extra))
    central = struct.pack("<4sHHHHHHLLLHHHHHLL", b"PK\1\2", 45, 45, 0, 8, 0, 0, 0, four, four, 5,
                          len(extra), 0, 0, 0, 0, 0) + name + extra  # fmt: skip
    body = local + name + extra + packed
    end = struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, 1, 1, len(central), len(body), 0)
    return body + central + end


def symlink() -> bytes:
    out, link = io.BytesIO(), zipfile.ZipInfo("a.csv")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    return out.getvalue()


def entity(declared: str) -> bytes:
    """A sheet whose first cell is what an entity stands for."""
    sheet = part(SHEET).replace(b"<worksheet", declared.encode() + b"<worksheet", 1)
    return with_part(SHEET, sheet.replace(b"<v>2</v>", b"<v>&e;</v>", 1))


def dde() -> bytes:
    """A formula that starts a program in an old Excel, with its last value, and a foreign link."""

    def change(made) -> None:
        made.active["F1"] = "note"
        made.active["F2"] = "=cmd|'/C calc'!A0"

    return book(change)


LOCKED = "EncryptedPackage".encode("utf-16-le")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def styled() -> bytes:
    more = b"<cellXfs>" + b"<xf numFmtId='0'/>" * 1_000_000
    return with_part(STYLES, part(STYLES).replace(b"<cellXfs", more))


LAUGHS = "<!DOCTYPE e [<!ENTITY a '" + "ha" * 50 + "'>" + "".join(
    f"<!ENTITY {chr(98 + i)} '{('&' + chr(97 + i) + ';') * 10}'>" for i in range(8)
) + "]>"  # fmt: skip


def cases(canary: str = "/etc/hostname", port: int = 9) -> list[Case]:
    """All of them; entities point at the canary file and at the port of this machine."""
    value = b'<row r="9"><c r="A9"><v>1</v></c></row>'
    outside = "refers to other files or entities"
    return [
        Case("1 a sheet of 400 MB", lambda: bomb(400, value), "unpacks to"),
        Case("2 500 MB of blanks", lambda: bomb(500, b" "), "unpacks to"),
        Case("2 blanks within the limits", lambda: bomb(60, b" " * 99 + b"<row/>"), "sheets holds"),
        Case("3 one cell at XFD1048576", lambda: book(far), "a value in column XFD"),
        Case("5 a zip in a zip", lambda: zipped(inner=zipped(a=b"1")), "archive inside", ZIP),
        Case("6 10,000 members",
             lambda: zipped(**{f"{i}.csv": b"" for i in range(10_000)}), "10,000 files", ZIP),
        Case("7 members that overlap", overlapping, "overlap", ZIP),
        Case("8 a name that leads out", lambda: zipped(**{"../../evil": b"x"}), "leads out", ZIP),
        Case("9 a link", symlink, "a link instead", ZIP),
        Case("10 an entity of a file", lambda: entity(
            f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{canary}">]>'), outside),
        Case("11 an entity of the network", lambda: entity(
            f'<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:{port}/x">]>'), outside),
        Case("12 a billion laughs", lambda: entity(LAUGHS), outside),
        Case("12 the same in UTF-16", lambda: with_part(
            SHEET, (LAUGHS + part(SHEET).decode()).encode("utf-16")), "no sound workbook"),
        Case("13 cut short", lambda: book()[:-200], "damaged or cut short"),
        Case("14 random bytes", lambda: os.urandom(5_000), "no xlsx file, or damaged"),
        Case("15 no bytes", lambda: b"", "empty"),
        Case("16 a CSV called .xlsx", TABLE.encode, "", said="holds text"),
        Case("17 an Excel file as .csv", book, "", CSV),
        Case("18 .xls", lambda: OLE + bytes(2_000), "old Excel"),
        Case("18 with a password", lambda: OLE + LOCKED, "password"),
        Case("18 .xlsb", lambda: zipped(**{"[Content_Types].xml": b"", "xl/workbook.bin": b"x"}),
             "binary workbook"),
        Case("18 .xlsm", lambda: with_part("xl/vbaProject.bin", b"x"), "macros"),
        Case("19 a PDF that is a zip too", lambda: b"%PDF-1.7\n" + zipped(a=b"x"), "PDF"),
        Case("19 a zip behind other bytes", lambda: b"MZ\x90\0" + book(), "no xlsx"),
        Case("20 zip64 with false sizes", zip64_lie, "damaged|times its size|more than", ZIP),
        Case("21 gzip", lambda: b"\x1f\x8b\x08" + zlib.compress(bytes(10_000_000)), "gzip", CSV),
        Case("21 bzip2", lambda: b"BZh9" + os.urandom(500), "bzip2", CSV),
        Case("22 a shared text out of range", lambda: with_part(
            SHEET, part(SHEET).replace(b't="n"><v>2', b't="s"><v>99999')), "no sound workbook"),
        Case("23 2,000 sheets", lambda: with_sheets(2_000), "2,000 sheets|files"),
        Case("24 1,000,000 styles", styled, "styles|times its"),
        Case("29 DDE", dde, "without a computed value"),
        Case("29 links to elsewhere", lambda: with_part(LINK, b"<x/>"), "", said="links to"),
        Case("34 NUL", lambda: TABLE.replace("P3", "P\0").encode(), "NUL", CSV),
        Case("44 a header of 10,000 letters",
             lambda: TABLE.replace("M", "m" * 10_000).encode(), "longer than 200", CSV),
        Case("45 100,000 columns", lambda: b"id" + b",c" * 99_999 + b"\n1",
             "2,000 columns", CSV),
        Case("46 three million rows", lambda: b"id,a\n" + b"1,2\n" * 3_000_000, "200,000", CSV),
        Case("47 one cell of 19 MB", lambda: b"id,a\n1," + b"9" * 19_000_000, "cells", CSV),
        Case("47 one cell of 19 MB in quotes", lambda: b'id,a\n1,"' + b"9\n" * 9_500_000 + b'"',
             "cells", CSV),
        Case("83 JSON of 100,000 levels", lambda: b"[" * 100_000, "patient|damaged|cells|column",
             "x.json"),
        Case("83 nested Dataset-JSON", lambda: b'{"a":' * 100_000, "too deeply", "x.json"),
        Case("83 a transport file that is none", lambda: XPT + os.urandom(4_000), "damaged|cut|80",
             "x.xpt"),
    ]  # fmt: skip


XPT = b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!" + b"0" * 30 + b"  "


def far(made) -> None:
    made.active["XFD1048576"] = 1


def with_sheets(number: int) -> bytes:
    made = openpyxl.Workbook(write_only=True)
    for i in range(number):
        made.create_sheet(f"s{i}").append(["a", "b"])
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def resident() -> float:
    """Megabytes that this process holds now, and the most that it ever did."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(float(line.split()[1]) / 1_000 for line in lines if line.startswith("VmHWM"))


def main(folder: Path, port: int) -> None:
    """Hand all of them over, two at a time, as two visitors would."""
    from data.uploads import store

    canary = folder / "canary"
    made = []
    for case in cases(str(canary), port):
        path = folder / f"{len(made)}.bin"
        path.write_bytes(case.make())
        made.append((case, path))
    store.list_datasets("0" * 32)
    Path("/proc/self/clear_refs").write_text("5")  # the most so far counts from here
    before = resident()

    def hand_over(number: int) -> dict:
        case, path = made[number]
        owner, began = f"{number:032x}", time.monotonic()
        draft = store.read_draft(owner, store.receive(owner, [(case.file, path)]))
        first = str(draft.problems[0]) if draft.problems else ""
        warned = " ".join(map(str, draft.warnings))[:500]
        return {"name": case.name, "words": case.words, "said": first, "tells": case.said,
                "warned": warned, "opens": draft.opens, "s": time.monotonic() - began}  # fmt: skip

    with ThreadPoolExecutor(2) as pool:
        for found in pool.map(hand_over, range(len(made))):
            print(json.dumps(found), flush=True)
    print(json.dumps({"grown": resident() - before}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
