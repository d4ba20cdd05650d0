"""Choosing elements: `where`, and the product that makes selection exact in reverse mode."""

from __future__ import annotations

from operator import mul
from typing import Any

import numpy as np

from ..core import memory
from ..core.batch_rules import aligned, batched, ndims, pointwise, takes
from ..core.choose import choose, either
from ..core.kinds import custom
from ..core.op import Saved


def _select(x: Any, y: Any, *, condition: Any, name: str = "Where") -> Any:
    return either(condition, x, y)


def _where_vjp(ct: Any, s: Saved) -> Any:
    # A selection, not a product with a mask: what was not selected gets exactly zero, whatever the cotangent is.
    condition = s.params["condition"]
    if type(condition) is np.ndarray and condition.dtype.kind == "b" and type(ct) is np.ndarray:
        return (choose(ct, condition) if s.wanted[0] else None, choose(ct, ~condition) if s.wanted[1] else None)
    return (np.where(s.params["condition"], ct, 0) if s.wanted[0] else None,
            np.where(s.params["condition"], 0, ct) if s.wanted[1] else None)


@takes("condition")
def _select_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    condition = params["condition"]
    ndim = max(*ndims(payloads, mapped), np.ndim(condition) if not hasattr(condition, "ndim") else condition.ndim)
    if batched(level, condition):
        condition = aligned(memory.concrete(condition.payload), ndim)
    return op.call(*[aligned(x, ndim) if m else x for x, m in zip(payloads, mapped, strict=True)],
                   **{**params, "condition": condition})


# The condition is a parameter, not an operand: it takes no part in promotion and has no derivative.
select = custom(_select, _where_vjp, name="Where", widens=False, batch=_select_batch)
select.op.elementwise = True  # type: ignore[attr-defined]
select.op.node_name = lambda node: node[3].get("name", "Where") + "Backward0"  # type: ignore[attr-defined]


def _exact_product(ct: Any, partial: Any) -> Any:
    out = ct * partial
    if not np.isfinite(out).all():
        out = np.where(ct == 0, 0, out).astype(out.dtype, copy=False)
    return out


def _exact_product_vjp(g: Any, s: Saved) -> Any:
    # Where a zero ct met a partial that is not finite, the product is zero by decree, hence constant in both.
    if not s.wanted[0]:
        return None, exact_product(g, s.x)
    y = np.where(np.logical_and(np.equal(s.x, 0), np.logical_not(np.isfinite(s.y))), 0, s.y)
    return exact_product(g, y), exact_product(g, s.x) if s.wanted[1] else None


def _exact_product_jvp(op: Any, primals: Any, tangents: Any, params: Any, out: Any, times: Any) -> Any:
    # The product rule with the same decree. It is not the transpose of the vjp: there, what is not finite is the
    # tangent of the partial, and the zero that must win over it is the value of ct.
    (x, y), (dx, dy) = primals, tangents
    moved = None if dy is None else exact_product(x, dy)
    if dx is None:
        return moved
    y = np.where(np.logical_and(np.equal(x, 0), np.logical_not(np.isfinite(y))), 0, y)
    return exact_product(dx, y) if moved is None else exact_product(dx, y) + moved


# ct * partial, but zero where ct is exactly zero, though the partial be inf or NaN there.
exact_product = custom(_exact_product, _exact_product_vjp, saves=("x", "y"), name="Mul", widens=False, batch=pointwise)
exact_product.op.forward = _exact_product_jvp  # type: ignore[attr-defined]


def unless_zero(ct: Any, out: Any, s: Saved, axis: Any) -> Any:
    """out, but exactly zero where a whole row of ct is: in a walk that looks out for 0 * NaN, or nothing is to do."""
    if s.times is mul:
        return out
    return np.where(np.any(np.not_equal(ct, 0), axis=axis, keepdims=True), out, 0)
