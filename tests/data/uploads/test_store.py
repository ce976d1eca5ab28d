"""What people bring is kept whole, theirs alone, and never shown where a byte is not right."""

from __future__ import annotations

import hashlib
import os

import pytest

from data.cohort import FRAMES, content_hash
from data.sources import builtin, read_cohort
from data.storage import cohort_file
from data.uploads import store
from tests.data.uploads.small_uploads import (
    ANN,
    BEN,
    N,
    files_of,
    opened,
    quick,
    received_and_read,
    table,
)

__all__ = ["quick"]
pytestmark = pytest.mark.usefixtures("quick")


# ------------------------------------------------------------------------------ draft to cohort


def test_from_file_to_cohort(tmp_path):
    draft = received_and_read()
    assert (draft.patients, draft.outcomes, draft.measurements) == (N, N, N)
    assert draft.opens
    assert draft.problems == ()
    assert draft.mapping["subject"] == "Patient"
    assert draft.given is None
    (file,) = draft.files
    assert (file.name, file.sha256) == ("trial.csv", hashlib.sha256(table()).hexdigest())
    code = store.open(ANN, draft.id, " My\ntrial ")
    (tmp_path / "trial.csv").write_bytes(table())
    here, there = read_cohort(tmp_path / "trial.csv"), store.load(ANN, code)
    for name in FRAMES:
        assert getattr(there, name).equals(getattr(here, name)), name
        assert list(getattr(there, name).dtypes) == list(getattr(here, name).dtypes), name
    assert (there.study.name, there.study.title, there.study.short_title) == (
        code, "My trial", "My trial")  # fmt: skip
    (one,) = store.list_datasets(ANN)
    assert (one.code, one.title, one.patients, one.markers) == (code, "My trial", N, ("CD4",))
    assert one.size >= file.size
    with pytest.raises(store.Unknown):
        store.read_draft(ANN, draft.id)


@pytest.mark.parametrize("name", builtin.names())
def test_every_cell_and_the_study_come_back(name, tmp_path):
    cohort = builtin.load(name)
    cohort_file.write(cohort, tmp_path / "c.npz")
    back = cohort_file.read(tmp_path / "c.npz")
    assert content_hash(back) == cohort.id == back.id
    assert back.study == cohort.study
    assert back.warnings == cohort.warnings
    for table_name in FRAMES:
        here, there = getattr(cohort, table_name), getattr(back, table_name)
        assert here.dtypes.equals(there.dtypes), table_name


def test_a_file_of_frames_that_is_none(tmp_path):
    path = tmp_path / "c.npz"
    for content in (b"", b"PK\x03\x04", b"\x93NUMPY", b"x" * 100):
        path.write_bytes(content)
        with pytest.raises(cohort_file.NotOurs):
            cohort_file.read(path)


def test_another_mapping_is_another_reading():
    draft = received_and_read()
    turned = store.understand(ANN, draft.id, {"event_is": "0"})
    assert turned.given == {"event_is": "0"}
    assert turned.mapping["event_is"] == "0"
    assert store.read_draft(ANN, draft.id) == turned
    (event,) = turned.understood.events
    assert "because you said so" in event.words
    back = store.understand(ANN, draft.id, None)
    assert back.understood == draft.understood


def test_files_with_problems_are_not_opened():
    draft = received_and_read(content=table().replace(b"001,4.0,1", b"001,-4,x"))
    assert not draft.opens
    assert {(p.column, p.row) for p in draft.problems} == {("OS (months)", 3), ("OS status", 3)}
    with pytest.raises(store.StoreError, match="problems"):
        store.open(ANN, draft.id)
    assert store.list_datasets(ANN) == []


@pytest.mark.parametrize("mapping", [[], "x", 3, {"a": float("nan")}, {"a": "x" * 300_000}])
def test_what_is_no_mapping(mapping):
    draft = received_and_read()
    with pytest.raises((store.StoreError, ValueError)):
        store.understand(ANN, draft.id, mapping)
    assert store.read_draft(ANN, draft.id).opens


