"""Whatever a cohort holds, every kind of file is made without a NaN, or a sentence says why not."""

from __future__ import annotations

import ast
import io
import math
import re
import zipfile
from dataclasses import replace

from hypothesis import HealthCheck, assume, given, settings

from analysis.question import parse_query
from analysis.stats.errors import NotEnoughData
from exports.file_kinds import KINDS, Wish
from exports.pptx.km.slide import export_several
from tests.components.views.test_survival import QUESTIONS, studies
from tests.exports.example_exports import export


def texts(content):
    """All text of a file; of packed ones that of every part, embedded ones too."""
    if isinstance(content, str):
        return content
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    return " ".join(
        texts(part) if name.endswith(".xlsx") else part.decode("utf-8", "replace")
        for name, part in parts.items()
    )


SLOW = ("png", "pdf", "zip")  # the drawing of svg, and what all others hold


@given(studies(), QUESTIONS)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_file_is_made(study, question):
    assume(len(study.measurements))
    query = "&".join(f"{name}={text}" for name, text in question.items())
    assert parse_query(query)
    try:
        found = export(query, study, corrected=False)
    except NotEnoughData:
        return  # the split itself cannot be made, and the page says why
    for one in found.endpoints:
        alone = replace(found, endpoints=(one,))
        for name, kind in KINDS.items():
            if name in SLOW:
                continue
            content = kind.make(export_several(alone), Wish())
            said = texts(content)
            assert "P01" not in said
            if name == "pptx":
                assert not re.search(r"<c:v>(nan|inf|-inf)", said)
                assert not re.search(r"<a:t>[^<]*\bnan\b", said, re.IGNORECASE)
            if name == "caption":
                assert not re.search(r"\bnan\b", said, re.IGNORECASE)
            if name == "python":
                ast.parse(content)
        hr = (one.effects[0] if one.several else one.effect).hr
        assert math.isnan(hr) or hr > 0
