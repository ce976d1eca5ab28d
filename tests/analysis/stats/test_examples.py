"""Every public function of the statistics is documented, and the examples there are true."""

import doctest
import importlib
import inspect
import pkgutil

import pytest

from scripts.statistics_page import find_public, split_items, split_sections

PACKAGE = importlib.import_module("analysis.stats")
MODULES = [
    importlib.import_module(info.name)
    for info in pkgutil.walk_packages(PACKAGE.__path__, "analysis.stats.")
]
PUBLIC = find_public()
FUNCTIONS = {name: value for name, value in PUBLIC.items() if inspect.isfunction(value)}
EXAMPLES = [
    test for module in MODULES for test in doctest.DocTestFinder().find(module) if test.examples
]


def find_gaps(function) -> list[str]:
    """What the documentation of a function lacks, in words."""
    sections = split_sections(function.__doc__ or "")
    heads = [head.partition(" : ")[0] for head, _ in split_items(sections.get("Parameters", ""))]
    named = {name.strip(" *") for head in heads for name in head.split(",")}
    gaps = [f"parameter {p}" for p in inspect.signature(function).parameters if p not in named]
    gaps += [f"no parameter {name}" for name in named - set(inspect.signature(function).parameters)]
    if "\n" in sections[""] or not sections[""].endswith("."):
        gaps.append("a summary of one line")
    if inspect.signature(function).return_annotation is not None and not {
        "Returns", "Yields"
    } & set(sections):  # fmt: skip
        gaps.append("Returns")
    if ">>>" not in sections.get("Examples", ""):
        gaps.append("Examples")
    return gaps


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_examples_say_what_happens(example):
    lines: list[str] = []
    result = doctest.DocTestRunner().run(example, out=lines.append)
    assert result.failed == 0, "".join(lines)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_public_function_is_documented(name):
    assert find_gaps(FUNCTIONS[name]) == []


def test_modules_say_what_is_public():
    silent = [
        module.__name__
        for module in MODULES
        if not hasattr(module, "__all__")
        and not any(part.startswith("_") for part in module.__name__.split("."))
        and not module.__name__.endswith(
            ("kernels", "kernel", "_likelihood", ".rounding", ".typed")
        )
    ]
    assert silent == []
    assert len(FUNCTIONS) > 40


def test_a_gap_is_found():
    def silent(time: list[float], seed: int = 0) -> float:
        """Compute.

        Parameters
        ----------
        time : array
        """

    assert find_gaps(silent) == ["parameter seed", "Returns", "Examples"]
