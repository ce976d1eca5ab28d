"""Caption and methods of an exported figure, with the items that REMARK asks for.

McShane 2005 (REMARK), Altman 2012 (its explanation). What the study's file does not say stands as
"[not given]", for the authors to fill in: nothing is guessed.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from typing import Protocol

import pandas as pd

from analysis.question import Question
from analysis.results.second_opinion import SecondOpinion
from analysis.results.survival import EstimatedEndpoint, SeveralGroups, SurvivalResult, TwoGroups
from analysis.stats.estimates import PermutationTest
from analysis.stats.permutation import MOST_SPLITS
from data.cohort import Cohort
from wording.numbers import cut_text
from wording.results import phrases
from wording.results.flow import describe_reason, describe_ties, describe_window
from wording.results.reported_p import explain_correction, write_after_all
from wording.results.second_opinion import describe_check
from wording.results.summaries import endpoint_sentences, marker_words
from wording.results.survival import describe_hazards, describe_interaction, list_cuts

NOT_GIVEN = "[not given]"
LIBRARIES = ("numpy", "scipy", "pandas")
ESTIMATORS = {
    "cox": "a Cox model (Efron’s ties, Wald interval)",
    "firth": "a Cox model with Firth’s penalty (Breslow’s ties, profile-likelihood interval)",
}


class Source(Protocol):
    """What a caption must know of where a figure comes from; `exports.provenance` has it.

    `day` is that of the export, `looks` the number of questions looked at in the cohort, `patients`
    whom it is about ("" for all), `rounded` whether times leave rounded.
    """

    @property
    def question(self) -> Question: ...
    @property
    def cohort(self) -> Cohort: ...
    @property
    def day(self) -> str: ...
    @property
    def looks(self) -> int: ...
    @property
    def rounded(self) -> bool: ...
    @property
    def patients(self) -> str: ...
    def address(self, endpoint: str = "") -> str:
        """The whole address that shows the figure again."""
        ...


class SurvivalSource(Source, Protocol):
    """The same with the answer that is drawn."""

    @property
    def result(self) -> SurvivalResult: ...
    def recompute(self, endpoint: EstimatedEndpoint) -> SecondOpinion:
        """The endpoint's numbers by an independent library."""
        ...


def caption(export: SurvivalSource, one: EstimatedEndpoint) -> list[str]:
    """The caption of one figure: what is drawn, then the answer, then how to read it."""
    answer = export.result
    name = "cut-offs" if answer.several else "cut-off"
    said = [
        f"Kaplan-Meier curves of {_uncapped(one.label)} by {marker_words(answer)}, "
        f"{name} {list_cuts(answer)}. Thin lines or shading: 95 % confidence limits; "
        "marks: censored patients; paler: few patients at risk. Under the ticks: patients at risk "
        "(censored, with event).",
        *endpoint_sentences(answer, one),
        _end(phrases.caveat(one)),
        *([_end(phrases.verdict(one))] if phrases.verdict(one) else []),
    ]
    return [" ".join(said), *([answer.synthetic] if answer.synthetic else [])]


def methods(export: SurvivalSource, one: EstimatedEndpoint) -> list[str]:
    """The methods in paragraphs, each beginning with its item of REMARK."""
    return [
        f"Methods. {' '.join(study_words(export))}",
        " ".join(_marker(export, one)),
        " ".join(_patients(export, one)),
        " ".join(_outcome(export, one)),
        " ".join(_cut(export, one)),
        " ".join([*_statistics(export.result, one), describe_check(export.recompute(one))]),
        " ".join(describe_program(export, one.code)),
    ]


@cache
def versions() -> str:
    """ "Python 3.11.7, numpy 2.4.6, …"."""
    libraries = (f"{name} {version(name)}" for name in LIBRARIES)
    return ", ".join([f"Python {platform.python_version()}", *libraries])


# -------------------------------------------------------------------------- the items of REMARK


def study_words(export: Source) -> Iterator[str]:
    """Study, source, treatment and size."""
    study = export.cohort.study
    yield f"Study: {_end(study.title)}"
    yield f"Source: {_end(study.citation or NOT_GIVEN)}"
    yield f"Treatment: {_treatment(export)}."
    yield f"Sample size rationale: {NOT_GIVEN}."


def _treatment(export: Source) -> str:
    subjects, unit = export.cohort.subjects, export.cohort.study.dose_unit
    doses = subjects["dose"].dropna()
    if len(doses):
        levels = doses.value_counts().sort_index()
        listed = ", ".join(f"{dose:g} {unit}".rstrip() + f" ({n})" for dose, n in levels.items())
        return f"dose levels (patients) {listed}"
    names = subjects["arm_label"].where(subjects["arm_label"] != "", subjects["arm"])
    arms = names.value_counts(sort=False)
    if len(arms) < 2:
        return f"one arm, {arms.iloc[0]} patients, {NOT_GIVEN}"
    return "arms (patients) " + ", ".join(f"{name} ({n})" for name, n in arms.items())


def _marker(export: SurvivalSource, one: EstimatedEndpoint) -> Iterator[str]:
    answer, question = export.result, export.question
    row = export.cohort.markers.set_index("marker").loc[question.marker]
    limit = row["lower_limit"]
    said = NOT_GIVEN if pd.isna(limit) else f"{limit:g} {_text(row['unit'])}".rstrip()
    yield f"Marker: {marker_words(answer)}, unit {answer.unit or NOT_GIVEN}."
    if _text(row["formula"]):
        yield f"It is worked out as {_text(row['formula'])}."
    yield f"Specimen and assay: {NOT_GIVEN}. Lower limit of detection: {said}."
    source = phrases.source(one)
    yield f"Hypothesis stated beforehand: {f'the cut-off, {source}' if source else NOT_GIVEN}."


