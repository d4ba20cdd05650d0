"""Further ways of calling the functions of sets, and neighbours of numbers."""

from __future__ import annotations

import numpy as np

from .case import Case, distinct

square = distinct(2, 3)
line = distinct(4, seed=3)

CASES = {
    "np.unique_all": [Case(lambda x: tuple(np.unique_all(x)), square, note="a matrix")],
    "np.unique_counts": [Case(lambda x: np.unique_counts(np.concatenate([x, x])).values, line, note="all twice")],
    "np.unique_inverse": [Case(lambda x: tuple(np.unique_inverse(x)), square, note="a matrix")],
    "np.unique_values": [Case(lambda x: np.sort(np.unique_values(x)), square, note="a matrix")],
    "np.union1d": [Case(lambda x: np.union1d(x, x[:2]), line, note="of a part of it")],
    "np.setdiff1d": [Case(lambda x: np.setdiff1d(x, x[1:3]), line, note="a part of it")],
    "np.setxor1d": [Case(lambda x: np.setxor1d(x, [9.0, 8.0], assume_unique=True), line, note="plain others")],
    "np.nextafter": [Case(lambda x: np.nextafter(x, -9.0) * x, square, order=1, note="downwards")],
}
