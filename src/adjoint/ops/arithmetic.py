"""Arithmetic, rounding, selection of the larger, and the parts of complex numbers, element by element.

Four own operations make the rules hold at the points where plain arithmetic would give 0 * inf or 0 / 0:
`annihilate` (a zero first factor wins), `ratio` (0 / 0 is 0), `gap` (inf - inf is 0) and `pick` (one of two constants).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core import dispatch, memory, registry
from ..core.batch_rules import pointwise, spread
from ..core.choose import MANY, either
from ..core.kinds import constant, custom, elementwise, linear, mask
from ..core.tensor import TensorBase
from ..errors import RangeError
from . import structure as st


def _pick(condition: Any, x: Any, yes: float, no: float) -> Any:
    """`yes` where the condition holds, else `no`, in the dtype of x."""
    dtype = np.asarray(x).dtype
    return either(condition, np.array(yes, dtype), np.array(no, dtype))


def _pick_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    """x gives its dtype only: the examples are the condition's."""
    return pick(spread(level, payloads[0], mapped[0]), payloads[1], **params)


def _annihilate(x: Any, y: Any) -> Any:
    return np.where(x == 0, 0, x * y)


def _ratio(x: Any, y: Any) -> Any:
    return np.where((x == 0) & (y == 0), 0, x / y)


def _gap(x: Any, y: Any) -> Any:
    return np.where(x == y, 0, x - y)


pick = constant(_pick, promotes=False, batch=_pick_batch)
def _annihilate_jvp(primals: Any, tangents: Any, params: Any, out: Any, times: Any) -> Any:
    """A zero first factor wins over the tangent of the second too, which need not be finite there."""
    (x, y), (dx, dy) = primals, tangents
    moved = None if dy is None else annihilate(x, dy)
    if dx is None:
        return moved
    return times(dx, y) if moved is None else times(dx, y) + moved


annihilate = elementwise(_annihilate, lambda y: y, lambda x: x)
annihilate.op.jvp = _annihilate_jvp  # type: ignore[attr-defined]
gap = elementwise(_gap, 1, -1)
ratio = elementwise(
    _ratio,
    lambda x, y: np.where((x == 0) & (y == 0), 0, 1 / y),
    lambda x, y: -ratio(ratio(x, y), y),
)

# Sums and products

add = elementwise(np.add, 1, 1)
subtract = elementwise(np.subtract, 1, -1, name="Sub")
multiply = elementwise(np.multiply, lambda y: y, lambda x: x, name="Mul")
divide = elementwise(np.divide, lambda y: 1 / y, lambda out, y: -out / y, name="Div")
positive = elementwise(np.positive, 1)
negative = elementwise(np.negative, -1, name="Neg")
reciprocal = elementwise(np.reciprocal, lambda out: -np.square(out))
reciprocal.op.floats = True  # type: ignore[attr-defined]  # 1/2 is 0.5, where np.reciprocal(2) is 0
square = elementwise(np.square, lambda x: 2 * x, name="Pow")
remainder = elementwise(np.remainder, 1, lambda x, y: -np.floor_divide(x, y), name="RemainderBackward1")
fmod = elementwise(np.fmod, 1, lambda x, y: -np.trunc(x / y), name="FmodBackward1")
remainder.op.node_name = lambda node: "RemainderBackward1" if node[3] else "RemainderBackward0"  # type: ignore[attr-defined]
fmod.op.node_name = lambda node: "FmodBackward1" if node[3] else "FmodBackward0"  # type: ignore[attr-defined]
floor_divide = constant(np.floor_divide)


def _rsub(x: Any, y: Any) -> Any:
    return y - x


def _rdivide(x: Any, y: Any) -> Any:
    return y / x


def _floor_quotient(x: Any, y: Any) -> Any:
    return np.floor_divide(x, y)


def _trunc_quotient(x: Any, y: Any) -> Any:
    """x / y rounded towards zero; exact for integers."""
    if np.result_type(x, y).kind not in "biu":
        return np.trunc(x / y)
    q = np.floor_divide(x, y)
    return q + ((q < 0) & (q * y != x))


def _addcmul(x: Any, y: Any, z: Any, value: Any) -> Any:
    return x + value * y * z


def _addcdiv(x: Any, y: Any, z: Any, value: Any) -> Any:
    return x + value * y / z


