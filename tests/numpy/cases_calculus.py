"""Differences, gradients, integrals, interpolation, convolution."""

from __future__ import annotations

import numpy as np

from .case import Case, sample

GRID = np.array([0.0, 0.4, 1.1, 1.5, 2.6])
POINTS = np.array([0.2, 2.1, -0.7, 1.3, 3.6])

CASES = {
    "np.diff": [Case(np.diff, sample(5)), Case(lambda x: np.diff(x, n=2, axis=0), sample(4, 2)),
                Case(lambda x, p: np.diff(x, prepend=p), sample(2, 3), sample(2, 2)),
                Case(lambda x, p: np.diff(x, prepend=0.0, append=p), sample(3), sample()),
                Case(np.diff, sample(1)), Case(lambda x: np.diff(x, 0), sample(3)),
                Case(lambda x: np.diff(x, axis=1), sample(2, 3, 2))],
    "np.ediff1d": [Case(np.ediff1d, sample(2, 3)), Case(lambda x, a, b: np.ediff1d(x, to_end=a, to_begin=b),
                                                          sample(4), sample(2), sample())],
    "np.gradient": [
        Case(np.gradient, sample(5)), Case(np.gradient, sample(2, 3)), Case(lambda f: np.gradient(f, 0.5), sample(4)),
        Case(lambda f: np.gradient(f, 0.5, edge_order=2), sample(4)), Case(np.gradient, sample(5), GRID),
        Case(lambda f, x: np.gradient(f, x, edge_order=2), sample(5), GRID),
        Case(lambda f, x: np.gradient(f, 2.0, x), sample(3, 5), GRID),
        Case(lambda f: np.gradient(f, 0.3, axis=1), sample(2, 3, 2)), Case(np.gradient, sample(4), np.array(0.7)),
        Case(lambda f: np.gradient(f, 0.3, axis=(0, 2)), sample(2, 3, 2)), Case(np.gradient, sample(2))],
    "np.trapezoid": [Case(np.trapezoid, sample(5)), Case(np.trapezoid, sample(5), GRID),
                     Case(lambda y, x: np.trapezoid(y, x, axis=0), sample(5, 2), GRID),
                     Case(lambda y: np.trapezoid(y, dx=0.3, axis=1), sample(2, 3, 2)),
                     Case(lambda y, x: np.trapezoid(y, x), sample(2, 3), np.cumsum(sample(2, 3, low=0.5), axis=1))],
    "np.interp": [Case(np.interp, POINTS, GRID, sample(5)), Case(np.interp, POINTS[:4].reshape(2, 2), GRID, sample(5)),
                  Case(lambda x, xp, fp, a, b: np.interp(x, xp, fp, left=a, right=b), POINTS, GRID, sample(5),
                       np.array(0.3), np.array(0.8)),
                  Case(lambda x, xp, fp: np.interp(x, xp, fp, period=3.0), POINTS, GRID, sample(5)),
                  Case(np.interp, np.array(0.9), GRID, sample(5)),
                  Case(lambda x: np.interp(x, [0.0, 1, 2], [3.0, 1, 2]), POINTS)],
    "np.unwrap": [Case(np.unwrap, np.array([0.1, 3.0, -2.5, 0.2, 3.1, -3.0])),
                  Case(lambda p: np.unwrap(p, axis=0, period=1.0), np.array([[0.1, 0.8], [0.9, 0.1], [0.35, 0.3]])),
                  Case(lambda p: np.unwrap(p, discont=4.0), np.array([0.1, 3.6, -0.5]))],
    "np.convolve": [Case(lambda a, v, m=m: np.convolve(a, v, m), sample(n), sample(k), note=f"{m}{n}{k}")
                    for m in ("full", "same", "valid") for n, k in ((5, 3), (3, 4), (4, 2), (3, 3), (1, 2))]
    + [Case(np.convolve, sample(3) + 1j * sample(3, seed=1), sample(2) - 1j)],
    "np.correlate": [Case(lambda a, v, m=m: np.correlate(a, v, m), sample(n), sample(k), note=f"{m}{n}{k}")
                     for m in ("full", "same", "valid") for n, k in ((5, 3), (3, 4), (4, 2), (3, 3), (1, 2), (2, 5))]
    + [Case(lambda a, v: np.correlate(a, v, "full"), sample(3) + 1j * sample(3, seed=1),
            sample(2) - 1j * sample(2, seed=3)),
       Case(lambda a, v: np.correlate(a, v, "same"), sample(2) - 1j * sample(2, seed=3),
            sample(3) + 1j * sample(3, seed=1))],
    "np.sinc": [Case(np.sinc, sample(3)), Case(np.sinc, sample(2, 1, 2)), Case(np.sinc, np.array(0.0))],
    "np.i0": [Case(np.i0, sample(3)), Case(np.i0, sample(2, 2))],
}
