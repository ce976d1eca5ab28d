"""The recipe of the synthetic cohort: its parameters, and how markers and outcomes are drawn.

Nobody published the trial's patients. Published are the doses, the drugs' days, the direction of
every effect, 8 of 17 with stable disease for a median of 12 weeks, and the toxicities that limited
the dose; most numbers below are assumptions.
"""

from __future__ import annotations

import numpy as np

from data.schema import DAYS_IN

DAYS_PER_MONTH = DAYS_IN["months"]

# --- The trial: dose levels, 3+3 path and courses. Allocation inferred, not published. ---
LEVELS = {3: "I", 6: "II", 9: "III", 12: "IV"}  # MIU/day: level
ENROLMENT = (3,) * 3 + (6,) * 3 + (9,) * 3 + (12,) * 2 + (9,) * 3 + (6,) * 3  # in this order
DLTS = {  # subject (from 0): what, grade, day. Kinds published; who, grade and day assumed.
    9: ("Capillary leak syndrome", 3, 13),
    10: ("Anorexia", 3, 12),
    11: ("Fatigue", 3, 14),
    13: ("Capillary leak syndrome", 3, 13),
}
CYCLE_DAYS, LANDMARK = 21, 14
VISITS = [  # code, label, day since C1D1, cycle
    ("D-21", "D-21, before cyclophosphamide", -21, 0),
    ("C1D1", "C1D1, before imatinib", 0, 1),
    ("C1D10", "C1D10, before IL-2", 9, 1),
    ("C1D15", "C1D15, after one course", 14, 1),
    ("C2D1", "C2D1, start of course 2", 21, 1),  # also the control after course 1, hence for all
    ("C2D10", "C2D10, before IL-2", 30, 2),
    ("C2D15", "C2D15, after two courses", 35, 2),
] + [(f"C{c}D1", f"C{c}D1, start of course {c}", CYCLE_DAYS * (c - 1), c) for c in range(3, 11)]
CODES = [visit[0] for visit in VISITS]
DAYS = np.array([visit[2] for visit in VISITS])
CYCLES = np.array([visit[3] for visit in VISITS])

# --- Blood counts per µL: median, SD (log), noise; effects of each drug on the log scale. ---
COUNTS = ("CD4", "CD8", "B", "NK")
COUNT = {  # median SD noise | cyclophosphamide, imatinib, IL-2 a MIU/day | regained, rebound | t
    "CD4": (470, 0.45, 0.06, -0.08, -0.05, -0.085, 0.85, 0.10, 0.16),
    "CD8": (340, 0.45, 0.06, -0.06, -0.05, -0.115, 0.60, 0.05, -0.16),
    "B": (140, 0.50, 0.10, -0.25, -0.08, -0.13, 0.55, 0.0, 0.0),
    "NK": (200, 0.45, 0.10, 0.0, 0.0, -0.05, 1.0, 0.35, 0.0),
}
CORRELATION = np.array(
    [[1, 0.45, 0.35, 0.15], [0.45, 1, 0.20, 0.20], [0.35, 0.20, 1, 0.10], [0.15, 0.20, 0.10, 1]]
)
KEPT_T = 0.6  # share of the patient's own CD4:CD8 response left at the start of the next course

# --- Shares in percent: median, SD (logit), noise; for NK shares the rise through IL-2. ---
TREG = (7.5, 0.30, 0.06)
TREG_FOLDS = {"C1D1": 0.78, "C1D10": 0.92}  # of baseline; after IL-2 1.35 + 0.025 d, else 1.15
NK_SHARES = {  # median SD noise | rise, slope a MIU/day from 6 | spread, weight of s, weight of e
    "HLADR_NK_PCT": (5, 0.45, 0.10, 1.55, 0.06, 0.55, 0.9, 0.44),
    "CD56BRIGHT_NK_PCT": (6, 0.35, 0.08, 1.15, 0.05, 0.30, 0.5, 0.87),
    "TRAIL_NK_PCT": (3, 0.50, 0.12, 1.50, 0.05, 0.45, 0.5, 0.87),
}
IMATINIB_RISE, KEPT_RISE = 0.15, 0.55

# --- Imatinib and its metabolite over the 24 h before the sample: median, SD (log), rise, noise ---
PK = {  # the direction of the rise is published, its size is assumed
    "IM_AUC": (40.0, 0.30, 1.35, 0.12, 1),
    "IM_CMAX": (2.6, 0.30, 1.30, 0.12, 2),
    "CGP74588_AUC": (7.0, 0.30, 1.45, 0.12, 2),
    "CGP74588_CMAX": (0.45, 0.30, 1.40, 0.12, 3),
}
PK_VISITS = ("C1D10", "C1D15")  # without and with IL-2

