"""The page about the statistics is that of the code as it is, and names everything public."""

import importlib

from scripts import statistics_page


def test_the_page_is_up_to_date():
    page = statistics_page.PAGE.read_text(encoding="utf-8")
    assert page == statistics_page.format_page(), "run python -m scripts.statistics_page"


def test_the_page_names_all_that_is_public_once():
    paths = [path for topic in statistics_page.TOPICS.values() for path in topic]
    values = []
    for path in paths:
        module, name = path.rsplit(".", 1)
        value = getattr(importlib.import_module(f"analysis.stats.{module}"), name)
        values.append(f"{value.__module__}.{value.__qualname__}")
    assert sorted(values) == sorted(statistics_page.find_public())


def test_every_number_has_an_engine_and_a_test_that_is_there():
    """An engine that is named is imported by what computes, but for our own."""
    root = statistics_page.PAGE.parents[1]
    code = "\n".join(path.read_text() for path in (root / "analysis").rglob("*.py"))
    for number, engine, why, truth, test in statistics_page.ENGINES:
        assert number
        assert why
        assert truth
        assert (root / "tests" / test).is_file(), test
        for one in engine.split(", "):
            assert one == "ours" or f"from {one}" in code, engine


def test_links_lead_somewhere():
    page = statistics_page.format_page()
    heads = [line[4:].lower() for line in page.splitlines() if line.startswith("### ")]
    anchors = {
        head + (f"-{earlier}" if (earlier := heads[:i].count(head)) else "")
        for i, head in enumerate(heads)
    }
    assert {part.partition(")")[0] for part in page.split("](#")[1:]} == anchors


def test_a_list_of_numpydoc_is_understood():
    sections = statistics_page.split_sections(
        "Do.\n\n    Parameters\n    ----------\n    x : int\n        One\n        more.\n    y\n"
    )
    assert statistics_page.split_items(sections["Parameters"]) == [
        ("x : int", "One more."),
        ("y", ""),
    ]
