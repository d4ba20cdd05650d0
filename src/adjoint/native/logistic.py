"""The smooth step and what is made of it: sigmoid and its slope, silu and its slope, softplus.

All stand on e = exp(-|x|), which never overflows, and none is a difference that cancels.
"""

from __future__ import annotations

from collections.abc import Iterator

from .elementary import exp, log1p, number
from .engine import Target
from .ir import Function, Vector
from .pointwise import pointwise


def functions(target: Target, element: str) -> Iterator[Function]:
    """sigmoid(x), bell(x) = its slope, silu(x) = x sigmoid(x), silu_slope(x), softplus(x) = log(1 + exp(x))."""
    vector = target.vector(element)
    for name, compute in (("sigmoid", _sigmoid), ("bell", _bell), ("silu", _silu), ("silu_slope", _silu_slope),
                          ("softplus", _softplus)):
        yield pointwise(name, vector, 1, lambda f, x, compute=compute: compute(f, vector, x))


def _decay(f: Function, vector: Vector, x: str) -> str:
    """exp(-|x|)."""
    size = f.intrinsic(f"fabs.{vector.suffix}", vector, (vector, x))
    return exp(f, vector, f.let(f"fneg {vector} {size}"))


def _steps(f: Function, vector: Vector, x: str) -> tuple[str, str]:
    """sigmoid(x) and sigmoid(-x): of 1 / (1 + e) and e / (1 + e) the larger belongs to the larger of x and -x."""
    e, one = _decay(f, vector, x), number(vector, 1.0)
    large = f.let(f"fdiv {vector} {one}, {f.let(f'fadd {vector} {one}, {e}')}")
    small = f.let(f"fmul {vector} {e}, {large}")
    below = f.compare(vector, "olt", x, number(vector, 0.0))
    return f.where(vector, below, small, large), f.where(vector, below, large, small)


def _sigmoid(f: Function, vector: Vector, x: str) -> str:
    return _steps(f, vector, x)[0]


def _bell(f: Function, vector: Vector, x: str) -> str:
    up, down = _steps(f, vector, x)
    return f.let(f"fmul {vector} {up}, {down}")


def _silu(f: Function, vector: Vector, x: str) -> str:
    return f.let(f"fmul {vector} {x}, {_sigmoid(f, vector, x)}")


def _silu_slope(f: Function, vector: Vector, x: str) -> str:
    """sigmoid(x) (1 + x sigmoid(-x))."""
    up, down = _steps(f, vector, x)
    return f.let(f"fmul {vector} {up}, {f.multiply_add(vector, x, down, number(vector, 1.0))}")


def _softplus(f: Function, vector: Vector, x: str) -> str:
    """max(x, 0) + log(1 + exp(-|x|))."""
    zero = number(vector, 0.0)
    ramp = f.where(vector, f.compare(vector, "olt", x, zero), zero, x)
    return f.let(f"fadd {vector} {ramp}, {log1p(f, vector, _decay(f, vector, x))}")
