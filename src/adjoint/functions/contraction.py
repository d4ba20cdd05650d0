"""Products of matrices and vectors by PyTorch's names: matmul and its kin, and their sums with a third operand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..core import memory
from ..core.tensor import TensorBase
from ..errors import DtypeError, ShapeError
from ..ops import arithmetic as ar
from ..ops import contraction as co
from ..ops import reduction as red
from ..ops import structure as st
from .einsum import tensordot
from .writing import deliver, inplace

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = [
    "addbmm", "addmm", "addmv", "addr", "baddbmm", "bmm", "chain_matmul", "dot", "ger", "inner", "kron", "matmul",
    "mm", "mv", "outer", "vdot",
]


def matmul(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The matrix product; vectors are rows or columns as needed, leading dimensions broadcast.

    Dtypes must be equal. ShapeError when the summed dimensions differ.

    >>> import adjoint as ad
    >>> ad.matmul(ad.ones(2, 3), ad.ones(3))
    tensor([3., 3.])
    """
    a, b = memory.peek(input), memory.peek(other)
    if a.dtype is not b.dtype and a.dtype != b.dtype:
        raise DtypeError(f"expected m1 and m2 to have the same dtype, but got: {input.dtype!r} != {other.dtype!r}")
    if a.ndim == 0 or b.ndim == 0:
        raise ShapeError(f"both arguments to matmul need to be at least 1D, but they are {a.ndim}D and {b.ndim}D")
    k, m = a.shape[-1], b.shape[-2 if b.ndim > 1 else 0]
    if k != m:
        hint = "; did you mean x @ y.mT?" if b.ndim > 1 and b.shape[-1] == k else ""
        raise ShapeError(f"matmul: {tuple(a.shape)} @ {tuple(b.shape)}: mat1 and mat2 shapes cannot be multiplied: the "
                         f"{k} and the {m} must be equal{hint}")
    result = co.matmul(input, other) if a.ndim == 2 == b.ndim else co.product(input, other)
    return result if out is None else deliver(result, out)


def _of_dims(name: str, *pairs: tuple[Tensor, int]) -> None:
    for t, n in pairs:
        if t.ndim != n:
            raise ShapeError(f"{name}: expected a {n}D tensor, but got one of shape {tuple(t.shape)}")


