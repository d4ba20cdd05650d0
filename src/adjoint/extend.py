"""The kinds of ops, for adding an op from outside: each makes recording and derivatives from one thing stated.

And containers from outside: `register_dataclass`, `register_pytree_node`.

docs/adding_an_op.md walks through one. A second op for a function replaces the first, so a rule can be overridden; the
name of the function is the op's, and must be its alone.

>>> import numpy as np
>>> import adjoint as ad
>>> def softer(x):
...     return x / np.sqrt(1 + x * x)
>>> softer = ad.extend.elementwise(softer, lambda x: (1 + x * x) ** -1.5)
>>> x = ad.tensor(0.0, requires_grad=True)
>>> softer(x).backward()
>>> x.grad
tensor(1.)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .core.kinds import bilinear as bilinear
from .core.kinds import constant as constant
from .core.kinds import custom as custom
from .core.kinds import elementwise as elementwise
from .core.kinds import linear as linear
from .core.kinds import reduction as reduction
from .core.kinds import structural as structural
from .core.trees import register_dataclass as register_dataclass
from .core.trees import register_pytree_node as register_pytree_node


def op(fn: Callable[..., Any], *partials: Any, vjp: Callable[..., Any] | None = None,
       transpose: Callable[..., Any] | None = None, **options: Any) -> Callable[..., Any]:
    """An op of one's own by the one rule that is given; every transform follows from it.

    `partials`, one for each operand: `fn` works element by element, and these are its derivatives, by the names of what
    they need (see `extend.elementwise`). `transpose(ct, x)`: `fn` is linear (`extend.linear`). `vjp(ct, s)`: anything
    else (`extend.custom`). `options` go to that kind. TypeError unless exactly one rule is given.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> def soft_step(x):
    ...     return 1 / (1 + np.exp(-x))
    >>> soft_step = ad.op(soft_step, lambda out: out * (1 - out))
    >>> ad.grad(soft_step)(0.0), ad.vmap(ad.grad(ad.grad(soft_step)))(np.zeros(2))
    (np.float64(0.25), array([0., 0.]))
    """
    given = [bool(partials), vjp is not None, transpose is not None]
    if sum(given) != 1:
        raise TypeError("op: give one rule: partial derivatives, transpose=, or vjp=; got " + (
            "none" if not any(given) else "several"))
    if vjp is not None:
        return custom(fn, vjp, **options)
    if transpose is not None:
        return linear(fn, transpose, **options)
    return elementwise(fn, *partials, **options)


__all__ = ["bilinear", "constant", "custom", "elementwise", "linear", "op", "reduction", "register_dataclass",
           "register_pytree_node", "structural"]
