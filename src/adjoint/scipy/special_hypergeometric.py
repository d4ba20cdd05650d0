"""scipy.special's hypergeometric functions, differentiable in the argument; Wright's Bessel function.

No rule is given for the parameters: those derivatives are functions that SciPy does not have.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy.special as sc

from ..core.kinds import elementwise
from .special_parts import real_orders, speaks_for


def _hyp1f1(x: Any, y: Any, z: Any) -> Any:
    """NaN at an infinite argument, where SciPy's sum never ends."""
    finite = np.isfinite(z)
    return np.where(finite, sc.hyp1f1(np.real(x), np.real(y), np.where(finite, z, 0)), math.nan)


hyp0f1 = speaks_for(sc.hyp0f1, elementwise(real_orders(sc.hyp0f1), None, lambda x, y: hyp0f1(x + 1, y) / x))
hyp1f1 = speaks_for(sc.hyp1f1, elementwise(
    _hyp1f1, None, None, lambda x, y, z: x / y * hyp1f1(x + 1, y + 1, z)))
hyp2f1 = speaks_for(sc.hyp2f1, elementwise(
    real_orders(sc.hyp2f1, 3), None, None, None,
    lambda x, y, z, w: x * y / z * hyp2f1(x + 1, y + 1, z + 1, w)))
hyperu = elementwise(sc.hyperu, None, None, lambda x, y, z: -x * hyperu(x + 1, y + 1, z))
wright_bessel = elementwise(sc.wright_bessel, None, None, lambda x, y, z: wright_bessel(x, x + y, z))


def _log_wright_slope(x: Any, y: Any, z: Any, out: Any) -> Any:
    return np.exp(log_wright_bessel(x, x + y, z) - out)


log_wright_bessel = elementwise(
    sc.log_wright_bessel, None, None, lambda x, y, z, out: _log_wright_slope(x, y, z, out))
