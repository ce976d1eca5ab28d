"""The score test of proportional hazards, given a fitted model."""

import numpy as np

from analysis.stats.cox.partial_likelihood import PartialLikelihood, Pieces
from analysis.stats.typed import Array


def compute_drift(likelihood: PartialLikelihood, pieces: Pieces) -> tuple[Array, float]:
    """Score statistics of x g(t) beside x, for each term and for all terms together; `pieces` are
    those at the maximum."""
    g = _km_transform(likelihood)
    score = g @ pieces.residual
    added = np.einsum("e,eij->ij", g * g, pieces.spread)
    cross = np.einsum("e,eij->ij", g, pieces.spread)
    own = added - cross @ np.linalg.solve(pieces.information, cross)
    told = np.diag(own) > 1e-12 * np.maximum(np.diag(added), 1e-300)
    single = np.divide(score**2, np.diag(own), out=np.full(score.size, np.nan), where=told)
    if not told.all():
        return single, np.nan
    size = np.sqrt(np.diag(own))
    alike = own / np.outer(size, size)
    if np.linalg.matrix_rank(alike, tol=1e-10, hermitian=True) < size.size:
        return single, np.nan  # fewer event times than terms
    return single, float(score / size @ np.linalg.solve(alike, score / size))


def _km_transform(likelihood: PartialLikelihood) -> Array:
    """1 - S(t-) of all patients at each event, centred over events; shape (events,)."""
    time, deaths = likelihood.time, likelihood.time[likelihood.deaths]
    points, d = np.unique(deaths, return_counts=True)
    n = time.size - np.searchsorted(np.sort(time), points)
    before = np.concatenate([[1.0], np.cumprod(1 - d / n)[:-1]])
    g = 1 - before[np.searchsorted(points, deaths)]
    centred: Array = g - g.mean()
    return centred
