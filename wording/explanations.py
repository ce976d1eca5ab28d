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
    "hr_groups": Help(
        "How often the event happens in each group per unit of time, against the lowest group, "
        "all from one model. Below 1: rarer than there. Firth's penalised estimate is used by the "
        "rule of one cut-off, and where a group has no finite estimate of Cox's.",
        "when the cut-offs were chosen because the curves part: nothing is corrected for that.",
    ),
    "logrank_groups": Help(
        "How often chance alone would part all the groups at least this far: the log-rank test of "
        "all groups together, by its large-sample formula.",
        "with few patients in a group, or if the cut-offs were moved until the curves parted: "
        "cut-offs tried are not counted, and a p corrected for the search exists for one only.",
    ),
    "second_opinion": Help(
        "lifelines is a public program for survival analysis, written by others. It "
        "was given the same patients, times and groups. Compared are the numbers of patients, with "
        "the event and at risk, the curves, the share without the event at the milestone, medians, "
        "log-rank test, Cox’s hazard ratio with its interval, and restricted means. Not compared "
        "is what it does not have (permutation p, whatever is corrected, Firth’s hazard ratio) or "
        "does by another rule (intervals of medians, milestones and restricted means, the check of "
        "proportional hazards).",
        "as a check of the data: a wrong date or a wrong group is wrong in both.",
    ),
    "rmst": Help(
        "The mean time without the event within the first part of follow-up, above minus at or "
        "below the cut-off: the area between the curves. It needs no proportional hazards.",
        "beyond the time when only a few are still at risk; below 60 patients no p is given, and "
        "nothing where a side has fewer than 5 events by then.",
    ),
    "milestone": Help(
        "The share of patients still without the event at that time, by Kaplan-Meier. For 0 or "
        "100 % the interval is the exact binomial one, where nobody was censored before.",
        "where the number at risk under the figure is small.",
    ),
    "hazards": Help(
        "Checks whether one hazard ratio can stand for the whole time (score test of Grambsch and "
        "Therneau, as cox.zph in R). A small p says that the ratio changes over time.",
        "as an all-clear: with few events it cannot see a change.",
    ),
    "detectable": Help(
        "The hazard ratio (or its inverse) that a trial with this many events, divided like this, "
        "could have been planned to show with 80 % power at two-sided .05, by the usual formula "
        "(Schoenfeld 1983). It is for large trials: with 17 events, 8 patients above and 9 below, "
        "simulated trials have 69 % power, and less where the sides are more unequal.",
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
        "Counts that fall with the dose make a split by count a split by dose; this takes it out. "
        "Where only the p of all together is .05 or less, the dose may explain it (the log hazard "
        "ratio within is less than half), or there are too few patients per level to tell.",
        "where most levels lie on one side only: little information is left.",
    ),
    "profile": Help(
        "Every place at which the patients could be divided, each with its hazard ratio and "
        "with W: how far the two groups separate, in standard errors, corrected for the skewness "
        "of small groups. The band is what the largest |W| of a whole search reaches in 95 of 100 "
        "markers without meaning.",
        "where the curve of the hazard ratio jumps from cut to cut: single patients make it jump.",
    ),
    "p_adjusted": Help(
        "How often the best of all these cut-offs would part the sides at least this far if the "
        "marker meant nothing: 10,000 times (100,000 up to 100 patients) each event is given to "
        "anybody still at risk, censoring stays where it was along the marker, and every cut is "
        "searched. At a cut-off that is not the best it is an upper limit (“at most”).",
        "as the last word: it counts the cut-offs of this one question, not the other markers "
        "and visits looked at.",
    ),
    "p_all": Help(
        "The headline p times the number of different questions (marker, visit, measure, "
        "clock, endpoint) whose outcome was looked at in this cohort, at most 1. Whoever asks "
        "many questions finds something small by chance.",
        "if questions were asked of these patients outside this program: those are not counted.",
    ),
    "hr_corrected": Help(
        "The best cut-off looks better in the patients who chose it than it is. By how much "
        "is measured in 2,000 resamples of the patients (Firth’s estimate throughout), and "
        "taken off, at any cut-off as much as at the best; nothing is taken beyond 1.",
        "as an unbiased estimate: only other patients can give that.",
    ),
    "maxstat": Help(
        "The same search as R’s maxstat corrects for it: patients change markers together with "
        "their follow-up. It stands here as a check: the two p’s part clearly only where follow-up "
        "goes with the marker.",
        "where one side was followed for much less time: it is then often too small.",
    ),
    "lausen": Help(
        "The p of maxstat by the formulas of Lausen and Schumacher, the smaller "
        "of the two of 1992 and 1994. It stands here as a check without chance in it.",
        "with few patients: it is made for large numbers.",
    ),
    "resamples": Help(
        "The patients are drawn again 2,000 times, with replacement, and each time the best "
        "cut-off is searched anew. The range holds the middle 95 % of these cut-offs.",
        "as an interval around a true cut-off: where the effect is gradual there is none.",
    ),
    "fragility": Help(
        "Each patient in turn is put on the other side, as if their one value had been "
        "different, and the p for this cut is worked out again. The patients listed would "
        "take it across .05, each alone.",
        "as a measure of evidence: it says how much hangs on one value, not whether the "
        "effect is real.",
    ),
    "assay": Help(
        "A patient is listed if a value 10 % higher or lower would lie on the other side. "
        "These markers carry no assay error, so 10 % is an assumption; counts of rare cells "
        "often vary more.",
        "for markers whose laboratory states another variation.",
    ),
    "continuous": Help(
        "The hazard ratio for a step of the marker as it was measured, assuming that every "
        "such step does the same. Skewed markers and ratios are taken per doubling, others "
        "per round number of units near their standard deviation.",
        "where the spline bends, or where a few extreme values carry it.",
    ),
    "spline": Help(
        "A smooth curve through the hazard ratio along the marker, against the median value, "
        "that is straight beyond its outer knots. It shows whether there is a threshold at "
        "all, or a gradual effect.",
        "near the ends, where few patients lie and the band is wide.",
    ),
    "blind": Help(
        "Covers curves, numbers and p's, and leaves marker and patients to be seen. The last "
        "cut-off locked before any outcome of the marker was drawn counts as fixed beforehand, "
        "for every endpoint.",
        "if someone has seen this marker's outcome elsewhere: only looks made here are known.",
    ),
    "jonckheere": Help(
        "Whether values rise or fall with the dose, whatever the shape of the way (test of "
        "Jonckheere and Terpstra; it uses ranks only). Below 30 patients the dose levels are "
        "shuffled, in all ways where these can be counted, else 10,000 times or more, "
        "because the usual formula errs when patients are few.",
        "as a straight line: it sees a steady direction, not how much one step of dose does.",
    ),
    "kruskal": Help(
        "How often chance alone would make the arms differ at least this much at this visit (test "
        "of Kruskal and Wallis on ranks). Arms that are no doses have no order, so there is no "
        "trend to test.",
        "for which arm differs: it compares all of them at once.",
    ),
    "wilcoxon": Help(
        "How often chance alone would move the patients this far in one direction since the "
        "baseline visit (signed-rank test; up to 200 pairs exact, unchanged patients keep their "
        "ranks). All "
        "dose levels are pooled.",
        "under 6 pairs, where no p can be small; or as an effect of treatment: time passes, too.",
    ),
    "spearman": Help(
        "From −1 to 1: how closely the order of the values follows the order of the doses. 0 means "
        "that the order of the one says nothing of the other.",
        "from a handful of patients: the interval shows how little is then known.",
    ),
    "epsilon": Help(
        "The share of the differences between patients (in ranks) that lies between the arms, "
        "from 0 to 1. It is the Kruskal-Wallis statistic divided by n − 1.",
        "with small arms: chance alone makes it larger than 0.",
    ),
    "middle": Help(
        "The median over all patients of their change since the baseline visit, with the exact "
        "95 % interval of the median, which exists from 6 patients.",
        "as one patient's change: half of them changed more, half less.",
    ),
    "holm": Help(
        "The p adjusted so that the chance of one false finding or more, among all markers and "
        "visits of the cohort, stays below it. It is the strict one.",
        "if other markers, measures or visits were tested elsewhere: those are not counted.",
    ),
    "bh": Help(
        "The p adjusted by Benjamini and Hochberg: of all rows at or below it, about that share is "
        "expected to be false.",
        "for a single row: it speaks of the list, and a row of it may well be false.",
    ),
    "ancova": Help(
        "By what factor the value changes per unit of dose among patients with the same baseline "
        "value (logarithms, least squares). Below 30 patients its p is that of 10,000 exchanges of "
        "the residuals.",
        "where the effect of dose is no steady factor, or the baselines of the levels hardly "
        "overlap.",
    ),
    "mixed": Help(
        "The same factor from all samples of both visits, with each patient's own level as a "
        "random intercept (REML). It is an estimate; a p is given from 30 patients only.",
        "its interval in a small trial: it is too narrow, its test rejects 12 to 13 % of nulls at "
        "3, 6, 6 and 2 patients.",
    ),
    "dlt_rate": Help(
        "Patients with a dose-limiting toxicity, of the evaluable patients at this dose level "
        "(those who were dosed, or had one), with the exact interval of Clopper and Pearson.",
        "as an estimate of the true rate: escalation stops where toxicities happen, and the "
        "interval takes no account of that.",
    ),
    "mtd": Help(
        "The highest dose level that the design's rule calls tolerated, as the study states it. "
        "Beside it stands what the rule says of the counts shown here.",
        "as the best dose, or as exact: with three to six patients a level, a neighbouring level "
        "could easily have been named.",
    ),
    "best_response": Help(
        "The best of each patient's tumour assessments: complete response, partial response, "
        "stable or progressive disease. How long stable disease lasted is the Kaplan-Meier median "
        "of the time from the start to progression or death.",
        "as a confirmed response: assessments are taken as recorded, and stable disease says "
        "little where tumours grow slowly.",
    ),
    "worst_grade": Help(
        "Each patient counts once per kind of event, with the highest grade over all courses. "
        "The bar's whole width is everybody at that level.",
        "to compare levels when patients were treated for very different lengths of time: "
        "longer treatment gives more time for events.",
    ),
    "exposure_ratio": Help(
        "Each patient's later value divided by the earlier one, averaged on the log scale: 1.3 "
        "is a rise of 30 %. The interval is Student's on that scale.",
        "as the effect of the other drug alone: the visits differ in time, too, and there is no "
        "control group.",
    ),
    "signed_rank": Help(
        "How often chance alone would make the patients' log ratios lean to one side this much "
        "(Wilcoxon, all ways of signs; no change is left out, ties share a rank). Holm's p in the "
        "table counts all exposures compared.",
        "under 6 pairs, where it cannot fall below .05 and is not given.",
    ),
    "event_coding": Help(
        "What each code of the event column was taken for, counted over the rows that are used. "
        "If the numbers are the wrong way round, choose the other reading: everything follows.",
        "because it looks plausible: compare the events with what the trial has reported.",
    ),
    "visit_day": Help(
        "The day of a visit, counted from time zero (treatment start is 0). Under the landmark "
        "clock, time is counted from that day. A sample drawn up to a quarter of the way to the "
        "nearest other visit after it, at most 7 days, still counts; later ones are set aside.",
        "where it was taken from the visit’s name or from the median sample: the protocol knows.",
    ),
    "detection_limit": Help(
        "The lowest amount that the assay can tell from nothing. Values below it are set to it, "
        "so that they are all one tie, and are marked in the figures.",
        "if limits changed during the trial, or differ between laboratories.",
    ),
    "own_data": Help(
        "Your files as they came, the tables made of them, and how they were read. Files that were "
        "handed over and not opened are removed after a week.",
        "as the only copy: keep your own files, and what you are not allowed to hand over.",
    ),
}
