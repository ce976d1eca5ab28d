"""The reasons of the flow strip in words: every one has its own, and the window is said."""

from dataclasses import replace

import pytest

from analysis.cohort import analysis_set as reasons
from analysis.cohort.analysis_set import ParticipantFlow
from wording.results.flow import WORDS, describe_reason, describe_ties, describe_window

FLOW = ParticipantFlow(9, 8, 7, (3, 4), (), cut=(0.5,), scheduled=14.0, window=3.0)


def test_every_reason_has_words():
    codes = [code for name, code in vars(reasons).items() if name.isupper() and type(code) is str]
    said = [describe_reason(code, FLOW) for code in codes]
    assert len(set(said)) == len(codes) == len(WORDS) + 3


@pytest.mark.parametrize(
    ("window", "words"),
    [(3, "sampled more than 3 days after the visit’s day (14)"),
     (1, "sampled more than 1 day after the visit’s day (14)"),
     (0, "sampled after the visit’s day (14)")],
)  # fmt: skip
def test_a_late_sample_says_the_window(window, words):
    assert describe_reason(reasons.LATE, replace(FLOW, window=window)) == words


def test_a_fold_whose_side_is_known_says_so():
    low, high = (describe_reason(one, FLOW) for one in (reasons.LOW_FOLD, reasons.HIGH_FOLD))
    assert low == (
        "with a value below the limit: at or below 0.500 whatever the true value, left out all "
        "the same"
    )
    assert high.startswith("with a baseline below the limit: above 0.500 whatever")


def test_ties_and_windows():
    assert describe_ties(0, 0) == ""
    assert describe_ties(2, 1).startswith(
        "Counted as one tie: 2 fold changes with a value now below the limit as the lowest, 1 fold "
        "change with a baseline below the limit as the highest."
    )
    assert "up to 3 days late counts if" in describe_window(3)
    assert describe_window(0) == "Samples drawn after that day are set aside."
