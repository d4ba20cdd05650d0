"""Sums of products stated by letters or lists of dimensions: einsum and tensordot."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..core.tensor import TensorBase
from ..errors import ShapeError
from ..ops import contraction as co
from ..ops import reduction as red
from ..ops import structure as st
from .arguments import dimension
from .writing import deliver

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["einsum", "tensordot"]


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
    pair = _pair_alone(equation) if len(operands) == 2 else None
    if pair is not None:
        x, y = operands
        (a, b, out), shared = pair
        m, n = x.shape, y.shape
        if len(m) == len(a) and len(n) == len(b) and all([m[i] == n[j] for i, j in shared]):
            return co.contract(x, y, a=a, b=b, out=out)
    terms, target = read(equation, operands)
    return sum_of_products(operands, terms, target)


@lru_cache(maxsize=1000)
def _pair_alone(equation: str) -> tuple[tuple[str, str, str], list[tuple[int, int]]] | None:
    """The letters of two operands and the result, and the places of shared letters; None unless one product does it."""
    left, arrow, out = equation.replace(" ", "").partition("->")
    a, _, b = left.partition(",")
    if "..." in equation or "," in b or len(set(a)) < len(a) or len(set(b)) < len(b):
        return None
    lone = set(a) ^ set(b)
    if not arrow:
        out = "".join(sorted(lone))
    if len(set(out)) < len(out) or not lone <= set(out) or not set(out) <= set(a + b):
        return None
    return (a, b, out), [(i, b.index(c)) for i, c in enumerate(a) if c in b]


Term = tuple[Any, str]  # an operand and its letters


def sum_of_products(operands: Any, terms: list[str], target: str, path: Any = None) -> Any:
    """The operands, each with its letters, contracted to those of `target`, pair by pair.

    `path` lists the operands of each step by their places, as np.einsum_path gives them: they leave the list, and their
    product comes to its end. By default it goes from left to right.
    """
    xs: list[Term] = []
    for i, (x, letters) in enumerate(zip(operands, terms, strict=True)):
        x, letters = _diagonals(x, letters)
        others = set(target).union(*(set(t) for j, t in enumerate(terms) if j != i))
        xs.append(_summed(x, letters, others))
    for step in path or [range(len(xs))]:
        chosen = [xs[i] for i in step]
        xs = [term for i, term in enumerate(xs) if i not in step]
        while len(chosen) > 1:
            later = set(target).union(*(set(t) for _, t in xs + chosen[2:]))
            chosen[:2] = [_pair(chosen[0], chosen[1], later)]
        xs += chosen
    x, letters = _summed(*xs[0], set(target))
    missing = [c for c in target if c not in letters]
    if missing:
        raise RuntimeError(f"einsum(): output subscript {missing[0]} does not appear in the equation for any input "
                           "operand")
    return st.transpose(x, axes=tuple([letters.index(c) for c in target])) if letters != target else x


def _pair(first: Term, second: Term, later: set[str]) -> Term:
    """The product of two operands, summed over the letters that nothing needs later."""
    (x, a), (y, b) = _ones_dropped(*first, *second)
    (x, a), (y, b) = _summed(x, a, later | set(b)), _summed(y, b, later | set(a))
    kept = "".join([c for c in dict.fromkeys(a + b) if c in later])
    return co.contract(x, y, a=a, b=b, out=kept), kept


def _from_sublists(args: tuple[Any, ...]) -> tuple[Any, ...]:
    def letters(numbers: Any) -> str:
        return "".join(["..." if n is Ellipsis else chr(65 + n if n < 26 else 71 + n) for n in numbers])

    n = len(args) // 2
    equation = ",".join([letters(args[2 * i + 1]) for i in range(n)])
    if len(args) % 2:
        equation += "->" + letters(args[-1])
    return (equation, *args[0:2 * n:2])


def read(equation: str, operands: tuple[Any, ...]) -> tuple[list[str], str]:
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
            raise RuntimeError(f"einsum(): the number of subscripts in the equation ({len(t.replace('...', ''))}) does "
                               f"not match the number of dimensions ({x.ndim}) for operand {i}")
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
