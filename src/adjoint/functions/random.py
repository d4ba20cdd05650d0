"""Random tensors of a size, and the seeds and states of the default generator.

A draw's numbers depend on the generator's seed and on how many draws came before, not on their sizes or dtypes
(core/rng); they are not PyTorch's numbers. Samples from distributions with parameters are in random_samples, in-place
ones (`x.normal_()`) in random_inplace.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core import dtypes, levels, memory, rng
from ..core.rng import Generator, default_generator
from ..core.tensor import wrap
from ..ops import random as ops
from .arguments import size_of
from .creation import require
from .placement import check_place
from .placement import device as device_class
from .random_arguments import bounds, inexact, next_position
from .writing import deliver

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["Generator", "default_generator", "get_rng_state", "initial_seed", "manual_seed", "rand", "rand_like",
           "randint", "randint_like", "randn", "randn_like", "randperm", "seed", "set_rng_state"]

Size = int | Sequence[int]
rng.as_device = device_class


def manual_seed(seed: int) -> Generator:
    """The default generator, which starts again from `seed`, any integer in [-2**63, 2**64).

    >>> import adjoint as ad
    >>> _ = ad.manual_seed(0)
    >>> x = ad.rand(3)
    >>> _ = ad.manual_seed(0)
    >>> bool((ad.rand(3) == x).all())
    True
    """
    return default_generator.manual_seed(seed)


def seed() -> int:
    """A seed from the operating system, from which the default generator starts again.

    >>> import adjoint as ad
    >>> ad.seed() == ad.initial_seed()
    True
    """
    return default_generator.seed()


def initial_seed() -> int:
    """The seed that the default generator started from.

    >>> import adjoint as ad
    >>> _ = ad.manual_seed(-1)
    >>> ad.initial_seed() == 2**64 - 1
    True
    """
    return default_generator.initial_seed()


def get_rng_state() -> Tensor:
    """The default generator's state, a uint8 tensor.

    >>> import adjoint as ad
    >>> state = ad.get_rng_state()
    >>> x = ad.randn(2)
    >>> ad.set_rng_state(state)
    >>> bool((ad.randn(2) == x).all())
    True
    """
    return default_generator.get_state()


def set_rng_state(new_state: Tensor) -> None:
    """Nothing; the default generator goes on from a state that `get_rng_state` gave.

    >>> import adjoint as ad
    >>> ad.set_rng_state(ad.get_rng_state())
    """
    default_generator.set_state(new_state)


@contextmanager
def fork_rng(
    devices: Any = None, enabled: bool = True, _caller: str = "fork_rng", _devices_kw: str = "devices",
    device_type: Any = None,
) -> Iterator[None]:
    """A block after which the default generator goes on as if the block had drawn nothing.

    >>> import adjoint as ad
    >>> state = ad.get_rng_state()
    >>> with ad.random.fork_rng():
    ...     x = ad.rand(10)
    >>> bool((ad.get_rng_state() == state).all())
    True
    """
    state = default_generator.get_state() if enabled else None
    try:
        yield
    finally:
        if state is not None:
            default_generator.set_state(state)


# Tensors of a size -----------------------------------------------------------------------------------------------


def rand(
    *shape: Size, size: Size | None = None, generator: Generator | None = None, out: Tensor | None = None,
    dtype: Any = None, layout: Any = None, device: Any = None, requires_grad: bool = False, pin_memory: bool = False,
) -> Tensor:
    """A tensor of this size, uniform in [0, 1); real and imaginary parts both, for a complex dtype.

    >>> import adjoint as ad
    >>> x = ad.rand(2, 3)
    >>> x.shape, x.dtype, bool(((x >= 0) & (x < 1)).all())
    (adjoint.Size([2, 3]), adjoint.float32, True)
    """
    d = inexact("rand", dtype, out)
    check_place("rand", layout, device, pin_memory)
    array = ops.uniform(next_position(generator), shape=size_of("rand", shape, size), dtype=d)
    return _made(array, out, requires_grad)


def randn(
    *shape: Size, size: Size | None = None, generator: Generator | None = None, out: Tensor | None = None,
    dtype: Any = None, layout: Any = None, device: Any = None, requires_grad: bool = False, pin_memory: bool = False,
) -> Tensor:
    """A tensor of this size, normal with mean 0 and variance 1; a complex one has half of it in each part.

    >>> import adjoint as ad
    >>> ad.randn(2, 3, dtype=ad.complex64).shape
    adjoint.Size([2, 3])
    """
    d = inexact("randn", dtype, out)
    check_place("randn", layout, device, pin_memory)
    array = ops.normal(next_position(generator), shape=size_of("randn", shape, size), dtype=d)
    return _made(array, out, requires_grad)


def randint(
    low: int | None = None, high: Any = None, size: Size | None = None, *, generator: Generator | None = None,
    out: Tensor | None = None, dtype: Any = None, layout: Any = None, device: Any = None,
    requires_grad: bool = False, pin_memory: bool = False,
) -> Tensor:
    """A tensor of integers from `low` up to `high - 1`: randint(high, size) or randint(low, high, size); int64.

    >>> import adjoint as ad
    >>> x = ad.randint(3, 10, (100,))
    >>> x.dtype, bool((x >= 3).all() & (x < 10).all())
    (adjoint.int64, True)
    """
    if size is None:
        low, high, size = None, low, high
    elif high is None:
        low, high = None, low
    if size is None or high is None:
        raise TypeError("randint() takes (high, size) or (low, high, size)")
    check_place("randint", layout, device, pin_memory)
    d = dtypes.int64 if dtype is None else dtypes.as_dtype(dtype)
    first, last = bounds("randint", low, high, d)
    shape = size_of("randint", (), size)
    array = ops.integers(next_position(generator), low=first, high=last, shape=shape, dtype=d.numpy)
    return _made(array, out, requires_grad)


def randperm(
    n: int, *, generator: Generator | None = None, out: Tensor | None = None, dtype: Any = None, layout: Any = None,
    device: Any = None, requires_grad: bool = False, pin_memory: bool = False,
) -> Tensor:
    """The integers from 0 to n - 1 in random order; int64.

    >>> import adjoint as ad
    >>> ad.randperm(5).sort().values
    tensor([0, 1, 2, 3, 4])
    """
    check_place("randperm", layout, device, pin_memory)
    d = dtypes.int64 if dtype is None else dtypes.as_dtype(dtype)
    (length,) = size_of("randperm", (n,), None)
    if length:
        bounds("randperm", 0, length, d)
    return _made(ops.permutation(next_position(generator), n=length, dtype=d.numpy), out, requires_grad)


def rand_like(
    input: Tensor, *, generator: Generator | None = None, dtype: Any = None, layout: Any = None, device: Any = None,
    requires_grad: bool = False, pin_memory: bool = False, memory_format: Any = None,
) -> Tensor:
    """A tensor of the input's size and dtype, uniform in [0, 1).

    >>> import adjoint as ad
    >>> ad.rand_like(ad.zeros(2, 3)).shape
    adjoint.Size([2, 3])
    """
    a = memory.peek(input)
    return rand(size=a.shape, generator=generator, dtype=a.dtype if dtype is None else dtype, layout=layout,
                device=device, requires_grad=requires_grad, pin_memory=pin_memory)


def randn_like(
    input: Tensor, *, generator: Generator | None = None, dtype: Any = None, layout: Any = None, device: Any = None,
    requires_grad: bool = False, pin_memory: bool = False, memory_format: Any = None,
) -> Tensor:
    """A tensor of the input's size and dtype, normal with mean 0 and variance 1.

    >>> import adjoint as ad
    >>> ad.randn_like(ad.zeros(2, 3, dtype=ad.float64)).dtype
    adjoint.float64
    """
    a = memory.peek(input)
    return randn(size=a.shape, generator=generator, dtype=a.dtype if dtype is None else dtype, layout=layout,
                 device=device, requires_grad=requires_grad, pin_memory=pin_memory)


def randint_like(
    input: Tensor, low: int | None = None, high: int | None = None, *, generator: Generator | None = None,
    dtype: Any = None, layout: Any = None, device: Any = None, requires_grad: bool = False, pin_memory: bool = False,
    memory_format: Any = None,
) -> Tensor:
    """A tensor of the input's size and dtype, of integers from `low` (0 unless both are given) up to `high - 1`.

    >>> import adjoint as ad
    >>> ad.randint_like(ad.zeros(3), 1)
    tensor([0., 0., 0.])
    """
    a = memory.peek(input)
    if high is None:
        low, high = None, low
    return randint(low, high, a.shape, generator=generator, dtype=a.dtype if dtype is None else dtype, layout=layout,
                   device=device, requires_grad=requires_grad, pin_memory=pin_memory)


def _made(array: np.ndarray, out: Any, requires_grad: bool) -> Any:
    """The new tensor, or `out` filled with it."""
    return require(deliver(levels.made(wrap(array)), out), requires_grad)
