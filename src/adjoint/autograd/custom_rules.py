"""Derivatives of one's own, in JAX's forms: custom_vjp and custom_jvp, right under every transform."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import suppress
from functools import update_wrapper
from typing import Any

from .. import errors
from ..core.levels import Box
from ..core.payloads import shape_of
from ..core.tensor import TensorBase
from ..core.trees import flatten, leaves_like, up_to
from ..transforms.inputs import face_of
from .custom_calls import Forward, Reverse, zeros


class _Custom:
    """What custom_vjp and custom_jvp share: the arguments, and those that are not differentiated."""

    def __init__(self, f: Callable[..., Any], nondiff_argnums: tuple[int, ...] = ()) -> None:
        update_wrapper(self, f)  # type: ignore[arg-type]
        self.__name__: str = getattr(f, "__name__", type(f).__name__)
        self.f = f
        self.nondiff = tuple(nondiff_argnums)
        try:
            self.signature: inspect.Signature | None = inspect.signature(f)
        except ValueError:  # of a builtin that does not say
            self.signature = None

    def _arguments(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[list[Any], tuple[Any, ...], Any]:
        """(constants, differentiable arguments, what puts such arguments back among the constants)."""
        if self.signature is not None and (kwargs or len(args) < len(self.signature.parameters)):
            bound = self.signature.bind(*args, **kwargs)
            bound.apply_defaults()
            args = bound.args
        fixed = {i % len(args) for i in self.nondiff}
        constants = [args[i] for i in sorted(fixed)]
        free = tuple([a for i, a in enumerate(args) if i not in fixed])

        def whole(new: tuple[Any, ...]) -> list[Any]:
            rest = iter(new)
            return [args[i] if i in fixed else next(rest) for i in range(len(args))]

        return constants, free, whole


class custom_vjp(_Custom):
    """The function `f` with a reverse rule of its own: `f.defvjp(fwd, bwd)`, as in JAX.

    `fwd(*args)` returns (result, residuals), `bwd(residuals, ct)` a tuple of cotangents, one for each argument
    (None for zero). Arguments in `nondiff_argnums` are not differentiated and come first in `bwd`. Forward mode
    transposes `bwd`.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> @ad.custom_vjp
    ... def clipped(x):
    ...     return x * x
    >>> clipped.defvjp(lambda x: (x * x, x), lambda x, ct: (np.clip(2 * x * ct, -1, 1),))
    >>> ad.grad(clipped)(5.0)
    np.float64(1.0)
    """

    def defvjp(self, fwd: Callable[..., Any], bwd: Callable[..., Any]) -> None:
        """State the rule."""
        self.fwd, self.bwd = fwd, bwd

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not hasattr(self, "fwd"):
            raise errors.MissingRule(f"custom_vjp: state the rule of {self.__name__} by {self.__name__}.defvjp(fwd, "
                                     "bwd)")
        constants, free, whole = self._arguments(args, kwargs)
        leaves, build = flatten(free)
        if not any([isinstance(x, (TensorBase, Box)) for x in leaves]):
            return self.f(*args, **kwargs)
        found: dict[str, Any] = {}
        sizes = [len(flatten(a)[0]) for a in free]

        def f(*values: Any) -> tuple[Any, ...]:
            outs, found["out"] = flatten(self.f(*whole(build(list(values)))))
            return tuple(outs)

        def fwd(*values: Any) -> Any:
            pair = self.fwd(*whole(build(list(values))))
            if not isinstance(pair, tuple) or len(pair) != 2:
                raise TypeError("custom_vjp: fwd must return a pair (result, residuals)")
            outs, found["out"] = flatten(pair[0])
            residuals, found["residuals"] = flatten(pair[1])
            return tuple(outs), residuals

        def bwd(residuals: Any, cts: Any) -> list[Any]:
            result = self.bwd(*constants, found["residuals"](list(residuals)), found["out"](list(cts)))
            if not isinstance(result, tuple) or len(result) != len(free):
                raise TypeError(f"custom_vjp: bwd must return a tuple of {len(free)} cotangents, one for each "
                                "argument; got "
                                f"{type(result).__name__}" + (
                                    f" of {len(result)}" if isinstance(result, tuple) else ""))
            made: list[Any] = []
            for i, (g, a, n) in enumerate(zip(result, free, sizes, strict=True)):
                if n:  # what is no container of numbers has no cotangent
                    made += [zeros(x) for x in flatten(a)[0]] if g is None else self._cotangents(g, a, i)
            return made

        outs = Reverse(self.__name__, [face_of(x) for x in leaves], f, fwd, bwd).call(tuple(leaves))
        return found["out"](list(outs))

    def _cotangents(self, g: Any, a: Any, i: int) -> list[Any]:
        """The leaves of the cotangent g of the argument a; ShapeError if they do not fit."""
        what = f"custom_vjp: the cotangent of argument {i} that the rule of {self.__name__} returned"
        leaves, rebuild = flatten(a)
        if len(flatten(g)[0]) < len(leaves):  # None stands for zero
            with suppress(ValueError):
                g = rebuild([zeros(x) if ct is None else ct for ct, x in zip(up_to(a, g), leaves, strict=True)])
        found = leaves_like(g, a, what)
        for ct, x in zip(found, leaves, strict=True):
            if _dims(ct) != _dims(x):
                raise errors.ShapeError(f"{what} has shape {_dims(ct)}, the argument {_dims(x)}")
        return found


class custom_jvp(_Custom):
    """The function `f` with a forward rule of its own: `f.defjvp(rule)` or `f.defjvps(...)`, as in JAX.

    `rule(primals, tangents)` returns (result, tangent of the result), linear in the tangents; arguments in
    `nondiff_argnums` come before. Reverse mode transposes it.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> @ad.custom_jvp
    ... def f(x, y):
    ...     return np.sin(x) * y
    >>> @f.defjvp
    ... def f_jvp(primals, tangents):
    ...     (x, y), (dx, dy) = primals, tangents
    ...     return f(x, y), np.cos(x) * dx * y + np.sin(x) * dy
    >>> ad.grad(f)(0.0, 3.0)
    np.float64(3.0)
    """

    def defjvp(self, rule: Callable[..., Any]) -> Callable[..., Any]:
        """State the rule; returns it, so that it may be used as a decorator."""
        self.rule = rule
        return rule

    def defjvps(self, *rules: Callable[..., Any] | None) -> None:
        """State one rule `(tangent, result, *args)` for each argument; None: that argument has no derivative."""

        def rule(primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> Any:
            out = self(*primals)
            parts = [r(t, out, *primals) for r, t in zip(rules, tangents, strict=True) if r is not None]
            return out, sum(parts[1:], parts[0]) if parts else zeros(out)

        self.rule = rule

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not hasattr(self, "rule"):
            raise errors.MissingRule(f"custom_jvp: state the rule of {self.__name__} by {self.__name__}.defjvp(rule)")
        constants, free, whole = self._arguments(args, kwargs)
        leaves, build = flatten(free)
        if not any([isinstance(x, (TensorBase, Box)) for x in leaves]):
            return self.f(*args, **kwargs)
        found: dict[str, Any] = {}

        def f(*values: Any) -> tuple[Any, ...]:
            outs, found["out"] = flatten(self.f(*whole(build(list(values)))))
            return tuple(outs)

        def rule(primals: Any, tangents: Any) -> Any:
            pair = self.rule(*constants, build(list(primals)), build(list(tangents)))
            if not isinstance(pair, tuple) or len(pair) != 2:
                raise TypeError("custom_jvp: the rule must return a pair (result, tangent)")
            outs, found["out"] = flatten(pair[0])
            ts = flatten(pair[1])[0]
            if [_dims(o) for o in outs] != [_dims(t) for t in ts]:
                raise errors.ShapeError(f"custom_jvp: the rule of {self.__name__} returned a result of shapes "
                                        f"{[_dims(o) for o in outs]} and tangents of shapes {[_dims(t) for t in ts]}")
            return tuple(outs), tuple(ts)

        outs = Forward(self.__name__, [face_of(x) for x in leaves], f, rule).call(tuple(leaves))
        return found["out"](list(outs))


def _dims(x: Any) -> tuple[int, ...]:
    return shape_of(x)


__all__ = ["custom_vjp", "custom_jvp"]
