"""Which p is the larger print, and what is left of it after all looks."""

import math

import pandas as pd
import pytest

from analysis.reported_p import (
    OUTSIDE,
    ReportedP,
    choose_reported_p,
    judge_within,
    report_only_split,
)
from wording.results.reported_p import (
    name_corrected,
    write_after_all,
    write_corrected_hr,
    write_reported,
)


def row(cut=2.0, p_searched=0.2, hr_corrected=0.8):
    """p_adjusted is that of maxstat, which no headline reads."""
    return pd.Series(
        {"cut": cut, "p_adjusted": 0.9, "p_searched": p_searched, "hr_corrected": hr_corrected}
    )


def test_an_exploratory_cut_has_the_corrected_p_as_its_headline():
    found = choose_reported_p(0.01, row(), best_cut=2.0, looks=3)
    assert (found.p, found.p_all, found.fixed) == (0.2, pytest.approx(0.6), False)
    assert write_reported(found) == "p corrected for the search = .20"
    assert write_after_all(found) == "p = .60 after all 3 questions looked at here"
    assert write_corrected_hr(found) == "HR 0.80 corrected for optimism"


def test_a_cut_fixed_beforehand_has_its_own_p():
    found = choose_reported_p(0.01, row(), best_cut=2.0, looks=3, source="the protocol")
    assert (found.p, found.p_all) == (0.01, pytest.approx(0.03))
    assert write_reported(found) == "p = .01"


def test_away_from_the_best_cut_the_corrected_p_is_an_upper_limit():
    found = choose_reported_p(0.01, row(), best_cut=3.0, looks=2)
    assert write_reported(found) == "p corrected for the search at most .20"
    assert write_after_all(found) == "p at most .40 after all 2 questions looked at here"
    tiny = choose_reported_p(1e-5, row(p_searched=1e-4), best_cut=3.0, looks=1)
    assert write_reported(tiny) == "p corrected for the search < .001"


def test_the_corrected_p_is_never_shown_below_that_of_the_cut():
    assert choose_reported_p(0.07, row(p_searched=0.05), best_cut=2.0, looks=1).p_adjusted == 0.07


def test_an_inadmissible_cut_has_no_headline():
    found = choose_reported_p(0.01, None, best_cut=2.0, looks=1)
    assert math.isnan(found.p)
    assert not found.associated
    assert (write_reported(found), write_after_all(found), write_corrected_hr(found)) == (
        "no corrected p",
        "",
        "",
    )
    assert found.why == OUTSIDE


def test_p_all_is_at_most_one():
    assert ReportedP(0.4, p_adjusted=0.6, best=True, looks=5).p_all == 1.0


@pytest.mark.parametrize(
    ("found", "may"),
    [
        (ReportedP(0.01, p_adjusted=0.04, best=True, looks=1), True),
        (ReportedP(0.01, p_adjusted=0.04, best=True, looks=2), False),
        (ReportedP(0.04, p_adjusted=0.3, best=True, looks=9, source="locked"), True),
        (ReportedP(0.02, looks=9, source="locked", fixed_in_all=3), False),
        (ReportedP(0.06, p_adjusted=0.3, best=True, looks=1, source="locked"), False),
        (ReportedP(0.001, pending=True), False),
    ],
)
def test_associated_only_after_all_looks_or_where_it_was_fixed_beforehand(found, may):
    assert found.associated is may


def test_the_only_split_of_a_marker_needs_no_correction():
    found = report_only_split(0.03, looks=2)
    assert (found.p, found.p_all, found.fixed, found.only_split) == (0.03, 0.06, False, True)
    assert write_reported(found) == "p of the only split = .03"
    assert name_corrected(found) == "no correction needed: the marker has two values"
    assert write_after_all(found) == "p = .06 after all 2 questions looked at here"
    assert write_corrected_hr(found) == ""


@pytest.mark.parametrize(
    ("p", "p_crude", "hr", "hr_crude", "case"),
    [
        (0.05, 0.05, 0.5, 0.4, "also"),
        (0.04, 0.20, 0.5, 0.8, "only_within"),
        (0.20, 0.20, 0.5, 0.5, "neither"),
        (0.20, 0.01, 0.26, 0.25, "too_few"),  # the hazard ratio holds
        (0.20, 0.01, 0.49, 0.25, "too_few"),  # just more than half of its logarithm
        (0.20, 0.01, 0.51, 0.25, "explained"),
        (0.20, 0.01, 1.50, 0.25, "explained"),  # it turns round
        (0.20, 0.01, math.nan, 0.25, "too_few"),  # nothing that could be estimated
        (math.nan, 0.01, math.nan, 0.25, "too_few"),
        (math.nan, math.nan, math.nan, math.nan, "neither"),
    ],
)
def test_what_a_comparison_within_levels_says(p, p_crude, hr, hr_crude, case):
    assert judge_within(p, p_crude, hr, hr_crude) == case
