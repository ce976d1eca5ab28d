"""The Kaplan-Meier figure draws the result and nothing else."""

import numpy as np
import pytest

from analysis.cohort.completion import complete_question
from analysis.question import parse_query
from analysis.results.survival import analyse_survival
from data.sources import builtin
from figures.curves import MOST_STEPS, from_start, level, scarce_below, time_ticks
from figures.km.curve_names import LETTER, TALL
from figures.km.figure import data_rows, km_figure
from figures.style import DARK, LIGHT
from wording.figures.km import describe_figure
from wording.results.phrases import short_labels, side_labels
from wording.results.survival import list_cuts

QUESTIONS = [
    ("imail2", "marker=HLADR_NK_PCT&visit=C1D15", "PFS"),
    ("imail2", "marker=HLADR_NK_PCT&visit=C1D15&clock=start", "OS"),
    ("gbsg2", "marker=PGR", "RFS"),
    ("actg175", "marker=CD8&visit=week20", "EFS"),
]


def drawn(name, query, code):
    study = builtin.load(name)
    found = analyse_survival(study, complete_question(parse_query(query), study).question)
    one = found.endpoint(code)
    return found, one, km_figure(found, one)


def traces(figure, beginning):
    return [trace for trace in figure.data if (trace.name or "").startswith(beginning)]


@pytest.mark.parametrize(("name", "query", "code"), QUESTIONS)
def test_the_table_adds_up_to_the_group_at_every_tick(name, query, code):
    found, one, figure = drawn(name, query, code)
    ticks = list(figure.layout.xaxis.tickvals)
    for label, n in zip(("above", list_cuts(found)), one.groups.set_index("group")["n"][::-1],
                        strict=True):  # fmt: skip
        rows = [traces(figure, f"{column}, {label}")[0] for column in
                ("n_risk", "n_censor", "n_event")]  # fmt: skip
        counts = np.array([[int(text) for text in row.text] for row in rows])
        assert (counts.sum(axis=0) == n).all()
        assert all(list(row.x) == ticks for row in rows)
        assert all(row.yaxis == "y2" and row.xaxis in (None, "x") for row in rows)


@pytest.mark.parametrize(("name", "query", "code"), QUESTIONS)
def test_curves_are_steps_from_1_and_end_at_the_last_time(name, query, code):
    _, one, figure = drawn(name, query, code)
    curve = one.km.curves[one.km.curves["group"] == 1]
    parts = traces(figure, "above")
    x = np.concatenate([part.x for part in parts])
    y = np.concatenate([part.y for part in parts])
    assert (x.min(), y.max()) == (0, 100)
    assert x.max() == pytest.approx(curve["time"].max())
    assert y.min() == pytest.approx(curve["survival"].min() * 100)
    whole = parts[0]
    steps = (np.diff(whole.x) == 0) | (np.diff(whole.y) == 0)
    assert steps.all()


def test_the_tail_is_greyed_and_not_hidden():
    _, one, figure = drawn("imail2", "marker=HLADR_NK_PCT&visit=C1D15", "PFS")
    solid, pale = traces(figure, "above")
    assert solid.line.dash == pale.line.dash == "solid"
    assert solid.line.color.endswith(",1.0)")
    assert not pale.line.color.endswith(",1.0)")
    curve = one.km.curves[one.km.curves["group"] == 1]
    assert max(solid.x) == curve.loc[curve["n_risk"] >= 2, "time"].max()


SEVERAL = [
    ("imail2", "marker=HLADR_NK_PCT&visit=C1D15&cut=20.1,30", "PFS"),
    ("imail2", "marker=HLADR_NK_PCT&visit=C1D15&cut=15,24,35", "OS"),
    ("gbsg2", "marker=PGR&cut=5,30,130", "RFS"),
    ("actg175", "marker=CD8&visit=week20&cut=600,1200", "EFS"),
]


@pytest.mark.parametrize(("name", "query", "code"), SEVERAL)
def test_every_group_of_several_cuts_has_its_curve_its_look_and_its_rows(name, query, code):
    found, one, figure = drawn(name, query, code)
    labels = list(side_labels(found).values())
    counts = one.groups.set_index("group")["n"]
    looks = set()
    for number, label in zip(range(len(labels) - 1, -1, -1), labels, strict=True):
        solid, _ = traces(figure, label)
        looks.add((solid.line.color, solid.line.dash))
        rows = [traces(figure, f"{column}, {label}")[0] for column in
                ("n_risk", "n_censor", "n_event")]  # fmt: skip
        summed = np.sum([[int(text) for text in row.text] for row in rows], axis=0)
        assert (summed == counts[number]).all()
    assert len({colour for colour, _ in looks}) == len({dash for _, dash in looks}) == len(labels)
    heights = [trace.y[0] for trace in figure.data if trace.mode == "text"]
    assert min(np.diff(sorted(heights))) >= 1


