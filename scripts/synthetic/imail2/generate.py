"""Draws the synthetic cohort `imail2` and its twin `imail2-null` and writes their CSV files.

    python -m scripts.synthetic.imail2.generate [folder]      writes the files of the accepted seed
    python -m scripts.synthetic.imail2.generate --search N    tries the seeds 0 … N - 1, says which

`recipe.py` holds the parameters, `rules.py` what a draw must meet; the first seed that meets all
rules is the one committed. The twin has the same patients and markers, and the outcomes of other
patients: the first permutation in which the published questions find nothing.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from pathlib import Path

import numpy as np

from scripts.synthetic.imail2 import recipe as r
from scripts.synthetic.imail2 import rules

DATA = Path(__file__).resolve().parents[3] / "data" / "imail2"

SEED = 255  # the first that meets all rules
SUBJECTS = [f"IMAIL2-{number:03d}" for number in range(1, r.N + 1)]


class Draw:
    """One draw: what the rules need, and the streams for the tables that come later."""

    def __init__(self, seed: int) -> None:
        self.rng = r.streams(seed)
        markers = r.draw_markers(self.rng["measurements"])
        self.outcomes = r.draw_outcomes(self.rng["outcomes"], markers)
        self.markers = r.rounded(markers)
        shape = (r.N, len(r.VISITS))
        self.lost = self.rng["missing"].random(shape) < r.MISSING
        self.lost[:, r.CODES.index("C1D15")] = False
        self.reason = self.rng["missing"].choice(r.REASONS, shape)

    def sampled(self, outcomes: dict) -> dict[str, np.ndarray]:
        """The markers with NaN where no sample was planned or it was lost."""
        taken = planned(outcomes) & ~self.lost
        return {name: np.where(taken, values, np.nan) for name, values in self.markers.items()}


def planned(outcomes: dict) -> np.ndarray:
    """Which samples are planned: none from progression on, later courses only where given."""
    on_study = outcomes["weeks"][:, None] * 7 > r.DAYS
    return on_study & (courses(outcomes)[:, None] >= r.CYCLES)


def courses(outcomes: dict) -> np.ndarray:
    """Courses received: those that fit in before progression, at least one."""
    return np.maximum(1, outcomes["weeks"] * 7 // r.CYCLE_DAYS).astype(int)


def permuted(draw: Draw) -> dict:
    """The outcomes of other patients (PFS and OS together), so that nothing is found."""
    while True:
        order = draw.rng["permutation"].permutation(r.N)
        outcomes = {name: values[order] for name, values in draw.outcomes.items()}
        if rules.nothing_found(draw.sampled(outcomes), outcomes):
            return outcomes


# --- Tables ---


def subjects(rng: np.random.Generator) -> list[list]:
    """Patients in the order of enrolment; age, sex, tumour and ECOG are assumed."""
    ages = np.clip(rng.normal(53, 11, r.N).round(), 18, 70).astype(int)
    sexes = np.where(rng.random(r.N) < 0.45, "female", "male")
    tumours = rng.permutation(r.TUMOURS)
    ecog = (rng.random(r.N) < 0.45).astype(int)
    rows = [["subject", "arm", "arm_label", "dose", "age", "sex", "tumour", "ecog"]]
    for i, dose in enumerate(r.ENROLMENT):
        arm = [r.LEVELS[dose], f"IL-2 {dose} MIU/day", dose]
        rows.append([SUBJECTS[i], *arm, ages[i], sexes[i], tumours[i], ecog[i]])
    return rows


def outcome_rows(outcomes: dict) -> list[list]:
    """PFS and OS in months."""
    rows = [["subject", "endpoint", "time", "event"]]
    for i, subject in enumerate(SUBJECTS):
        for name in ("PFS", "OS"):
            event = int(outcomes[f"{name}_event"][i])
            rows.append([subject, name, f"{outcomes[name][i]:.2f}", event])
    return rows


def measurement_rows(markers: dict, pk: dict) -> list[list]:
    """Every value that was measured, by patient, visit and marker."""
    rows = [["subject", "visit", "day", "marker", "value", "below_limit"]]
    for i, subject in enumerate(SUBJECTS):
        for v, (visit, _, day, _) in enumerate(r.VISITS):
            for name, values in (markers | pk).items():
                if np.isfinite(values[i, v]):
                    rows.append([subject, visit, day, name, write_rows(name, values[i, v]), 0])
    return rows


def write_rows(name: str, value: float) -> str:
    """A value with the decimals of its marker."""
    if name in r.COUNTS:
        return f"{value:.0f}"
    return f"{value:.{r.PK[name][4] if name in r.PK else 1}f}"


def exposures(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Imatinib and metabolite, without and with IL-2; a patient's clearance is shared."""
    before, after = (r.CODES.index(visit) for visit in r.PK_VISITS)
    shared = rng.standard_normal(r.N)
    pk = {}
    for name, (median, sd, rise, noise, _) in r.PK.items():
        own = sd * (0.8 * shared + 0.6 * rng.standard_normal(r.N))
        values = np.full((r.N, len(r.VISITS)), np.nan)
        values[:, before] = median * np.exp(own + noise * rng.standard_normal(r.N))
        values[:, after] = median * rise * np.exp(own + noise * rng.standard_normal(r.N))
        pk[name] = values
    return pk


def event_rows(draw: Draw, outcomes: dict, suffered: list[list]) -> list[list]:
    """Dosing, toxicity, assessments, progression, death or last contact, lost samples."""
    rows = [["subject", "kind", "label", "start_day", "end_day", "grade", "value"]]
    for i, subject in enumerate(SUBJECTS):
        given = courses(outcomes)[i]
        mine = doses(i, given) + dlts(i)
        mine += [row for course, row in suffered[i] if course <= given]
        mine += course_of_disease(i, outcomes) + lost_samples(i, draw, outcomes)
        rows += [[subject, *row] for row in sorted(mine, key=lambda row: row[2])]
    return rows


