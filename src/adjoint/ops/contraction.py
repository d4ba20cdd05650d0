"""Products that sum over an axis: matmul, dot, the affine map of a linear layer, and the pairwise einsum."""

from __future__ import annotations

import string
from functools import lru_cache
from typing import Any

import numpy as np

from ..core import registry
from ..core.batch_rules import leading
from ..core.kinds import bilinear, custom, linear
from ..core.op import Saved
from ..core.payloads import shape_of
from ..native import kernels
from ..native.sizes import FEW
from . import structure as st

# Under vmap, products of an operand that all examples share are one product of matrices.


def _merged(x: Any) -> Any:
    """A stack of matrices as one matrix with all their rows."""
    shape = shape_of(x)
    return st.reshape(x, shape=(shape[0] * shape[1], *shape[2:]))


def _matmul_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    x, y = payloads
    if mapped[0] and not mapped[1] and len(shape_of(x)) == 3 and len(shape_of(y)) == 2:
        return st.reshape(matmul(_merged(x), y), shape=(*shape_of(x)[:2], shape_of(y)[1]))
    return _stacks(level, op, payloads, mapped, params)


_stacks = leading(2, 2, broadcasts=True)


def _dot_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    x, y = payloads
    if mapped[0] and mapped[1]:
        return contract(x, y, a="zi", b="zi", out="z")
    return mv(x, y) if mapped[0] else mv(y, x)


def _mv_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    x, y = payloads
    if not mapped[0]:
        return project(y, x)
    if not mapped[1]:
        return st.reshape(mv(_merged(x), y), shape=shape_of(x)[:2])
    return st.squeeze(matmul(x, st.expand_dims(y, axis=2)), axis=2)


def _vm_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    x, y = payloads
    if not mapped[1]:
        return matmul(x, y)
    return st.squeeze(matmul(st.expand_dims(x, axis=1) if mapped[0] else st.expand_dims(x, axis=0), y), axis=1)


def _outer_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    x, y = [st.expand_dims(v, axis=axis) if m else st.reshape(v, shape=(-1, 1) if axis == 2 else (1, -1))
            for v, m, axis in zip(payloads, mapped, (2, 1), strict=True)]
    return np.multiply(x, y)


def _project_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    x, w = payloads[:2]
    if not mapped[1]:
        return st.reshape(project(_merged(x), w), shape=(*shape_of(x)[:2], shape_of(w)[0]))
    if not mapped[0]:
        rows = st.reshape(project(x, _merged(w)), shape=(shape_of(x)[0], *shape_of(w)[:2]))
        return st.moveaxis(rows, source=1, destination=0)
    return matmul(x, st.mT(w))


def _affine_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    x, w, b = payloads
    if mapped == [True, False, False]:
        return st.reshape(affine(_merged(x), w, b), shape=(*shape_of(x)[:2], shape_of(w)[0]))
    rows = _project_batch(level, op, payloads, mapped, params) if mapped[0] or mapped[1] else project(x, w)
    return np.add(rows, st.expand_dims(b, axis=1) if mapped[2] else b)


def _column_sums_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    return np.sum(payloads[0], axis=1)


def _contract_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    """One letter more, in the strings of the operands that have examples."""
    letter = next(c for c in string.ascii_letters if c not in params["a"] + params["b"])
    a, b = [letter + s if m else s for s, m in zip((params["a"], params["b"]), mapped, strict=True)]
    return contract(*payloads, a=a, b=b, out=letter + params["out"])




def _matmul(x: Any, y: Any) -> Any:
    out = kernels.of(x, FEW).matmul(x, y)
    return np.matmul(x, y) if out is None else out


# Operands of two or more dimensions; the face gives vectors a second one.
matmul = bilinear(_matmul, lambda ct, x, y: matmul(ct, st.mT(y)), lambda ct, x, y: matmul(st.mT(x), ct), name="Mm",
                  batch=_matmul_batch)
matmul.op.node_name = lambda node: (  # type: ignore[attr-defined]
    "MmBackward0" if len(node[4][0].shape) == 2 == len(node[4][1].shape) else "BmmBackward0")


def _dot(x: Any, y: Any) -> Any:
    return np.dot(x, y)


def _mv(x: Any, y: Any) -> Any:
    return np.matmul(x, y)


def _vm(x: Any, y: Any) -> Any:
    return np.matmul(x, y)


def _outer(x: Any, y: Any) -> Any:
    return np.multiply(x[:, None], y[None, :])


# Of two vectors; of a matrix and a vector; of a vector and a matrix; of two vectors to a matrix.
dot = bilinear(_dot, lambda ct, x, y: ct * y, lambda ct, x, y: ct * x, batch=_dot_batch)
mv = bilinear(_mv, lambda ct, x, y: outer(ct, y), lambda ct, x, y: vm(ct, x), batch=_mv_batch)
vm = bilinear(_vm, lambda ct, x, y: mv(y, ct), lambda ct, x, y: outer(x, ct), name="SqueezeBackward4", batch=_vm_batch)
outer = bilinear(_outer, lambda ct, x, y: mv(ct, y), lambda ct, x, y: vm(x, ct), name="Mul", widens=False,
                 batch=_outer_batch)


def _project(x: Any, w: Any) -> Any:
    out = kernels.of(x, FEW).matmul(x, w.T)
    return _project_by_blas(x, w) if out is None else out


def _project_by_blas(x: Any, w: Any) -> Any:
    if 4 * x.shape[0] <= w.shape[0]:  # few rows: 49 us by way of (w @ x.T).T, 73 directly (32 rows, 256 x 256)
        return np.ascontiguousarray(np.matmul(w, x.T).T)
    return np.matmul(x, w.T)


