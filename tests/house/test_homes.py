"""One rule, one home: what stands in one module only, and everybody else reads it there."""

import re
from pathlib import Path

import pytest

from tests.house.source import PACKAGES, ROOT, Module, modules

# What is looked for, and the module where it may stand.
HOMES = {
    r"\b30\.4375\b|\b365\.25\b": "data.schema",  # the length of a month and of a year
    r"\"fold change\"": "analysis.question.question",  # the name of a measure
    r"\"fold\": \(?1\.0": "analysis.cohort.measure",  # where nothing has changed
    r"\"×\" if": "analysis.cohort.measure",  # the unit of a fold
    r"\bSynthetic data\b": "wording.results.phrases",  # what made-up patients are marked by
}


def strangers(found: list[Module]) -> list[str]:
    """Modules in which something stands that has its home in another one."""
    return [
        f"{module.name}: {pattern}"
        for pattern, home in HOMES.items()
        for module in found
        if module.name != home and re.search(pattern, _without_docstrings(module.text))
    ]


def _without_docstrings(text: str) -> str:
    return re.sub(r'"""(.|\n)*?"""', "", text)


def test_what_has_a_home_stands_nowhere_else() -> None:
    found = modules(ROOT, *PACKAGES, "scripts")
    assert not strangers(found)


@pytest.mark.parametrize("pattern", HOMES)
def test_it_stands_at_home(pattern: str) -> None:
    home = ROOT / f"{HOMES[pattern].replace('.', '/')}.py"
    assert re.search(pattern, home.read_text(encoding="utf-8"))


def test_this_rule_can_fail(tmp_path: Path) -> None:
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures/axis.py").write_text("MONTH = 30.4375\n")
    assert strangers(modules(tmp_path, "figures")) == [f"figures.axis: {next(iter(HOMES))}"]
