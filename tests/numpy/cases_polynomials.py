"""Polynomials by their coefficients."""

from __future__ import annotations

import numpy as np

from .case import Case, sample

CASES = {
    "np.polyval": [Case(np.polyval, sample(4), sample(3)), Case(np.polyval, sample(3), sample()),
                   Case(lambda p: np.polyval(p, 0.5), sample(4)),
                   Case(lambda x: np.polyval([1.0, 0, -2], x), sample(2, 2)),
                   Case(np.polyval, sample(3), sample(2) + 1j)],
    "np.polyadd": [Case(np.polyadd, sample(3), sample(2)), Case(np.polyadd, sample(2), sample(4)),
                   Case(np.polyadd, sample(2), sample())],
    "np.polysub": [Case(np.polysub, sample(3), sample(2)), Case(np.polysub, sample(3), sample(3, seed=1))],
    "np.polymul": [Case(np.polymul, sample(3), sample(2)), Case(np.polymul, sample(), sample(3)),
                   Case(lambda p: np.polymul(p, [0.0, 1.0, 2.0]), sample(3))],
    "np.polydiv": [Case(np.polydiv, sample(5), sample(3)), Case(np.polydiv, sample(2), sample(3)),
                   Case(np.polydiv, sample(3), sample(1))],
    "np.polyder": [Case(np.polyder, sample(4)), Case(lambda p: np.polyder(p, 2), sample(5)),
                   Case(np.polyder, sample(1))],
    "np.polyint": [Case(np.polyint, sample(4)), Case(lambda p, k: np.polyint(p, 2, k), sample(3), sample(2)),
                   Case(lambda p: np.polyint(p, m=2, k=3.0), sample(3))],
    "np.polyfit": [Case(lambda x, y: np.polyfit(x, y, 2), np.arange(5) / 4, sample(5)),
                   Case(lambda x, y, w: np.polyfit(x, y, 1, w=w), np.arange(4) / 2, sample(4), sample(4, low=0.5)),
                   Case(lambda x, y: np.polyfit(x, y, 1), np.arange(4) / 2, sample(4, 2)),
                   Case(lambda x, y: np.polyfit(x, y, 1, full=True), np.arange(4) / 2, sample(4)),
                   Case(lambda x, y: np.polyfit(x, y, 1, cov=True), np.arange(4) / 2, sample(4)),
                   Case(lambda x, y: np.polyfit(x, y, 1, cov="unscaled"), np.arange(4) / 2, sample(4, 2))],
    "np.poly": [Case(np.poly, sample(3)), Case(np.poly, np.array([[1.0, 0.3], [-0.2, 2.5]])),
                Case(np.poly, np.array([[1.0, 0.3], [-2.0, 1.5]]), note="complex-pair")],
    "np.roots": [Case(np.roots, np.array([1.0, -1.5, -5.5, 3.0])), Case(np.roots, np.array([1.3, 0.4, 2.0])),
                 Case(lambda p: np.roots(np.concatenate([[0.0], p, [0.0, 0.0]])), np.array([1.0, -4.0, 1.5]),
                      note="leading zeros")],
    "np.vander": [Case(np.vander, sample(3)), Case(lambda x: np.vander(x, 4, increasing=True), sample(2)),
                  Case(lambda x: np.vander(x, 2), sample(3))],
}
