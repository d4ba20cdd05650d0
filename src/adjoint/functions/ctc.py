"""ctc_loss: the connectionist temporal classification of sequences (Graves et al. 2006)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..core import memory
from ..core.tensor import TensorBase, wrap
from ..errors import DimensionError, RangeError, ShapeError
from ..ops import arithmetic as ar
from ..ops import structure as st
from ..ops.ctc import alignment_loss
from ..ops.indexing import get
from ..ops.selection import select
from .losses import reduced

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["ctc_loss"]


def ctc_loss(log_probs: Tensor, targets: Tensor, input_lengths: Any, target_lengths: Any, blank: int = 0,
             reduction: str = "mean", zero_infinity: bool = False) -> Tensor:
    """-log of the probability of the targets, summed over all alignments with the inputs, reduced.

    `log_probs` (T, N, C) or (T, C) are normalized over the classes. `targets` are (N, S), or all of them in one vector.
    An alignment repeats classes and puts blanks between them. The mean divides each loss by its target's length.
    `zero_infinity` makes infinite losses, of targets too long for their input, zero, and their gradients. The gradient
    is that of this sum itself; PyTorch's has exp(log_probs) added, which log_softmax takes away again.

    >>> import adjoint as ad
    >>> log_probs = ad.tensor([[0.5, 0.5], [0.5, 0.5]]).log()
    >>> ad.nn.functional.ctc_loss(log_probs, ad.tensor([1]), ad.tensor(2), ad.tensor(1))
    tensor(0.2877)
    """
    if memory.peek(log_probs).ndim not in (2, 3):
        raise ShapeError(f"ctc_loss expects log_probs of shape (T, N, C) or (T, C), got {list(log_probs.shape)}")
    batched = memory.peek(log_probs).ndim == 3
    if not batched:
        log_probs = st.expand_dims(log_probs, axis=1)
    steps, n, classes = memory.peek(log_probs).shape
    times = _lengths(input_lengths, n, "input_lengths")
    sizes = _lengths(target_lengths, n, "target_lengths")
    longest = memory.everything(times)
    if longest.size and (longest.min() < 0 or longest.max() > steps):
        raise RangeError(f"Expected input_lengths to have value at most {steps} and at least 0, got {longest.tolist()}")
    if not 0 <= blank < classes:
        raise RangeError(f"blank must be in label range: 0 to {classes - 1}, got {blank}")
    labels = _with_blanks(memory.concrete(targets), sizes, blank, classes)
    emitted = get(log_probs, key=(np.arange(steps)[:, None, None], np.arange(n)[:, None], labels[None]))
    losses = alignment_loss(emitted, labels=labels, times=times, sizes=sizes)
    if zero_infinity:
        losses = select(0.0, losses, condition=np.isinf(memory.load(losses)))
    if reduction == "mean":
        losses = ar.divide(losses, wrap(np.maximum(sizes, 1).astype(memory.peek(losses).dtype)))
    return reduced(losses if batched else st.reshape(losses, shape=()), reduction, "Mean")


def _lengths(lengths: Any, n: int, what: str) -> Any:
    a = memory.concrete(lengths) if isinstance(lengths, TensorBase) else np.asarray(lengths)
    if a.size != n or a.dtype.kind not in "iu":
        raise ShapeError(f"{what} must be {n} integers, one for each sequence of the batch; got {a.dtype} of shape "
                         f"{list(a.shape)}")
    return np.reshape(a, n).astype(np.intp)


def _with_blanks(targets: Any, sizes: Any, blank: int, classes: int) -> Any:
    """(N, 2 S + 1): a blank before, between and after the labels of each target, and blanks to fill the row."""
    n = len(sizes)
    longest = int(memory.everything(sizes).max()) if n else 0
    within = np.arange(longest) < sizes[:, None]
    if targets.ndim == 2 and len(targets) == n and longest <= targets.shape[1]:
        rows = targets[:, :longest]
    elif targets.ndim == 1 and targets.size == sizes.sum():
        rows = np.zeros((n, longest), targets.dtype)
        rows[within] = targets
    else:
        raise ShapeError(f"targets of shape {list(targets.shape)} do not fit target_lengths {sizes.tolist()}: "
                         "expected (N, S), or a vector of all targets")
    rows = np.where(within, rows, blank).astype(np.intp)
    numbers = memory.everything(rows)
    if numbers.size and not (numbers.min() >= 0 and numbers.max() < classes):
        raise DimensionError(f"a target is out of range: classes are 0 to {classes - 1}, got {numbers.tolist()}")
    blanks = np.full((n, longest + 1), blank)
    pairs = np.stack((blanks[:, :longest], rows), axis=2)
    return np.concatenate((np.reshape(pairs, (n, 2 * longest)), blanks[:, longest:]), axis=1)
