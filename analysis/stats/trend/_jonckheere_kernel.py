"""The kernel of the permuted trend test: Jonckheere's J of many shuffles of the same groups.

Patients stand in the order of their values. Each shuffle gives them the same groups in another
order, so J depends on nothing but the order of groups and the ties. Compiled once, by Numba.
"""

import numpy as np

from analysis.stats.typed import Array, Integers, njit


@njit(cache=True, nogil=True)
def twice_j(shuffled: Array, tie: Array) -> Integers:
    """2 J of every shuffle, shape (shuffles,): pairs in order count 2, pairs tied in value 1.

    ``shuffled`` of shape (n, shuffles) holds the group of each patient, ``tie`` (n,) the number of
    his value. The inner loop runs over shuffles, side by side in memory and without branches, so
    that the processor takes many at a time.
    """
    n, shuffles = shuffled.shape
    total = np.zeros(shuffles, np.int32)
    for i in range(n):
        early = shuffled[i]
        for j in range(i + 1, n):
            late = shuffled[j]
            if tie[i] == tie[j]:
                for b in range(shuffles):
                    total[b] += np.int32(early[b] != late[b])
            else:
                for b in range(shuffles):
                    total[b] += np.int32(2) * np.int32(early[b] < late[b])
    return total