# y - x and y / x: Python's reflected operators. The second is called Mul, since torch takes it as reciprocal times y.
rsub = elementwise(_rsub, -1, 1, name="RsubBackward1", integer=True)
rdivide = elementwise(_rdivide, lambda out, x: -out / x, lambda x: 1 / x, name="Mul")
floor_quotient = elementwise(_floor_quotient, 0, 0, name="DivBackward1", integer=True)
trunc_quotient = elementwise(_trunc_quotient, 0, 0, name="DivBackward1", integer=True)
addcmul = elementwise(_addcmul, 1, lambda z, *, value: value * z, lambda y, *, value: value * y, integer=True)
addcdiv = elementwise(
    _addcdiv, 1, lambda z, *, value: value / z, lambda y, z, *, value: -value * y / np.square(z), name="Addcdiv")


def _lerp(x: Any, y: Any, weight: Any) -> Any:
    """x + weight * (y - x), from whichever end is nearer, so that both ends are met exactly."""
    if np.ndim(weight) == 0:
        return x + weight * (y - x) if abs(weight) < 0.5 else y - (y - x) * (1 - weight)
    return np.where(np.absolute(weight) < 0.5, x + weight * (y - x), y - (y - x) * (1 - weight))


lerp = elementwise(_lerp, lambda z: 1 - z, lambda z: z, lambda x, y: y - x, name="LerpBackward1")
lerp.op.node_name = lambda node: "LerpBackward1" if node[4] else "LerpBackward0"  # type: ignore[attr-defined]

# Powers

sqrt = elementwise(np.sqrt, lambda out: 0.5 / out)
cbrt = elementwise(np.cbrt, lambda out: (1 / 3) / np.square(out))


def _rsqrt(x: Any) -> Any:
    return 1 / np.sqrt(x)


rsqrt = elementwise(_rsqrt, lambda out, x: -0.5 * out / x)


def _power_log(x: Any, y: Any, n: int) -> Any:
    """x**y * log(x)**n; at x = 0 with y >= 0 it is 0 for n > 0, as torch has the derivative in the exponent."""
    return np.where((x == 0) & (np.real(y) >= 0), 0, np.power(x, y) * np.log(x) ** n)


def _power_slope(x: Any, y: Any) -> Any:
    """y * x**(y - 1), and 0 for y = 0 at x = 0 too."""
    return annihilate(y, np.power(x, y - 1))


def _power_log_slope(x: Any, y: Any, *, n: int) -> Any:
    lower = np.power(x, y - 1) if n == 1 else power_log(x, y - 1, n=n - 1)
    return annihilate(y, power_log(x, y - 1, n=n)) + n * lower


power_log = elementwise(_power_log, _power_log_slope, lambda x, y, *, n: power_log(x, y, n=n + 1))
power = elementwise(np.power, _power_slope, lambda x, y: power_log(x, y, n=1), name="PowBackward1")
float_power = elementwise(np.float_power, _power_slope, lambda x, y: power_log(x, y, n=1), name="PowBackward1")


def _cube(x: Any) -> Any:
    return x * x * x


_SHORTCUTS: dict[float, Any] = {2: np.square, 3: _cube, 0.5: np.sqrt, -1: np.reciprocal, 1: np.positive}


def _power_constant(x: Any, exponent: float) -> Any:
    """x to a Python number, by what is faster than np.power where there is such a thing."""
    shortcut = _SHORTCUTS.get(exponent) if x.dtype.kind in "fc" else None
    return np.power(x, exponent) if shortcut is None else shortcut(x)


def _power_constant_slope(x: Any, *, exponent: float) -> Any:
    if exponent == 0:
        return np.zeros_like(x)
    if exponent == 1:
        return np.ones_like(x)
    return exponent * (x if exponent == 2 else power_constant(x, exponent=exponent - 1))


power_constant = elementwise(_power_constant, _power_constant_slope, name="Pow", integer=True)


def _integer_power(x: Any, y: Any) -> Any:
    """x**y for integers; a negative power is 1 / x**-y rounded towards zero, and 0 where x is 0."""
    below = np.where(x == 1, 1, np.where(x == -1, 1 - 2 * (y % 2), 0))
    return np.where(y < 0, below, np.power(x, np.maximum(y, 0))).astype(np.result_type(x, y), copy=False)


integer_power = constant(_integer_power, batch=pointwise)


