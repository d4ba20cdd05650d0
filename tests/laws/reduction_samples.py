"""Samples of reductions, scans, extremes, sorting and softmax, whose elements are far enough apart to have no ties."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Samples = list[tuple[tuple[Any, ...], dict[str, Any]]]


def apart(*shape: int) -> np.ndarray[Any, Any]:
    """Distinct numbers, at least 0.1 apart and never 0, in no order, the same at each call."""
    n = int(np.prod(shape))
    return np.random.default_rng(n).permutation((np.arange(n) - n // 2) * 0.17 + 0.05).reshape(shape)


def normal(*shape: int, complex: bool = False) -> np.ndarray[Any, Any]:
    """Normal numbers, the same at each call."""
    random = np.random.default_rng(shape)
    x = random.standard_normal(shape)
    return x + 1j * random.standard_normal(shape) if complex else x


def _over(*params: dict[str, Any], make: Callable[..., Any] = apart, complex: bool = False) -> Callable[[], Samples]:
    def made() -> Samples:
        found: Samples = [((make(3, 4),), p) for p in params]
        return found + ([((normal(3, 4, complex=True),), p) for p in params] if complex else [])

    return made


_ANY: tuple[dict[str, Any], ...] = ({}, {"axis": 1}, {"axis": (0, 1), "keepdims": True}, {"axis": 0, "keepdims": True})
_ONE: tuple[dict[str, Any], ...] = ({"axis": 0}, {"axis": -1})
_POSITIONED: tuple[dict[str, Any], ...] = ({"axis": 0}, {"axis": 1, "keepdims": True})
_INDEX = np.array([[0, 2], [1, 0], [2, 1]])
_REPEATED = np.array([[0, 0], [1, 1], [2, 0]])

WRITTEN: dict[str, Callable[[], Samples]] = {
    "total": lambda: [((apart(3, 4),), {}), ((apart(3),), {}), ((normal(3, complex=True),), {})],
    "sum": _over(*_ANY, complex=True),
    "mean": _over(*_ANY, complex=True),
    "nansum": _over(*_ANY),
    "var": _over(*_ANY, {"axis": 1, "correction": 0}, make=normal, complex=True),
    "std": _over(*_ANY, {"axis": 1, "correction": 0}, make=normal, complex=True),
    "amax": _over(*_ANY),
    "amin": _over(*_ANY),
    "largest": _over({}),
    "smallest": _over({}),
    "median": _over({}),
    "nanmedian": _over({}),
    "max_along": _over(*_POSITIONED),
    "min_along": _over(*_POSITIONED),
    "median_along": _over(*_POSITIONED),
    "nanmedian_along": _over(*_POSITIONED),
    "mode_along": _over(*_POSITIONED),
    "kth_along": _over({"axis": 0, "k": 2}, {"axis": 1, "k": 3, "keepdims": True}),
    "sort": _over({"axis": 0}, {"axis": -1, "descending": True}),
    "topk": _over({"axis": 0, "k": 2}, {"axis": -1, "k": 3, "largest": False}),
    "cummax": _over(*_ONE),
    "cummin": _over(*_ONE),
    "cumsum": _over(*_ONE, complex=True),
    "cumprod": _over(*_ONE, complex=True),
    "logcumsumexp": _over(*_ONE, complex=True),
    "prod": _over({}, *_ONE, {"axis": 1, "keepdims": True}, complex=True),
    "recur": lambda: [((apart(3, 4), normal(3, 4)), p) for p in _ONE],
    "softmax": _over(*_ONE, {"axis": (0, 1)}),
    "log_softmax": _over(*_ONE, {"axis": (0, 1)}),
    "logsumexp": _over(*_ANY, make=normal, complex=True),
    "take_along": lambda: [((apart(3, 4), _INDEX), {"axis": 1}), ((apart(3, 4), _REPEATED), {"axis": 1}),
                           ((apart(3, 4), _INDEX[:1]), {"axis": -1}), ((apart(4, 3), _REPEATED.T - 4), {"axis": 0})],
    "put_along": lambda: [((apart(3, 2), _INDEX), {"axis": 1, "size": 4}),
                          ((apart(3, 2), _INDEX[:1]), {"axis": 1, "size": 4})],
    "add_along": lambda: [((apart(3, 2), _REPEATED), {"axis": 1, "size": 4}),
                          ((apart(2, 3), _REPEATED.T[:, :1]), {"axis": 0, "size": 4})],
    "weighted_counts": lambda: [((apart(3),), {"index": np.array([0, 2, 0]), "size": 4})],
}

# The derivative of centre and residue in the weights holds along weights that sum to one: the second derivatives
# of softmax and log_softmax test it (tests/ops). unique has no derivative, and says so.
ELSEWHERE = ("centre", "residue", "unique", "unique_runs")
