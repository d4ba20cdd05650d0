"""Products and functions of matrices by PyTorch's names: matrix_power, matrix_exp, multi_dot, cross, vecdot, vander."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import errors
from ..core import memory
from ..ops import structure as st
from ..ops.linalg_functions import matrix_exp as matrix_exp_op
from ..ops.linalg_parts import identity_like, lower
from ..ops.linalg_solve import inv
from .arguments import dimension
from .linalg_checks import bare, same_dtype, square
from .writing import deliver

if TYPE_CHECKING:
    from .._tensor import Tensor


def matmul(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The matrix product `input @ other`.

    >>> import adjoint as ad
    >>> ad.linalg.matmul(ad.ones(2), ad.ones(2))
    tensor(2.)
    """
    return deliver(input @ other, out)


def matrix_exp(A: Tensor) -> Tensor:
    """The exponential of each matrix, sum A^k / k!.

    >>> import adjoint as ad
    >>> ad.linalg.matrix_exp(ad.tensor([[0., 1.], [0., 0.]]))
    tensor([[1., 1.],
            [0., 1.]])
    """
    return matrix_exp_op(square(A, "linalg.matrix_exp"))


def matrix_power(A: Tensor, n: int, *, out: Tensor | None = None) -> Tensor:
    """The n-th power of each matrix, by repeated squaring; a negative n takes the inverse first.

    >>> import adjoint as ad
    >>> ad.linalg.matrix_power(ad.tensor([[1., 1.], [0., 1.]]), 5)
    tensor([[1., 5.],
            [0., 1.]])
    """
    if A.ndim < 2 or A.shape[-1] != A.shape[-2]:
        raise errors.ShapeError(
            f"linalg.matrix_power: A must be batches of square matrices, but its shape is {list(A.shape)}"
        )
    if n == 0:
        # nothing of A is left, but the result is a part of the graph as in torch
        return deliver(lower(A, k=-A.shape[-1]) + identity_like(A), out)
    power = inv(square(A, "linalg.matrix_power")) if n < 0 else A
    n = abs(n)
    result = None
    while True:
        if n & 1:
            result = power if result is None else result @ power
        n >>= 1
        if not n:
            return deliver(st.copy(result) if result is A else result, out)
        power = power @ power


def multi_dot(tensors: Sequence[Tensor], *, out: Tensor | None = None) -> Tensor:
    """The product of two or more matrices in the order that takes the fewest multiplications.

    The first and the last may be vectors: a row and a column, whose dimension the result does not have.

    >>> import adjoint as ad
    >>> ad.linalg.multi_dot([ad.ones(2), ad.ones(2, 3), ad.ones(3)])
    tensor(6.)
    """
    xs: list[Any] = list(tensors)
    if len(xs) < 2:
        raise errors.ShapeError(f"multi_dot(): expected at least 2 tensors but got {len(xs)}")
    for i, x in enumerate(xs):
        end = i in (0, len(xs) - 1)
        if x.ndim != 2 and not (end and x.ndim == 1):
            raise errors.ShapeError(f"multi_dot(): tensor {i} must be {'1D or ' if end else ''}2D but got {x.ndim}D")
        same_dtype(xs[0], x, "multi_dot()")
    return deliver(chain(xs), out)


def chain(xs: list[Any]) -> Any:
    """The product of matrices, the first and last of which may be vectors, by the fewest multiplications."""
    row, column = xs[0].ndim == 1, xs[-1].ndim == 1
    if row:
        xs = [st.expand_dims(xs[0], axis=0), *xs[1:]]
    if column:
        xs = [*xs[:-1], st.expand_dims(xs[-1], axis=-1)]
    sizes = [x.shape[0] for x in xs] + [xs[-1].shape[1]]
    for i in range(len(xs) - 1):
        if xs[i].shape[1] != xs[i + 1].shape[0]:
            raise errors.ShapeError(
                f"multi_dot(): tensors {i} and {i + 1} with shapes {list(xs[i].shape)} and {list(xs[i + 1].shape)} "
                f"cannot be multiplied"
            )
    result = _product(xs, _split_points(sizes), 0, len(xs) - 1)
    axes = (0,) * row + (-1,) * column
    return st.squeeze(result, axis=axes) if axes else result