# x @ w.T for a batch of rows: a linear layer without bias.
project = bilinear(_project, lambda ct, x, w: matmul(ct, w), lambda ct, x, w: matmul(st.mT(ct), x), name="Mm",
                   batch=_project_batch)


def _affine(x: Any, w: Any, b: Any) -> Any:
    out = kernels.of(x, FEW).affine(x, w, b)
    if out is None:
        out = _project_by_blas(x, w)
        out += b
    return out


@lru_cache(maxsize=100)
def _ones(n: int, dtype: Any) -> Any:
    return np.broadcast_to(np.ones(n, dtype), (n,))  # read-only, since it is shared


def _column_sums(x: Any) -> Any:
    out = kernels.of(x).column_sums(x)
    if out is not None:
        return out
    if len(x) <= 4096:
        return np.dot(_ones(len(x), x.dtype), x)
    return np.add.reduce(np.ascontiguousarray(x.T), axis=1)  # pairwise: one long sum loses digits


# The sums of a matrix's columns, as a product: 8 us where np.add.reduce takes 18 (512 x 256).
column_sums = linear(_column_sums, lambda ct, x: st.broadcast_to(ct, shape=x.shape), name="Sum", widens=True,
                     batch=_column_sums_batch)


def _turned(x: Any) -> Any:
    return x.T


def _affine_vjp(ct: Any, s: Saved) -> Any:
    # On arrays without a call between: 2 of 7 us.
    mm, turn, sums = (_matmul, _turned, _column_sums) if type(ct) is np.ndarray else (matmul, st.mT, column_sums)
    return (mm(ct, s.y) if s.wanted[0] else None,
            mm(turn(ct), s.x) if s.wanted[1] else None,
            sums(ct) if s.wanted[2] else None)


# x @ w.T + b for a batch of rows: one node for a linear layer.
affine = custom(_affine, _affine_vjp, saves=("x", "y"), name="Addmm", batch=_affine_batch)


@lru_cache(maxsize=1000)
def _layout(a: str, b: str, out: str) -> tuple[Any, ...]:
    """How a, b -> out is one batched matmul: the axes of each operand in order, how many of its letters are of the
    batch, rows, summed and columns, and the axes of the product in the order of `out` (None: as they come)."""
    batch = [c for c in a if c in b and c in out]
    inner = [c for c in a if c in b and c not in out]
    rows = [c for c in a if c not in b]
    cols = [c for c in b if c not in a]
    made = batch + rows + cols
    return ([a.index(c) for c in batch + rows + inner], [b.index(c) for c in batch + inner + cols],
            (len(batch), len(rows), len(inner)), None if "".join(made) == out else [made.index(c) for c in out])


def _contract(x: Any, y: Any, *, a: str, b: str, out: str) -> Any:
    """einsum "a,b->out" as one batched matmul; each letter once in a string, in two of the three strings at least."""
    order_x, order_y, (batch, rows, inner), order = _layout(a, b, out)
    x, y = x.transpose(order_x), y.transpose(order_y)
    m, n = x.shape, y.shape
    if m[:batch] != n[:batch] or m[batch + rows:] != n[batch:batch + inner]:
        c, i, j = next((c, i, j) for c, i in zip([a[k] for k in order_x], m, strict=True)
                       for d, j in zip([b[k] for k in order_y], n, strict=True) if c == d and i != j)
        raise ValueError(f"index {c!r} has lengths {i} and {j}")
    if (rows, inner, len(n) - batch) == (1, 1, 2):
        z = np.matmul(_for_blas(x), _for_blas(y))
    else:
        lead = m[:batch]
        z = np.matmul(x.reshape(*lead, st.size(m[batch:batch + rows]), st.size(m[batch + rows:])),
                      y.reshape(*lead, st.size(n[batch:batch + inner]), st.size(n[batch + inner:])))
        z = z.reshape(m[:batch + rows] + n[batch + inner:])
    return z if order is None else z.transpose(order)


def _for_blas(x: Any) -> Any:
    """The matrices in a layout that BLAS takes: the slow loop that NumPy has for others costs far more than a copy."""
    return x if x.size < 256 or x.itemsize in x.strides[-2:] else np.ascontiguousarray(x)


contract = bilinear(_contract,
                    lambda ct, x, y, a, b, out: contract(ct, y, a=out, b=b, out=a),
                    lambda ct, x, y, a, b, out: contract(x, ct, a=a, b=out, out=b), name="Bmm", batch=_contract_batch)


def product(x: Any, y: Any) -> Any:
    """x @ y by NumPy's rules: vectors get a second dimension for it, leading dimensions broadcast."""
    p, q = shape_of(x), shape_of(y)
    if len(p) == 2:
        return mv(x, y) if len(q) == 1 else matmul(x, y)
    if len(p) == 1:
        if 1 <= len(q) <= 2:
            return dot(x, y) if len(q) == 1 else vm(x, y)
        return st.squeeze(matmul(st.expand_dims(x, axis=0), y), axis=-2)
    if len(q) == 1:
        return st.squeeze(matmul(x, st.expand_dims(y, axis=1)), axis=-1)
    if len(q) == 2 and len(p) > 2:  # one product of matrices, not one for each of the batch
        rows = matmul(st.reshape(x, shape=(st.size(p[:-1]), p[-1])), y)
        return st.reshape(rows, shape=(*p[:-1], q[-1]))
    return matmul(x, y)


registry.speaks(np.matmul)(lambda x, y: product(*_both(x, y)))


def _both(x: Any, y: Any) -> tuple[Any, Any]:
    return x if hasattr(x, "ndim") else np.asarray(x), y if hasattr(y, "ndim") else np.asarray(y)
