"""Comparisons, tests, logic and bits: piecewise constant, hence without a derivative by declaration."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import registry
from ..core.batch_rules import pointwise
from ..core.kinds import constant
from ..errors import DtypeError


def _ordered(compare: np.ufunc) -> Any:
    """The comparison as an op that refuses complex numbers, which NumPy compares by real part first."""

    def fn(x: Any, y: Any) -> Any:
        if x.dtype.kind == "c":
            raise DtypeError(f"{compare.__name__}: complex numbers have no order; compare .real, .imag or .abs()")
        return compare(x, y)

    fn.__name__ = compare.__name__
    op = constant(fn, batch=pointwise)
    registry.speaks(compare)(op)
    return op



equal = constant(np.equal)
not_equal = constant(np.not_equal)
less = _ordered(np.less)
less_equal = _ordered(np.less_equal)
greater = _ordered(np.greater)
greater_equal = _ordered(np.greater_equal)
isclose = constant(np.isclose, batch=pointwise)

isnan = constant(np.isnan)
isinf = constant(np.isinf)
isfinite = constant(np.isfinite)
isposinf = constant(np.isposinf, batch=pointwise)
isneginf = constant(np.isneginf, batch=pointwise)
isreal = constant(np.isreal, batch=pointwise)
iscomplex = constant(np.iscomplex, batch=pointwise)

logical_and = constant(np.logical_and, promotes=False)
logical_or = constant(np.logical_or, promotes=False)
logical_xor = constant(np.logical_xor, promotes=False)
logical_not = constant(np.logical_not)

bitwise_and = constant(np.bitwise_and)
bitwise_or = constant(np.bitwise_or)
bitwise_xor = constant(np.bitwise_xor)
bitwise_not = constant(np.bitwise_not)
left_shift = constant(np.left_shift)
right_shift = constant(np.right_shift)
bitwise_count = constant(np.bitwise_count)
gcd = constant(np.gcd)
lcm = constant(np.lcm)
