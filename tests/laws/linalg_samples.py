"""Samples of the ops of linear algebra and Fourier transforms, and the ops that the generated laws cannot take bare."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Samples = list[tuple[tuple[Any, ...], dict[str, Any]]]


def normal(*shape: int, seed: int = 0, complex: bool = False) -> np.ndarray[Any, Any]:
    """Normal numbers, the same at each call."""
    random = np.random.default_rng([seed, *shape])
    x = random.standard_normal(shape)
    return x + 1j * random.standard_normal(shape) if complex else x


def _both(make: Callable[[bool], list[tuple[Any, ...]]], *params: dict[str, Any]) -> Callable[[], Samples]:
    """Samples from operands, real and complex, and parameters."""
    return lambda: [(operands, p) for c in (False, True) for operands in make(c) for p in params or ({},)]


def _square(c: bool) -> list[tuple[Any, ...]]:
    return [(normal(3, 3, complex=c),), (normal(2, 2, 2, complex=c),)]


def _near_identity(c: bool) -> list[tuple[Any, ...]]:
    return [(3 * np.eye(3) + 0.4 * normal(3, 3, complex=c),)]


def _two(c: bool) -> list[tuple[Any, ...]]:
    return [(normal(3, 3, complex=c), normal(3, 2, seed=1, complex=c))]


def _tall(c: bool) -> list[tuple[Any, ...]]:
    return [(normal(4, 2, complex=c),)]


def _any(c: bool) -> list[tuple[Any, ...]]:
    return [*_tall(c), (normal(2, 4, complex=c),), (normal(2, 3, 3, complex=c),)]


def _vector(c: bool) -> list[tuple[Any, ...]]:
    return [(normal(2, 3, complex=c),)]


SAMPLES: dict[str, Callable[[], Samples]] = {
    "inv": _both(_square),
    "solve": _both(_two),
    "solve_triangular": _both(_two, {"up": True}, {"up": False, "unit": True}),
    "pinv": lambda: [((normal(4, 2, complex=c), 0.0, 1e-12), {}) for c in (False, True)],
    "lstsq": lambda: [((normal(4, 2, complex=c), normal(4, 3, seed=1, complex=c)), {"rcond": 1e-12})
                      for c in (False, True)],
    "lu_factor": _both(_any),
    "qr": _both(_tall),
    "det": _both(_square),
    "cofactor": _both(_square),
    "cofactor_change": lambda: [((normal(3, 3), normal(3, 3, seed=1)), {})],
    "cofactor_change2": lambda: [((normal(4, 4), normal(4, 4, seed=1), normal(4, 4, seed=2)), {})],
    "slogdet": _both(_square),
    "matrix_exp": _both(_square),
    "sqrtm": _both(_near_identity),
    "logm": _both(_near_identity),
    "solve_sylvester": lambda: [((*_near_identity(c)[0], normal(2, 2, seed=1, complex=c) + 2 * np.eye(2),
                                  normal(3, 2, seed=2, complex=c)), {}) for c in (False, True)],
    "norm2": _both(_vector, {"axis": None, "keepdims": False}, {"axis": (1,), "keepdims": True}),
    "normp": _both(_vector, {"axis": (0,), "keepdims": False, "p": 3.5}, {"axis": None, "keepdims": True, "p": 0.5}),
    "count_nonzero": lambda: [((normal(2, 3),), {"axis": (1,), "keepdims": False})],
    "c2c": lambda: [((normal(2, 3, complex=True),), {"axes": (0, 1), "norm": "ortho", "inverse": inverse})
                    for inverse in (False, True)],
    "r2c": lambda: [((normal(2, n),), {}) for n in (4, 5)],
    "c2r": lambda: [((normal(2, 3, complex=True),), {"n": n}) for n in (4, 5)],
    "doubled": lambda: [((normal(2, 3, complex=True),), {"n": n}) for n in (4, 5)],
    "full_convolution": lambda: [((normal(4, complex=c), normal(3, seed=1, complex=c)), {}) for c in (False, True)],
    "sliding_product": lambda: [((normal(4, complex=c), normal(3, seed=1, complex=c)), {}) for c in (False, True)],
    "pair_quotient": lambda: [((normal(3, 3, complex=True), np.array([1.0, 2.0, 4.0])), {"sign": sign})
                              for sign in (-1, 1)],
    "row_quotient": lambda: [((normal(2, 3, complex=True), np.array([4.0, 2.0, 1.0]), 0.0), {})],
    "in_eigenbasis": lambda: [((*_near_identity(c)[0], normal(3, seed=1, complex=c)), {}) for c in (False, True)],
    "of_eigenvalues": lambda: [((*_near_identity(c)[0], normal(3, 3, seed=1, complex=c)), {}) for c in (False, True)],
    "complex_quotient": lambda: [((normal(3, 3, complex=True), normal(3, seed=1, complex=True), np.inf), {})],
}

# These read one triangle, or give what is defined up to a phase or a basis, or check their operand: test_linalg beside
# this file holds them against finite differences through functions that do not depend on that.
ELSEWHERE = (
    "cholesky", "cholesky_solve", "eigh", "eig", "svd", "value_part", "require_invariance",
    "eigh_along", "svd_along", "say_if_split", "say_if_eig_splits", "at_zero", "independent", "same_slopes",
    "equal_on_blocks", "separate", "ldl_factor", "ldl_solve", "geqrf", "qr_complete",
)
