"""Comparisons, tests, logic and bits: piecewise constant, hence without a derivative by declaration."""

from __future__ import annotations

import numpy as np

from ..core.kinds import constant

equal = constant(np.equal)
not_equal = constant(np.not_equal)
less = constant(np.less)
less_equal = constant(np.less_equal)
greater = constant(np.greater)
greater_equal = constant(np.greater_equal)
isclose = constant(np.isclose)

isnan = constant(np.isnan)
isinf = constant(np.isinf)
isfinite = constant(np.isfinite)
isposinf = constant(np.isposinf)
isneginf = constant(np.isneginf)
isreal = constant(np.isreal)
iscomplex = constant(np.iscomplex)

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
