"""vmap, as `torch.func` has it: its arguments, what it refuses, and how it says so."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from ..core import memory
from ..core.tensor import TensorBase
from ..core.trees import broadcast_prefix, flatten
from ..errors import DimensionError, DtypeError, RangeError, ShapeError
from ..transforms.batching import Batched
from ..transforms.vmap import vmap as _vmap


def _name(func: Callable[..., Any]) -> str:
    return getattr(func, "__name__", repr(func))


def vmap(func: Callable[..., Any], in_dims: Any = 0, out_dims: Any = 0, randomness: str = "error", *,
         chunk_size: int | None = None) -> Callable[..., Any]:
    """A function that maps `func` over dimension `in_dims` of its arguments; results are stacked along `out_dims`.

    `in_dims` is an int, or a (nested) tuple of ints and Nones that has the structure of the inputs; None is an input
    that is the same for all examples. Keyword arguments are mapped over dimension 0. Random functions draw "different"
    or the "same" numbers for the examples, or raise. `chunk_size` examples are run at a time.

    >>> import adjoint as ad
    >>> x, y = ad.arange(6.).reshape(2, 3), ad.ones(3)
    >>> ad.func.vmap(ad.dot, in_dims=(0, None))(x, y)
    tensor([ 3., 12.])
    """
    if randomness not in ("error", "different", "same"):
        raise RangeError(f"Only allowed values for randomness are 'error', 'different', or 'same'. Got {randomness}")
    if not (chunk_size is None or chunk_size > 0):
        raise ValueError(f"vmap: chunk_size should be None or greater than 0. (got {chunk_size})")

    @wraps(func, updated=())
    def mapped(*args: Any, **kwargs: Any) -> Any:
        dims = _check_inputs(func, in_dims, args)

        def checked(*args: Any, **kwargs: Any) -> Any:
            out = func(*args, **kwargs)
            _check_outputs(func, out_dims, out)
            return out

        return _vmap(checked, in_axes=dims, out_axes=out_dims, randomness=randomness,
                     chunk_size=chunk_size)(*args, **kwargs)

    return mapped


def _check_inputs(func: Callable[..., Any], in_dims: Any, args: tuple[Any, ...]) -> Any:
    """`in_dims` as a tuple with an entry for each argument."""
    name = _name(func)
    call = f"vmap({name}, in_dims={in_dims}, ...)(<inputs>)"
    if not isinstance(in_dims, (int, tuple, list)):
        raise ValueError(f"{call}: expected `in_dims` to be int or a (potentially nested) tuple matching the structure "
                         f"of inputs, got: {type(in_dims)}.")
    if not args:
        raise ValueError(f"vmap({name})(<inputs>): got no inputs. Maybe you forgot to add inputs, or you are trying to "
                         "vmap over a function with no inputs. The latter is unsupported.")
    each = [in_dims] * len(args) if isinstance(in_dims, int) else list(in_dims)
    try:
        if len(each) != len(args):
            raise ValueError
        axes = [a for dims, tree in zip(each, args, strict=True) for a in broadcast_prefix(dims, tree)]
    except ValueError:
        raise ValueError(f"{call}: in_dims is not compatible with the structure of `inputs`: they are {len(args)} "
                         "arguments, each with the structure that its entry of in_dims must have") from None
    sizes = []
    for x, axis in zip(flatten(args)[0], axes, strict=True):
        if axis is None:
            continue
        if not isinstance(axis, int):
            raise ValueError(f"{call}: Got in_dim={axis} for an input but in_dim must be either an integer dimension "
                             "or None.")
        if not isinstance(x, TensorBase):
            raise ValueError(f"{call}: Got in_dim={axis} for an input but the input is of type {type(x)}. We cannot "
                             "vmap over non-Tensor arguments, please use None as the respective in_dim")
        ndim = memory.peek(x).ndim
        if not -ndim <= axis < ndim:
            raise ValueError(f"{call}: Got in_dim={axis} for some input, but that input is a Tensor of dimensionality "
                             f"{ndim} so expected in_dim to satisfy -{ndim} <= in_dim < {ndim}.")
        sizes.append(memory.peek(x).shape[axis])
    if len(set(sizes)) > 1:
        raise ShapeError("vmap: Expected all tensors to have the same size in the mapped dimension, got sizes "
                         f"{sizes} for the mapped dimension")
    return tuple(each)


def _check_outputs(func: Callable[..., Any], out_dims: Any, out: Any) -> None:
    name = _name(func)
    leaves, _ = flatten(out)
    for y in leaves:
        if not isinstance(y, TensorBase):
            raise DtypeError(f"vmap({name}, ...): `{name}` must only return Tensors, got type {type(y)}. Did you mean "
                             "to set out_dims= to None for output?")
    try:
        dims = broadcast_prefix(tuple(out_dims) if isinstance(out_dims, list) else out_dims, out)
    except ValueError:
        raise ValueError(f"vmap({name}, ..., out_dims={out_dims})(<inputs>): out_dims is not compatible with the "
                         "structure of `outputs`") from None
    for y, d in zip(leaves, dims, strict=True):
        if d is None and isinstance(memory.peek(y), Batched) and memory.peek(y).mapped:
            raise ValueError(f"vmap({name}, ...): `{name}` can not return a BatchedTensor when out_dim is None")
        ndim = memory.peek(y).ndim + 1
        if d is not None and not -ndim <= d < ndim:
            raise DimensionError(f"Dimension out of range (expected to be in range of [{-ndim}, {ndim - 1}], but got "
                                 f"{d})")


def functionalize(func: Callable[..., Any], *, remove: str = "mutations") -> Callable[..., Any]:
    """The function itself, under its own name: writes here are values to every transform, so there are none to remove.

    >>> import adjoint as ad
    >>> ad.func.functionalize(lambda x: x.clone().mul_(2))(ad.ones(2))
    tensor([2., 2.])
    """
    if remove not in ("mutations", "mutations_and_views"):
        raise RangeError(f"functionalize(f, remove='mutations'): received invalid argument for remove={remove}. Valid "
                         "options are:\n - remove='mutations'\n - remove='mutations_and_views'")

    @wraps(func, updated=())
    def same(*args: Any, **kwargs: Any) -> Any:
        return func(*args, **kwargs)

    return same


__all__ = ["vmap", "functionalize"]