def mm(input: Tensor, mat2: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The product of two matrices.

    >>> import adjoint as ad
    >>> ad.mm(ad.ones(2, 3), ad.ones(3, 1))
    tensor([[3.],
            [3.]])
    """
    _of_dims("mm", (input, 2), (mat2, 2))
    return matmul(input, mat2, out=out)


def bmm(input: Tensor, mat2: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The products of two batches of matrices of equal length.

    >>> import adjoint as ad
    >>> ad.bmm(ad.ones(2, 1, 3), ad.ones(2, 3, 1)).shape
    adjoint.Size([2, 1, 1])
    """
    _of_dims("bmm", (input, 3), (mat2, 3))
    if input.shape[0] != mat2.shape[0]:
        raise ShapeError(f"bmm: batches of different lengths: {tuple(input.shape)} and {tuple(mat2.shape)}")
    return matmul(input, mat2, out=out)


def mv(input: Tensor, vec: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The product of a matrix and a vector.

    >>> import adjoint as ad
    >>> ad.mv(ad.ones(2, 3), ad.ones(3))
    tensor([3., 3.])
    """
    _of_dims("mv", (input, 2), (vec, 1))
    return matmul(input, vec, out=out)


def dot(input: Tensor, tensor: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The sum of the products of two vectors' elements; no conjugate is taken.

    >>> import adjoint as ad
    >>> ad.dot(ad.tensor([2., 3.]), ad.tensor([2., 1.]))
    tensor(7.)
    """
    if input.ndim != 1 or tensor.ndim != 1:
        raise ShapeError(f"1D tensors expected, but got {input.ndim}D and {tensor.ndim}D tensors")
    if input.dtype is not tensor.dtype:
        raise DtypeError(f"dot : expected both vectors to have same dtype, but found {input.dtype!r} and "
                         f"{tensor.dtype!r}")
    if input.shape != tensor.shape:
        raise ShapeError("inconsistent tensor size, expected tensor "
                         f"{list(input.shape)} and src {list(tensor.shape)} to have the same number of elements")
    result = co.dot(input, tensor)
    return result if out is None else deliver(result, out)


def vdot(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The dot product of two vectors, the first conjugated.

    >>> import adjoint as ad
    >>> ad.vdot(ad.tensor([1j, 2.]), ad.tensor([1j, 1.]))
    tensor(3.+0.j)
    """
    return dot(ar.conjugate(input) if input.dtype.is_complex else input, other, out=out)


def inner(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Sums over the last dimensions of both: out[..., ...] = sum_k input[..., k] other[..., k].

    >>> import adjoint as ad
    >>> ad.inner(ad.ones(2, 3), ad.ones(4, 3)).shape
    adjoint.Size([2, 4])
    """
    if input.ndim == 0 or other.ndim == 0:
        result = ar.multiply(input, other)
    else:
        result = tensordot(input, other, dims=([-1], [-1]))
    return result if out is None else deliver(result, out)


def outer(input: Tensor, vec2: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The matrix of all products of the elements of two vectors.

    >>> import adjoint as ad
    >>> ad.outer(ad.tensor([1., 2.]), ad.tensor([3., 4.]))
    tensor([[3., 4.],
            [6., 8.]])
    """
    _of_dims("outer", (input, 1), (vec2, 1))
    result = co.outer(input, vec2)
    return result if out is None else deliver(result, out)


ger = outer


def _combined(input: Tensor, product: Any, beta: Any, alpha: Any, out: Tensor | None) -> Tensor:
    """beta * input + alpha * product, where beta = 0 leaves out input, NaN and all."""
    if alpha != 1:
        product = ar.multiply(product, alpha)
    if beta == 0:
        result = product
    else:
        shape = product.shape
        result = ar.add(input if beta == 1 else ar.multiply(input, beta), product)
        if result.shape != shape:
            raise ShapeError(f"The expanded size of the tensor must match the product's: {tuple(input.shape)} does not "
                             f"broadcast to {tuple(shape)}")
    return result if out is None else deliver(result, out)


def addmm(input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: Any = 1, alpha: Any = 1,
          out: Tensor | None = None) -> Tensor:
    """beta * input + alpha * (mat1 @ mat2).

    >>> import adjoint as ad
    >>> ad.addmm(ad.ones(2, 2), ad.ones(2, 3), ad.ones(3, 2))
    tensor([[4., 4.],
            [4., 4.]])
    """
    return _combined(input, mm(mat1, mat2), beta, alpha, out)


def addmv(input: Tensor, mat: Tensor, vec: Tensor, *, beta: Any = 1, alpha: Any = 1,
          out: Tensor | None = None) -> Tensor:
    """beta * input + alpha * (mat @ vec).

    >>> import adjoint as ad
    >>> ad.addmv(ad.ones(2), ad.ones(2, 3), ad.ones(3))
    tensor([4., 4.])
    """
    return _combined(input, mv(mat, vec), beta, alpha, out)


def addr(input: Tensor, vec1: Tensor, vec2: Tensor, *, beta: Any = 1, alpha: Any = 1,
         out: Tensor | None = None) -> Tensor:
    """beta * input + alpha * outer(vec1, vec2).

    >>> import adjoint as ad
    >>> ad.addr(ad.zeros(2, 2), ad.tensor([1., 2.]), ad.tensor([3., 4.]))
    tensor([[3., 4.],
            [6., 8.]])
    """
    return _combined(input, outer(vec1, vec2), beta, alpha, out)


def baddbmm(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Any = 1, alpha: Any = 1,
            out: Tensor | None = None) -> Tensor:
    """beta * input + alpha * bmm(batch1, batch2).

    >>> import adjoint as ad
    >>> ad.baddbmm(ad.ones(2, 1, 1), ad.ones(2, 1, 3), ad.ones(2, 3, 1)).flatten()
    tensor([4., 4.])
    """
    return _combined(input, bmm(batch1, batch2), beta, alpha, out)


def addbmm(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Any = 1, alpha: Any = 1,
           out: Tensor | None = None) -> Tensor:
    """beta * input + alpha * the sum over the batch of bmm(batch1, batch2).

    >>> import adjoint as ad
    >>> ad.addbmm(ad.ones(1, 1), ad.ones(2, 1, 3), ad.ones(2, 3, 1))
    tensor([[7.]])
    """
    products = bmm(batch1, batch2)
    return _combined(input, st.astype(red.sum(products, axis=0), dtype=memory.peek(products).dtype), beta, alpha, out)


def chain_matmul(*matrices: Tensor, out: Tensor | None = None) -> Tensor:
    """The product of several matrices.

    >>> import adjoint as ad
    >>> ad.chain_matmul(ad.ones(2, 3), ad.ones(3, 4), ad.ones(4, 1)).shape
    adjoint.Size([2, 1])
    """
    result = matrices[0]
    for m in matrices[1:]:
        result = mm(result, m)
    return result if out is None else deliver(result, out)


def kron(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The Kronecker product: blocks input[i, j] * other.

    >>> import adjoint as ad
    >>> ad.kron(ad.eye(2), ad.ones(1, 2))
    tensor([[1., 1., 0., 0.],
            [0., 0., 1., 1.]])
    """
    n = max(input.ndim, other.ndim)
    a, b = (1,) * (n - input.ndim) + tuple(input.shape), (1,) * (n - other.ndim) + tuple(other.shape)
    x = st.reshape(input, shape=tuple([v for k in a for v in (k, 1)]))
    y = st.reshape(other, shape=tuple([v for k in b for v in (1, k)]))
    result = st.reshape(ar.multiply(x, y), shape=tuple([i * j for i, j in zip(a, b, strict=True)]))
    return result if out is None else deliver(result, out)


class ContractionMethods:
    """Those of this file that are methods of a tensor, and their in-place forms."""

    __slots__ = ()
    matmul = matmul
    mm, bmm, mv, dot, vdot, inner, outer, ger, kron = mm, bmm, mv, dot, vdot, inner, outer, outer, kron
    addmm, addmv, addr, baddbmm, addbmm = addmm, addmv, addr, baddbmm, addbmm
    addmm_, addmv_, addr_, baddbmm_, addbmm_ = (
        inplace(addmm), inplace(addmv), inplace(addr), inplace(baddbmm), inplace(addbmm))

    def __matmul__(self: Any, other: Any) -> Any:
        """self @ other."""
        return matmul(self, other) if isinstance(other, TensorBase) else NotImplemented  # type: ignore[arg-type]

    def __rmatmul__(self: Any, other: Any) -> Any:
        """other @ self."""
        return matmul(other, self) if isinstance(other, TensorBase) else NotImplemented  # type: ignore[arg-type]
