"""The basket's changes, each of what is there and of nothing else."""

from dataclasses import replace

import pytest

from services import basket
from services.basket import Item, NotKept

ITEM = Item("1", "First", "Title", "Words", "survival", "curve", "OS", "cohort=imail2")
TWO = (ITEM, replace(ITEM, id="2", name="Second", of="PFS"))


def names(change, before=TWO):
    return [one.name for one in change(before)[0]]


def test_a_figure_comes_in_under_its_title_once() -> None:
    asked = []

    def describe(one):
        asked.append(one.place)
        return "T" * 200, "Its question"

    place = ("cutoff", "profile", "", "cohort=imail2")
    after, said = basket.add(place, describe)(TWO)
    assert (after[2].name, after[2].about) == ("T" * 120, "Its question")
    assert after[2].place == asked[0] == place
    assert "3 figures" in said
    assert basket.add(place, describe)(after)[0] == after
    assert len(asked) == 1  # nobody is asked for what is in already


def test_figures_move_as_far_as_there_are_places() -> None:
    assert names(basket.move("1", 1)) == names(basket.move("2", -1)) == ["Second", "First"]
    assert names(basket.move("1", -1)) == names(basket.move("2", 1)) == ["First", "Second"]


def test_figures_are_renamed_and_go() -> None:
    assert names(basket.rename("1", " A\n new\u202e name ")) == ["A new name", "Second"]
    assert names(basket.remove("1")) == ["Second"]
    assert names(basket.clear) == []


@pytest.mark.parametrize(
    "change", [basket.rename("1", ""), basket.rename("1", "x" * 121), basket.remove("3"),
               basket.move("3", 1), basket.rename("3", "x")],
)  # fmt: skip
def test_what_cannot_be_done_is_said(change) -> None:
    with pytest.raises(NotKept):
        change(TWO)


def test_without_a_session_there_is_no_basket() -> None:
    assert basket.read_basket() == ()
