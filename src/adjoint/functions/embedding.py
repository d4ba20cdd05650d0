"""Embeddings: rows of a table of weights by index, summed in bags, and one-hot vectors."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core import dtypes, memory, modes
from ..core.tensor import wrap
from ..errors import DimensionError, DtypeError, RangeError, ShapeError
from ..ops import arithmetic as ar
from ..ops import embedding as ops
from ..ops import structure as st
from ..ops.indexing import get
from ..ops.selection import select
from .indexing import in_range
from .writing import setitem

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["embedding", "embedding_bag", "one_hot"]


def embedding(input: Tensor, weight: Tensor, padding_idx: int | None = None, max_norm: float | None = None,
              norm_type: float = 2.0, scale_grad_by_freq: bool = False, sparse: bool = False) -> Tensor:
    """The rows of `weight` at the indices: shape input.shape + (width,).

    The row `padding_idx` gets no gradient. With `max_norm`, rows that are used and are longer are first shortened,
    in place. `scale_grad_by_freq` divides a row's gradient by how often it is used. Gradients are dense.

    >>> import adjoint as ad
    >>> table = ad.tensor([[0., 0.], [1., 2.]])
    >>> ad.nn.functional.embedding(ad.tensor([1, 0, 1]), table)
    tensor([[1., 2.],
            [0., 0.],
            [1., 2.]])
    """
    rows = memory.peek(weight).shape
    if len(rows) != 2:
        raise ShapeError(f"embedding: 'weight' must be 2-D, (number of rows, width), but its shape is {list(rows)}")
    index, n = _index(input, "embedding"), rows[0]
    in_range(index, n, "embedding")
    padding = _padding(padding_idx, n)
    if max_norm is not None:
        _shorten(weight, index, max_norm, norm_type)
    return ops.take_rows(weight, index=index, padding=padding, by_frequency=scale_grad_by_freq)


def _index(input: Any, function: str) -> Any:
    index = memory.load(input)
    if index.dtype.kind not in "iu":
        raise DtypeError(f"{function}: expected indices of dtype int64 or int32, got {dtypes.of(index.dtype)!r}")
    return index


def _padding(padding_idx: int | None, n: int) -> int | None:
    if padding_idx is None:
        return None
    if not -n <= padding_idx < n:
        raise RangeError(f"Padding_idx must be within num_embeddings: got {padding_idx} for {n} rows")
    return padding_idx % n


def _shorten(weight: Any, index: Any, max_norm: float, norm_type: float) -> None:
    """The rows of the weight that are used and longer than max_norm are scaled to that length, in place."""
    used = np.unique(index)
    with modes.mode(grad=False):
        rows = memory.load(weight)[used]
        norms = np.linalg.norm(rows, norm_type, axis=1)
        long = norms > max_norm
        factors = (max_norm / (norms[long] + 1e-7)).astype(rows.dtype)
        if long.any():
            setitem(weight, used[long], wrap(rows[long] * factors[:, None]))


def embedding_bag(input: Tensor, weight: Tensor, offsets: Tensor | None = None, max_norm: float | None = None,
                  norm_type: float = 2, scale_grad_by_freq: bool = False, mode: str = "mean", sparse: bool = False,
                  per_sample_weights: Tensor | None = None, include_last_offset: bool = False,
                  padding_idx: int | None = None) -> Tensor:
    """The sum, mean or largest ("sum", "mean", "max") of the rows of `weight` in each bag of indices: (bags, width).

    A 2-D input has a bag in each row; a 1-D one is cut at `offsets` (whose last one is its end, with
    `include_last_offset`). Indices equal to `padding_idx` count for nothing. An empty bag gives zeros.

    >>> import adjoint as ad
    >>> table = ad.tensor([[1., 1.], [3., 5.]])
    >>> ad.nn.functional.embedding_bag(ad.tensor([0, 1, 1]), table, ad.tensor([0, 2]))
    tensor([[2., 3.],
            [3., 5.]])
    """
    if memory.peek(input).dtype.kind not in "iu" and memory.peek(weight).dtype.kind in "iu":
        warnings.warn("Argument order of nn.functional.embedding_bag was changed. Usage `embedding_bag(weight, "
                      "input, ...)` is deprecated, and should now be `embedding_bag(input, weight, ...)`.",
                      stacklevel=2)
        input, weight = weight, input
    index = _index(input, "embedding_bag")
    if mode not in ("sum", "mean", "max"):
        raise ValueError(f"mode has to be one of sum, mean or max, not {mode!r}")
    if per_sample_weights is not None and mode != "sum":
        raise NotImplementedError(f"embedding_bag: per_sample_weights was not None. per_sample_weights is only "
                                  f"supported for mode='sum' (got mode='{mode}')")
    if per_sample_weights is not None and memory.peek(per_sample_weights).shape != index.shape:
        raise ShapeError(f"embedding_bag: If per_sample_weights ({list(memory.peek(per_sample_weights).shape)}) is not "
                         f"None, it must have the same shape as the input ({list(index.shape)})")
    n = memory.peek(weight).shape[0]
    bags, bag = _bags(index, offsets, include_last_offset)
    index = np.reshape(index, -1)
    in_range(index, n, "embedding_bag")
    if max_norm is not None:
        _shorten(weight, index, max_norm, norm_type)
    if per_sample_weights is not None and memory.peek(per_sample_weights).ndim > 1:
        per_sample_weights = st.reshape(per_sample_weights, shape=(index.size,))
    padding = _padding(padding_idx, n)
    kept = np.arange(index.size) if padding is None else np.flatnonzero(index != padding)
    index, bag = index[kept], bag[kept]
    rows = ops.take_rows(weight, index=index, padding=None, by_frequency=scale_grad_by_freq)
    if mode == "max":
        return _largest(rows, bag, bags)
    if per_sample_weights is not None:
        rows = ar.multiply(rows, st.expand_dims(get(per_sample_weights, key=kept), axis=1))
    out = ops.sum_rows(rows, index=bag, length=bags)
    if mode == "mean":
        counts = np.maximum(np.bincount(bag, minlength=bags), 1)[:, None]
        out = ar.divide(out, wrap(counts.astype(memory.peek(out).dtype)))
    return out


def _bags(index: Any, offsets: Any, include_last: bool) -> tuple[int, Any]:
    """How many bags there are, and the bag of each index."""
    if index.ndim == 2:
        if offsets is not None:
            raise ValueError("if input is 2D, then offsets has to be None, as input is treated is a mini-batch of "
                             "fixed length sequences. However, found offsets of shape "
                             f"{list(memory.peek(offsets).shape)}")
        return index.shape[0], np.repeat(np.arange(index.shape[0]), index.shape[1])
    if index.ndim != 1:
        raise ValueError(f"input has to be 1D or 2D Tensor, but got Tensor of dimension {index.ndim}")
    if offsets is None:
        raise ValueError("offsets has to be a 1D Tensor but got None")
    starts = _index(offsets, "embedding_bag")
    if starts.ndim != 1:
        raise ValueError("offsets has to be a 1D Tensor")
    ends = np.append(starts, index.size) if not include_last else starts
    if not ends.size or ends[0] != 0:
        raise ValueError("offsets[0] has to be 0, i.e., the first sequence in the mini-batch has to start from "
                         f"position 0. However, got {ends[0] if ends.size else 'no offsets'}")
    lengths = np.diff(ends)
    if (lengths < 0).any() or ends[-1] > index.size:
        raise DimensionError(f"offsets must rise and stay within the {index.size} indices, got {starts.tolist()}")
    return len(lengths), np.repeat(np.arange(len(lengths)), lengths)


def _largest(rows: Any, bag: Any, bags: int) -> Any:
    """The largest element of each column in each bag, the first of equals; zeros for empty bags."""
    a = memory.load(rows)
    out = np.zeros((bags, a.shape[1]), a.dtype)
    if not bag.size:
        return wrap(out)
    starts = np.flatnonzero(np.concatenate(([True], bag[1:] != bag[:-1])))
    filled = np.zeros(bags, bool)
    filled[bag[starts]] = True
    top = np.maximum.reduceat(a, starts, axis=0)
    group = np.cumsum(np.concatenate(([False], bag[1:] != bag[:-1])))
    number = np.where(a == top[group], np.arange(len(a))[:, None], len(a) - 1)
    first = np.zeros(out.shape, np.intp)
    first[filled] = np.minimum.reduceat(number, starts, axis=0)
    found = get(rows, key=(first, np.arange(a.shape[1])))
    return select(found, 0.0, condition=filled[:, None])


def one_hot(tensor: Tensor, num_classes: int = -1) -> Tensor:
    """Vectors with 1 at the class and 0 elsewhere: shape tensor.shape + (num_classes,), int64.

    Without num_classes it is one more than the largest class.

    >>> import adjoint as ad
    >>> ad.nn.functional.one_hot(ad.tensor([0, 2]))
    tensor([[1, 0, 0],
            [0, 0, 1]])
    """
    classes = memory.concrete(tensor) if hasattr(tensor, "__array__") else memory.peek(tensor)  # which refuses it
    if classes.dtype != np.int64:
        raise DtypeError(f"one_hot is only applicable to index tensor of type LongTensor (int64), not "
                         f"{dtypes.of(classes.dtype)!r}")
    if classes.size == 0:
        if num_classes <= 0:
            raise RangeError("Can not infer total number of classes from empty tensor; give num_classes")
        return wrap(np.zeros((*classes.shape, num_classes), np.int64))
    numbers = memory.everything(classes)
    if numbers.min() < 0:
        raise RangeError(f"Class values must be non-negative, got {numbers.min()}")
    n = int(numbers.max()) + 1 if num_classes == -1 else num_classes
    if numbers.max() >= n:
        raise RangeError(f"Class values must be smaller than num_classes: got {numbers.max()} with num_classes={n}")
    return wrap((classes[..., None] == np.arange(n)).astype(np.int64))
