"""Rules of one's own in autograd's form: `primitive`, `defvjp`, `defjvp`."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

import numpy as np

from .. import errors
from ..autograd.custom_rules import custom_jvp, custom_vjp
from ..core import memory
from ..core.tensor import TensorBase
from ..numpy.arguments import is_traced, is_tracked, plain

Function = Callable[..., Any]

__all__ = ["defjvp", "defvjp", "primitive"]


class primitive:
    """A function whose derivative `defvjp` gives; it is called with plain arrays.

    >>> import adjoint.numpy as np
    >>> from adjoint.hips import defvjp, grad, primitive
    >>> @primitive
    ... def logsumexp(x):
    ...     return np.log(np.sum(np.exp(x - np.max(x)))) + np.max(x)
    >>> defvjp(logsumexp, lambda ans, x: lambda g: g * np.exp(x - ans))
    >>> grad(logsumexp)(np.array([1.0, 1.0]))
    array([0.5, 0.5])
    """

    def __init__(self, fun: Function) -> None:
        update_wrapper(self, fun)
        self.fun = fun
        self.makers: dict[int, Function | None] = {}
        self.pushers: dict[int, Function | None] = {}

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        traced = [i for i, x in enumerate(args) if is_traced(x)]
        if not any([is_tracked(args[i]) for i in traced]):
            return self.fun(*plain(args), **kwargs)
        rules = self.makers or self.pushers  # reverse rules, if there are some, are transposed for forward mode
        without = [i for i in traced if i not in rules and is_tracked(args[i])]
        if without:
            raise errors.MissingRule(f"{self.__name__} has no derivative in argument {without[0]}: "  # type: ignore[attr-defined]
                                     "give a rule with defvjp or defjvp, or None where it is zero")

        def whole(values: tuple[Any, ...]) -> list[Any]:
            given = list(args)
            for i, value in zip(traced, values, strict=True):
                given[i] = value
            return given

        if not self.makers:
            push = custom_jvp(lambda *values: self(*whole(values), **kwargs))
            push.defjvps(*[self._pusher(i, whole, kwargs) for i in traced])
            return push(*[args[i] for i in traced])
        call = custom_vjp(lambda *values: self(*whole(values), **kwargs))
        call.defvjp(lambda *values: (ans := self(*whole(values), **kwargs), (ans, values)),
                    lambda kept, g: tuple([self._cotangent(i, kept[0], whole(kept[1]), kwargs, g) for i in traced]))
        return call(*[args[i] for i in traced])

    def _pusher(self, i: int, whole: Function, kwargs: dict[str, Any]) -> Function | None:
        pusher = self.pushers.get(i)
        if pusher is None:
            return None
        return lambda t, ans, *values: pusher(t, ans, *whole(values), **kwargs)

    def _cotangent(self, i: int, ans: Any, args: list[Any], kwargs: dict[str, Any], g: Any) -> Any:
        maker = self.makers[i]
        return np.zeros_like(args[i]) if maker is None else maker(ans, *args, **kwargs)(g)


def defvjp(fun: primitive, *vjpmakers: Function | None, argnums: Any = None) -> None:
    """None; now `fun` has a rule, maker(ans, *args) -> (g -> cotangent), for each argument in order or in `argnums`.

    None in the place of a rule says that the derivative is zero.

    >>> import adjoint.numpy as np
    >>> from adjoint.hips import defvjp, grad, primitive
    >>> scaled = primitive(lambda x, n: n * x)
    >>> defvjp(scaled, lambda ans, x, n: lambda g: n * g, None)
    >>> grad(scaled)(2.0, 3.0)
    np.float64(3.0)
    """
    for i, maker in zip(range(len(vjpmakers)) if argnums is None else argnums, vjpmakers, strict=True):
        fun.makers[i] = maker


def defjvp(fun: primitive, *jvpmakers: Function | str | None, argnums: Any = None) -> None:
    """None; now `fun` has a forward rule, maker(g, ans, *args) -> tangent, for each argument in order or in `argnums`.

    "same" stands for an argument in which `fun` is linear, None for a derivative that is zero. Where `defvjp` gave no
    rules reverse mode transposes these, but for "same".

    >>> import adjoint.numpy as np
    >>> from adjoint.hips import defjvp, grad, primitive
    >>> scaled = primitive(lambda x, n: n * np.sin(x))
    >>> defjvp(scaled, lambda g, ans, x, n: g * n * np.cos(x), "same")
    >>> grad(scaled)(0.0, 3.0)
    np.float64(3.0)
    """
    for i, maker in zip(range(len(jvpmakers)) if argnums is None else argnums, jvpmakers, strict=True):
        if isinstance(maker, str) and maker != "same":
            raise ValueError(f'defjvp: a rule is a function, None or "same", got {maker!r}')
        fun.pushers[i] = _linear(fun, i) if isinstance(maker, str) else maker


def _linear(fun: primitive, i: int) -> Function:
    """The forward rule of an argument in which `fun` is linear; it says nothing of the transpose."""

    def push(g: Any, ans: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(g, TensorBase) and memory.load_node(g) is not None:
            raise errors.MissingRule(f'{fun.fun.__name__} is linear in argument {i}, says defjvp(..., "same"); '
                                     "reverse mode needs the transpose: give it with defvjp")
        return fun(*args[:i], g, *args[i + 1:], **kwargs)

    return push