def raised(x: Any, y: Any) -> Any:
    """x ** y; a Python number as exponent has a rule of its own, without the logarithm."""
    if (type(y) is int or type(y) is float) and isinstance(x, TensorBase):
        kind = memory.peek(x).dtype.kind
        if y == 2 and (kind in "fc" or (kind != "b" and type(y) is int)):
            return square(x)
        if kind in "fc":
            return power_constant(x, exponent=y)
        if y < 0 and type(y) is int and kind in "biu":
            raise RangeError("Integers to negative integer powers are not allowed.")
    elif isinstance(y, TensorBase) and dispatch.result_dtype((x, y)).numpy.kind == "i":
        return integer_power(x, y)
    return power(x, y)

# Magnitude, sign, and the parts of complex numbers


def _direction(x: Any) -> Any:
    """conj(x) / |x|, 0 at 0: what the cotangent of |x| is multiplied by."""
    return np.conjugate(np.sign(x)) if x.dtype.kind == "c" else np.sign(x)


def _inverse_magnitude(s: Any) -> Any:
    """1 / |x|, and 0 at 0, where the unit vector s.out is 0 as well."""
    return ratio(np.absolute(s.out), np.absolute(s.x))


def _direction_vjp(ct: Any, s: Any) -> Any:
    """d conj(x)/|x| = (conj(dx) - d Re(d dx)) / |x|; exactly zero for real x."""
    if s.avals[0].dtype.kind != "c":
        return st.zeros_like(ct)
    along = s.times(np.real(s.times(ct, s.out)), s.out)
    return s.times(np.conjugate(ct) - along, _inverse_magnitude(s))


def _sgn_vjp(ct: Any, s: Any) -> Any:
    """d x/|x| = (dx - sgn Re(conj(sgn) dx)) / |x|; exactly zero for real x."""
    if s.avals[0].dtype.kind != "c":
        return st.zeros_like(ct)
    along = s.times(np.real(s.times(ct, s.out)), np.conjugate(s.out))
    return s.times(ct - along, _inverse_magnitude(s))


def _sgn(x: Any) -> Any:
    """x / |x|, 0 at 0; a real NaN has sign 0, as in torch."""
    return np.sign(x) if x.dtype.kind == "c" else np.nan_to_num(np.sign(x))


direction = custom(_direction, _direction_vjp, saves=("x", "out"), batch=pointwise)
sgn = custom(_sgn, _sgn_vjp, saves=("x", "out"), batch=pointwise)
sign = custom(np.sign, _sgn_vjp, saves=("x", "out"), batch=pointwise)
signbit = constant(np.signbit)
absolute = elementwise(np.absolute, lambda x: direction(x), name="Abs")
fabs = elementwise(np.fabs, lambda x: np.sign(x), name="Abs")
copysign = elementwise(np.copysign, lambda out, x: np.sign(x) * np.sign(out), 0)
nextafter = elementwise(np.nextafter, 1, 0)
spacing = constant(np.spacing)

conjugate = linear(np.conjugate, lambda ct, x: np.conjugate(ct), name="Conj", batch=pointwise)


def _phase(x: Any) -> Any:
    """np.angle, except that -0.0 has the angle 0, as in torch."""
    return np.angle(x) if x.dtype.kind == "c" else np.angle(x + 0.0)


def _angle_vjp(ct: Any, s: Any) -> Any:
    """d angle = Re(-i dx / x); 0 at 0."""
    return s.times(ct, -1j * ratio(direction(s.x), np.absolute(s.x)))


phase = custom(_phase, _angle_vjp, saves=("x",), floats=True, name="Angle", batch=pointwise)
angle = custom(np.angle, _angle_vjp, saves=("x",), floats=True, batch=pointwise)


# Distances. `unit` is x / hypot(x, y); its own derivatives keep full accuracy where one side dwarfs the other.


def _unit(x: Any, y: Any) -> Any:
    return _ratio(x, np.hypot(x, y))


unit = elementwise(
    _unit,
    lambda x, y: ratio(np.square(unit(y, x)), np.hypot(x, y)),
    lambda x, y: -ratio(unit(x, y) * unit(y, x), np.hypot(x, y)),
)
hypot = elementwise(np.hypot, lambda x, y: unit(x, y), lambda x, y: unit(y, x))

# The larger, the smaller, bounds. Ties as in torch: maximum and minimum share, fmax and fmin take the first,
# an element at a bound of clip is inside.


def _larger_share(x: Any, y: Any) -> Any:
    """1 where x is the larger (or a NaN is about), 1/2 at ties, else 0."""
    dtype = np.result_type(x, y)
    return 1 - 0.5 * ((x < y).astype(dtype) + (x <= y).astype(dtype))


