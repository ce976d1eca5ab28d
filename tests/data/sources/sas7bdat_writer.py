"""Write sas7bdat with the ReadStat that pyreadstat carries; pyreadstat itself only reads it."""

from __future__ import annotations

import ctypes as c

import pandas as pd
import pytest
from pyreadstat import _readstat_writer

STRING, DOUBLE = 0, 5
_SINK = c.CFUNCTYPE(c.c_ssize_t, c.c_void_p, c.c_size_t, c.c_void_p)


def _library() -> c.CDLL:
    library = c.CDLL(_readstat_writer.__file__)
    if not hasattr(library, "readstat_begin_writing_sas7bdat"):
        pytest.skip("this build of pyreadstat does not show ReadStat's writer")
    for name in ("readstat_writer_init", "readstat_add_variable"):
        getattr(library, name).restype = c.c_void_p
    return library


def write(frame: pd.DataFrame) -> bytes:
    """The bytes of a sas7bdat file with this table; text and numbers only."""
    library, parts = _library(), []
    sink = _SINK(lambda data, size, _: parts.append(c.string_at(data, size)) or size)
    writer = c.c_void_p(library.readstat_writer_init())
    library.readstat_set_data_writer(writer, sink)
    variables = [c.c_void_p(_variable(library, writer, frame[name])) for name in frame.columns]
    library.readstat_begin_writing_sas7bdat(writer, None, c.c_long(len(frame)))
    for row in frame.itertuples(index=False, name=None):
        library.readstat_begin_row(writer)
        for variable, cell in zip(variables, row, strict=True):
            if isinstance(cell, str):
                library.readstat_insert_string_value(writer, variable, cell.encode())
            elif cell != cell:
                library.readstat_insert_missing_value(writer, variable)
            else:
                library.readstat_insert_double_value(writer, variable, c.c_double(cell))
        library.readstat_end_row(writer)
    assert library.readstat_end_writing(writer) == 0
    library.readstat_writer_free(writer)
    return b"".join(parts)


def _variable(library: c.CDLL, writer: c.c_void_p, cells: pd.Series) -> int:
    text = cells.dtype == object
    width = max((len(cell.encode()) for cell in cells), default=1) if text else 0
    kind = STRING if text else DOUBLE
    return library.readstat_add_variable(
        writer, cells.name.encode(), kind, c.c_size_t(max(width, 1))
    )
