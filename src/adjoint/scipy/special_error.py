"""scipy.special's functions around the error function: Faddeeva's w, Dawson's integral, Voigt's profile, Owen's T."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy.special as sc

from ..core.kinds import elementwise
from ..ops.complexes import from_parts
from ..ops.special import erf, inverse_mills, normal_density
from .special_parts import output, several, speaks_for

SQRT_PI = math.sqrt(math.pi)


def _faddeeva_derivative(x: Any, order: int) -> Any:
    """The `order`-th derivative of w(z) = exp(-z^2) erfc(-iz).

    From w' = -2 z w + 2i/sqrt(pi), which far from 0 loses z^2 at each step: there, in the upper half plane, the ratios
    r_n = w^(n) / w^(n-1) come from the continued fraction r_n = -2n / (2z + r_(n+1)). Below,
    w(z) = 2 exp(-z^2) - w(-z).
    """
    z = np.asarray(x).astype(np.complex128)
    flip = z.imag < 0
    up = np.where(flip, -z, z)
    far = np.absolute(up) > 7
    close, distant = np.where(far, 1j, up), np.where(far, up, 10j)
    derivatives = [sc.wofz(close)]
    for n in range(order):
        step = -2 * close * derivatives[n] + (2j / SQRT_PI if n == 0 else -2 * n * derivatives[n - 1])
        derivatives.append(step)
    ratio = np.zeros_like(distant)
    value = sc.wofz(distant)
    for n in range(order + 60, 0, -1):
        ratio = -2 * n / (2 * distant + ratio)
        if n <= order:
            value = value * ratio
    out = np.where(far, value, derivatives[order])
    if np.any(flip):
        lower = np.where(flip, z, 0)
        hermite = [np.ones_like(lower), -2 * lower]
        for n in range(1, order):
            hermite.append(-2 * lower * hermite[n] - 2 * n * hermite[n - 1])
        out = np.where(flip, 2 * hermite[order] * np.exp(-np.square(lower)) - (-1) ** order * out, out)
    narrow = np.asarray(x).dtype in (np.complex64, np.float32, np.float16)
    return out.astype(np.complex64) if narrow else out


faddeeva_derivative = elementwise(_faddeeva_derivative, lambda x, *, order: faddeeva_derivative(x, order=order + 1))
wofz = elementwise(sc.wofz, lambda x: faddeeva_derivative(x, order=1))
speaks_for(sc.wofz, lambda x: wofz(x + 0j))  # the op's operand and result are complex


def _dawson_derivative(x: Any, order: int) -> Any:
    """Dawson's D is sqrt(pi)/2 Im w on the real line."""
    if np.iscomplexobj(x):
        derivatives = [sc.dawsn(x), 1 - 2 * x * sc.dawsn(x)]
        for n in range(1, order):
            derivatives.append(-2 * x * derivatives[n] - 2 * n * derivatives[n - 1])
        return derivatives[order]
    out = (SQRT_PI / 2) * _faddeeva_derivative(x + 0j, order).imag
    return out.astype(np.asarray(x).dtype, copy=False)


dawson_derivative = elementwise(_dawson_derivative, lambda x, *, order: dawson_derivative(x, order=order + 1))
dawsn = elementwise(sc.dawsn, lambda x: dawson_derivative(x, order=1))
erfi = elementwise(sc.erfi, lambda x: (2 / SQRT_PI) * np.exp(np.square(x)))

# Voigt's profile V(x, sigma, gamma) = Re w(z) / (sigma sqrt(2 pi)), z = (x + i gamma) / (sigma sqrt 2). Derivatives:
# V_x = Re w'(z) / (2 sigma^2 sqrt(pi)), V_gamma = -Im w'(z) / ..., and V_sigma = sigma V_xx since it solves the heat
# equation in sigma^2 / 2. `voigt` is the k-th derivative in x (k + j in all, j of them in gamma).