def doses(i: int, given: int) -> list[list]:
    """Days of each drug; after a dose-limiting toxicity IL-2 goes on one level lower (assumed)."""
    levels, level = list(r.LEVELS), r.ENROLMENT[i]
    lower = levels[max(0, levels.index(level) - 1)] if i in r.DLTS else level
    rows = [["dose", "cyclophosphamide", -21, 13, "", 50]]
    for course in range(given):
        start = course * r.CYCLE_DAYS
        rows.append(["dose", "imatinib", start, start + 13, "", 400])
        rows.append(["dose", "IL-2", start + 9, start + 13, "", level if course == 0 else lower])
    return rows


def dlts(i: int) -> list[list]:
    """A dose-limiting toxicity is an adverse event too, so it stands as both."""
    if i not in r.DLTS:
        return []
    label, grade, day = r.DLTS[i]
    return [[kind, label, day, day + 7, grade, ""] for kind in ("dlt", "ae")]


def adverse_events(rng: np.random.Generator) -> list[list]:
    """Mild to moderate events, by patient: course and row. Drawn for all courses, used as given."""
    suffered: list[list] = [[] for _ in SUBJECTS]
    for label, (probability, starts, lengths) in r.ADVERSE.items():
        chance = rng.random((r.N, r.MOST_COURSES))
        first = rng.integers(*starts, (r.N, r.MOST_COURSES), endpoint=True)
        length = rng.integers(*lengths, (r.N, r.MOST_COURSES), endpoint=True)
        grade = 1 + (rng.random((r.N, r.MOST_COURSES)) < 0.4)
        for i, c in np.ndindex(chance.shape):
            start = c * r.CYCLE_DAYS + 9 + int(first[i, c])
            forced = c == 0 and label == r.ALWAYS and r.ENROLMENT[i] == r.MTD
            if forced or chance[i, c] < probability * (1 if c == 0 else r.AGAIN):
                row = ["ae", label, start, start + int(length[i, c]) - 1, int(grade[i, c]), ""]
                suffered[i].append((c + 1, row))
    return suffered


def course_of_disease(i: int, outcomes: dict) -> list[list]:
    """Tumour assessments (none better than stable disease), progression, and the end."""
    end = round(outcomes["weeks"][i] * 7)
    # Read within three days of a planned assessment, progression is that assessment.
    stable = range(r.ASSESSMENT_DAYS, end - 3, r.ASSESSMENT_DAYS)
    rows = [["assessment", "SD", day, "", "", ""] for day in stable]
    rows.append(["assessment", "PD", end, "", "", ""])
    rows.append(["progression", "progressive disease", end, "", "", ""])
    last = round(outcomes["OS"][i] * r.DAYS_PER_MONTH)
    kind, label = ("death", "death") if outcomes["OS_event"][i] else ("last_contact", "alive")
    return [*rows, [kind, label, last, "", "", ""]]


def lost_samples(i: int, draw: Draw, outcomes: dict) -> list[list]:
    """Planned samples that are missing, with the reason."""
    lost = np.flatnonzero(planned(outcomes)[i] & draw.lost[i])
    return [
        ["missing_sample", f"{r.CODES[v]}: {draw.reason[i, v]}", int(r.DAYS[v]), "", "", ""]
        for v in lost
    ]


def visit_rows(measurements: list[list]) -> list[list]:
    """The visits that anyone reached."""
    reached = {row[1] for row in measurements}
    rows = [["visit", "label", "day", "order", "is_baseline"]]
    visits = [visit for visit in r.VISITS if visit[0] in reached]
    return rows + [[c, label, d, o, int(o == 0)] for o, (c, label, d, _) in enumerate(visits)]


# --- Files ---


def write(folder: Path, seed: int = SEED) -> None:
    """Both cohorts' CSV files of one seed."""
    draw = Draw(seed)
    patients, pk = subjects(draw.rng["subjects"]), exposures(draw.rng["pk"])
    suffered = adverse_events(draw.rng["adverse"])
    for name, outcomes in (("imail2", draw.outcomes), ("imail2-null", permuted(draw))):
        measurements = measurement_rows(draw.sampled(outcomes), pk)
        tables = {
            "subjects": patients,
            "outcomes": outcome_rows(outcomes),
            "measurements": measurements,
            "events": event_rows(draw, outcomes, suffered),
            "markers": r.MARKERS,
            "visits": visit_rows(measurements),
        }
        for table, rows in tables.items():
            write_csv(folder / name / f"{table}.csv", rows)


def write_csv(path: Path, rows: list[list]) -> None:
    """Rows as CSV: UTF-8, commas, line feeds everywhere."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def search(tries: int) -> None:
    """Which seeds are accepted, and which rule stops the others."""
    stopped: Counter[str] = Counter()
    for seed in range(tries):
        draw = Draw(seed)
        rule = rules.failed_rule(draw.sampled(draw.outcomes), draw.outcomes)
        stopped[rule or "accepted"] += 1
        if rule is None:
            print(f"seed {seed} is accepted", flush=True)
    for rule, count in stopped.most_common():
        print(f"{count:7,}  {rule}")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", nargs="?", type=Path, default=DATA)
    parser.add_argument("--search", type=int, metavar="N", help="try N seeds, write nothing")
    arguments = parser.parse_args()
    if arguments.search:
        search(arguments.search)
    else:
        write(arguments.folder)


if __name__ == "__main__":
    main()
