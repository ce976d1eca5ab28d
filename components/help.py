"""What each number means in two plain sentences, and when not to trust it."""

from __future__ import annotations

from typing import NamedTuple


class Help(NamedTuple):
    """The text behind a "?": what the number is, and how "Do not trust it …" goes on."""

    what: str
    beware: str


TEXTS = {
    "events": Help(
        "Patients whose event was seen, of all patients compared (or on that side of the cut-off). "
        "The others are censored: they were followed without the event until their last contact.",
        "if one side was followed for much less time than the other.",
    ),
    "median": Help(
        "The time by which half of the patients had the event, read off the Kaplan-Meier curve. "
        "“Not reached” means that the curve never fell to one half; the interval is that of "
        "Brookmeyer and Crowley on the log-log scale.",
        "from a handful of patients: one event more or less moves it far.",
    ),
    "hr": Help(
        "How often the event happens above the cut-off per unit of time, against at or below it. "
        "Below 1: rarer above. With fewer than 60 patients, or where some cut has no finite "
        "estimate, Firth's penalised estimate is used, which stays finite; otherwise Cox's.",
        "when the curves cross, or when the cut-off was chosen because it looked good: "
        "then it is too far from 1.",
    ),
    "p_cut": Help(
        "How often chance alone would part the two sides at least this far at this one cut-off. "
        "Up to 200 patients the sides are shuffled (all ways where possible: “exact”), "
        "because the usual log-rank formula errs when patients are few.",
        "if the cut-off was moved until the curves parted: it does not count the cuts tried.",
    ),
    "logrank": Help(
        "The usual log-rank test by its large-sample formula. "
        "It stands here as the check of the p for this cut.",
        "with few patients: at 17 it calls 6 to 10 of 100 meaningless splits significant.",
    ),
    "rmst": Help(
        "The mean time without the event within the first part of follow-up, above minus at or "
        "below the cut-off: the area between the curves. It needs no proportional hazards.",
        "beyond the time when only a few are still at risk; below 60 patients no p is given.",
    ),
    "milestone": Help(
        "The share of patients still without the event at that time, by Kaplan-Meier.",
        "where the number at risk under the figure is small.",
    ),
    "hazards": Help(
        "Checks whether one hazard ratio can stand for the whole time (score test of Grambsch and "
        "Therneau, as cox.zph in R). A small p says that the ratio changes over time.",
        "as an all-clear: with few events it cannot see a change.",
    ),
    "detectable": Help(
        "The hazard ratio (or its inverse) that a trial with this many events, divided like this, "
        "could have been planned to show with 80 % power at two-sided .05.",
        "as power after the fact: it says what could be planned, not how sure this result is.",
    ),
    "followup": Help(
        "How long patients were observed, as the median of the reversed Kaplan-Meier curve. "
        "Very different values on the two sides mean that they were not followed alike.",
        "where nearly everybody had the event: little is then known of follow-up.",
    ),
    "interaction": Help(
        "Whether the hazard ratio of the split differs between the arms: likelihood-ratio test of "
        "Cox models with and without arm-by-side terms. It is read before the split itself.",
        "as proof that arms are alike: such a test sees only large differences.",
    ),
    "stratified": Help(
        "The same comparison made only among patients of the same dose (or arm). "
        "Counts that fall with the dose make a split by count a split by dose; this takes it out.",
        "where most levels lie on one side only: little information is left.",
    ),
}
