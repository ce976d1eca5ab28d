"""The rules that a draw must meet, on the values as the files hold them (months, µL, percent)."""

from __future__ import annotations

import numpy as np
from scipy.stats import spearmanr, wilcoxon

from analysis.stats.survival import permutation_logrank
from scripts.synthetic.imail2.recipe import CODES, DAYS_PER_MONTH, DOSE, LANDMARK, LEVELS, NK_SHARES

# A landmark p must show (but stay believable) for these, and must not for the others.
FOUND, P_FOUND = ("HLA-DR/PFS", "HLA-DR/OS", "ratio/OS"), (0.002, 0.05)
NOT_FOUND, P_NOT_FOUND = ("ratio/PFS", "Treg/PFS", "Treg/OS", "baseline HLA-DR/PFS"), 0.10
NULL, P_NULL = ("HLA-DR/PFS", "HLA-DR/OS", "ratio/PFS", "ratio/OS"), 0.10
SMALLEST_SIDE = 2

Markers = dict[str, np.ndarray]  # a row a patient, a column a visit


def failed_rule(markers: Markers, outcomes: dict) -> str | None:
    """The first rule that the draw breaks, cheap ones first; None: accepted."""
    cheap = {
        "samples and deaths": enough(markers, outcomes),
        "level of HLA-DR": level_believable(markers),
        "2 counts fall with the dose": counts_fall(markers),
        "3 Treg share rises less than two-fold": treg_rises_little(markers),
        "4 activation": activated(markers),
        "5 CD4:CD8 rises": ratio_rises(markers),
    }
    for name, met in cheap.items():
        if not met:
            return name
    for name in FOUND + NOT_FOUND:  # rule 6, exact tests: only where the rest holds
        p = median_p(*question(name, markers), outcomes)
        if not (P_FOUND[0] < p < P_FOUND[1] if name in FOUND else p > P_NOT_FOUND):
            return f"6 {name}"
    return None


def at(markers: Markers, name: str, visit: str) -> np.ndarray:
    """Values of a marker at a visit."""
    return markers[name][:, CODES.index(visit)]


def fold(markers: Markers, name: str, since: str = "C1D10") -> np.ndarray:
    """Fold change up to C1D15; CD4_CD8 is the ratio of two counts."""
    if name == "CD4_CD8":
        return fold(markers, "CD4", since) / fold(markers, "CD8", since)
    return at(markers, name, "C1D15") / at(markers, name, since)


def by_dose(values: np.ndarray) -> np.ndarray:
    """Median of each dose group, from the lowest dose up; NaN where nobody was sampled."""
    groups = [values[(dose == DOSE) & np.isfinite(values)] for dose in LEVELS]
    return np.array([np.median(group) if group.size else np.nan for group in groups])


def enough(markers: Markers, outcomes: dict) -> bool:
    """C1D15 sampled in 16 or 17 of 17; 14 to 16 deaths, so that there is a censored patient."""
    known = np.isfinite(at(markers, "CD4", "C1D15")).sum()
    return bool(known >= 16 and 14 <= outcomes["OS_event"].sum() <= 16)


def level_believable(markers: Markers) -> bool:
    """HLA-DR+ share after one course near 20 to 25 %, what the recipe aims at."""
    return bool(15 < np.nanmedian(at(markers, "HLADR_NK_PCT", "C1D15")) < 30)


def counts_fall(markers: Markers) -> bool:
    """Rule 2: B, CD4 and CD8 fall in proportion to the dose."""
    for share in (fold(markers, name) for name in ("B", "CD4", "CD8")):
        known = np.isfinite(share)
        if spearmanr(DOSE[known], share[known]).statistic >= -0.5:
            return False
        if not (np.diff(by_dose(share)) < 0).all():
            return False
    return True


def treg_rises_little(markers: Markers) -> bool:
    """Rule 3: less than two-fold at every dose."""
    folds = by_dose(fold(markers, "TREG_PCT", "D-21"))
    return bool(((folds > 1) & (folds < 2)).all())


def activated(markers: Markers) -> bool:
    """Rule 4: the NK shares and the share of regulatory T cells rise."""
    for name in (*NK_SHARES, "TREG_PCT"):
        rise = at(markers, name, "C1D15") - at(markers, name, "C1D10")
        rise = rise[np.isfinite(rise)]
        if wilcoxon(rise).pvalue >= 0.01 or np.median(rise) <= 0:
            return False
    return True


def ratio_rises(markers: Markers) -> bool:
    """Rule 5: CD4:CD8 rises, at every dose."""
    folds = fold(markers, "CD4_CD8")
    return bool(np.nanmedian(folds) > 1.05 and (by_dose(folds) > 1).all())


def question(name: str, markers: Markers) -> tuple[np.ndarray, str]:
    """The marker's values and the endpoint of a question of rule 6."""
    marker, endpoint = name.split("/")
    values = {
        "HLA-DR": lambda: at(markers, "HLADR_NK_PCT", "C1D15"),
        "ratio": lambda: fold(markers, "CD4_CD8"),
        "Treg": lambda: at(markers, "TREG_PCT", "C1D15"),
        "baseline HLA-DR": lambda: at(markers, "HLADR_NK_PCT", "D-21"),
    }
    return values[marker](), endpoint


def median_p(values: np.ndarray, endpoint: str, outcomes: dict) -> float:
    """The exact permutation log-rank p at the median, high = value > median, landmark clock."""
    values, time, event = _at_risk(values, endpoint, outcomes)
    return permutation_logrank(time, event, values > np.median(values)).p


def smallest_p(values: np.ndarray, endpoint: str, outcomes: dict) -> float:
    """The smallest such p over all cuts with two patients or more on each side."""
    values, time, event = _at_risk(values, endpoint, outcomes)
    cuts = [cut for cut in np.unique(values) if (values > cut).sum() >= SMALLEST_SIDE]
    cuts = [cut for cut in cuts if (values <= cut).sum() >= SMALLEST_SIDE]
    return min(permutation_logrank(time, event, values > cut).p for cut in cuts)


def _at_risk(values: np.ndarray, endpoint: str, outcomes: dict):
    landmark = LANDMARK / DAYS_PER_MONTH
    known = np.isfinite(values) & (outcomes[endpoint] > landmark)
    time = outcomes[endpoint][known] - landmark
    return values[known], time, outcomes[f"{endpoint}_event"][known]


def nothing_found(markers: Markers, outcomes: dict) -> bool:
    """The rule of the twin: no p at the median up to .10, and at no cut up to .05."""
    asked = [question(name, markers) for name in NULL]
    return all(median_p(*one, outcomes) > P_NULL for one in asked) and all(
        smallest_p(*one, outcomes) > 0.05 for one in asked
    )