def _patients(export: SurvivalSource, one: EstimatedEndpoint) -> Iterator[str]:
    flow = one.flow
    whom = (
        f"{flow.started} with {export.result.subgroup} (the others were left out)"
        if export.patients
        else f"all {flow.started} of the cohort, no filter"
    )
    yield (
        f"Patients: {whom}; {flow.sampled} with a usable "
        f"sample; {flow.observed} in this comparison with {one.events} events."
    )
    aside = [f"{len(who)} {describe_reason(reason, flow)}" for _, reason, who in flow.aside]
    yield f"Set aside: {', '.join(aside) or 'nobody'}; nothing was imputed."
    if ties := describe_ties(*flow.tied_folds):
        yield ties


def _outcome(export: SurvivalSource, one: EstimatedEndpoint) -> Iterator[str]:
    answer = export.result
    yield f"Endpoint: {_uncapped(one.label)}; event: {one.event_words}."
    who = f", for patients still followed at {answer.visit}" if answer.landmark > 0 else ""
    yield f"Time in {answer.time_unit} from {one.origin}{who}."
    if answer.landmark > 0:
        yield f"Scheduled on day {one.flow.scheduled:g}. {describe_window(one.flow.window)}"
    if not answer.day_known:
        yield f"Day of {answer.visit}: {NOT_GIVEN}."
    rows = one.groups.set_index("group")
    each = ", ".join(
        f"{phrases.followup(row['followup'], int(row['censored']))} ({name})"
        for number, name in phrases.side_labels(answer).items()
        for row in [rows.loc[number]]
    )
    yield f"Median follow-up in {answer.time_unit} (reverse Kaplan-Meier): {each}."


def _cut(export: SurvivalSource, one: EstimatedEndpoint) -> Iterator[str]:
    answer, found = export.result, one.reported_p
    source = phrases.source(one)
    listed = ", ".join(map(cut_text, answer.cuts))
    if source:
        yield f"Cut-off: {listed}, fixed beforehand ({source}); high is above it."
    else:
        many = "Cut-offs" if answer.several else "Cut-off"
        yield f"{many}: {listed}, exploratory, not fixed beforehand; high is above."
    if answer.several:
        yield f"{phrases.no_correction(one)}."
    elif found is not None and explain_correction(found):
        yield _end(explain_correction(found))
    elif found is not None and write_after_all(found) and not source:
        yield (
            "The p corrected for the search is that of the largest statistic over all admissible "
            "cut-offs (at least a tenth of the patients, and two, on each side) under permutation; "
            "away from the best cut-off it is an upper limit. The hazard ratio corrected for "
            "optimism comes from resamples of the patients in which the cut-off is chosen anew."
        )
    asked = "one question was" if export.looks == 1 else f"{export.looks} questions were"
    yield (
        f"In this cohort {asked} looked at so far (marker, visit, measure, clock and endpoint; "
        f"cut-offs of one question counted once); p after all of them is p times {export.looks}."
    )


def _statistics(answer: SurvivalResult, one: EstimatedEndpoint) -> Iterator[str]:
    yield (
        "Statistics: survival by Kaplan-Meier, limits by Greenwood on the log-log scale, medians "
        "with Brookmeyer and Crowley’s intervals."
    )
    if isinstance(one, SeveralGroups):
        yield (
            f"All groups were compared by the {one.p_groups.name} test ({one.logrank.df:g} df); "
            "the test for trend takes them in their order (Tarone 1975)."
        )
        estimator = one.effects[0].estimator
    else:
        yield _test(one)
        estimator = one.effect.estimator
    yield f"Hazard ratios are from {ESTIMATORS[estimator]}."
    yield f"Proportional hazards (score test on scaled residuals): {describe_hazards(one.hazards)}."
    yield f"All tests are two-sided. Adjustment for other variables: none{_arms(answer, one)}."


def _test(one: TwoGroups) -> str:
    if not isinstance(one.p_cut, PermutationTest):
        return "Both groups were compared by the log-rank test."
    how = (
        f"all {one.p_cut.n:,} splits of this size enumerated"
        if one.p_cut.exact
        else f"{one.p_cut.n:,} random splits, there being more than {MOST_SPLITS:,}"
    )
    return (
        "Both groups were compared by the permutation test of the studentised log-rank statistic "
        f"({how}; twice the smaller tail)."
    )


def _arms(answer: SurvivalResult, one: EstimatedEndpoint) -> str:
    return f"; interaction with the arm {describe_interaction(one)}" if answer.arms else ""


def describe_program(export: Source, endpoint: str = "") -> Iterator[str]:
    """What made the file, from which data, and the address that shows the figure again."""
    yield f"Made with Cutline ({versions()}) on {export.day}; data {export.cohort.id}."
    if export.rounded:
        yield "Times of the curves are rounded (0.01 month or whole days); counts are not."
    yield f"The question: {export.address(endpoint)}"


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""


def _end(sentence: str) -> str:
    return f"{sentence.rstrip('.')}."


def _uncapped(label: str) -> str:
    """ "overall survival" within a sentence; "PSA …" and the like stay as they are."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label
