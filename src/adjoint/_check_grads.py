"""check_grads: are a function's derivatives those of its values? By finite differences, in both modes, to any order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import errors
from .core import memory, modes
from .core.levels import concrete
from .core.tensor import TensorBase, wrap
from .core.trees import flatten, paths
from .transforms.jvp import jvp
from .transforms.vjp import vjp

__all__ = ["check_grads"]

# The step is the cube root of the dtype's precision: there a central difference's two errors, of h^2 and of eps / h,
# meet. Tolerances are what remains then for functions whose third derivative is of the size of the first, and a margin.
_STEP_AND_TOLERANCE = {np.dtype(np.float64): (6e-6, 1e-6), np.dtype(np.float32): (5e-3, 2e-3)}
_COARSE = (0.1, 0.1)  # half precision

Function = Callable[..., list[Any]]  # from floating-point leaves to floating-point leaves


def check_grads(f: Callable[..., Any], args: Sequence[Any], order: int, modes: Sequence[str] = ("fwd", "rev"),
                atol: float | None = None, rtol: float | None = None, eps: float | None = None) -> None:
    """None if the derivatives of f at args, up to `order`, are what central differences give; else AssertionError.

    The error names the modes that led to the derivative, the argument, and the element that is worst. `args` is a tuple
    of trees (nested tuples, lists, dictionaries) of numbers, arrays and tensors; integers are constants. "fwd" checks
    `jvp`, "rev" checks `vjp`; second derivatives are those of both, in both modes. An element may be off by
    atol + rtol * its size; the default of both, and of the step `eps`, follows the dtype (float64: 1e-6, 6e-6).

    >>> import numpy as np
    >>> import adjoint as ad
    >>> ad.testing.check_grads(lambda x, y: np.sin(x) * y, (np.ones(3), 2.0), order=2)
    """
    if order < 1 or not set(modes) <= {"fwd", "rev"} or not modes:
        raise errors.RangeError("check_grads: order is 1 or more and modes are 'fwd' and 'rev', got "
                                f"{order!r} and {modes!r}")
    if not isinstance(args, (tuple, list)):
        raise errors.DtypeError(f"check_grads takes the arguments as a tuple: check_grads(f, (x,), order), got "
                                f"{type(args).__name__}")
    leaves, rebuild = flatten(tuple(args))
    at = [i for i, x in enumerate(leaves) if _is_float(x)]
    if not at:
        raise errors.DtypeError(f"check_grads: no argument is a float, or an array or tensor of floats: {args!r:.80}")

    def flat(*xs: Any) -> list[Any]:
        given = list(leaves)
        for i, x in zip(at, xs, strict=True):
            given[i] = x
        return [y for y in flatten(f(*rebuild(given)))[0] if _is_float(y)]

    names = _names(tuple(args))
    check = _Check([names[i] for i in at], tuple(modes), _settings(leaves, at, atol, rtol, eps))
    check.orders(flat, [leaves[i] for i in at], order, "")


def _is_float(x: Any) -> bool:
    if isinstance(x, TensorBase):
        return memory.peek(x).dtype.kind in "fcV"
    return isinstance(x, (float, complex, np.ndarray, np.generic)) and np.asarray(x).dtype.kind in "fcV"


def _names(args: tuple[Any, ...]) -> list[str]:
    """Where each leaf stands: "argument 0", or "argument 0['w']"."""
    return [f"argument {i}{where}" for i, a in enumerate(args) for where in paths(a)]


def _settings(leaves: list[Any], at: list[int], atol: float | None, rtol: float | None,
              eps: float | None) -> tuple[float, float, float]:
    """Step and tolerances for the coarsest of the dtypes."""
    real = [np.dtype(np.asarray(_array(leaves[i])).real.dtype) for i in at]
    step, tolerance = max([_STEP_AND_TOLERANCE.get(d, _COARSE) for d in real])
    return (step if eps is None else eps, tolerance if atol is None else atol, tolerance if rtol is None else rtol)


def _array(x: Any) -> Any:
    """The numbers in a value."""
    return np.asarray(concrete(x))


class _Check:
    """The checks of one call."""

    def __init__(self, names: list[str], which: tuple[str, ...], settings: tuple[float, float, float]) -> None:
        self.names, self.which = names, which
        self.eps, self.atol, self.rtol = settings
        self.random = np.random.default_rng(0)

    def orders(self, f: Function, xs: list[Any], order: int, path: str) -> None:
        """Check f, and then its derivatives as functions of xs."""
        if "fwd" in self.which:
            self.forward(f, xs, f"fwd{path}")
            if order > 1:
                ts = [self._like(x) for x in xs]
                self.orders(lambda *xs: [t for t in jvp(f, tuple(xs), tuple(ts))[1] if _is_float(t)], xs, order - 1,
                            f" of fwd{path}")
        if "rev" in self.which:
            self.reverse(f, xs, f"rev{path}")
            if order > 1:
                cts = [self._like(y) for y in self._values(f, xs)]
                self.orders(lambda *xs: list(vjp(f, *xs)[1](cts)), xs, order - 1, f" of rev{path}")

    def forward(self, f: Function, xs: list[Any], path: str) -> None:
        """Tangents along a random direction in each argument, against differences along it."""
        zeros = [_faced(x, np.zeros_like(_array(x))) for x in xs]
        for i, x in enumerate(xs):
            t = self._like(x)
            tangents = jvp(f, tuple(xs), (*zeros[:i], t, *zeros[i + 1:]))[1]
            expected = self._difference(f, xs, i, _array(t))
            for k, (got, want) in enumerate(zip(tangents, expected, strict=True)):
                got = _array(got)
                if got.shape != want.shape:
                    raise AssertionError(f"check_grads ({path}, {self.names[i]}): the tangent of output {k} has shape "
                                         f"{got.shape}, the output {want.shape}")
                off = np.abs(got - want)
                if not (off <= self.atol + self.rtol * np.abs(want)).all():
                    where = _worst(off)
                    raise AssertionError(
                        f"check_grads ({path}): the derivative along a direction in {self.names[i]} is wrong. Worst "
                        f"is element {where} of output {k}: {got[where]} by the rules, {want[where]} by central "
                        "differences")

    def reverse(self, f: Function, xs: list[Any], path: str) -> None:
        """Cotangents of a random weighing of the outputs, along a random direction in each argument."""
        cts = [self._like(y) for y in self._values(f, xs)]
        gs = [_array(g) for g in vjp(f, *xs)[1](cts)]
        for i, (x, g) in enumerate(zip(xs, gs, strict=True)):
            a = _array(x)
            if g.shape != a.shape:
                raise AssertionError(f"check_grads ({path}, {self.names[i]}): the gradient has shape {g.shape}, the "
                                     f"argument {a.shape}")
            t = _array(self._like(x))
            want, size = self._weighed(cts, self._difference(f, xs, i, t))
            if not abs(np.sum(g * t).real - want) <= self.atol + self.rtol * (size + np.sum(np.abs(g * t))):
                self._locate(f, xs, i, cts, g, path)

    def _locate(self, f: Function, xs: list[Any], i: int, cts: list[Any], g: Any, path: str) -> None:
        """AssertionError with the element of argument i whose gradient is most wrong."""
        want = np.zeros_like(g)
        for j in np.ndindex(g.shape):
            for unit in (1, 1j) if g.dtype.kind == "c" else (1,):
                e = np.zeros_like(g)
                e[j] = unit
                d = self._weighed(cts, self._difference(f, xs, i, e))[0]
                want[j] += d if unit == 1 else -1j * d
        where = _worst(np.abs(g - want))
        raise AssertionError(f"check_grads ({path}): the gradient in {self.names[i]} is wrong. Worst is element "
                             f"{where}: {g[where]} by the rules, {want[where]} by central differences")

    def _weighed(self, cts: list[Any], changes: list[Any]) -> tuple[Any, Any]:
        """The change of the weighed outputs, and the size of what was added up."""
        products = [_array(ct) * d for ct, d in zip(cts, changes, strict=True)]
        return sum([np.sum(p).real for p in products]), sum([np.sum(np.abs(p)) for p in products])

    def _difference(self, f: Function, xs: list[Any], i: int, t: Any) -> list[Any]:
        """The central difference of each output along t in argument i."""
        a = _array(xs[i])
        values = []
        for sign in (1, -1):
            moved = _faced(xs[i], (a + sign * self.eps * t).astype(a.dtype))
            values.append([_array(y) for y in self._values(f, [*xs[:i], moved, *xs[i + 1:]])])
        return [(np.asarray(p) - m) / (2 * self.eps) for p, m in zip(*values, strict=True)]

    def _values(self, f: Function, xs: list[Any]) -> list[Any]:
        with modes.mode(grad=True):  # f may differentiate inside
            return f(*xs)

    def _like(self, x: Any) -> Any:
        """Normally distributed numbers in the place of x."""
        a = _array(x)
        r = self.random.standard_normal(a.shape)
        return _faced(x, (r + 1j * self.random.standard_normal(a.shape) if a.dtype.kind == "c" else r).astype(a.dtype))


def _faced(x: Any, a: Any) -> Any:
    """The array as a tensor, an array or a number, as x is."""
    a = np.asarray(a)
    return wrap(a) if isinstance(x, TensorBase) else a if isinstance(x, np.ndarray) else a[()]


def _worst(off: Any) -> tuple[int, ...]:
    """The index of the largest number; NaN is larger than any."""
    return tuple([int(k) for k in np.unravel_index(np.argmax(np.where(np.isnan(off), np.inf, off)), off.shape)])
