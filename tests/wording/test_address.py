"""Remarks on an address: with and without what is shown instead."""

from __future__ import annotations

from analysis.cohort.completion import complete_question
from data.sources import builtin
from wording.address import describe_note, describe_other_cohort


def remarks(**texts: str) -> list[tuple[str, str]]:
    found = complete_question(texts, builtin.load("gbsg2"))
    return [(one.sentence, one.alone) for one in map(describe_note, found.notes)]


def test_alone_a_remark_does_not_say_what_is_shown_instead() -> None:
    possible = "Possible: RFS."
    assert remarks(endpoint="XX") == [(
        f"This cohort has no endpoint “XX”; RFS is shown instead. {possible}",
        f"This cohort has no endpoint “XX”. {possible}",
    )]  # fmt: skip
    ((sentence, alone),) = remarks(cut="abc")
    assert sentence == "Cut-off: “abc” is not a number; the median is shown instead."
    assert alone == "Cut-off: “abc” is not a number."


def test_a_value_that_looks_like_our_own_words_is_kept() -> None:
    """Nothing is cut out of a sentence: what stands in the address may read like a part of it."""
    ((sentence, alone),) = remarks(endpoint="A; x is shown instead")
    assert "“A; x is shown instead”; RFS is shown instead." in sentence
    assert "“A; x is shown instead”. Possible" in alone


def test_what_covers_the_outcome_is_said_in_both() -> None:
    ((sentence, alone),) = remarks(blind="maybe")
    assert sentence == alone == "blind is “maybe”, not yes; the outcome is covered, to be safe."


def test_another_cohort() -> None:
    found = describe_other_cohort("There is no cohort “x” here.", "IMAIL-2, part 1.5")
    assert found.sentence == "There is no cohort “x” here. IMAIL-2, part 1.5 is shown instead."
    assert found.alone == "There is no cohort “x” here."