@pytest.mark.parametrize(("name", "query", "code"), SEVERAL)
def test_the_words_of_several_groups_stand_apart_and_hold_no_headline(name, query, code):
    found, one, figure = drawn(name, query, code)
    above = [note for note in figure.layout.annotations if note.yref == "paper" and note.y == 1]
    ups = sorted(note.yshift for note in above)
    assert min(np.diff(ups)) >= 16
    assert ups[0] >= 16
    assert ups[-1] <= figure.layout.margin.t - 14
    assert max(note.font.size for note in above) == 12
    text = " ".join(note.text for note in figure.layout.annotations)
    assert f"log-rank p of {len(found.cuts) + 1} groups" in text
    assert text.count(", HR ") == len(found.cuts) + 1
    assert "HR (95 % CI) of each group against the lowest" in text
    assert "have no corrected p" in text
    assert "for this cut" not in text
    sentence = describe_figure(found, one)
    assert all(label in sentence for label in side_labels(found).values())
    assert "log-rank p of" in sentence
    one_cut = drawn("imail2", "marker=HLADR_NK_PCT&visit=C1D15", "OS")[2]
    assert figure.layout.height > one_cut.layout.height


@pytest.mark.parametrize(("name", "query", "code"), SEVERAL)
def test_names_beside_the_curves_lie_on_none(name, query, code):
    found, one, figure = drawn(name, query, code)
    end = figure.layout.xaxis.range[1]
    short = list(short_labels(found).values())
    notes = [note for note in figure.layout.annotations if note.text in short]
    assert notes
    for note in notes:
        wide = LETTER * len(note.text) * end
        left = note.x if note.xanchor == "left" else note.x - wide
        low = note.y if note.yanchor == "bottom" else note.y - TALL * 100
        for _, curve in one.km.curves.groupby("group"):
            start = from_start(curve, int(curve["n_risk"].iloc[0]))
            times = np.linspace(left, left + wide, 50)
            times = times[times <= curve["time"].max()]
            height = level(start, times) * 100
            assert not ((height > low + 1.2) & (height < low + TALL * 100 - 1.2)).any()


@pytest.mark.parametrize(("n", "fewest"), [(8, 2), (17, 5), (40, 10), (60, 10), (200, 20)])
def test_a_curve_is_greyed_below(n, fewest):
    assert scarce_below(n) == fewest


def test_groups_differ_by_colour_and_dash_in_both_themes():
    found, one, figure = drawn("imail2", "marker=HLADR_NK_PCT&visit=C1D15", "PFS")
    dashes = {trace.line.dash for trace in figure.data if trace.line.dash}
    assert dashes == {"solid", "dash"}
    dark = km_figure(found, one, dark=True)
    assert DARK.groups[0] != LIGHT.groups[0]
    assert dark.layout.font.color == DARK.text


def test_what_must_stand_in_the_plot_stands_there():
    found, one, figure = drawn("imail2", "marker=HLADR_NK_PCT&visit=C1D15", "OS")
    text = " ".join(note.text for note in figure.layout.annotations)
    for words in (
        "HR 0", "95 % CI", "above against at or below", "exact permutation log-rank p = .",
        "with event", "median", "Exploratory cut-off", "Synthetic data", "At risk", "Censored",
        "Events",
    ):  # fmt: skip
        assert words in text
    assert "Synthetic" not in " ".join(
        note.text for note in drawn("gbsg2", "marker=PGR", "RFS")[2].layout.annotations
    )
    assert "nan" not in describe_figure(found, one).lower()


def test_the_numbers_as_a_table_are_those_of_the_figure():
    found, one, figure = drawn("imail2", "marker=HLADR_NK_PCT&visit=C1D15", "OS")
    rows = data_rows(one, found)
    shown = traces(figure, "n_risk, above")[0].text
    assert rows.loc[rows["group"] == 1, "n_risk"].astype(str).tolist() == list(shown)


@pytest.mark.parametrize(
    ("longest", "unit", "last", "step"),
    [(6.4, "months", 7, 1), (26, "months", 30, 6), (0.8, "months", 0.8, 0.2),
     (2659, "days", 3000, 500), (1231, "days", 1400, 200), (0, "months", 0, 0)],
)  # fmt: skip
def test_ticks_are_few_round_and_reach_the_last_time(longest, unit, last, step):
    ticks = time_ticks(longest, unit)
    assert ticks[0] == 0
    assert ticks[-1] >= longest
    assert len(ticks) <= MOST_STEPS + 1
    if longest:
        assert (ticks[-1], ticks[1]) == (last, step)


@pytest.mark.parametrize("unit", ["months", "days"])
def test_an_axis_has_an_end_where_everybody_left_at_once(unit):
    ticks = time_ticks(0.0, unit)
    assert ticks[0] == 0 < ticks[-1]
    assert len(ticks) <= 8
