"""Samples of the ops that only the laws of vmap take: of constants, and of what differences cannot check.

Shapes repeat the sizes of the batches, 2 and 3, so that an axis of an operand's own could pass for the examples'.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from inspect import signature
from typing import Any

import numpy as np

from adjoint.laws import Sample

from .linalg_samples import Samples, normal


def hermitian(n: int, *stack: int, seed: int = 0) -> Any:
    a = normal(*stack, n, n, seed=seed)
    return a + np.swapaxes(a, -1, -2)


def positive(n: int, *stack: int) -> Any:
    a = normal(*stack, n, n)
    return a @ np.swapaxes(a, -1, -2) + np.eye(n)


def integers(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng([seed, *shape]).integers(1, 5, shape)


def _of(*operands: Any, **params: Any) -> Callable[[], Samples]:
    return lambda: [(operands, params)]


def _along_axes(x: Any) -> Callable[[], Samples]:
    return lambda: [((x,), {"axis": axis}) for axis in (0, -1, None)]


NUMBER = np.array(np.inf)  # an operand like a tolerance, which is one number
W3, W23 = np.array([1.0, 2.5, 4.0]), np.array([[1.0, 2.5, 4.0], [0.5, 1.5, 3.0]])

# Their derivatives too are those of the loop.
DERIVED: dict[str, Callable[[], Samples]] = {
    "eigh": lambda: [((hermitian(n, *stack),), {}) for n, stack in ((3, ()), (2, (2,)))],
    "svd": lambda: [((normal(*shape),), {}) for shape in ((3, 3), (3, 2), (2, 3, 2))],
    "at_zero": lambda: [((normal(*w.shape), w), {"vectors": True}) for w in (W3, W23)],
    "independent": lambda: [((normal(*stack, 3, 3, complex=True),), {}) for stack in ((), (2,))],
    "same_slopes": lambda: [((normal(*w.shape, complex=True), w.astype(complex)), {}) for w in (W3, W23)],
    "cholesky": lambda: [((positive(n, *stack),), {}) for n, stack in ((3, ()), (2, (2,)))],
    "cholesky_solve": lambda: [((np.linalg.cholesky(positive(2, *stack)), normal(*stack, 2, 3)), {"up": False})
                               for stack in ((), (2,))],
    "equal_on_blocks": lambda: [((normal(*w.shape, complex=True), w.astype(complex)), {}) for w in (W3, W23)],
    "separate": lambda: [((normal(*w.shape, complex=True), normal(*w.shape, 3, complex=True), w.astype(complex)), {})
                         for w in (W3, W23)],
    "require_invariance": lambda: [((normal(*w.shape, 3, complex=True), w, z), {"name": "eigh"})
                                   for w, z in ((W3, NUMBER), (W23, NUMBER))],
    "value_part": lambda: [((normal(*w.shape, 3), normal(*w.shape), w, z), {"name": "eigh", "vectors": False})
                           for w, z in ((W3, NUMBER), (W23, np.array([0.0, 0.0])))],
    "centre": lambda: [((normal(2, 3), np.full((2, 3), 1 / 3)), {"axis": axis}) for axis in (0, -1)],
    "residue": lambda: [((normal(2, 3), np.full((2, 3), 1 / 3)), {"axis": axis}) for axis in (0, -1)],
}

VALUES: dict[str, Callable[[], Samples]] = {
    "cofactor_change2": _of(normal(3, 3), normal(3, 3, seed=1), normal(3, 3, seed=2)),
    "turned": _of(normal(3, 3), k=1),
    "still_independent": _of(normal(3, 3, complex=True)),
    "eig": _of(normal(3, 3)),
    "eigvals": _of(normal(3, 3)),
    "eigvalsh": _of(hermitian(3)),
    "svdvals": _of(normal(2, 3)),
    "geqrf": _of(normal(3, 2)),
    "qr_complete": _of(normal(3, 2)),
    "ldl_factor": _of(hermitian(3)),
    "ldl_solve": _of(2 * np.eye(2), np.array([1, 2], np.int32), normal(2, 3)),
    "permutation_matrix": _of(np.array([2, 3, 3], np.int32), normal(3, 2)),
    "identity_like": _of(normal(2, 3)),
    "filled_block": lambda: [((normal(*w.shape, 3), normal(*w.shape), w, normal(*w.shape, 3, seed=1)),
                              {"name": "eigh"}) for w in (W3, W23)],
    "eigh_along": _of(hermitian(3), normal(3, 3)),
    "svd_along": _of(normal(3, 2), normal(3, 2, seed=1)),
    "repeats": lambda: [((w,), {"zeros": zeros}) for w in (W3, W23) for zeros in (False, True)],
    "say_if_split": _of(normal(3, 3), np.eye(3), W3, np.eye(3), name="svd", vectors=True, zeros=True),
    "refuse_split": _of(normal(3, 3), np.eye(3), W3, np.eye(3), name="svd", zeros=True),
    **dict.fromkeys(("say_if_eig_splits", "refuse_if_eig_splits"),
                    _of(normal(3, 3), normal(3, 3, complex=True), W3.astype(complex))),
    "refuse_slope": _of(normal(3), normal(3, seed=1), W3, name="eigh"),
    "refuse_kink": _of(normal(3), W3),
    "require_complement": _of(normal(2, 2), NUMBER),
    "vanishing": _of(W23),
    "noise": _of(normal(2, 3), kept=1),
    "argsort": lambda: [((normal(2, 3),), {"axis": axis}) for axis in (0, -1)],
    "argpartition": _of(normal(2, 3), kth=1),
    **dict.fromkeys(("argmax", "argmin", "nanargmax", "nanargmin"), _along_axes(normal(2, 3))),
    **dict.fromkeys(("all", "any", "count"), _along_axes(normal(2, 3) > 0)),
    **dict.fromkeys(("zeros_like", "ones_like"), _of(normal(2, 3))),
    "full_like": _of(normal(2, 3), fill_value=2.5),
    "reinterpret": _of(normal(2, 3), dtype=np.int64),
    "to_integer": _of(normal(2, 3), dtype=np.int64),
    "divide_towards_zero": _of(integers(2, 3), divisor=-2),
    "max_positions": _of(normal(2, 3, 4), kernel=(2,), stride=(1,), padding=(0,), dilation=(1,), positions=(3,)),
    "max_in_boxes": _of(normal(2, 3, 4), starts=([0, 2],), stops=([2, 4],)),
    "max_at_starts": _of(normal(2, 3, 4), integers(2, 3, 2) % 3, kernel=(2,), positions=(2,)),
    "flat_position": _of(normal(2, 3), normal(2, 3, seed=1), sizes=(2, 3)),
    "inside": _of(normal(2, 3), normal(2, 3, seed=1), sizes=(2, 3)),
    "pick": _of(normal(2, 3) > 0, normal(2, 3), yes=1.0, no=0.5),
    "searchsorted": lambda: [((np.sort(normal(*shape)), normal(*shape[:-1], 2, seed=1)), {})
                             for shape in ((3,), (2, 3))],
    "shares": _of(integers(3) > 2, integers(2) > 2, key=np.array([0, 2])),
    "quantile_places": _of(normal(2, 3), np.array([0.2, 0.7]), method="linear", skip_nan=False),
    "weighted_places": _of(normal(2, 3), np.abs(normal(2, 3, seed=1)), q=np.array([0.2, 0.7]), skip_nan=False),
}
_INTEGERS = ("divide", "shift", "bitwise", "gcd", "lcm", "invert", "integer")


def of(op: Any) -> Iterator[Sample]:
    """The samples of one op: written above, or of its operands' number if it treats each element alone."""
    name = op.op_name
    if name in DERIVED or name in VALUES:
        for operands, params in {**DERIVED, **VALUES}[name]():
            yield Sample(op, operands, params)
    elif getattr(op.batch, "word", "") == "pointwise":
        make: Any = integers if any([word in name for word in _INTEGERS]) else normal
        n = getattr(op.fn, "nin", 0) or sum([p.default is p.empty for p in signature(op.fn).parameters.values()])
        for shapes in (((2, 3), (3,)), ((3,), (2, 3)), ((), (3,))):
            yield Sample(op, tuple([make(*shape, seed=i) for i, shape in enumerate(shapes[:n])]))