def test_several_files_also_one_after_the_other():
    flow = b"Patient,marker,value\n" + b"".join(b"%03d,NK,%d\n" % (i, i) for i in range(N))
    draft = store.receive(ANN, [("a.csv", table())])
    assert store.read_draft(ANN, draft).opens
    assert store.receive(ANN, [("a.csv", flow)], into=draft) == draft
    found = store.read_draft(ANN, draft)
    assert [one.name for one in found.files] == ["a.csv", "a (2).csv"]
    assert found.measurements == 2 * N
    with pytest.raises(store.Unknown):
        store.receive(BEN, [("b.csv", flow)], into=draft)


@pytest.mark.parametrize(
    ("given", "kept_as"),
    [
        ("../../x.csv", "x.csv"),
        ("C:\\data\\x.csv", "x.csv"),
        ("CON.csv", "_CON.csv"),
        ("a\r\nSet-Cookie: x.csv", "a__Set-Cookie_ x.csv"),
        ("a.csv\x00.exe", "a.csv_.exe"),
        ("a\u202evsc.exe", "a_vsc.exe"),
        ("é" * 300 + ".csv", "é" * 96 + ".csv"),
        ("..", "file"),
        ("", "file"),
        ("<img src=x>.csv", "_img src=x_.csv"),
    ],
)
def test_names_of_files_are_cleaned(given, kept_as, quick):
    draft = store.receive(ANN, [(given, table())])
    assert store.read_draft(ANN, draft).files[0].name == kept_as
    assert not list(quick.parent.rglob("x.csv")), "it stands under its hash alone"


# --------------------------------------------------------------------------------- whose it is


def test_what_is_anothers_is_unknown(quick):
    code, draft = opened(), store.receive(ANN, [("t.csv", table())])
    for owner in (BEN, "", "../" + "a" * 29, "A" * 32):
        for call in (
            lambda o: store.load(o, code), lambda o: store.find(o, code),
            lambda o: store.rename(o, code, "x"), lambda o: store.delete(o, code),
            lambda o: store.find_original(o, code, 0), lambda o: store.find_lineage(o, code),
            lambda o: store.edit(o, code), lambda o: store.replace(o, code, draft),
            lambda o: store.read_draft(o, draft), lambda o: store.understand(o, draft, None),
            lambda o: store.discard(o, draft),
        ):  # fmt: skip
            with pytest.raises(store.Unknown):
                call(owner)
        assert store.find_removed(owner, code) is None
        assert store.list_datasets(owner) == []
        assert store.list_drafts(owner) == []
    assert store.load(ANN, code).n == N
    assert len(store.list_drafts(ANN)) == 1


@pytest.mark.parametrize("code", ["", "own-", "own-" + "0" * 16, "../own-0", "imail2", None, 3])
def test_codes_of_nothing(code):
    opened()
    for call in (store.load, store.find, store.find_lineage, store.delete):
        with pytest.raises(store.Unknown):
            call(ANN, code)


def test_two_people_with_one_file_have_two_codes():
    first, second = opened(ANN), opened(BEN)
    assert first != second
    assert store.load(ANN, first).id != store.load(BEN, second).id
    assert store.find_lineage(ANN, first) != store.find_lineage(BEN, second)
    store.delete(ANN, first)
    assert store.load(BEN, second).n == N


def test_another_persons_file_in_the_place_of_ones_own(quick):
    """F7: a note that is sound, and not this person's."""
    code = opened(ANN)
    opened(BEN, table(first=9.0))
    (theirs,) = (quick / "store" / BEN / "sets").iterdir()
    os.replace(theirs, quick / "store" / ANN / "sets" / code)
    with pytest.raises(store.Damaged):
        store.load(ANN, code)


# ------------------------------------------------------------------- list, rename, replace, delete


def test_rename_changes_the_title_everywhere():
    code = opened()
    before = store.load(ANN, code)
    store.rename(ANN, code, "x" * 300)
    after = store.load(ANN, code)
    assert after.study.short_title == "x" * 100 == store.find(ANN, code).title
    assert after.id != before.id, "titles stand in figures: what is cached of the old is not used"


def test_the_same_files_are_the_same_data_set():
    first = opened(title="One")
    assert opened(title="Two", name="other name.csv") == first
    assert [one.title for one in store.list_datasets(ANN)] == ["Two"]


