"""Names of files as strangers give them: made fit to be shown, and to stand in a folder."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LONGEST = 100
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


def clean(name: object) -> str:
    """The last part of a path, printable, without marks that turn the text, not too long."""
    text = unicodedata.normalize("NFC", str(name)).replace("\\", "/").rsplit("/", 1)[-1]
    text = "".join(one if one.isprintable() and one not in '<>:"|?*' else "_" for one in text)
    text = text.strip(" .") or "file"
    if _RESERVED.match(text):
        text = f"_{text}"
    stem, dot, suffix = text.rpartition(".")
    if len(text) <= LONGEST or not dot or len(suffix) > 20:
        return text[:LONGEST]
    return f"{stem[: LONGEST - len(suffix) - 1]}.{suffix}"


def make_unique(name: str, taken: Iterable[str]) -> str:
    """The name, with a number where another file has it already."""
    known = {one.casefold() for one in taken}
    stem, dot, suffix = name.rpartition(".")
    stem, suffix = (stem, dot + suffix) if dot else (name, "")
    number, made = 2, name
    while made.casefold() in known:
        made, number = f"{stem} ({number}){suffix}", number + 1
    return made
