"""Products that sum over dimensions, by PyTorch's names: matmul and its kin, einsum, tensordot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..core import memory
from ..core.tensor import TensorBase
from ..errors import DtypeError, ShapeError
from ..ops import arithmetic as ar
from ..ops import contraction as co
from ..ops import reduction as red
from ..ops import structure as st
from .arguments import dimension
from .writing import deliver, inplace

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["addbmm", "addmm", "addmv", "addr", "baddbmm", "bmm", "chain_matmul", "dot", "einsum", "ger", "inner", "kron",
           "matmul", "mm", "mv", "outer", "tensordot", "vdot"]


def matmul(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The matrix product; vectors are rows or columns as needed, leading dimensions broadcast.

    Dtypes must be equal. ShapeError when the summed dimensions differ.

    >>> import adjoint as ad
    >>> ad.matmul(ad.ones(2, 3), ad.ones(3))
    tensor([3., 3.])
    """
    if not isinstance(input, TensorBase) or not isinstance(other, TensorBase):
        return NotImplemented
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
        raise DtypeError(f"dot : expected both vectors to have same dtype, but found {input.dtype!r} and {tensor.dtype!r}")
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


def addmm(input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: Any = 1, alpha: Any = 1, out: Tensor | None = None) -> Tensor:
    """beta * input + alpha * (mat1 @ mat2).

    >>> import adjoint as ad
    >>> ad.addmm(ad.ones(2, 2), ad.ones(2, 3), ad.ones(3, 2))
    tensor([[4., 4.],
            [4., 4.]])
    """
    return _combined(input, mm(mat1, mat2), beta, alpha, out)


def addmv(input: Tensor, mat: Tensor, vec: Tensor, *, beta: Any = 1, alpha: Any = 1, out: Tensor | None = None) -> Tensor:
    """beta * input + alpha * (mat @ vec).

    >>> import adjoint as ad
    >>> ad.addmv(ad.ones(2), ad.ones(2, 3), ad.ones(3))
    tensor([4., 4.])
    """
    return _combined(input, mv(mat, vec), beta, alpha, out)


def addr(input: Tensor, vec1: Tensor, vec2: Tensor, *, beta: Any = 1, alpha: Any = 1, out: Tensor | None = None) -> Tensor:
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
    return _combined(input, red.sum(bmm(batch1, batch2), axis=0), beta, alpha, out)


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


def tensordot(a: Tensor, b: Tensor, dims: Any = 2, out: Tensor | None = None) -> Tensor:
    """Sums of products over the last `dims` dimensions of a and the first of b, or over the dimensions listed for each.

    >>> import adjoint as ad
    >>> ad.tensordot(ad.ones(2, 3, 4), ad.ones(3, 4, 5)).shape
    adjoint.Size([2, 5])
    """
    if isinstance(dims, TensorBase):
        dims = dims.tolist()  # type: ignore[attr-defined]
    if isinstance(dims, int):
        if dims < 0 or dims > min(a.ndim, b.ndim):
            raise RuntimeError(f"tensordot expects dims >= 0 and at most {min(a.ndim, b.ndim)}, but got dims={dims}")
        left, right = list(range(a.ndim - dims, a.ndim)), list(range(dims))
    else:
        left = [dimension(d, a.ndim) for d in ([dims[0]] if isinstance(dims[0], int) else dims[0])]
        right = [dimension(d, b.ndim) for d in ([dims[1]] if isinstance(dims[1], int) else dims[1])]
    if len(left) != len(right):
        raise RuntimeError("both dimension lists should have same length")
    names = [chr(97 + i) for i in range(a.ndim)]
    others = [chr(97 + a.ndim + i) for i in range(b.ndim)]
    for i, j in zip(left, right, strict=True):
        others[j] = names[i]
        if a.shape[i] != b.shape[j]:
            if a.shape[i] != 1 and b.shape[j] != 1:
                raise ShapeError(f"contracted dimensions need to match, but first has size {a.shape[i]} in dim {i} and "
                                 f"second has size {b.shape[j]} in dim {j}")
            if a.shape[i] == 1:
                b = red.sum(b, axis=j, keepdims=True)
            else:
                a = red.sum(a, axis=i, keepdims=True)
    keep = [c for i, c in enumerate(names) if i not in left] + [c for j, c in enumerate(others) if j not in right]
    result = co.contract(a, b, a="".join(names), b="".join(others), out="".join(keep))
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


