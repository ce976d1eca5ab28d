"""`make lint` counts mypy's errors: none where numbers are made, elsewhere never more."""

import pytest

from scripts import check_types

CLEAN = "Success: no issues found in 3 source files\n"
THREE = "a.py:1: error: x  [misc]\nFound 3 errors in 2 files (checked 9 source files)\n"
ONE = "Found 1 error in 1 file (checked 9 source files)\n"


@pytest.mark.parametrize(("printed", "errors"), [(CLEAN, 0), (THREE, 3), (ONE, 1)])
def test_errors_are_counted(printed: str, errors: int) -> None:
    assert check_types.count_errors(printed) == errors


@pytest.mark.parametrize(
    ("strict", "everywhere", "code"), [(CLEAN, THREE, 0), (ONE, CLEAN, 1), (CLEAN, "many", 1)]
)
def test_more_errors_than_before_fail(
    strict: str, everywhere: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = f"Found {check_types.MOST_ERRORS + 1} errors in 9 files (checked 9 source files)\n"
    everywhere = more if everywhere == "many" else everywhere
    printed = {"--strict": strict, "--ignore-missing-imports": everywhere}
    monkeypatch.setattr(check_types, "run_mypy", lambda *given: printed[given[0]])
    assert check_types.main() == code


def test_what_is_strict_exists() -> None:
    for name in (*check_types.STRICT, *check_types.PACKAGES):
        assert (check_types.ROOT / name).exists(), name