def test_a_newer_version_takes_its_place(quick):
    old = opened(title="IL-2")
    line = store.find_lineage(ANN, old)
    newer = store.read_draft(ANN, store.receive(ANN, [("cut 2.csv", table(first=3.5))]))
    new = store.replace(ANN, old, newer.id)
    assert new != old
    assert store.find_lineage(ANN, new) == line
    assert store.find(ANN, new).title == "IL-2"
    assert store.find_removed(ANN, old).by == new
    with pytest.raises(store.Unknown):
        store.load(ANN, old)
    assert hashlib.sha256(table()).hexdigest() not in files_of(quick)
    assert opened(content=table(first=3.5)) == new
    again = store.read_draft(ANN, store.receive(ANN, [("t.csv", table(first=3.5))]))
    assert store.replace(ANN, new, again.id, "") == new, "the same once more is no other version"
    assert store.find_removed(ANN, new) is None


def test_deleted_is_deleted(quick):
    code = opened()
    assert len(files_of(quick)) == 3
    store.delete(ANN, code)
    assert files_of(quick) == []
    assert store.list_datasets(ANN) == []
    assert store.find_removed(ANN, code).by == ""
    left = b"".join(p.read_bytes() for p in quick.rglob("*") if p.is_file())
    for word in (b"trial.csv", b"Mine", b"Patient", b"CD4"):
        assert word not in left
    with pytest.raises(store.Unknown):
        store.delete(ANN, code)


def test_its_people_are_known_again_after_all_that():
    """The ledger goes on: by the files, by patients with their outcomes, by what it replaced."""
    code = opened()
    line = store.find_lineage(ANN, code)
    store.delete(ANN, code)
    assert store.find_lineage(ANN, opened()) == line
    with_more = opened(content=table(more=",5"))
    assert with_more != code
    assert store.find_lineage(ANN, with_more) == line
    turned = store.receive(ANN, [("t.csv", table())])
    store.understand(ANN, turned, {"event_is": "0"})
    assert store.find_lineage(ANN, store.open(ANN, turned)) == line
    assert store.find_lineage(ANN, opened(content=table(first=5.0))) != line


def test_most_of_its_people_are_known_again_in_another_file():
    """A patient left out, or events counted otherwise in a changed file, begin no new count."""
    line = store.find_lineage(ANN, opened())
    rows = table().splitlines(keepends=True)
    for some in (rows[:15], rows[:1] + rows[9:], [*rows, b"900,3,1,40\n"]):
        assert store.find_lineage(ANN, opened(content=b"".join(some))) == line
    turned = store.receive(ANN, [("t.csv", table() + b"900,3,1,40\n")])
    store.understand(ANN, turned, {"event_is": "0"})
    assert store.find_lineage(ANN, store.open(ANN, turned)) == line
    few = table(40).splitlines(keepends=True)
    assert store.find_lineage(ANN, opened(content=b"".join(few[:1] + few[18:]))) != line, (
        "another trial"
    )


def test_what_has_a_count_of_its_own_takes_no_other(quick):
    """To put it in the place of a data set that nobody looked at would forget its looks."""
    code, other = opened(), opened(content=table(first=5.0))
    before = store.find_lineage(ANN, code)
    again = store.receive(ANN, [("again.csv", table())])
    store.read_draft(ANN, again)
    with pytest.raises(store.StoreError, match="another data set of yours"):
        store.replace(ANN, other, again)
    assert store.find_lineage(ANN, code) == before
    assert {one.code for one in store.list_datasets(ANN)} == {code, other}
    assert store.replace(ANN, code, again) == code


def test_a_data_set_can_be_read_again_with_another_mapping():
    code = opened()
    draft = store.edit(ANN, code)
    assert store.read_draft(ANN, draft).of == code
    turned = store.understand(ANN, draft, {"event_is": "0"})
    assert turned.of == code
    new = store.replace(ANN, code, draft)
    assert store.load(ANN, new).outcomes["event"].sum() == N / 2
    assert store.load(ANN, new).outcomes["event"][0]
    assert store.find(ANN, new).title == "Mine"


def test_the_original_bytes_come_back():
    code = opened()
    name, path = store.find_original(ANN, code, 0)
    assert (name, path.read_bytes()) == ("trial.csv", table())
    for number in (1, -1, 10**9):
        with pytest.raises(store.Unknown):
            store.find_original(ANN, code, number)
