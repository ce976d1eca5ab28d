"""Types that the numerical code shares: arrays by what they hold, and Numba's decorator.

Numba has no types of its own, so its decorator would make every kernel untyped.
"""

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.integer[Any]]
Flags: TypeAlias = NDArray[np.bool_]
Array: TypeAlias = NDArray[Any]

_Kernel = TypeVar("_Kernel", bound=Callable[..., Any])


def njit(**options: Any) -> Callable[[_Kernel], _Kernel]:
    """Compile a function without Python objects: ``numba.njit``, with the function's own type."""
    decorator: Callable[[_Kernel], _Kernel] = numba.njit(**options)
    return decorator
