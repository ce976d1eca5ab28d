"""Who is set aside, and why: the words of the flow strip, of captions and of a patient's page."""

from __future__ import annotations

from analysis.cohort import analysis_set as reasons
from analysis.cohort.analysis_set import ParticipantFlow
from wording.numbers import cut_text

WORDS = {
    reasons.MISSING: "without a sample",
    reasons.PART_LOW: "with a part of it below the detection limit",
    reasons.NO_BASELINE: "without a baseline sample",
    reasons.LATE_BASELINE: "with a baseline sample drawn too late",
    reasons.NO_FOLD: "with a value below the limit or zero, so no fold change",
    reasons.NO_OUTCOME: "without a recorded outcome",
    reasons.EVENT_BY_LANDMARK: "with the event by the landmark",
    reasons.GONE_BY_LANDMARK: "not followed beyond the landmark",
    reasons.EVENT_BY_SAMPLE: "with the event by the day of the sample",
    reasons.GONE_BY_SAMPLE: "not followed beyond the day of the sample",
}


def describe_reason(reason: str, flow: ParticipantFlow) -> str:
    """Why patients were set aside, to stand after their number."""
    if reason == reasons.LATE:
        return _describe_late(flow.scheduled, flow.window)
    if reason == reasons.LOW_FOLD:
        side = f"at or below {cut_text(flow.cut[0])}"
        return (
            f"with a value below the limit: {side} whatever the true value, left out all the same"
        )
    if reason == reasons.HIGH_FOLD:
        side = f"above {cut_text(flow.cut[-1])}"
        return f"with a baseline below the limit: {side} whatever it was, left out all the same"
    return WORDS[reason]


def _describe_late(scheduled: float, window: float) -> str:
    if window < 1:
        return f"sampled after the visit’s day ({scheduled:g})"
    return f"sampled more than {_days(window)} after the visit’s day ({scheduled:g})"


def describe_window(window: float) -> str:
    """Which samples count under a landmark."""
    if window < 1:
        return "Samples drawn after that day are set aside."
    return (
        f"A sample up to {_days(window)} late counts if the patient was still followed, without "
        "the event, on the day of the sample; later samples are set aside."
    )


def describe_ties(low: int, high: int) -> str:
    """Folds with a value below the limit that are in; "" where there are none."""
    said = []
    if low:
        said.append(f"{_folds(low)} with a value now below the limit as the lowest")
    if high:
        said.append(f"{_folds(high)} with a baseline below the limit as the highest")
    if not said:
        return ""
    return f"Counted as one tie: {', '.join(said)}. Their side is the same at every cut-off."


def _folds(n: int) -> str:
    return f"{n} fold change{'s' if n > 1 else ''}"


def _days(n: float) -> str:
    return f"{n:g} day{'s' if n > 1 else ''}"
