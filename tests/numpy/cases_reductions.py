"""Sums, products, means, extremes and running forms."""

from __future__ import annotations

import numpy as np

from .case import Case, distinct, sample

CASES = {
    "np.sum": [Case(lambda x: np.sum(x, axis=(0, 2), keepdims=True), sample(2, 3, 2))],
    "np.max": [Case(np.max, distinct(5))],
}