def einsum(equation: str, *operands: Any) -> Tensor:
    """The sum of products that Einstein's notation states, such as "ij,jk->ik"; "..." stands for broadcast dimensions.

    Also einsum(x, [0, 1], y, [1, 2], [0, 2]). Operands are contracted from left to right, each pair as one matmul.

    >>> import adjoint as ad
    >>> ad.einsum("ij,ij->i", ad.ones(2, 3), ad.ones(2, 3))
    tensor([3., 3.])
    """
    if not isinstance(equation, str):
        return einsum(*_from_sublists((equation, *operands)))
    if len(operands) == 1 and isinstance(operands[0], Sequence) and not isinstance(operands[0], TensorBase):
        operands = tuple(operands[0])
    terms, target = _terms(equation, operands)
    xs: list[tuple[Any, str]] = []
    for i, (x, letters) in enumerate(zip(operands, terms, strict=True)):
        x, letters = _diagonals(x, letters)
        others = set(target).union(*(set(t) for j, t in enumerate(terms) if j != i))
        xs.append(_summed(x, letters, others))
    while len(xs) > 1:
        (x, a), (y, b) = xs[0], xs[1]
        later = set(target).union(*(set(t) for _, t in xs[2:]))
        x, y = _ones_dropped(x, a, y, b)
        a, b = x[1], y[1]
        (x, a), (y, b) = _summed(x[0], a, later | set(b)), _summed(y[0], b, later | set(a))
        kept = "".join([c for c in dict.fromkeys(a + b) if c in later])
        xs[:2] = [(co.contract(x, y, a=a, b=b, out=kept), kept)]
    x, letters = _summed(*xs[0], set(target))
    missing = [c for c in target if c not in letters]
    if missing:
        raise RuntimeError(f"einsum(): output subscript {missing[0]} does not appear in the equation for any input operand")
    return st.transpose(x, axes=tuple([letters.index(c) for c in target])) if letters != target else x


def _from_sublists(args: tuple[Any, ...]) -> tuple[Any, ...]:
    def letters(numbers: Any) -> str:
        return "".join(["..." if n is Ellipsis else chr(65 + n if n < 26 else 71 + n) for n in numbers])

    n = len(args) // 2
    equation = ",".join([letters(args[2 * i + 1]) for i in range(n)])
    if len(args) % 2:
        equation += "->" + letters(args[-1])
    return (equation, *args[0:2 * n:2])


def _terms(equation: str, operands: tuple[Any, ...]) -> tuple[list[str], str]:
    """The letters of each operand and of the result, dots replaced by letters of their own, checked."""
    left, arrow, right = equation.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(operands):
        raise RuntimeError(f"einsum(): the equation has {len(terms)} operands, but {len(operands)} were provided")
    free = [c for c in map(chr, range(192, 600)) if c not in equation]
    dots = 0
    for i, (t, x) in enumerate(zip(terms, operands, strict=True)):
        n = x.ndim - len(t.replace("...", ""))
        if ("..." not in t and n != 0) or n < 0:
            raise RuntimeError(f"einsum(): the number of subscripts in the equation ({len(t.replace('...', ''))}) does not "
                               f"match the number of dimensions ({x.ndim}) for operand {i}")
        dots = max(dots, n if "..." in t else 0)
    names = "".join(free[:dots])
    terms = [t.replace("...", names[dots - (x.ndim - len(t.replace("...", ""))):] if "..." in t else "")
             for t, x in zip(terms, operands, strict=True)]
    if arrow:
        target = right.replace("...", names)
    else:
        every = "".join(terms)
        target = names + "".join(sorted([c for c in set(every) if every.count(c) == 1 and c not in names]))
    sizes: dict[str, int] = {}
    for t, x in zip(terms, operands, strict=True):
        for c, n in zip(t, x.shape, strict=True):
            if sizes.setdefault(c, n) == 1:
                sizes[c] = n
            elif n not in (1, sizes[c]):
                raise ShapeError(f"einsum(): subscript {c} has size {n}, which does not broadcast with size {sizes[c]}")
    return terms, target


def _diagonals(x: Any, letters: str) -> tuple[Any, str]:
    while len(set(letters)) < len(letters):
        c = next(c for c in letters if letters.count(c) > 1)
        i = letters.index(c)
        j = letters.index(c, i + 1)
        x = st.diagonal(x, offset=0, axis1=i, axis2=j)
        letters = letters[:i] + letters[i + 1:j] + letters[j + 1:] + c
    return x, letters


def _summed(x: Any, letters: str, wanted: set[str]) -> tuple[Any, str]:
    gone = tuple([i for i, c in enumerate(letters) if c not in wanted])
    return (red.sum(x, axis=gone), "".join([c for c in letters if c in wanted])) if gone else (x, letters)


def _ones_dropped(x: Any, a: str, y: Any, b: str) -> tuple[tuple[Any, str], tuple[Any, str]]:
    """Where a shared index has length 1 in one operand only (broadcasting), that operand loses it."""
    def drop(v: Any, letters: str, other: Any, others: str) -> tuple[Any, str]:
        gone = tuple([i for i, c in enumerate(letters)
                      if c in others and v.shape[i] == 1 and other.shape[others.index(c)] != 1])
        return (st.squeeze(v, axis=gone), "".join([c for i, c in enumerate(letters) if i not in gone])) if gone else (
            v, letters)

    new_x = drop(x, a, y, b)
    return new_x, drop(y, b, *(x, a))


class ContractionMethods:
    """Those of this file that are methods of a tensor, and their in-place forms."""

    __slots__ = ()
    matmul = __matmul__ = matmul
    mm, bmm, mv, dot, vdot, inner, outer, ger, kron = mm, bmm, mv, dot, vdot, inner, outer, outer, kron
    addmm, addmv, addr, baddbmm, addbmm = addmm, addmv, addr, baddbmm, addbmm
    addmm_, addmv_, addr_, baddbmm_, addbmm_ = (
        inplace(addmm), inplace(addmv), inplace(addr), inplace(baddbmm), inplace(addbmm))

    def __rmatmul__(self, other: Any) -> Any:
        """other @ self."""
        return matmul(other, self)  # type: ignore[arg-type]
