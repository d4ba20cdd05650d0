"""The normal distribution and the error function: ndtr, erf, and gelu with its slope.

All stand on exp(t^2) erfc(t), which is smooth and falls slowly: times t + 1/2, and as a function of t / (t + k), it is
a polynomial of low degree (after Shepherd and Laframboise, Mathematics of Computation 36, 1981; the coefficients are
those of the interpolant at Chebyshev's points, in 60 digits). So a tail keeps its digits until it underflows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from .elementary import exp, number, whole
from .engine import Target
from .ir import Function, Vector
from .pointwise import pointwise

# By bytes of an element: k; the largest t, beyond which erfc is 0 or subnormal; the polynomial in
# 2 s / s(largest t) - 1, where s = t / (t + k).
_SCALED = {
    4: (2.0, 10.5, (
        0.643431855783667, -0.010994865579055014, -0.08914963126290404, 0.05809022844618267, -0.011124405452090884,
        -0.0032265295469016612, 0.0011321221135001647, 0.00038937684217045743, -8.711802575626777e-05,
        -5.8781170833542494e-05, 2.6249497595798176e-06, 6.019751241590354e-06)),
    8: (4.0, 27.0, (
        0.6255444121628508, -0.06060849853893759, -0.008872967532306573, 0.04595093775627333, -0.0521385888715249,
        0.04014886599461553, -0.02365990281021416, 0.010850299591150279, -0.0037281498881635653, 0.000829510213443917,
        -3.744914623714596e-05, -4.959055218998641e-05, 1.613062692821924e-05, 4.106211237093195e-07,
        -1.4791483187825613e-06, 2.0316859514678393e-07, 1.1252367326385808e-07, -3.178816365773293e-08,
        -8.715929156713255e-09, 3.757545494444142e-09, 7.127331300005891e-10, -3.8040913617560083e-10,
        -4.5203257839205075e-11, 2.5240901710895292e-11)),
}
_TERMS = {4: 11, 8: 19}  # of the series of erf, until a term is nothing beside the sum for |x| <= 1


def functions(target: Target, element: str) -> Iterator[Function]:
    """ndtr(x), erf(x), gelu(x) = x ndtr(x), and gelu_slope(x), its derivative."""
    vector = target.vector(element)
    for name, compute in (("ndtr", _ndtr), ("erf", _erf), ("gelu", _gelu), ("gelu_slope", _gelu_slope)):
        yield pointwise(name, vector, 1, lambda f, x, compute=compute: compute(f, vector, x))


class _Tail:
    """Of a vector's x: the bell exp(-x^2 / 2) and the tail erfc(|x| / sqrt 2), or exp(-x^2) and erfc(|x|); and x held
    within the numbers whose tail is not 0."""

    def __init__(self, f: Function, vector: Vector, x: str, half: bool) -> None:
        k, largest, coefficients = _SCALED[vector.size]
        scale = math.sqrt(0.5) if half else 1.0
        size = f.intrinsic(f"fabs.{vector.suffix}", vector, (vector, x))
        limit = number(vector, largest / scale)
        beyond = f.compare(vector, "ogt", size, limit)
        size = f.where(vector, beyond, limit, size)
        square, rest = _square(f, vector, size)
        power = number(vector, -0.5 if half else -1.0)
        bell = exp(f, vector, f.let(f"fmul {vector} {square}, {power}"))
        bell = f.multiply_add(vector, bell, f.let(f"fmul {vector} {rest}, {power}"), bell)
        self.bell = f.where(vector, beyond, number(vector, 0.0), bell)
        self.within = f.intrinsic(f"copysign.{vector.suffix}", vector, (vector, size), (vector, x))
        t = f.let(f"fmul {vector} {size}, {number(vector, scale)}")
        s = f.let(f"fdiv {vector} {t}, {f.let(f'fadd {vector} {t}, {number(vector, k)}')}")
        place = f.multiply_add(vector, s, number(vector, 2 * (largest + k) / largest), number(vector, -1.0))
        value = number(vector, coefficients[-1])
        for c in coefficients[-2::-1]:
            value = f.multiply_add(vector, value, place, number(vector, c))
        below = f.let(f"fadd {vector} {t}, {number(vector, 0.5)}")
        self.tail = f.let(f"fdiv {vector} {f.let(f'fmul {vector} {value}, {self.bell}')}, {below}")


def _square(f: Function, vector: Vector, x: str) -> tuple[str, str]:
    """x^2 rounded, and what rounding took: x is cut into halves whose products are exact (Dekker, Numerische Mathematik
    18, 1971)."""
    mask = whole(vector, -(1 << {4: 12, 8: 27}[vector.size]))
    bits = f.let(f"bitcast {vector} {x} to {vector.integers}")
    high = f.let(f"bitcast {vector.integers} {f.let(f'and {vector.integers} {bits}, {mask}')} to {vector}")
    low = f.let(f"fsub {vector} {x}, {high}")
    square = f.let(f"fmul {vector} {x}, {x}")
    rest = f.let(f"fsub {vector} {f.let(f'fmul {vector} {high}, {high}')}, {square}")
    both = f.let(f"fadd {vector} {x}, {high}")
    rest = f.let(f"fadd {vector} {rest}, {f.let(f'fmul {vector} {both}, {low}')}")
    return square, rest


def _distribution(f: Function, vector: Vector, x: str, tail: _Tail) -> str:
    half = f.let(f"fmul {vector} {tail.tail}, {number(vector, 0.5)}")
    rest = f.let(f"fsub {vector} {number(vector, 1.0)}, {half}")
    return f.where(vector, f.compare(vector, "ogt", x, number(vector, 0.0)), rest, half)


def _ndtr(f: Function, vector: Vector, x: str) -> str:
    return _distribution(f, vector, x, _Tail(f, vector, x, half=True))


def _gelu(f: Function, vector: Vector, x: str) -> str:
    return f.let(f"fmul {vector} {x}, {_ndtr(f, vector, x)}")


def _gelu_slope(f: Function, vector: Vector, x: str) -> str:
    """ndtr(x) + x exp(-x^2 / 2) / sqrt(2 pi)."""
    tail = _Tail(f, vector, x, half=True)
    density = f.let(f"fmul {vector} {tail.bell}, {number(vector, 1 / math.sqrt(2 * math.pi))}")
    return f.multiply_add(vector, tail.within, density, _distribution(f, vector, x, tail))


def _erf(f: Function, vector: Vector, x: str) -> str:
    """The series for |x| <= 1, 1 - erfc(|x|) with the sign of x beyond."""
    square = f.let(f"fmul {vector} {x}, {x}")
    terms = [2 / math.sqrt(math.pi) * (-1) ** n / (math.factorial(n) * (2 * n + 1)) for n in range(_TERMS[vector.size])]
    value = number(vector, terms[-1])
    for c in terms[-2::-1]:
        value = f.multiply_add(vector, value, square, number(vector, c))
    near = f.let(f"fmul {vector} {value}, {x}")
    far = f.let(f"fsub {vector} {number(vector, 1.0)}, {_Tail(f, vector, x, half=False).tail}")
    far = f.intrinsic(f"copysign.{vector.suffix}", vector, (vector, far), (vector, x))
    size = f.intrinsic(f"fabs.{vector.suffix}", vector, (vector, x))
    return f.where(vector, f.compare(vector, "ogt", size, number(vector, 1.0)), far, near)
