"""Tables as files, and what reading them says in one line."""

import pytest

from data.sources import read_cohort
from data.validate import DataProblems


def written(tmp_path, **tables):
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def said(found):
    return " | ".join(map(str, found))


def problems(path, **options):
    with pytest.raises(DataProblems) as caught:
        read_cohort(path, **options)
    return said(caught.value.problems)
