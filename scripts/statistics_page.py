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

ABOUT_ENGINES = """\
## Which engine computes what

The program was asked for with lifelines. Where another engine computes a number, this says why;
and every number is held against a truth that was not made by this program.

On the survival page, and in the methods of its files, lifelines computes the asked endpoint once
more after each answer ([second_opinion.py](../analysis/results/second_opinion.py)): numbers of
patients, with event and at risk, whole curves, survival at the milestone, medians, log-rank test,
Cox's hazard ratio with its interval, restricted means and their difference. Numbers must agree to
1e-9, p and hazard ratios to 1e-7; one that does not is a red line. Two differences are known and
not red: a median where the curve is flat at 0.5, which must be the middle of the part that
lifelines names an end of; and the interval of a restricted mean, which is not compared, for
lifelines gives the spread of patients' times and not the error of their mean."""

# A number of the pages, the engine that computes it, why that one, and what it is held against:
# words, then the test.
ENGINES: tuple[tuple[str, str, str, str, str], ...] = (
    ("Kaplan-Meier curve, band, numbers at risk, survival at a milestone", "ours",
     "lifelines has the log-log band alone, and gives 0 to 0 where nobody is left",
     "R `survfit`; lifelines", "analysis/stats/test_survival.py"),
    ("Median, its interval, median follow-up", "ours",
     "where the curve is flat at 0.5 the median is the middle, as in R; lifelines names one end",
     "R `survfit` and its `quantile`; lifelines", "analysis/stats/test_survival.py"),
    ("Log-rank test, also stratified, and test for trend", "ours",
     "lifelines has no strata, and every cut-off at once needs the same sums",
     "R `survdiff`; lifelines", "analysis/stats/test_survival_properties.py"),
    ("p for this cut", "ours", "no library has the studentised permutation test",
     "all splits, enumerated", "analysis/stats/test_permutation.py"),
    ("Hazard ratio (Cox), interaction with the arm", "ours",
     "by its default lifelines stops before the maximum; told to go on, it agrees to 1e-10",
     "R `coxph`; lifelines", "analysis/stats/cox/test_hazard_ratio.py"),
    ("Hazard ratio (Firth)", "ours", "lifelines has none, and every cut-off needs its own at once",
     "R `coxphf` and a second program in R; firthmodels", "analysis/stats/cox/test_properties.py"),
    ("Check of proportional hazards", "ours",
     "lifelines has the older approximation, which differs from R since survival 3",
     "R `cox.zph`", "analysis/stats/cox/test_hazard_ratio.py"),
    ("Difference in restricted mean", "ours",
     "the variance that lifelines gives is that of the patients' times, not of the mean",
     "R `survRM2::rmst2`; lifelines (means)", "analysis/stats/test_survival.py"),
    ("Every cut: p corrected for the search, profile, resamples", "ours",
     "no library searches and permutes all cut-offs in one go",
     "R `maxstat`; null trials ([calibration.md](calibration.md))",
     "analysis/stats/cutoff/test_search.py"),
    ("Trend tests: Jonckheere-Terpstra, Kruskal-Wallis, signed rank, Spearman", "ours, scipy",
     "few patients and ties need exact or permuted p; ranks and distributions are scipy's",
     "R; all orders, enumerated", "analysis/stats/trend/test_rank_tests.py"),
    ("ANCOVA by dose", "ours, scipy", "p by permutation below 30 patients, else t of scipy",
     "least squares (numpy)", "analysis/stats/trend/test_models.py"),
    ("Mixed model by dose and visit", "statsmodels", "the usual model, `MixedLM`",
     "least squares, where both are the same", "analysis/stats/trend/test_models.py"),
    ("Holm, Benjamini-Hochberg", "statsmodels", "the usual corrections, `multipletests`",
     "their definitions", "analysis/stats/test_multiplicity.py"),
    ("Exact interval of a rate", "scipy", "the beta distribution's quantiles",
     "`scipy.stats.binomtest`; published values", "analysis/stats/test_estimates.py"),
    ("The line “Recomputed with lifelines”", "lifelines", "a second opinion must be another's",
     "false numbers, each of which it finds", "analysis/results/test_second_opinion.py"),
)  # fmt: skip

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
    return "\n\n".join([INTRODUCTION, contents, _format_engines(), *topics]) + "\n"


def _format_engines() -> str:
    """The table of numbers, engines and truths."""
    rows = [
        f"| {number} | {engine} | {why} | {truth} ([test](../tests/{test})) |"
        for number, engine, why, truth, test in ENGINES
    ]
    head = ["| number | engine | why | held against |", "|---|---|---|---|"]
    return "\n".join([ABOUT_ENGINES, "", *head, *rows])


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
