"""The pointwise activations of neural networks, with torch's choice of slope at every kink.

A slope that is 0 or 1 is given as a mask: the product with it keeps the cotangent's dtype.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core.kinds import elementwise, mask
from ..native import kernels
from .arithmetic import pick
from .exponential import _decay, _sigmoid, bell, sigmoid, softplus
from .special import _ndtr, _normal_density, normal_density
from .trigonometric import sech_squared

# Piecewise linear


def _relu(x: Any) -> Any:
    out = kernels.of(x).relu(x)
    if out is not None:
        return out
    return np.maximum(x, 0)


def _leaky_relu(x: Any, negative_slope: float) -> Any:
    if 0 <= negative_slope <= 1:
        return np.maximum(x, x * negative_slope)
    return np.where(x > 0, x, x * negative_slope)


def _prelu(x: Any, y: Any) -> Any:
    return np.where(x > 0, x, x * y)


def _hardtanh(x: Any, min_val: float, max_val: float) -> Any:
    return np.clip(x, min_val, max_val)


def _hardsigmoid(x: Any) -> Any:
    return np.clip(x + 3, 0, 6) / 6


def _hardswish(x: Any) -> Any:
    return x * np.clip(x + 3, 0, 6) / 6


def _softshrink(x: Any, lambd: float) -> Any:
    """x drawn towards 0 by lambd; a NaN stays."""
    return np.where(np.absolute(x) <= lambd, 0, x - lambd * np.sign(x))


def _hardshrink(x: Any, lambd: float) -> Any:
    return np.where(np.absolute(x) <= lambd, 0, x)


def _threshold(x: Any, threshold: float, value: float) -> Any:
    return np.where(x <= threshold, value, x)


def _relu_passes(out: Any) -> Any:
    return ~(out <= 0)


def _passed(ct: Any, out: Any) -> Any:
    return kernels.of(ct).passed(ct, out)


relu = elementwise(_relu, mask(_relu_passes, fused=_passed), integer=True)
leaky_relu = elementwise(
    _leaky_relu, lambda x, *, negative_slope: pick(x > 0, x, yes=1.0, no=negative_slope), name="LeakyRelu")
prelu = elementwise(
    _prelu,
    lambda x, y: np.where(x > 0, 1.0, y),
    lambda x: np.where(x > 0, 0.0, x),
    name="PreluKernel",
)
hardtanh = elementwise(
    _hardtanh, mask(lambda x, *, min_val, max_val: ~((x <= min_val) | (x >= max_val))), integer=True)
hardsigmoid = elementwise(_hardsigmoid, lambda x: pick((x > -3) & (x < 3), x, yes=1 / 6, no=0.0))
hardswish = elementwise(
    _hardswish, lambda x: np.where(x <= -3, 0.0, np.where(x < 3, x / 3 + 0.5, 1.0)))
softshrink = elementwise(_softshrink, lambda x, *, lambd: ~(np.absolute(x) <= lambd))
hardshrink = elementwise(_hardshrink, lambda x, *, lambd: ~(np.absolute(x) <= lambd))
threshold = elementwise(_threshold, lambda x, *, threshold: ~(x <= threshold), integer=True)

for _op in (relu, leaky_relu, prelu, hardtanh, hardsigmoid, softshrink, hardshrink, threshold):
    _op.op.straight = True  # type: ignore[attr-defined]  # transforms.straight says what for

# Exponential below zero. `exp_below` is exp(x) for x <= 0 and 0 above; its own derivative, but for torch's 0 at 0.


def _exp_below(x: Any) -> Any:
    return np.exp(np.minimum(x, 0)) * (x <= 0)


def _elu(x: Any, alpha: float, scale: float) -> Any:
    return scale * (np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0)))


def _celu(x: Any, alpha: float) -> Any:
    return np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0) / alpha)


exp_below = elementwise(_exp_below, lambda out, x: np.where(x < 0, out, 0.0))
elu = elementwise(_elu, lambda x, *, alpha, scale: pick(x > 0, x, yes=scale, no=0.0) + (alpha * scale) * exp_below(x))
celu = elementwise(_celu, lambda x, *, alpha: pick(x > 0, x, yes=1.0, no=0.0) + exp_below(x / alpha))

# Smooth


def _softsign(x: Any) -> Any:
    return x / (1 + np.absolute(x))


def _tanhshrink(x: Any) -> Any:
    """x - tanh(x); below 1 by the continued fraction of tanh, whose first term cancels exactly."""
    t = np.square(np.where(np.absolute(x) < 1, x, 0))
    tail = t / (3 + t / (5 + t / (7 + t / (9 + t / (11 + t / (13 + t / (15 + t / 17)))))))
    return np.where(np.absolute(x) < 1, x * tail / (1 + tail), x - np.tanh(x))


def _silu(x: Any) -> Any:
    out = kernels.of(x).silu(x)
    if out is not None:
        return out
    return x * _sigmoid(x)


def _silu_slope(x: Any) -> Any:
    if type(x) is not np.ndarray or x.dtype.kind == "c":
        return _sigmoid(x) * (1 + x * _sigmoid(-x))
    out = kernels.of(x).silu_slope(x)
    if out is not None:
        return out
    e = np.exp(-np.absolute(x))
    share = 1 / (1 + e)
    return np.maximum(e, x >= 0) * share * (1 + x * (np.maximum(e, x <= 0) * share))


def _mish(x: Any) -> Any:
    """x tanh(softplus(x)), where tanh(log(1 + n)) is rational in e = exp(-|x|)."""
    e = _decay(x)
    below = e * (e + 2)
    return x * np.where(x < 0, below / (below + 2), (1 + 2 * e) / (1 + 2 * e * (1 + e)))


def _mish_slope(x: Any) -> Any:
    s = softplus(x, beta=1.0, threshold=None)
    return np.tanh(s) + x * sech_squared(s) * sigmoid(x)


def _gelu(x: Any) -> Any:
    out = kernels.of(x).gelu(x)
    return x * _ndtr(x) if out is None else out


def _gelu_slope(x: Any) -> Any:
    out = kernels.of(x).gelu_slope(x)
    if out is not None:
        return out
    return _ndtr(x) + np.minimum(np.maximum(x, -40.0), 40.0) * _normal_density(x)  # np.clip takes three times as long


_GELU_SCALE, _GELU_CUBE = 2 * math.sqrt(2 / math.pi), 0.044715


def _gelu_tanh(x: Any) -> Any:
    """x (1 + tanh(u)) / 2 with u = sqrt(2/pi) (x + 0.044715 x^3): x sigmoid(2u), which keeps the left tail."""
    return x * _sigmoid(_GELU_SCALE * x * (1 + _GELU_CUBE * np.square(x)))


def _gelu_tanh_slope(x: Any) -> Any:
    c = np.clip(x, -100.0, 100.0)  # the bell is 0 beyond, and the cube does not overflow
    u = _GELU_SCALE * c * (1 + _GELU_CUBE * np.square(c))
    return sigmoid(u) + c * bell(u) * (_GELU_SCALE * (1 + 3 * _GELU_CUBE * np.square(c)))


softsign = elementwise(_softsign, lambda x: np.square(1 / (1 + np.absolute(x))))
tanhshrink = elementwise(_tanhshrink, lambda x: np.square(np.tanh(x)))
silu_slope = elementwise(_silu_slope, lambda x: bell(x) * (2 - x * np.tanh(0.5 * x)))
silu = elementwise(_silu, lambda x: silu_slope(x))
mish = elementwise(_mish, _mish_slope)
gelu_slope = elementwise(_gelu_slope, lambda x: normal_density(x) * (2 - np.square(x)))
gelu = elementwise(_gelu, lambda x: gelu_slope(x))
gelu_tanh = elementwise(_gelu_tanh, _gelu_tanh_slope, name="Gelu")