def _split_points(sizes: list[int]) -> dict[tuple[int, int], int]:
    """Where to split each subchain i .. j (Cormen et al., Introduction to Algorithms, matrix-chain order)."""
    n = len(sizes) - 1
    cost = {(i, i): 0 for i in range(n)}
    split = {}
    for length in range(1, n):
        for i in range(n - length):
            j = i + length
            cost[i, j], split[i, j] = min(
                (cost[i, k] + cost[k + 1, j] + sizes[i] * sizes[k + 1] * sizes[j + 1], k) for k in range(i, j)
            )
    return split


def _product(xs: list[Any], split: dict[tuple[int, int], int], i: int, j: int) -> Any:
    if i == j:
        return xs[i]
    k = split[i, j]
    return _product(xs, split, i, k) @ _product(xs, split, k + 1, j)


def cross(input: Tensor, other: Tensor, *, dim: int = -1, out: Tensor | None = None) -> Tensor:
    """The cross product of vectors of length 3 along `dim`; the other dimensions broadcast.

    >>> import adjoint as ad
    >>> ad.linalg.cross(ad.tensor([1., 0., 0.]), ad.tensor([0., 1., 0.]))
    tensor([0., 0., 1.])
    """
    if input.ndim != other.ndim:
        raise errors.ShapeError(
            f"linalg.cross: inputs must have the same number of dimensions, not {input.ndim} and {other.ndim}"
        )
    dim = dimension(dim, input.ndim)
    if input.shape[dim] != 3 or other.shape[dim] != 3:
        raise errors.ShapeError(
            f"linalg.cross: inputs dimension {dim} must have length 3. Got {input.shape[dim]} and {other.shape[dim]}"
        )

    def turn(x: Any, shift: int) -> Any:
        return st.roll(x, shift=shift, axis=dim)

    return deliver(turn(input, -1) * turn(other, 1) - turn(input, 1) * turn(other, -1), out)


def vecdot(x: Tensor, y: Tensor, *, dim: int = -1, out: Tensor | None = None) -> Tensor:
    """The sum of conj(x) * y over `dim`.

    >>> import adjoint as ad
    >>> ad.linalg.vecdot(ad.tensor([1., 2.]), ad.tensor([3., 4.]))
    tensor(11.)
    """
    product = (np.conjugate(x) if bare(x).dtype.kind == "c" else x) * y
    return deliver(np.sum(product, axis=dimension(dim, product.ndim)), out)


def vander(x: Tensor, N: int | None = None) -> Tensor:
    """The matrices (..., n, N) whose columns are the powers 0 to N - 1 of x (..., n); N is n by default.

    >>> import adjoint as ad
    >>> ad.linalg.vander(ad.tensor([2., 3.]), 3)
    tensor([[1., 2., 4.],
            [1., 3., 9.]])
    """
    if memory.peek(x).dtype.kind in "biu":
        x = st.astype(x, dtype=np.int64)
    if x.ndim == 0:
        x = st.expand_dims(x, axis=0)
    count = x.shape[-1] if N is None else N
    if N is not None and N <= 1:
        raise errors.ShapeError(f"N must be greater than 1, but it is {N}")
    powers: list[Any] = [np.ones_like(x)]
    for _ in range(count - 1):
        powers.append(powers[-1] * x)
    return st.stack(powers[:count], axis=-1)


def diagonal(A: Tensor, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """A view of the diagonals of the last two dimensions (or of `dim1` and `dim2`).

    >>> import adjoint as ad
    >>> ad.linalg.diagonal(ad.tensor([[1., 2.], [3., 4.]]))
    tensor([1., 4.])
    """
    axes = dimension(dim1, A.ndim), dimension(dim2, A.ndim)
    return st.diagonal(A, offset=offset, axis1=axes[0], axis2=axes[1])
