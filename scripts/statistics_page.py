"""Writes docs/statistics.md from the docstrings of analysis/stats.

    python -m scripts.statistics_page

What is computed, how it is defined and where it comes from is written once, beside the code; the
page puts it in the order in which a statistician asks.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "docs" / "statistics.md"

INTRODUCTION = """\
# Statistics

What every number on a page is, and where its definition comes from. This page is made from the
documentation of the code by `python -m scripts.statistics_page`; change it there.

* **High** is a value greater than the cut, **low** one at or below it. A difference or a ratio is
  always that of the last group against the first: high against low.
* **Times** are 0 or more, in one unit throughout. Times that differ by rounding only are one time.
* **NaN** means "not estimable" or "not reached", never a number that is too large to believe.
* Wrong input (missing or negative times, codes other than 0 and 1, an empty group) is a
  `ValueError`. Input that is right but cannot carry an answer raises `NotEnoughData`, which says
  in words what is missing.
* **Random** results repeat with the same seed.
* Values are checked in the tests against R and against enumeration:
  [tests/reference/README.md](../tests/reference/README.md) says how the values of R were made,
  [calibration.md](calibration.md) how often each p is below .05 where there is nothing to find.

Each entry says first what is computed and after whom, then how it is called. In the examples `np`
is NumPy and `pd` is pandas."""

TOPICS: dict[str, tuple[str, ...]] = {
    "Survival and follow-up": (
        "survival.kaplan_meier", "survival.KaplanMeier", "survival.survival_at",
        "survival.read_off", "estimates.clopper_pearson", "survival.reverse_kaplan_meier",
        "survival.rmst_difference", "rmst.choose_horizon", "landmark.landmark",
    ),
    "Comparing groups": (
        "survival.logrank", "survival.logrank_trend", "logrank.weights_name",
        "survival.permutation_logrank",
        "survival.p_cut", "survival.p_cuts", "survival.p_splits",
        "cutoff.one_cut.uses_logrank", "cutoff.one_cut.may_draw", "logrank.say_no_comparison",
    ),
    "Hazard ratios": (
        "cox.cox", "cox.firth", "cox.proportional_hazards", "cox.hazard_ratio.likelihood_ratio",
        "cox.hazard_ratio.model", "cox.hazard_ratio.CoxModel", "cox.hazard_ratio.estimator",
        "cox.hazard_ratio.separated", "cox.hazard_ratio.detectable_hr",
    ),
    "Every cut at once": (
        "cutoff.search", "cutoff.CutoffSearch", "cutoff.null", "cutoff.null_at_risk",
        "cutoff.profile", "cutoff.answer", "cutoff.CutAnswer", "cutoff.medians", "cutoff.scan",
        "cutoff.stability", "cutoff.CutoffStability", "cutoff.resample", "cutoff.best_of_rows",
        "cutoff.order", "cutoff.Order", "cutoff._strata.RiskSets",
        "cutoff._strata.one_stratum", "cutoff._strata.arrange_strata",
        "cutoff.admissible.find_cuts", "cutoff.admissible.CandidateCuts",
        "cutoff.admissible.smallest_admissible_group", "cutoff.admissible.divide",
        "cutoff.admissible.assign_groups", "cutoff.admissible.shortest_decimals",
    ),
    "Trends by dose and visit": (
        "trend.jonckheere", "trend.kruskal_wallis", "trend.wilcoxon_signed_rank",
        "trend.spearman", "trend.models.ancova", "trend.models.mixed_model",
        "trend.models.Slope",
    ),
    "Many questions": ("multiplicity.holm", "multiplicity.benjamini_hochberg"),
    "Results": (
        "survival.HypothesisTest", "survival.PermutationTest", "survival.Estimate",
        "errors.NotEnoughData",
    ),
    "Checks of what comes in": (
        "inputs.survival_arrays", "inputs.merge_ties", "inputs.distinct_times",
        "inputs.tolerance", "inputs.labels", "inputs.two_groups", "inputs.matrix",
        "inputs.numbers", "inputs.time_points", "inputs.positive_share",
        "inputs.positive_count", "inputs.stream_seed", "inputs.same_length",
    ),
    "Building blocks": (
        "risk_set.risk_table", "risk_set.RiskTable", "risk_set.product_limit",
        "risk_set.just_before", "risk_set.event_rows", "permutation.shuffles",
    ),
}  # fmt: skip

NOT_STATISTICS = {"warm"}  # compiles what the others need; computes nothing

_LISTS = {"Parameters": "Takes", "Returns": "Returns", "Yields": "Yields",
          "Attributes": "Holds", "Raises": "Raises"}  # fmt: skip


def find_modules() -> Iterator[Any]:
    """The modules of analysis.stats that offer something: those with a list of what they offer."""
    package = importlib.import_module("analysis.stats")
    for info in pkgutil.walk_packages(package.__path__, "analysis.stats."):
        module = importlib.import_module(info.name)
        if hasattr(module, "__all__"):
            yield module


def find_public() -> dict[str, Any]:
    """Every public function and class of analysis.stats, by the module that defines it."""
    return {
        f"{value.__module__}.{value.__qualname__}": value
        for module in find_modules()
        for name in module.__all__
        if name not in NOT_STATISTICS
        and callable(value := getattr(module, name))
        and value.__module__.startswith("analysis.stats")
    }


def split_sections(docstring: str) -> dict[str, str]:
    """The summary, under the empty name, and the sections of a numpydoc docstring."""
    parts = re.split(r"^(\w[\w ]*)\n-{3,}\n", inspect.cleandoc(docstring), flags=re.MULTILINE)
    return {
        "": parts[0].strip(),
        **dict(zip(parts[1::2], map(str.strip, parts[2::2]), strict=True)),
    }


def split_items(section: str) -> list[tuple[str, str]]:
    """The heads of a numpydoc list with the text that belongs to each."""
    items: list[tuple[str, str]] = []
    for line in section.splitlines():
        if line.startswith(" "):
            head, text = items.pop()
            items.append((head, f"{text} {line.strip()}".strip()))
        elif line:
            items.append((line, ""))
    return items


def format_page() -> str:
    """The whole page."""
    contents = "\n".join(_format_contents(*topic) for topic in TOPICS.items())
    topics = [_format_topic(*topic) for topic in TOPICS.items()]
    return "\n\n".join([INTRODUCTION, contents, *topics]) + "\n"


def _format_contents(topic: str, paths: tuple[str, ...]) -> str:
    links = " · ".join(f"[{_name(path)}](#{_anchor(path)})" for path in paths)
    return f"* **{topic}**: {links}"


def _anchor(path: str) -> str:
    """Where a heading is found: as GitHub names them, the second of one name with a number."""
    names = [_name(other).lower() for paths in TOPICS.values() for other in paths]
    before = names[: [other for paths in TOPICS.values() for other in paths].index(path)]
    earlier = before.count(_name(path).lower())
    return _name(path).lower() + (f"-{earlier}" if earlier else "")


def _format_topic(topic: str, paths: tuple[str, ...]) -> str:
    return "\n\n".join([f"## {topic}", *map(_format_entry, paths)])


def _format_entry(path: str) -> str:
    module, name = path.rsplit(".", 1)
    value = getattr(importlib.import_module(f"analysis.stats.{module}"), name)
    sections = split_sections(value.__doc__)
    parts = [f"### {name}", _format_text(sections[""])]
    if "Notes" in sections:
        parts.append(_format_text(sections["Notes"]))
    if "References" in sections:
        parts.append(f"*References.* {_format_text(sections['References'])}")
    parts.append(_format_signature(path, value))
    parts += [
        f"**{label}**\n\n{_format_items(sections[title])}"
        for title, label in _LISTS.items()
        if title in sections
    ]
    if "Examples" in sections:
        parts.append(f"```pycon\n{sections['Examples']}\n```")
    return "\n\n".join(parts)


def _format_signature(path: str, value: Any) -> str:
    """Where to import it from and, of a function, how it is called; types stand in the list."""
    if inspect.isclass(value):
        return f"`analysis.stats.{path}`"
    parameters = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for parameter in inspect.signature(value).parameters.values()
    ]
    call = inspect.Signature(parameters)
    return f"```python\nanalysis.stats.{path}{call}\n```"


def _format_items(section: str) -> str:
    rows = []
    for head, text in split_items(section):
        name, _, kind = head.partition(" : ")
        label = _format_head(name) + (f", {_format_text(kind)}" if kind else "")
        rows.append(f"* {label}" + (f". {_format_text(text)}" if text else ""))
    return "\n".join(rows)


def _format_head(name: str) -> str:
    """A name as code, a class of this page as a link, a type in words as it is."""
    for path in (path for paths in TOPICS.values() for path in paths):
        if name == _name(path) and name[0].isupper():
            return f"[`{name}`](#{_anchor(path)})"
    return name if re.search(r" of | or |^DataFrame", name) else f"`{name}`"


def _format_text(text: str) -> str:
    """Paragraphs on a line each, code and links as Markdown has them."""
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    return "\n\n".join(map(_format_inline, paragraphs))


def _format_inline(text: str) -> str:
    pieces = re.split(r"(``.+?``|:func:`\w+`|`\w+`)", text)
    return "".join(
        piece.replace("*", r"\*") if i % 2 == 0 else _format_code(piece)
        for i, piece in enumerate(pieces)
    )


def _format_code(piece: str) -> str:
    if piece.startswith(":func:"):
        name = piece.removeprefix(":func:").strip("`")
        return f"[`{name}`](#{name.lower()})"
    return f"`{piece.strip('`')}`"


def _name(path: str) -> str:
    return path.rsplit(".", 1)[1]


def write_page() -> None:
    """Write docs/statistics.md anew."""
    PAGE.write_text(format_page(), encoding="utf-8")


if __name__ == "__main__":
    write_page()
