"""By what a data set is known again, so that how often it was looked at does not begin anew.

By its files; by its patients with their outcomes; and by most of its patients with their times:
a patient left out, a follow-up that went on or events counted otherwise are the same trial. Ids of
patients alone would not do: 001, 002 … are patients of many trials.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256

from data.cohort import Cohort

MOST = 200  # patients of a sketch, the same ones in every file that has them
FEWEST = 5  # patients who must be the same, however few there are
SHARE = 0.5  # of the patients that two sketches could share


def make_fingerprints(owner: str, files: Iterable[Mapping], cohort: Cohort) -> list[str]:
    """Of the files, and of the patients with their outcomes: either is enough."""
    digests = sorted(each["sha256"] for each in files)
    rows = sorted(map(repr, cohort.outcomes.itertuples(index=False, name=None)))
    texts = ("\x1f".join(digests), "\x1f".join([*sorted(cohort.subjects["subject"]), *rows]))
    return [_hash(owner, text)[:32] for text in texts]


def make_sketch(owner: str, cohort: Cohort) -> list[str]:
    """Patients with their times, whatever the endpoint is called and counts, as hashes.

    Of many patients those with the smallest hashes (a bottom-k sketch, Cohen & Kaplan 2007).
    """
    rows = cohort.outcomes[["subject", "time"]].itertuples(index=False, name=None)
    found = {_hash(owner, f"{subject}\x1f{time:.4g}")[:12] for subject, time in rows}
    return sorted(found)[:MOST]


def match_sketches(mine: list[str], theirs: list[str]) -> bool:
    """Whether two sketches are of one trial: most patients of the smaller are in the other."""
    if not mine or not theirs:
        return False
    ends = [each[-1] for each in (mine, theirs) if len(each) == MOST]  # beyond them: not kept
    end = min(ends, default="g")
    one, other = ({hashed for hashed in each if hashed <= end} for each in (mine, theirs))
    return len(one & other) >= max(FEWEST, SHARE * min(len(one), len(other)))


def find_lineage(earlier: Iterable[Mapping], known: list[str], patients: list[str]) -> str:
    """The lineage of an earlier data set of the same patients; "" where there is none."""
    alike = ""
    for manifest in earlier:
        if not set(known).isdisjoint(manifest.get("prints", [])):
            return manifest["line"]
        alike = alike or (
            manifest["line"] if match_sketches(patients, manifest.get("sketch", [])) else ""
        )
    return alike


def _hash(owner: str, text: str) -> str:
    return sha256(f"{owner}\x1f{text}".encode()).hexdigest()
