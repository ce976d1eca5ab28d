"""The figures of the trial page draw the results, and can be clicked."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from analysis.results.trial.conduct import summarise_trial
from analysis.results.trial.escalation import Escalation
from data.cohort import Conduct
from data.sources import builtin
from figures.style import palette
from figures.trial.escalation import escalation_figure
from figures.trial.exposure import exposure_figure
from figures.trial.lesions import spider_figure, waterfall_figure
from figures.trial.swimmer import drug_styles, followup_figure, treatment_figure
from tests.hand_made_cohorts import STUDY
from tests.hand_made_trials import event, trial_of


@cache
def found(name="imail2"):
    return summarise_trial(builtin.load(name), None)


def figures(of, dark=False):
    """Every figure of the page, by name."""
    kept = {"synthetic": of.synthetic, "dark": dark}
    made = {"followup": followup_figure(of.lanes, "entry", of.subjects, **kept)}
    if isinstance(of.path, Escalation):
        made["path"] = escalation_figure(of.path, of.subjects, **kept)
    if len(of.lanes.doses):
        made["treatment"] = treatment_figure(of.lanes, "entry", of.subjects, **kept)
    for one in of.exposures:
        made[one.marker] = exposure_figure(one, of.lanes.levels, of.subjects, **kept)
    if not of.lesions.why:
        made["waterfall"] = waterfall_figure(of.lesions, of.lanes, **kept)
        made["spider"] = spider_figure(of.lesions, of.lanes, **kept)
    return made


def with_lesions():
    given = [event("P01", "assessment", "SD", 0, value=100),
             event("P01", "assessment", "SD", 42, value=60),
             event("P02", "assessment", "SD", -7, value=50),
             event("P02", "assessment", "SD", 42, value=75)]  # fmt: skip
    return summarise_trial(trial_of([3, 6], given), None)


def stamped(figure):
    return any("Synthetic" in (note.text or "") for note in figure.layout.annotations)


@pytest.mark.parametrize("of", [found(), found("actg175"), with_lesions()])
@pytest.mark.parametrize("dark", [False, True])
def test_every_figure_has_a_height_a_stamp_and_subjects(of, dark):
    for figure in figures(of, dark).values():
        assert figure.layout.height > 100
        assert stamped(figure) == bool(of.synthetic)
        assert list(figure.layout.meta["subjects"]) == list(of.subjects)
        assert len(figure.data) < 20


@pytest.mark.parametrize("of", [found(), with_lesions()])
def test_every_mark_of_a_patient_names_the_patient(of):
    for figure in figures(of).values():
        for mark in figure.data:
            if mark.hoverinfo == "skip" or mark.customdata is None:
                continue
            drawn = [(who, text) for who, text, y in
                     zip(mark.customdata, mark.text, mark.y, strict=True) if y == y]  # fmt: skip
            assert drawn or not len(mark.y)
            for who, text in drawn:
                assert text.startswith(of.subjects[who])


def test_the_path_shows_every_patient_at_the_dose():
    figure = figures(found())["path"]
    patients = next(one for one in figure.data if one.name == "patients")
    assert list(patients.x) == list(range(1, 18))
    assert list(patients.y) == [0] * 3 + [1] * 3 + [2] * 3 + [3] * 2 + [2] * 3 + [1] * 3
    limited = next(one for one in figure.data if one.name == "limited")
    assert list(limited.x) == [10, 11, 12, 14]
    words = [note.text for note in figure.layout.annotations]
    assert figure.layout.yaxis.ticktext[1] == "6 MIU/day<br><b>MTD</b>"
    assert "Capillary leak syndrome<br>Anorexia" in words


def test_bars_are_the_days_of_treatment():
    of = found()
    figure = figures(of)["treatment"]
    bars = [one for one in figure.data if one.mode == "lines"]
    drawn = sum(np.isfinite(np.asarray(one.x, float)).sum() for one in bars)
    assert drawn == 2 * len(of.lanes.doses)
    assert [label for label, _ in drug_styles(of.lanes)] == ["cyclophosphamide", "imatinib", "IL-2"]


def test_more_drugs_than_styles_and_only_one():
    one = summarise_trial(trial_of([3], [event("P01", "dose", "a", 0, 9)]), None).lanes
    assert len(drug_styles(one)) == 1
    rows = [
        event("P01", "dose", name, 0, days) for name, days in zip("abcde", range(5), strict=True)
    ]
    many = summarise_trial(trial_of([3], rows), None).lanes
    assert [label for label, _ in drug_styles(many)] == list("edcba")


def test_the_arrow_stands_where_the_patient_was_last_seen():
    of = found()
    arrows = next(one for one in figures(of)["followup"].data if one.name == "still followed")
    alive = of.lanes.patients[of.lanes.patients["ongoing"]]
    assert list(arrows.x) == list(alive["last"])
    assert list(arrows.customdata) == list(alive.index)


def test_sixty_lanes_of_many():
    figure = figures(found("actg175"))["followup"]
    assert len(figure.layout.yaxis.ticktext) == 60
    assert all("(" in name for name in figure.layout.yaxis.ticktext)  # the arm as a number, too


def test_a_gap_between_the_threads_of_the_spider():
    of = with_lesions()
    threads = [np.asarray(one.y, float) for one in figures(of)["spider"].data]
    assert sorted(int(np.isnan(one).sum()) for one in threads) == [1, 1]
    assert list(figures(of)["waterfall"].data[0].y) == [50, -40]


def test_hostile_names_stay_text():
    study = replace(STUDY, conduct=Conduct(rows="entry"))
    rows = [event("P01", "dlt", "<b>x</b>", 1), event("P01", "dose", "<i>y</i>", 1)]
    of = summarise_trial(trial_of([3], rows, study=study), None)
    for figure in figures(of).values():
        assert "<b>x" not in figure.to_json()
        assert "<i>y" not in figure.to_json()


def test_the_weakest_dose_can_be_seen():
    for dark, ground in ((False, "#ffffff"), (True, "#1f2328")):
        for colour in palette(dark).ramp:
            assert contrast(colour, ground) >= 3


def contrast(first, second):
    """The contrast ratio of WCAG 2.2."""
    low, high = sorted(luminance(one) for one in (first, second))
    return (high + 0.05) / (low + 0.05)


def luminance(colour):
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])