larger_share = constant(_larger_share, batch=pointwise)
maximum = elementwise(np.maximum, mask(lambda x, y: larger_share(x, y)), mask(lambda x, y: larger_share(y, x)))
minimum = elementwise(np.minimum, mask(lambda x, y: larger_share(y, x)), mask(lambda x, y: larger_share(x, y)))
fmax = elementwise(np.fmax, mask(lambda x, y: (x >= y) | np.isnan(y)), mask(lambda x, y: ~((x >= y) | np.isnan(y))))
fmin = elementwise(np.fmin, mask(lambda x, y: (x <= y) | np.isnan(y)), mask(lambda x, y: ~((x <= y) | np.isnan(y))))


def _clamp_min(x: Any, y: Any) -> Any:
    return np.maximum(x, y)


def _clamp_max(x: Any, y: Any) -> Any:
    return np.minimum(x, y)


def _clamp(x: Any, min: float | None, max: float | None) -> Any:
    """x held between two Python numbers, of which one may be missing."""
    if type(x) is np.ndarray and x.size >= MANY and x.dtype.kind == "f":  # 18 us, np.maximum 51
        return np.clip(x, -math.inf if min is None else min, math.inf if max is None else max)
    if min is not None:
        x = np.maximum(x, min)
    return x if max is None else np.minimum(x, max)


def _inside(x: Any, *, min: float | None, max: float | None) -> Any:
    """Whether x lies within the bounds, themselves included."""
    if min is None:
        return x <= max
    return x >= min if max is None else (x >= min) & (x <= max)


clamp = elementwise(_clamp, mask(_inside), name="ClampBackward1", integer=True)
clamp_min = elementwise(
    _clamp_min, mask(lambda x, y: x >= y), mask(lambda x, y: x < y), name="ClampMinBackward1", integer=True)
clamp_max = elementwise(
    _clamp_max, mask(lambda x, y: x <= y), mask(lambda x, y: x > y), name="ClampMaxBackward1", integer=True)
clip = elementwise(
    np.clip,
    mask(lambda x, y, z: (x >= y) & (x <= z)),
    mask(lambda x, y, z: (x < y) & (y < z)),
    mask(lambda x, y, z: (x > z) | (z < y)),
    name="ClampBackward0",
    integer=True,
)

# Rounding and the pieces of a floating-point number

floor = elementwise(np.floor, 0, integer=True)
ceil = elementwise(np.ceil, 0, integer=True)
trunc = elementwise(np.trunc, 0, integer=True)
rint = elementwise(np.rint, 0, name="Round", integer=True)


def _round(x: Any, decimals: int = 0) -> Any:
    return np.rint(x) if decimals == 0 and x.dtype.kind not in "biu" else np.round(x, decimals)


def _heaviside(x: Any, values: Any) -> Any:
    return np.heaviside(x, values).astype(np.result_type(x, values), copy=False)


round = custom(_round, lambda ct, s: st.zeros_like(ct), name="Round", single=True, batch=pointwise)
round.op.node_name = lambda node: f"RoundBackward{int(bool(node[3].get('decimals')))}"  # type: ignore[attr-defined]
heaviside = elementwise(_heaviside, 0, mask(lambda x: np.equal(x, 0)), integer=True)
registry.speaks(np.heaviside)(lambda x, values: heaviside(x, values))


def _frac(x: Any) -> Any:
    return x - np.trunc(x)


def _frexp_vjp(ct: Any, s: Any) -> Any:
    return np.ldexp(ct[0], -s.out[1])


frac = elementwise(_frac, 1)
modf = custom(np.modf, lambda ct, s: ct[0], constant_outputs=(1,), batch=pointwise)
frexp = custom(np.frexp, _frexp_vjp, saves=("out",), constant_outputs=(1,), batch=pointwise)
ldexp = custom(np.ldexp, lambda ct, s: (np.ldexp(ct, s.y), None), saves=("y",), promotes=False, batch=pointwise)


def _nan_to_num(x: Any, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None) -> Any:
    return np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)


nan_to_num = elementwise(_nan_to_num, mask(lambda x, *, nan=0.0: np.isfinite(x)), name="NanToNum", integer=True)

# Angles in degrees

deg2rad = elementwise(np.deg2rad, math.pi / 180, name="Deg2Rad")
rad2deg = elementwise(np.rad2deg, 180 / math.pi, name="Rad2Deg")
registry.speaks(np.radians)(lambda x: deg2rad(x))
registry.speaks(np.degrees)(lambda x: rad2deg(x))
