"""Sequences of several lengths as one tensor: padded to the longest, and taken apart again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..._tensor import Tensor
from ...errors import RangeError
from ...functions.joining import stack
from ...functions.padding import pad

__all__ = ["pad_sequence", "unpad_sequence"]


def pad_sequence(sequences: Tensor | Iterable[Tensor], batch_first: bool = False, padding_value: float = 0.0,
                 padding_side: str = "right") -> Tensor:
    """The sequences, (length, ...) each, as one tensor (longest length, number of them, ...).

    With `batch_first` their number comes first. What is missing of the longest holds `padding_value`, on the
    `padding_side` "right" or "left".

    >>> import adjoint as ad
    >>> ad.nn.utils.rnn.pad_sequence([ad.tensor([1., 2.]), ad.tensor([3.])], batch_first=True)
    tensor([[1., 2.],
            [3., 0.]])
    """
    if padding_side not in ("right", "left"):
        raise RangeError(f"Expected padding_side to be one of left or right, but got {padding_side}.")
    rows = list(sequences)
    if not rows:
        raise RangeError("pad_sequence: expected a non-empty list of Tensors")
    longest = max([len(row) for row in rows])
    padded = []
    for row in rows:
        missing = longest - len(row)
        ends = (0, missing) if padding_side == "right" else (missing, 0)
        padded.append(pad(row, (0, 0) * (row.ndim - 1) + ends, value=padding_value) if missing else row)
    return stack(padded, 0 if batch_first else 1)


def unpad_sequence(padded_sequences: Tensor, lengths: Tensor | Iterable[Any],
                   batch_first: bool = False) -> list[Tensor]:
    """The sequences of these lengths that pad_sequence put into one tensor.

    >>> import adjoint as ad
    >>> ad.nn.utils.rnn.unpad_sequence(ad.tensor([[1., 2.], [3., 0.]]), ad.tensor([2, 1]), batch_first=True)
    [tensor([1., 2.]), tensor([3.])]
    """
    rows = padded_sequences if batch_first else padded_sequences.transpose(0, 1)
    return [row[: int(length)] for row, length in zip(rows, lengths, strict=True)]