# --- Outcomes ---
PFS_WEEKS = (2.9, 4.1, 5.0, 5.6, 5.9, 6.0, 6.1, 6.3, 6.4)  # progressive disease
PFS_WEEKS += (8.9, 9.9, 11.4, 11.9, 12.1, 15.0, 18.1, 30.0)  # stable: median 12.0, published
OS_SHAPE, OS_MEDIAN, OS_JITTER = 1.15, 8.7, 0.05
OS_AFTER_PFS, FOLLOW_UP = (0.4, 1.0), (20, 44)  # months
PFS_WEIGHTS = (0.72, 0.0, 0.69)  # of H, R and chance
OS_WEIGHTS = (0.55, 0.52, 0.60)
CHANCE_CORRELATION = 0.25
ASSESSMENT_DAYS = 42

# --- What goes missing, who the patients are, what they suffer: all assumed ---
MISSING = 0.04
REASONS = ("not drawn", "tube clotted", "transport delayed", "too few cells")
TUMOURS = ("melanoma",) * 6 + ("GIST",) * 3 + ("colorectal",) * 3 + ("renal cell",) * 2
TUMOURS += ("other",) * 3
ADVERSE = {  # probability in course 1, days after the first IL-2 dose, duration
    "Fever": (0.85, (0, 3), (1, 5)),
    "Chills": (0.65, (0, 3), (1, 4)),
    "Fatigue": (0.70, (1, 4), (3, 10)),
    "Nausea": (0.60, (0, 4), (1, 5)),
    "Hepatic enzymes increased": (0.45, (3, 7), (5, 12)),
}
AGAIN = 0.6  # a later course: this share of the probability
ALWAYS, MTD = "Fever", 6  # at 6 MIU/day everybody had a treatment-related event (published)
MOST_COURSES = 10

# --- What the markers file says; reference ranges of healthy adults where a source is known ---
MARKERS = [
    [
        *("marker", "label", "unit", "formula", "lower_limit"),
        *("reference_low", "reference_high", "scale"),
    ],
    ["CD4", "CD4+ T cells", "cells/µL", "", "", 300, 1400, "log"],
    ["CD8", "CD8+ T cells", "cells/µL", "", "", 200, 900, "log"],
    ["B", "B cells", "cells/µL", "", "", 100, 500, "log"],
    ["NK", "NK cells", "cells/µL", "", "", 90, 600, "log"],
    ["CD4_CD8", "CD4:CD8 ratio", "", "CD4 / CD8", "", 0.7, 3.9, "log"],
    ["TREG_PCT", "Regulatory T cells", "% of CD4+", "", "", "", "", "linear"],
    ["TREG", "Regulatory T cells", "cells/µL", "CD4 * TREG_PCT / 100", "", "", "", "log"],
    ["HLADR_NK_PCT", "HLA-DR+ NK cells", "% of NK", "", "", 2, 5.5, "linear"],
    ["HLADR_NK", "HLA-DR+ NK cells", "cells/µL", "NK * HLADR_NK_PCT / 100", "", "", "", "log"],
    ["CD56BRIGHT_NK_PCT", "CD56bright NK cells", "% of NK", "", "", "", 10, "linear"],
    ["TRAIL_NK_PCT", "TRAIL+ NK cells", "% of NK", "", "", "", "", "linear"],
    ["IM_AUC", "Imatinib AUC over 24 h", "µg·h/mL", "", "", "", "", "log"],
    ["IM_CMAX", "Imatinib Cmax", "µg/mL", "", "", "", "", "log"],
    ["CGP74588_AUC", "CGP74588 AUC over 24 h", "µg·h/mL", "", "", "", "", "log"],
    ["CGP74588_CMAX", "CGP74588 Cmax", "µg/mL", "", "", "", "", "log"],
]
N = len(ENROLMENT)
DOSE = np.array(ENROLMENT)
STREAMS = ("subjects", "measurements", "outcomes", "missing", "adverse", "pk", "permutation")


def streams(seed: int) -> dict[str, np.random.Generator]:
    """One generator a table, so that a table added later (at the end) changes no earlier number."""
    children = np.random.SeedSequence(seed).spawn(len(STREAMS))
    return {name: np.random.default_rng(c) for name, c in zip(STREAMS, children, strict=True)}


# --- Measurements: every patient at every visit; what was not sampled is taken out later ---