def _voigt(x: Any, y: Any, z: Any, order: int, part: int) -> Any:
    """Re (part 0) or Im (part 1) of w^(order)((x + iz) / (y sqrt 2)) / (sqrt(2 pi) y (y sqrt 2)^order)."""
    dtype = np.result_type(x, y, z)
    x, y, z = in_doubles(x, y, z)
    scale = math.sqrt(2) * y
    w = _faddeeva_derivative((x + 1j * z) / scale, order) / (SQRT_PI * scale ** (order + 1))
    return (w.imag if part else w.real).astype(dtype, copy=False)


def in_doubles(*xs: Any) -> list[Any]:
    """The operands in float64, of one shape."""
    return np.broadcast_arrays(*[np.asarray(x).astype(np.float64, copy=False) for x in xs])  # type: ignore[return-value]


def _voigt_in_z(x: Any, y: Any, z: Any, *, order: int, part: int) -> Any:
    value = voigt(x, y, z, order=order + 1, part=1 - part)
    return value if part else -value


voigt = elementwise(
    _voigt,
    lambda x, y, z, *, order, part: voigt(x, y, z, order=order + 1, part=part),
    lambda x, y, z, *, order, part: y * voigt(x, y, z, order=order + 2, part=part),
    _voigt_in_z,
)
voigt_profile = elementwise(
    sc.voigt_profile,
    lambda x, y, z: voigt(x, y, z, order=1, part=0),
    lambda x, y, z: y * voigt(x, y, z, order=2, part=0),
    lambda x, y, z: -voigt(x, y, z, order=1, part=1),
)

# Owen's T, and the normal quantile of a logarithm

owens_t = elementwise(
    sc.owens_t,
    lambda x, y: -0.5 * normal_density(x) * erf(x * y * math.sqrt(0.5)),
    lambda x, y: (0.5 / math.pi) * np.exp(-0.5 * np.square(x) * (1 + np.square(y))) / (1 + np.square(y)),
)
ndtri_exp = elementwise(sc.ndtri_exp, lambda out: 1 / inverse_mills(out, order=0))


# Fresnel's integrals, and the modified ones: K+ = w(exp(i pi/4) x) / 2, K- = w(exp(3 i pi/4) x) / 2


fresnel_s, fresnel_c = several(
    sc.fresnel,
    elementwise(output(sc.fresnel, 0, "fresnel_s"), lambda x: np.sin((math.pi / 2) * np.square(x))),
    elementwise(output(sc.fresnel, 1, "fresnel_c"), lambda x: np.cos((math.pi / 2) * np.square(x))),
)
_ROOT = math.sqrt(0.5) * (1 + 1j)  # exp(i pi/4)


def _on_ray(x: Any, ray: complex) -> Any:
    return (0.5 * ray) * faddeeva_derivative(ray * x, order=1)




def _complex_of(ufunc: Any, *slopes: Any) -> None:
    """Enter a ufunc that gives several complex numbers of a real one: real and imaginary parts are ops of their own."""
    ops = []
    for i, (slope, name) in enumerate(zip(slopes, ("integral", "scaled"), strict=True)):
        for part in (np.real, np.imag):
            def function(x: Any, i: int = i, part: Any = part) -> Any:
                return part(ufunc(x)[i])

            function.__name__ = f"{ufunc.__name__}_{name}_{part.__name__}"
            ops.append(elementwise(function, _partial(part, slope)))

    def call(x: Any) -> tuple[Any, ...]:
        return from_parts(ops[0](x), ops[1](x)), from_parts(ops[2](x), ops[3](x))

    call.parts = ops  # type: ignore[attr-defined]
    speaks_for(ufunc, call)


def _partial(part: Any, slope: Any) -> Any:
    return lambda x: part(slope(x))


_complex_of(sc.modfresnelp, lambda x: -np.exp(1j * np.square(x)), lambda x: _on_ray(x, _ROOT))
_complex_of(sc.modfresnelm, lambda x: -np.exp(-1j * np.square(x)), lambda x: _on_ray(x, 1j * _ROOT))
