"""What kind of file it is, told by its bytes and never by its name; and its tables."""

from __future__ import annotations

from data.cohort import Problem
from data.limits import LIMITS, Limits
from data.sources.formats import dataset_json, delimited_text, excel, files, grid, sas
from data.sources.formats.files import File
from data.sources.formats.raw_table import RawTable, Unreadable

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PASSWORD = "EncryptedPackage".encode("utf-16-le")
REFUSED = (
    (b"\x1f\x8b", "is compressed (gzip): unpack it first"),
    (b"BZh", "is compressed (bzip2): unpack it first"),
    (b"\xfd7zXZ", "is compressed (xz): unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "is a 7z archive: hand over the files in it, or a zip"),
    (b"Rar!", "is a RAR archive: hand over the files in it, or a zip"),
    (b"%PDF", "is a PDF, which holds no table to read: export the data as CSV or Excel"),
    (b"PAR1", "is Parquet, which is not read: export it as CSV"),
    (b"ARROW1", "is Arrow, which is not read: export it as CSV"),
    (b"$FL2", "is an SPSS file, which is not read: export it as CSV"),
    (b"<stata_dta>", "is a Stata file, which is not read: export it as CSV"),
    (b"\x89PNG", "is a picture"),
    (b"RDX", "is an R data file, which is not read: export it as CSV"),
    (b"FCS", "is raw cytometry (FCS): export the table of frequencies as CSV"),
    (b"**COMPRESSED** **COMPRESSED**", "is SAS CPORT: export it as XPT (proc copy, xport engine)"),
)


def tables_of(file: File, limits: Limits = LIMITS) -> tuple[list[RawTable], list[Problem]]:
    """The tables in a file, or the problem why there is none."""
    try:
        return _read(file, limits), []
    except Unreadable as error:
        return [], [Problem(file.name, "", error.row, "", str(error))]
    except MemoryError:
        return [], [Problem(file.name, "", None, "", "is too large to be read")]


def _read(file: File, limits: Limits) -> list[RawTable]:
    content = file.content
    if not content.strip():
        raise Unreadable("the file is empty")
    for start, words in REFUSED:
        if content.startswith(start):
            raise Unreadable(words)
    if content.startswith(OLE):
        raise Unreadable(_old_office(content))
    if content.startswith(b"PK"):
        return _read_zip(file, limits)
    if content.startswith((sas.XPT, sas.XPT_V8, sas.SAS7BDAT)):
        return sas.read(file, limits)
    if file.name.lower().endswith((".xpt", ".sas7bdat", ".xlsx", ".xlsm", ".xls", ".zip")):
        return _check_name(file, limits)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return dataset_json.read(file, limits)
    return _text(file, limits)


def _read_zip(file: File, limits: Limits) -> list[RawTable]:
    with files.open_zip(file.content, limits) as archive:
        names = archive.namelist()
        if "mimetype" in names:
            raise Unreadable(f"is an OpenDocument file: {excel.SAVE} or CSV")
        if not files.office(names):
            raise Unreadable(files.NESTED)
    return excel.read(file, limits)


def _old_office(content: bytes) -> str:
    if PASSWORD in content:
        return "is protected by a password: save it without one"
    return f"is an old Excel or Office file (.xls): {excel.SAVE}"


def _check_name(file: File, limits: Limits) -> list[RawTable]:
    """Text under another name is read as what it is, and said; anything else is damaged."""
    suffix = file.name.rsplit(".", 1)[-1].lower()
    try:
        tables = _text(file, limits)
    except Unreadable as error:
        message = f"is no {suffix} file, or damaged: copy or export it once more"
        raise Unreadable(message) from error
    if all(len(raw.frame.columns) < 2 for raw in tables):
        raise Unreadable(f"is no {suffix} file, or damaged: copy or export it once more")
    tables[0].warn(f"is named .{suffix} but holds text; read as that")
    return tables


def _text(file: File, limits: Limits) -> list[RawTable]:
    words, encoding = delimited_text.decode(file.content, limits)
    rows, delimiter = delimited_text.cut(words, limits)
    if not rows:
        raise Unreadable("the file is empty")
    form = {",": "CSV", ";": "CSV (semicolons)", "\t": "TSV", "|": "CSV (bars)"}.get(
        delimiter, "CSV"
    )
    raw = grid.table(rows, name=file.stem, source=file.name, form=form, delimiter=delimiter)
    if delimiter == ";":
        raw.decimal_comma = None
    if encoding in ("Windows-1252", "Latin-1"):
        raw.warn(f"is not UTF-8; read as {encoding}: check letters with accents")
    return [raw]
