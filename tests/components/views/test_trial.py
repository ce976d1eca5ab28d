"""Whatever a cohort holds, the trial page shows numbers or sentences, never a NaN."""

import re
from dataclasses import replace
from html import unescape

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.question import Question
from analysis.results.trial.conduct import summarise_trial
from components.server_html import to_html
from components.views.trial.page import VIEW
from components.views.view import Chart, RenderContext
from data.cohort import Conduct, Exposure
from data.sources import builtin
from tests.hand_made_cohorts import STUDY, cohort
from tests.hand_made_trials import event, trial_of

OPTIONS = [(), (("order", "dose"),), (("order", "time"),)]


def page(study, options=(), dark=False):
    """Every part of the page as text, by name; parts that fill several places once a place."""
    found = summarise_trial(study, None)
    texts = {}
    for panel in VIEW.panels:
        several = panel.name in ("exposure", "compared")
        for of in [one.marker for one in study.study.exposures] if several else [""]:
            shown = panel.draw(
                found, RenderContext(Question(study.study.name, options=options), dark, of)
            )
            if isinstance(shown, Chart):
                notes = " ".join(note.text for note in shown.figure.layout.annotations)
                texts[panel.name + of] = f"{shown.sentence} {notes}"
            else:
                texts[panel.name + of] = to_html(shown)
    texts["summary"] = " ".join(VIEW.words(found, RenderContext(Question())))
    return texts


def plain(texts):
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", text) for text in texts.values()))


@pytest.mark.parametrize("name", builtin.names())
@pytest.mark.parametrize("options", OPTIONS)
def test_no_nan_on_any_page(name, options):
    for dark in (False, True):
        words = plain(page(builtin.load(name), options, dark)).lower().split()
        assert not {"nan", "inf", "none,"} & set(words)


def test_what_the_summary_says_of_the_built_in_trial():
    said = page(builtin.load("imail2"))["summary"]
    assert said.startswith("Maximum tolerated dose (MTD) 6 MIU/day; 17 patients at 4 dose levels.")
    assert "0 of 6 at 6 MIU/day, 2 of 6 at 9 MIU/day and 2 of 2 at 12 MIU/day" in said
    assert "capillary leak syndrome" in said
    assert "No objective response; stable disease in 8 of 17, for a median of 12.0 weeks." in said
    assert "Imatinib AUC over 24 h 1.39 (95 % CI" in said


def test_what_the_page_must_say_of_the_built_in_trial():
    said = plain(page(builtin.load("imail2")))
    for words in ("These intervals ignore the 3+3 stopping;",
                  "the MTD is the rule's, not an estimate.",
                  "is inferred from the published rules", "it was not published",
                  "Sizes of lesions were not published", "33 % (4.3–77.7 %)", "0 % (0.0–45.9 %)",
                  "exact p < .001, 17 pairs", "Synthetic data"):  # fmt: skip
        assert words in said, words


def test_what_is_not_there_is_said_once_each():
    said = page(builtin.load("actg175"))
    assert "are no dose levels" in said["rates"]
    assert "60 of 2,139 patients are drawn" in said["order"]
    assert "No dosing is in the data" in said["lanes"]
    assert "No assessments" in said["responses"]
    assert "No adverse events are in the data" in said["adverse"]
    assert "names no exposures" in said["exposures"]
    assert "Synthetic" not in plain(said)
    assert said["path"] == said["treatment"] == said["waterfall"] == said["steps"] == ""


def test_the_order_is_a_link_that_keeps_the_question():
    order = page(builtin.load("imail2"), (("order", "time"),))["order"]
    assert 'href="/trial?cohort=imail2&amp;order=dose"' in order
    assert re.search(r'aria-current="true"[^>]*order=time"[^>]*>Time on study', order)


@pytest.mark.parametrize(
    ("doses", "rows"),
    [
        ([3.0], []),
        ([3.0], [event("P01", "dlt", "Rash", 1)]),
        ([3.0, np.nan], [event("P02", "ae", "Rash", 1, grade=3)]),
        ([np.nan, np.nan], [event("P01", "ae", "", 1, grade=0)]),
        ([3.0, 6.0], [event("X99", "dlt", "Rash", 1), event("X99", "dose", "d", 1, 2)]),
        ([3.0, 6.0], [event("P01", "assessment", "fine", 1, value=3)]),
        ([0.0, 0.0, 3.0], [event("P01", "death", "death", -3)]),
    ],
)
def test_odd_trials(doses, rows):
    conduct = Conduct(rows="entry", escalation="3+3")
    for study in (STUDY, replace(STUDY, conduct=conduct, mtd=3.0)):
        for options in OPTIONS:
            said = plain(page(trial_of(doses, rows, study=study), options))
            assert "nan" not in said.lower().split()


EVENT = st.builds(
    event,
    st.sampled_from(["P01", "P02", "P03", "X1"]),
    st.sampled_from(["dose", "ae", "dlt", "assessment", "progression", "death", "last_contact"]),
    st.sampled_from(["", "SD", "PR", "Fever", "drug"]),
    st.integers(-30, 200),
    grade=st.sampled_from([np.nan, 0, 1, 5]),
    value=st.sampled_from([np.nan, -20, 0, 3, 50]),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from([np.nan, 3.0, 6.0, 9.0]), min_size=1, max_size=9),
    st.lists(EVENT, max_size=12),
    st.sampled_from([Conduct(), Conduct(rows="entry", escalation="3+3", lesions="percent")]),
    st.sampled_from(OPTIONS),
)
def test_any_trial_is_said_without_nan(doses, rows, conduct, options):
    study = replace(STUDY, conduct=conduct, mtd=6.0)
    said = plain(page(trial_of(doses, rows, study=study), options)).lower()
    assert not re.search(r"\bnan\b|\binf\b", said)


@pytest.mark.parametrize("n", [1, 2, 5, 7])
def test_few_pairs_of_exposures(n):
    study = replace(STUDY, exposures=(Exposure("M", "D-7", "C1D15"),))
    made = cohort([2.0 + i for i in range(n)], [1.0] * n, [2.0] * n, study=study)
    said = page(made)
    assert "Ratio" in said["comparedM"]
    assert not re.search(r"\bnan\b", plain(said).lower())
    nobody = cohort([np.nan] * n, [1.0] * n, [2.0] * n, study=study)
    assert "No patient has both values." in page(nobody)["comparedM"]
