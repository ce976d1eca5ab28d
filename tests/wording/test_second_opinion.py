"""What is said of the numbers that lifelines gives: short where they agree, all of it where not."""

import math

from analysis.results import second_opinion as checked
from analysis.results.second_opinion import Check, LeftOut, SecondOpinion
from wording.results.second_opinion import describe_check, describe_differences

SAME = (
    Check(checked.PATIENTS, 8, 8, True, 0),
    Check(checked.CURVE, 0.5, 0.5, True, 0),
    Check(checked.LOG_RANK_P, 0.04, 0.04, True),
    Check(checked.HAZARD_RATIO, 0.5, 0.5, True, 1),
)
MEDIAN = Check(checked.MEDIAN, 6.0, 4.0, False, 0, checked.FLAT_MEDIAN)


def opinion(*checks, left_out=(), cuts=(20.0,)):
    return SecondOpinion("OS", "Overall survival", cuts, "0.30.3", checks, tuple(left_out))


def test_where_all_agree_it_is_one_sentence():
    found = opinion(*SAME, Check(checked.MEDIAN, math.nan, math.nan, True, 0))
    assert describe_check(found) == (
        "Recomputed with lifelines 0.30.3: same numbers of patients, survival curves, medians, "
        "log-rank p and hazard ratio."
    )
    assert describe_differences(found) == ""


def test_a_convention_is_explained_and_is_no_difference():
    found = opinion(*SAME, MEDIAN)
    assert "medians" not in describe_check(found)
    assert describe_check(found).endswith(
        "Where a curve is flat at 50 %, the median is the middle of that part, as in R; lifelines "
        "names one end: 6.00 here, 4.00 there (at or below)."
    )
    assert describe_differences(found) == ""


def test_a_difference_names_the_number_and_both_values():
    wrong = Check(checked.HAZARD_RATIO, 0.5, 0.51, False, 1)
    found = opinion(*SAME[:3], wrong, Check(checked.MEDIAN, 5.0, math.nan, False, 1))
    assert describe_differences(found) == (
        "Overall survival: lifelines 0.30.3 gives other numbers: hazard ratio 0.500 here, 0.510 "
        "there; median above 5.00 here, not reached there. Do not use it before this is explained."
    )
    assert "hazard ratio" not in describe_check(found).partition(". ")[0]
    assert describe_check(found).endswith("explained.")


def test_values_are_written_until_they_can_be_told_apart():
    wrong = Check(checked.LOG_RANK_P, 4.9178e-11, 4.9179e-11, False)
    said = describe_differences(opinion(wrong))
    assert "gives another number: log-rank p 4.9178e-11 here, 4.9179e-11 there" in said
    wrong = Check(checked.PATIENTS, 343, 344, False, 1)
    assert "number of patients above 343 here, 344 there" in describe_differences(opinion(wrong))


def test_a_count_has_no_decimals_and_a_missing_number_its_own_word():
    wrong = Check(checked.EVENTS, 9.0, 8.0, False, 0)
    assert "the event at or below 9 here, 8 there" in describe_differences(opinion(wrong))
    wrong = Check(checked.LOG_RANK_P, 0.04, math.nan, False)
    assert "log-rank p 0.0400 here, not estimable there" in describe_differences(opinion(wrong))


def test_groups_of_several_cut_offs_are_named():
    ratios = [Check(checked.HAZARD_RATIO, 0.5, 0.5, True, number) for number in (1, 2)]
    found = opinion(*ratios, Check(checked.UPPER, 0.7, 0.9, False, 2), cuts=(20.0, 30.0))
    assert "upper limit of the hazard ratio, >30.0 0.700 here" in describe_differences(found)
    agreeing = opinion(*SAME[:3], *ratios, cuts=(20.0, 30.0))
    assert "log-rank p and hazard ratios." in describe_check(agreeing)


def test_what_is_not_compared_is_said_with_its_reason():
    left = [
        LeftOut(checked.HAZARD_RATIO, checked.FIRTH),
        LeftOut(checked.LOG_RANK_P, checked.STRATA),
        LeftOut(checked.RMST_DIFFERENCE, checked.NO_NUMBER),  # the page says so itself
    ]
    assert describe_check(opinion(*SAME[:2], left_out=left)) == (
        "Recomputed with lifelines 0.30.3: same numbers of patients and survival curves. Not "
        "compared: hazard ratio (it is Firth’s, which lifelines does not have); log-rank p "
        "(lifelines has no test within strata)."
    )


def test_numbers_that_are_left_out_for_one_reason_share_it():
    left = [LeftOut(one, checked.PERMUTED) for one in (checked.P_CUT, checked.P_CORRECTED)]
    assert describe_check(opinion(*SAME, left_out=left)).endswith(
        "Not compared: p for this cut and p corrected for the search (lifelines has no "
        "permutation test)."
    )


def test_where_lifelines_gives_nothing_at_all():
    left = [LeftOut(checked.CURVE, checked.NO_FIT)]
    said = describe_check(opinion(left_out=left))
    assert said == (
        "Recomputed with lifelines 0.30.3: no number could be compared. Not compared: survival "
        "curves, numbers of patients and medians (lifelines could not compute it)."
    )
