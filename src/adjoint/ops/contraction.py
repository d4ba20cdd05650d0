"""Products that sum over an axis: matmul, dot, the affine map of a linear layer, and the pairwise einsum."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import registry
from ..core.kinds import Saved, bilinear, custom, linear
from . import structure as st

# Operands of two or more dimensions; the face gives vectors a second one.
matmul = bilinear(np.matmul, lambda ct, x, y: matmul(ct, st.mT(y)), lambda ct, x, y: matmul(st.mT(x), ct), name="Mm")
matmul.op.node_name = lambda node: (  # type: ignore[attr-defined]
    "MmBackward0" if len(node[4][0].shape) == 2 == len(node[4][1].shape) else "BmmBackward0")


def _dot(x: Any, y: Any) -> Any:
    return np.dot(x, y)


def _mv(x: Any, y: Any) -> Any:
    return np.matmul(x, y)


def _outer(x: Any, y: Any) -> Any:
    return np.multiply(x[:, None], y[None, :])


# Of two vectors; of a matrix and a vector; of two vectors to a matrix.
dot = bilinear(_dot, lambda ct, x, y: ct * y, lambda ct, x, y: ct * x)
mv = bilinear(_mv, lambda ct, x, y: outer(ct, y), lambda ct, x, y: mv(st.mT(x), ct))
outer = bilinear(_outer, lambda ct, x, y: mv(ct, y), lambda ct, x, y: mv(st.mT(ct), x), name="Mul", widens=False)


def _project(x: Any, w: Any) -> Any:
    if 4 * x.shape[0] <= w.shape[0]:  # few rows: 49 us by way of (w @ x.T).T, 73 directly (32 rows, 256 x 256)
        return np.ascontiguousarray(np.matmul(w, x.T).T)
    return np.matmul(x, w.T)


# x @ w.T for a batch of rows: a linear layer without bias.
project = bilinear(_project, lambda ct, x, w: matmul(ct, w), lambda ct, x, w: matmul(st.mT(ct), x), name="Mm")


def _affine(x: Any, w: Any, b: Any) -> Any:
    out = _project(x, w)
    out += b
    return out


def _column_sums(x: Any) -> Any:
    return np.dot(np.ones(len(x), x.dtype), x)


# The sums of a matrix's columns, as a product: 8 us where np.add.reduce takes 18 (512 x 256).
column_sums = linear(_column_sums, lambda ct, x: st.broadcast_to(ct, shape=x.shape), name="Sum", widens=True)


def _affine_vjp(ct: Any, s: Saved) -> Any:
    return (matmul(ct, s.y) if s.wanted[0] else None,
            matmul(st.mT(ct), s.x) if s.wanted[1] else None,
            column_sums(ct) if s.wanted[2] else None)


# x @ w.T + b for a batch of rows: one node for a linear layer.
affine = custom(_affine, _affine_vjp, saves=("x", "y"), name="Addmm")


def _contract(x: Any, y: Any, *, a: str, b: str, out: str) -> Any:
    """einsum "a,b->out" as one batched matmul; each letter once in a string, in two of the three strings at least."""
    batch = [c for c in a if c in b and c in out]
    inner = [c for c in a if c in b and c not in out]
    rows = [c for c in a if c not in b]
    cols = [c for c in b if c not in a]
    length = dict(zip(a, x.shape, strict=True)) | dict(zip(b, y.shape, strict=True))
    for c, n in zip(a, x.shape, strict=True):
        if c in b and n != length[c]:
            raise ValueError(f"index {c!r} has lengths {n} and {length[c]}")

    def flat(v: Any, letters: str, *groups: list[str]) -> Any:
        order = [letters.index(c) for g in groups for c in g]
        sizes = [[length[c] for c in g] for g in groups]
        return v.transpose(order).reshape(*sizes[0], *[st.size(tuple(g)) for g in sizes[1:]])

    z = np.matmul(flat(x, a, batch, rows, inner), flat(y, b, batch, inner, cols))
    letters = batch + rows + cols
    return z.reshape([length[c] for c in letters]).transpose([letters.index(c) for c in out])


contract = bilinear(_contract,
                    lambda ct, x, y, a, b, out: contract(ct, y, a=out, b=b, out=a),
                    lambda ct, x, y, a, b, out: contract(x, ct, a=a, b=out, out=b), name="Bmm")


def product(x: Any, y: Any) -> Any:
    """x @ y by NumPy's rules: vectors get a second dimension for it, leading dimensions broadcast."""
    if x.ndim == 2 and y.ndim == 2:
        return matmul(x, y)
    if x.ndim == 1 and y.ndim == 1:
        return dot(x, y)
    if x.ndim == 2 and y.ndim == 1:
        return mv(x, y)
    if x.ndim == 1:
        return st.squeeze(matmul(st.expand_dims(x, axis=0), y), axis=-2)
    if y.ndim == 1:
        return st.squeeze(matmul(x, st.expand_dims(y, axis=1)), axis=-1)
    if y.ndim == 2 and x.ndim > 2:  # one product of matrices, not one for each of the batch
        rows = matmul(st.reshape(x, shape=(st.size(x.shape[:-1]), x.shape[-1])), y)
        return st.reshape(rows, shape=(*x.shape[:-1], y.shape[-1]))
    return matmul(x, y)


registry.speaks(np.matmul)(lambda x, y: product(*_both(x, y)))


def _both(x: Any, y: Any) -> tuple[Any, Any]:
    return x if hasattr(x, "ndim") else np.asarray(x), y if hasattr(y, "ndim") else np.asarray(y)
