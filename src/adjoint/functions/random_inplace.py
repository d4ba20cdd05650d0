"""Random numbers written into a tensor: `x.normal_()`, `x.uniform_(a, b)`, `x.bernoulli_(p)` and their siblings.

Each gives the tensor itself. What was in it is gone, and with it the derivative of what was: a write of numbers that
depend on nothing. A leaf that requires grad is written under `no_grad`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..core import dtypes, memory, writes
from ..core.rng import Generator
from ..core.tensor import TensorBase, wrap
from ..errors import DtypeError, RangeError
from ..ops import random as ops
from .random_arguments import bounds, next_position, probability
from .random_samples import bernoulli, draw_bernoulli, multinomial

if TYPE_CHECKING:
    from .._tensor import Tensor


def uniform_(self: Tensor, from_: float = 0.0, to: float = 1.0, *, generator: Generator | None = None) -> Tensor:
    """This tensor, in place: uniform in [from, to).

    >>> import adjoint as ad
    >>> x = ad.empty(3).uniform_(2, 2.5)
    >>> bool(((x >= 2) & (x <= 2.5)).all())
    True
    """
    if not from_ <= to:
        raise RangeError(f"uniform_ expects to return a [from, to) range, but found from={from_} > to={to}")
    u = _drawn(self, "uniform_", ops.uniform, generator, complex_too=True)
    return _write(self, u * (to - from_) + from_ * (1 + 1j if u.dtype.kind == "c" else 1))


def normal_(self: Tensor, mean: float = 0.0, std: float = 1.0, *, generator: Generator | None = None) -> Tensor:
    """This tensor, in place: normal.

    >>> import adjoint as ad
    >>> ad.empty(3).normal_(5, 0)
    tensor([5., 5., 5.])
    """
    if not std >= 0:
        raise RangeError(f"normal expects std >= 0.0, but found std {std}")
    return _write(self, _drawn(self, "normal_", ops.normal, generator, complex_too=True) * std + mean)


def log_normal_(self: Tensor, mean: float = 1.0, std: float = 2.0, *, generator: Generator | None = None) -> Tensor:
    """This tensor, in place: exp of a normal variable of this mean and deviation.

    >>> import adjoint as ad
    >>> bool((ad.empty(3).log_normal_() > 0).all())
    True
    """
    if not std > 0:
        raise RangeError(f"log_normal_ expects std > 0.0, but found std={std}")
    with np.errstate(over="ignore"):
        return _write(self, np.exp(_drawn(self, "log_normal_", ops.normal, generator) * std + mean))


def exponential_(self: Tensor, lambd: float = 1.0, *, generator: Generator | None = None) -> Tensor:
    """This tensor, in place: exponential with the rate `lambd`, mean 1 / lambd.

    >>> import adjoint as ad
    >>> bool((ad.empty(3).exponential_(2) >= 0).all())
    True
    """
    if not lambd > 0:
        raise RangeError(f"exponential_ expects lambda > 0.0, but found lambda={lambd}")
    return _write(self, _drawn(self, "exponential_", ops.exponential, generator) / lambd)


def cauchy_(self: Tensor, median: float = 0.0, sigma: float = 1.0, *, generator: Generator | None = None) -> Tensor:
    """This tensor, in place: Cauchy with this median and half width.

    >>> import adjoint as ad
    >>> ad.empty(3).cauchy_().shape
    adjoint.Size([3])
    """
    if not sigma > 0:
        raise RangeError(f"cauchy_ expects sigma > 0.0, but found sigma={sigma}")
    return _write(self, _drawn(self, "cauchy_", ops.cauchy, generator) * sigma + median)


def geometric_(self: Tensor, p: float, *, generator: Generator | None = None) -> Tensor:
    """This tensor, in place: how many trials of probability p it takes to the first success, itself included.

    >>> import adjoint as ad
    >>> bool((ad.empty(3).geometric_(0.5) >= 1).all())
    True
    """
    if not 0 < p < 1:
        raise RangeError(f"geometric_ expects p to be in (0, 1), but got p={p}")
    a = memory.peek(self)
    return _write(self, ops.geometric(next_position(generator), p=float(p), shape=a.shape, dtype=np.dtype(np.float64)))


def bernoulli_(self: Tensor, p: Tensor | float = 0.5, *, generator: Generator | None = None) -> Tensor:
    """This tensor, in place: 1 with probability p, else 0; a tensor of probabilities is broadcast to this one's shape.

    >>> import adjoint as ad
    >>> ad.empty(3, dtype=ad.int64).bernoulli_(ad.tensor([0.0, 1.0, 0.0]))
    tensor([0, 1, 0])
    """
    chances = memory.load(p) if isinstance(p, TensorBase) else np.float64(probability("bernoulli_", p))
    chances = np.broadcast_to(chances, memory.peek(self).shape)
    return _write(self, memory.peek(draw_bernoulli(wrap(np.asarray(chances)), generator)))


def random_(
    self: Tensor, from_: int | None = None, to: int | None = None, *, generator: Generator | None = None
) -> Tensor:
    """This tensor, in place: integers from `from` (0) up to `to - 1`, by default as far as its dtype is exact.

    random_(to) and random_(from, to) are the forms; random_() fills an integer dtype up to its largest number and a
    floating-point one up to 2 to the power of its digits.

    >>> import adjoint as ad
    >>> x = ad.empty(4).random_(3)
    >>> bool(((x >= 0) & (x < 3)).all())
    True
    """
    a = memory.peek(self)
    d = dtypes.of(a.dtype)
    if d.category == dtypes.COMPLEX:
        raise DtypeError(f"random_: expected an integer or floating-point tensor, got {d!r}")
    if from_ is None and to is None:
        low, high = 0, _exact_up_to(d) + 1
    elif to is None:
        low, high = bounds("random_", None, from_, d)
    else:
        low, high = bounds("random_", from_, to, d)
    wide = np.dtype(np.uint64 if high > 1 << 63 else np.int64)
    return _write(self, ops.integers(next_position(generator), low=low, high=high, shape=a.shape, dtype=wide))


def _exact_up_to(d: dtypes.DType) -> int:
    if d is dtypes.bool_:
        return 1
    if d.category == dtypes.INT:
        return int(np.iinfo(d.numpy).max)
    return 1 << {"float16": 11, "bfloat16": 8, "float32": 24, "float64": 53}[d.name]


def _drawn(
    self: Tensor, name: str, sampler: Any, generator: Generator | None, *, complex_too: bool = False
) -> np.ndarray:
    """Samples of this tensor's shape and dtype; 16-bit ones in float32, to be rounded once, at the end."""
    a = memory.peek(self)
    d = dtypes.of(a.dtype)
    if d.category != dtypes.FLOAT and not (complex_too and d.category == dtypes.COMPLEX):
        raise DtypeError(f"{name}: expected a floating-point tensor to fill, got {d!r}; random_ fills with integers")
    narrow = d.itemsize == 2 and sampler is not ops.uniform
    return sampler(next_position(generator), shape=a.shape, dtype=np.dtype(np.float32) if narrow else a.dtype)


def _write(self: Tensor, array: np.ndarray) -> Tensor:
    """The tensor, all of which has become `array`."""
    writes.check_writable(self)
    writes.write(self, writes.WHOLE, np.asarray(array).astype(memory.peek(self).dtype, copy=False), None)
    return self


class RandomMethods:
    """Samples from the tensor's elements, and random numbers written into it."""

    __slots__ = ()
    bernoulli = bernoulli
    multinomial = multinomial
    bernoulli_ = bernoulli_
    cauchy_ = cauchy_
    exponential_ = exponential_
    geometric_ = geometric_
    log_normal_ = log_normal_
    normal_ = normal_
    random_ = random_
    uniform_ = uniform_