def draw_markers(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Every measured immune marker, one row a patient and one column a visit."""
    t, s = rng.standard_normal((2, N))
    base = rng.standard_normal((N, len(COUNTS))) @ np.linalg.cholesky(CORRELATION).T
    markers = {}
    for column, name in enumerate(COUNTS):
        median, sd, noise, *effects = COUNT[name]
        log = np.log(median) + sd * base[:, [column]] + count_path(*effects, t)
        markers[name] = np.exp(log + noise * rng.standard_normal(log.shape))
    markers["TREG_PCT"] = treg(rng)
    for name, parameters in NK_SHARES.items():
        markers[name] = nk_share(rng, s, *parameters)
    return markers


def count_path(ctx, imatinib, il2, regained, rebound, response, t) -> np.ndarray:
    """Log change from baseline by patient and visit."""
    before = ctx + imatinib
    drop, own = il2 * DOSE, response * t
    start = before + (1 - regained) * drop + rebound + KEPT_T * own
    path = {
        "D-21": 0 * drop,
        "C1D1": ctx + 0 * drop,
        "C1D10": before + 0 * drop,
        "C1D15": before + drop + own,
        "C2D10": start + imatinib,
        "C2D15": start + imatinib + drop + (1 - KEPT_T) * own,
    }
    return np.column_stack([path.get(code, start) for code in CODES])


def treg(rng: np.random.Generator) -> np.ndarray:
    """Regulatory T cells in percent of CD4+."""
    median, sd, noise = TREG
    base = inverse_logit(logit(median) + sd * rng.standard_normal((N, 1)))
    after = 1.35 + 0.025 * DOSE
    folds = TREG_FOLDS | {"D-21": 1.0, "C1D15": after, "C2D15": after}
    fold = np.column_stack([folds.get(code, 1.15) * np.ones(N) for code in CODES])
    return inverse_logit(logit(base * fold) + noise * rng.standard_normal(fold.shape))


def nk_share(rng, s, median, sd, noise, rise, slope, spread, shared, own) -> np.ndarray:
    """The share of NK cells that carry an activation marker, in percent."""
    base = logit(median) + sd * rng.standard_normal(N)
    rise = rise + slope * (DOSE - 6) + spread * (shared * s + own * rng.standard_normal(N))
    path = {"D-21": 0 * rise, "C1D1": 0 * rise, "C1D10": IMATINIB_RISE + 0 * rise}
    path |= dict.fromkeys(("C1D15", "C2D15"), IMATINIB_RISE + rise)
    later = IMATINIB_RISE + KEPT_RISE * rise
    log = base[:, None] + np.column_stack([path.get(code, later) for code in CODES])
    return inverse_logit(log + noise * rng.standard_normal(log.shape))


def logit(percent):
    return np.log(percent / (100 - percent))


def inverse_logit(x):
    return 100 / (1 + np.exp(-x))


def rounded(markers: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """As the files hold them: counts whole, shares to 0.1 %."""
    return {name: v.round(0 if name in COUNTS else 1) for name, v in markers.items()}


# --- Outcomes ---


def draw_outcomes(rng: np.random.Generator, markers: dict[str, np.ndarray]) -> dict:
    """PFS and OS in months; ranks follow the scores, so times keep their published shape."""
    c1d10, c1d15 = CODES.index("C1D10"), CODES.index("C1D15")
    ratio = np.log(markers["CD4"] / markers["CD8"])
    h = standardised(logit(markers["HLADR_NK_PCT"][:, c1d15]))
    r = standardised(ratio[:, c1d15] - ratio[:, c1d10])
    chance = np.array([[1, CHANCE_CORRELATION], [CHANCE_CORRELATION, 1]])
    e1, e2 = np.linalg.cholesky(chance) @ rng.standard_normal((2, N))
    weeks = np.array(PFS_WEEKS)[ranks(np.array(PFS_WEIGHTS) @ (h, r, e1))]
    pfs = weeks * 7 / DAYS_PER_MONTH
    share = (np.arange(N) + 0.5) / N
    times = OS_MEDIAN * (np.log(1 - share) / np.log(0.5)) ** (1 / OS_SHAPE)
    times = np.sort(times * rng.uniform(1 - OS_JITTER, 1 + OS_JITTER, N))
    death = times[ranks(np.array(OS_WEIGHTS) @ (h, r, e2))]
    death = np.maximum(death, pfs + rng.uniform(*OS_AFTER_PFS, N))
    end = rng.uniform(*FOLLOW_UP, N)
    return {
        "weeks": weeks,
        "PFS": pfs.round(2),
        "PFS_event": np.ones(N, bool),
        "OS": np.minimum(death, end).round(2),
        "OS_event": death <= end,
    }


def standardised(x: np.ndarray) -> np.ndarray:
    return (x - x.mean()) / x.std()


def ranks(score: np.ndarray) -> np.ndarray:
    return score.argsort().argsort()
