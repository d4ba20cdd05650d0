"""Python numbers as 0-d arrays of an operand's dtype, kept: what `x * 2` multiplies with."""

from __future__ import annotations

from typing import Any

import numpy as np


class Scalars(dict[Any, Any]):
    """Read-only 0-d arrays of one dtype by Python number: NumPy's own conversion costs 240 ns a call."""

    def __init__(self, dtype: Any) -> None:
        self.dtype = np.dtype(dtype)

    def __missing__(self, value: float) -> Any:
        with np.errstate(all="ignore"):
            array = np.array(value, self.dtype)
        array.flags.writeable = False
        if value and value == value:  # 0.0 == -0.0 and nan != nan: not for a dictionary
            if len(self) > 1000:
                self.clear()
            self[value] = array
        return array


scalars = {np.dtype(t): Scalars(t) for t in (np.float32, np.float64)}
integers = Scalars(np.dtype(np.int64))  # not among `scalars`: an integer tensor and a float meet in another dtype
