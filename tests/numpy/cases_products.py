"""Products of vectors, matrices and tensors, and einsum in all its forms."""

from __future__ import annotations

from typing import Any

import numpy as np

from .case import Case, sample


def complex_sample(*shape: int, seed: int = 0) -> Any:
    """Complex random numbers."""
    return sample(*shape, seed=seed) + 1j * sample(*shape, seed=seed + 10)


def either(f: Any, *shapes: tuple[int, ...], note: str = "") -> list[Case]:
    """The case with real operands of these shapes, and with complex ones."""
    return [Case(f, *[make(*s, seed=i) for i, s in enumerate(shapes)], note=note and f"{note}-{kind}")
            for kind, make in (("real", sample), ("complex", complex_sample))]


CASES = {
    "np.dot": [*either(np.dot, (3,), (3,)), *either(np.dot, (2, 3), (3, 2)), Case(np.dot, sample(2, 3), sample(3)),
               Case(np.dot, sample(3), sample(3, 2)), Case(np.dot, sample(2, 2, 3), sample(3)),
               Case(np.dot, sample(2, 1, 3), sample(2, 3, 2)), Case(np.dot, sample(), sample(2, 2)),
               Case(np.dot, sample(0, 3), sample(3, 2))],
    "np.vdot": [*either(np.vdot, (3,), (3,)), *either(np.vdot, (2, 3), (3, 2))],
    "np.inner": [*either(np.inner, (3,), (3,)), Case(np.inner, sample(2, 3), sample(2, 2, 3)),
                 Case(np.inner, sample(2, 3), sample())],
    "np.outer": [*either(np.outer, (2,), (3,)), Case(np.outer, sample(2, 2), sample())],
    "np.kron": [*either(np.kron, (2, 2), (1, 3)), Case(np.kron, sample(2), sample(3, 2)),
                Case(np.kron, sample(2, 1, 2), sample(2)), Case(np.kron, sample(), sample(2, 2))],
    "np.tensordot": [*either(np.tensordot, (2, 3), (2, 3)),
                     Case(lambda a, b: np.tensordot(a, b, 0), sample(2), sample(2, 2)),
                     Case(lambda a, b: np.tensordot(a, b, axes=([0, 2], [1, 0])), sample(2, 2, 3), sample(3, 2)),
                     Case(lambda a, b: np.tensordot(a, b, axes=(-1, 0)), sample(2, 3), sample(3))],
    "np.matmul": [*either(np.matmul, (2, 3), (3, 2)), Case(np.matmul, sample(3), sample(3)),
                  Case(np.matmul, sample(2, 1, 2, 3), sample(2, 3, 1)), Case(np.matmul, sample(3), sample(2, 3, 2)),
                  Case(np.matmul, sample(2, 2, 3), sample(3)), Case(np.matmul, sample(2, 0), sample(0, 3)),
                  Case(lambda a, b: np.matmul(a, b, axes=[(0, 1), (0, 1), (1, 2)]), sample(2, 3, 2), sample(3, 2, 2))],
    "np.vecdot": [*either(np.vecdot, (2, 3), (3,)),
                  Case(lambda a, b: np.vecdot(a, b, axis=0), sample(3, 2), sample(3, 2, seed=1)),
                  Case(lambda a, b: np.vecdot(a, b, keepdims=True), sample(2, 3), sample(2, 3, seed=1))],
    "np.matvec": [*either(np.matvec, (2, 3), (3,)), Case(np.matvec, sample(2, 2, 3), sample(4, 1, 3))],
    "np.vecmat": [*either(np.vecmat, (3,), (3, 2)), Case(np.vecmat, sample(4, 1, 3), sample(2, 3, 2))],
    "np.cross": [Case(np.cross, sample(3), sample(3, seed=1)), Case(np.cross, sample(2, 3), sample(3)),
                 Case(lambda a, b: np.cross(a, b, axis=0), sample(3, 2), sample(3, 2, seed=1)),
                 Case(lambda a, b: np.cross(a, b, axisa=0, axisb=1, axisc=0), sample(3, 2), sample(2, 3)),
                 *either(np.cross, (3,), (3,))],
    "np.trace": [*either(np.trace, (3, 3)), Case(lambda x: np.trace(x, offset=1), sample(2, 3)),
                 Case(lambda x: np.trace(x, axis1=2, axis2=0), sample(2, 3, 2))],
    "np.einsum": [
        *either(lambda a, b: np.einsum("ij,jk->ik", a, b), (2, 3), (3, 2), note="matmul"),
        Case(lambda a: np.einsum("ii", a), sample(3, 3)), Case(lambda a: np.einsum("ii->i", a), sample(3, 3)),
        Case(lambda a: np.einsum("ij->ji", a), sample(2, 3)), Case(lambda a: np.einsum("ij->", a), sample(2, 3)),
        Case(lambda a: np.einsum("...j->...", a), sample(2, 3, 2)),
        Case(lambda a, b: np.einsum("...ij,...jk", a, b), sample(2, 2, 3), sample(1, 3, 2)),
        Case(lambda a, b, c: np.einsum("ij,jk,kl->il", a, b, c, optimize=True), sample(2, 3),
             sample(3, 2), sample(2, 4)),
        Case(lambda a, b, c: np.einsum("ij,jk,kl->il", a, b, c, optimize="optimal"), sample(2, 3),
             sample(3, 2), sample(2, 4)),
        Case(lambda a, b, c: np.einsum("i,i,i->i", a, b, c), sample(3), sample(3, seed=1), sample(3, seed=2)),
        Case(lambda a, b: np.einsum("i,j", a, b), sample(2), sample(3)),
        Case(lambda a, b: np.einsum(a, [0, 1], b, [1, 2], [2, 0]), sample(2, 3), sample(3, 2), note="lists"),
        Case(lambda a, b: np.einsum(a, [0, 1], b, [1, 2]), sample(2, 3), sample(3, 2)),
        Case(lambda a, b: np.einsum(a, [..., 0], b, [0, 1], [..., 1]), sample(2, 2, 3), sample(3, 2)),
        Case(lambda a, b, c: np.einsum("ij,jk,k", a, b, c,
                                       optimize=["einsum_path", (1, 2), (0, 1)]),
             sample(2, 3), sample(3, 2), sample(2)),
        Case(lambda a, b: np.einsum("iij,j->i", a, b), sample(2, 2, 3), sample(3))],
}
