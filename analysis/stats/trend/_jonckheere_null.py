"""The null distribution of Jonckheere's J: counted where it can be, drawn where it cannot."""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate
from math import comb

import numpy as np

from analysis.stats.trend._jonckheere_kernel import twice_j
from analysis.stats.typed import Array

CONVOLVED_BELOW = 100  # patients without ties
MOST_ARRANGEMENTS = 200_000  # with ties; beyond, they are drawn
SAME = 1e-9


def exact_tail(tie: Array, sizes: Array, distance: float) -> float | None:
    """P(2 |J - E(J)| >= distance) over all arrangements; None where they are too many.

    ``tie`` numbers the distinct values in the order of the patients, ``sizes`` are the groups'.
    """
    if tie[-1] + 1 == tie.size and tie.size < CONVOLVED_BELOW:
        counts = count_inversions(tuple(sizes.tolist()))
        far = np.abs(2 * np.arange(len(counts)) - (len(counts) - 1)) >= distance - SAME
        return sum(counts[i] for i in np.flatnonzero(far)) / sum(counts)
    if count_arrangements(sizes) > MOST_ARRANGEMENTS:
        return None
    null = twice_j(_arrange(tuple(sizes.tolist())), tie)
    return float(np.mean(np.abs(null - null.mean()) >= distance - SAME))


def count_arrangements(sizes: Array) -> int:
    """In how many ways patients fall into groups of these sizes."""
    total, left = 1, int(sizes.sum())
    for size in sizes.tolist():
        total, left = total * comb(left, size), left - size
    return total


@lru_cache(maxsize=64)
def count_inversions(sizes: tuple[int, ...]) -> list[int]:
    """How many arrangements without ties have J = 0, 1, 2, …: whole numbers, hence exact.

    The generating function is the Gaussian multinomial coefficient: the product of 1 - q^i for i
    up to n, divided by the same product for each group.
    """
    n = sum(sizes)
    counts = [1] + [0] * ((n**2 - sum(size**2 for size in sizes)) // 2)
    for power in range(1, n + 1):
        counts = [c - (counts[i - power] if i >= power else 0) for i, c in enumerate(counts)]
    for power in (i for size in sizes for i in range(1, size + 1)):
        for start in range(min(power, len(counts))):
            counts[start::power] = accumulate(counts[start::power])
    return counts


@lru_cache(maxsize=8)
def _arrange(sizes: tuple[int, ...]) -> Array:
    """Every order of the groups' labels, shape (n, arrangements)."""
    made, left = np.zeros((0, 1), np.int16), np.array(sizes, np.int16)[:, None]
    for _ in range(sum(sizes)):
        grown = []
        for group in range(len(sizes)):
            may = left[group] > 0
            rest = left[:, may]
            rest[group] -= 1
            label = np.full((1, rest.shape[1]), group, np.int16)
            grown.append((np.vstack([made[:, may], label]), rest))
        made, left = (np.hstack(parts) for parts in zip(*grown, strict=True))
    return np.ascontiguousarray(made)
