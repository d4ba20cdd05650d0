"""Elementary functions of vectors, in line."""

from __future__ import annotations

import math
import struct

from .ir import Function, Vector


def number(vector: Vector | str, value: float) -> str:
    """The constant in every lane, exactly: LLVM reads a float as the double of the same value."""
    element = vector if isinstance(vector, str) else vector.element
    if element == "float" and math.isfinite(value):
        value = struct.unpack("f", struct.pack("f", value))[0]
    (bits,) = struct.unpack("Q", struct.pack("d", value))
    one = f"0x{bits:016X}"
    return one if isinstance(vector, str) else f"<{', '.join([f'{element} {one}'] * vector.lanes)}>"


def whole(vector: Vector, value: int) -> str:
    """The integer in every lane of the vector's bits."""
    return f"<{', '.join([f'i{8 * vector.size} {value}'] * vector.lanes)}>"


# By bytes of an element: terms of the series, bits of the fraction, the exponent's offset, where exp is 0 and infinite,
# and ln 2 as a number with so few bits that its multiples are exact and the rest of it.
_EXP = {4: (7, 23, 127, -104.0, 89.0, 0.693359375, -2.12194440e-4),
        8: (13, 52, 1023, -746.0, 710.0, 0.693147180369123816490, 1.90821492927058770002e-10)}


def exp(f: Function, vector: Vector, x: str) -> str:
    """exp within 1 ulp: 2^n times the series of exp on [-ln 2 / 2, ln 2 / 2], 2^n in two factors so that neither
    overflows. 0 of -inf, NaN of NaN."""
    terms, fraction, offset, least, most, ln2, rest = _EXP[vector.size]
    integers = vector.integers

    def times_add(a: str, b: float, c: str) -> str:
        return f.multiply_add(vector, a, number(vector, b), c)

    for relation, limit in (("olt", least), ("ogt", most)):
        x = f.where(vector, f.compare(vector, relation, x, number(vector, limit)), number(vector, limit), x)
    shift = 1.5 * 2.0**fraction  # a number so large that its last digit is the ones: adding it rounds
    shifted = times_add(x, 1 / math.log(2), number(vector, shift))
    n = f.let(f"fsub {vector} {shifted}, {number(vector, shift)}")
    r = times_add(n, -rest, times_add(n, -ln2, x))
    value = number(vector, 1 / math.factorial(terms))
    for k in range(terms - 1, -1, -1):
        value = f.multiply_add(vector, value, r, number(vector, 1 / math.factorial(k)))
    bits = f.let(f"bitcast {vector} {shifted} to {integers}")
    bits = f.let(f"sub {integers} {bits}, bitcast ({vector} {number(vector, shift)} to {integers})")
    half = f.let(f"ashr {integers} {bits}, {whole(vector, 1)}")
    for part in (half, f.let(f"sub {integers} {bits}, {half}")):
        raised = f.let(f"add {integers} {part}, {whole(vector, offset)}")
        power = f.let(f"shl {integers} {raised}, {whole(vector, fraction)}")
        value = f.let(f"fmul {vector} {value}, {f.let(f'bitcast {integers} {power} to {vector}')}")
    return value


# By bytes of an element: terms of the series of atanh, until one is nothing beside the first (|s| <= 0.1716); the bits
# of sqrt(1/2), from which m starts.
_LOG = {4: (6, 0x3F3504F3), 8: (12, 0x3FE6A09E667F3BCD)}


def log1p(f: Function, vector: Vector, x: str) -> str:
    """log(1 + x) of x >= 0 within 2 ulp, NaN of NaN.

    u = 1 + x is 2^n m with m near 1, log m = 2 atanh((m - 1) / (m + 1)), and what rounding took from u is added by the
    derivative (Goldberg 1991, What every computer scientist should know about floating-point arithmetic, theorem 4).
    """
    terms, root = _LOG[vector.size]
    _, fraction, *_, ln2, rest = _EXP[vector.size]
    integers = vector.integers
    one = number(vector, 1.0)
    u = f.let(f"fadd {vector} {x}, {one}")
    above = f.let(f"sub {integers} {f.let(f'bitcast {vector} {u} to {integers}')}, {whole(vector, root)}")
    n = f.let(f"sitofp {integers} {f.let(f'ashr {integers} {above}, {whole(vector, fraction)}')} to {vector}")
    low = f.let(f"and {integers} {above}, {whole(vector, (1 << fraction) - 1)}")
    near = f.let(f"add {integers} {low}, {whole(vector, root)}")
    m = f.let(f"bitcast {integers} {near} to {vector}")
    s = f.let(f"fdiv {vector} {f.let(f'fsub {vector} {m}, {one}')}, {f.let(f'fadd {vector} {m}, {one}')}")
    square = f.let(f"fmul {vector} {s}, {s}")
    series = number(vector, 2 / (2 * terms - 1))
    for k in range(terms - 2, 0, -1):
        series = f.multiply_add(vector, series, square, number(vector, 2 / (2 * k + 1)))
    lost = f.let(f"fsub {vector} {x}, {f.let(f'fsub {vector} {u}, {one}')}")
    value = f.multiply_add(vector, n, number(vector, rest), f.let(f"fdiv {vector} {lost}, {u}"))
    value = f.multiply_add(vector, f.let(f"fmul {vector} {series}, {square}"), s, value)
    value = f.let(f"fadd {vector} {value}, {f.let(f'fadd {vector} {s}, {s}')}")
    return f.multiply_add(vector, n, number(vector, ln2), value)
