"""Picking elements, diagonals, grids; arrays made like others and between ends; functions along axes; np.emath."""

from __future__ import annotations

import numpy as np
from numpy.lib import scimath

from .case import Case, sample

x3 = sample(2, 3, 4)
m = sample(3, 4)
square = sample(3, 3)
v = sample(5)
z = sample() + 1j * sample(seed=1)
positive = sample(4, low=0.5, high=2.0)
order = np.argsort(sample(3, 4, seed=5), axis=1)


def _built(x):
    out = np.zeros_like(x)
    out[0] = x[0] ** 2
    for i in range(1, x.shape[0]):
        out[i] = out[i - 1] * x[i]
    return out


def _copied_to(x, y):
    out = np.copy(x)
    np.copyto(out, y, where=[True, False, True, False])
    return out * x


def _put(function, *rest, **options):
    def call(x, y):
        out = np.copy(x)
        function(out, *rest, y, **options)
        return out * out

    return call


CASES = {
    "np.take": [
        Case(lambda x: np.take(x, [0, 5, 5]), m), Case(lambda x: np.take(x, [[2, 0], [1, 1]], axis=1), x3),
        Case(lambda x: np.take(x, 1, axis=-1), m), Case(lambda x: np.take(x, [-7, 12], mode="wrap"), m, note="wrapped"),
        Case(lambda x: np.take(x, [-7, 12], axis=0, mode="clip"), m, note="clipped"),
        Case(lambda x: np.take(x, np.zeros((0, 2), int)), v, note="empty"),
    ],
    "np.take_along_axis": [
        Case(lambda x: np.take_along_axis(x, order, axis=1), m),
        Case(lambda x: np.take_along_axis(x, np.array([[1], [0], [2]]), 1), m),
        Case(lambda x: np.take_along_axis(x, np.array([3, 3, 0]), None), m, note="flat"),
        Case(lambda x: np.take_along_axis(x, np.array([[0], [2], [1]]), 1), sample(1, 4), note="one row for all"),
    ],
    "np.compress": [
        Case(lambda x: np.compress([True, False, True], x, axis=0), m), Case(lambda x: np.compress([0, 1, 1], x), m),
    ],
    "np.extract": [Case(lambda x: np.extract(m > 0, x), m), Case(lambda x: np.extract(m > 9, x), m, note="none")],
    "np.diagonal": [Case(np.diagonal, m), Case(lambda x: np.diagonal(x, 1, 0, 2), x3)],
    "np.diag": [Case(np.diag, v), Case(lambda x: np.diag(x, -2), sample(3)), Case(lambda x: np.diag(x, 1), m)],
    "np.diagflat": [Case(np.diagflat, sample(2, 2)), Case(lambda x: np.diagflat(x, 1), sample(), note="0-d")],
    "np.tril": [Case(np.tril, square), Case(lambda x: np.tril(x, -1), x3), Case(np.tril, sample(3), note="vector")],
    "np.triu": [Case(np.triu, square), Case(lambda x: np.triu(x, 1), x3)],
    "np.vander": [
        Case(np.vander, sample(3)), Case(lambda x: np.vander(x, 4, increasing=True), np.array([0.0, 1.5, -2.0])),
        Case(lambda x: np.vander(x, 1), sample(3)), Case(lambda x: np.vander(x, 0), sample(3)),
    ],
    "np.ix_": [Case(lambda x, y: np.ix_(x, y), sample(2), sample(3)), Case(lambda x: np.ix_(x, [True, False]), v)],
    "np.meshgrid": [
        Case(lambda x, y: np.meshgrid(x, y), sample(2), sample(3)),
        Case(lambda x, y, s: np.meshgrid(x, y, s, indexing="ij", sparse=True), sample(2), sample(3), sample()),
        Case(lambda x, y: np.meshgrid(x, y, [1.0, 2.0], copy=False), sample(2), sample(3), note="three axes"),
    ],
    "np.zeros_like": [Case(_built, v, note="filled"), Case(lambda x: np.zeros_like(x, shape=(2, 3)), v, order=0)],
    "np.full_like": [
        Case(lambda x, y: np.full_like(x, y) * x, m, sample()), Case(lambda x, y: np.full_like(x, y), m, sample(4)),
        Case(lambda x, y: np.full_like(x, y, shape=(2, 2)), v, sample(), note="another shape"),
    ],
    "np.arange": [Case(lambda x: np.arange(x[0], 4.0, 1.5, like=x), sample(1)),
                  Case(lambda x: np.arange(x[0], 4.0, x[1] + 2.0, like=x), np.array([0.3, -0.4]))],
    "np.full": [Case(lambda x: np.full((2, 3), x[0], like=x), sample(1)), Case(lambda x: np.full(5, x, like=x), v)],
    "np.array": [
        Case(lambda x: np.array([[x[0], x[1]], [x[1], 1.0]], like=x), sample(2)),
        Case(lambda x: np.array(x, ndmin=3, like=x), v),
    ],
    "np.asarray": [
        Case(lambda x: np.asarray(x, like=x), v), Case(lambda x: np.asarray([x[0], x[1]], like=x), sample(2)),
    ],
    "np.asanyarray": [Case(lambda x: np.asanyarray([x, x], like=x), v), Case(lambda x: np.asanyarray(x, like=x), m)],
    "np.ascontiguousarray": [
        Case(lambda x: np.ascontiguousarray(x[0], like=x), sample(1)),
        Case(lambda x: np.ascontiguousarray(x, like=x), m),
    ],
    "np.asfortranarray": [
        Case(lambda x: np.asfortranarray(x, like=x), m), Case(lambda x: np.asfortranarray([x], like=x), v),
    ],
    "np.require": [Case(lambda x: np.require(x, float, "C", like=x), m), Case(lambda x: np.require([x, x], like=x), v)],
    "np.fromfunction": [
        Case(lambda x: np.fromfunction(lambda i, j: x[0] * i + j, (2, 3), like=x), sample(1)),
        Case(lambda x: np.fromfunction(lambda i: x ** i, (5,), like=x), v),
    ],
    "np.linspace": [
        Case(lambda a, b: np.linspace(a, b, 7), sample(), sample(seed=1)),
        Case(lambda a, b: np.linspace(a, b, 4, endpoint=False, axis=-1), sample(2, 1), sample(3)),
        Case(lambda a, b: np.linspace(a, b, 5, retstep=True), sample(), sample(seed=1), note="with the step"),
        Case(lambda a: np.linspace(a, 3, 1), sample(), note="one"), Case(lambda a: np.linspace(a, 3, 0), sample()),
    ],
    "np.logspace": [
        Case(lambda a, b: np.logspace(a, b, 4), sample(), sample(seed=1)),
        Case(lambda a, b, c: np.logspace(a, b, 3, base=c, endpoint=False, axis=1), sample(2), sample(2, seed=1),
             np.array([2.0, 3.0])),
    ],
    "np.geomspace": [
        Case(lambda a, b: np.geomspace(a, b, 5), 1.5, 7.0), Case(lambda a, b: np.geomspace(a, b, 4), -1.5, -7.0),
        Case(lambda a: np.geomspace(a, [3.0, 5.0], 3, endpoint=False, axis=-1), np.array([1.0, 2.0])),
    ],
    "np.apply_along_axis": [
        Case(lambda x: np.apply_along_axis(lambda row: np.sum(row ** 2), 1, x), x3),
        Case(lambda x: np.apply_along_axis(np.outer, 0, x, np.arange(2.0)), m, note="grows"),
        Case(lambda x: np.apply_along_axis(np.cumsum, -1, x), m),
    ],
    "np.apply_over_axes": [
        Case(lambda x: np.apply_over_axes(np.sum, x, [0, -1]) ** 2, x3),
        Case(lambda x: np.apply_over_axes(np.prod, x, 1), m),
    ],
    "np.copyto": [
        Case(_copied_to, sample(4), sample(4, seed=1)),
        Case(_put(np.copyto), m, sample(4), note="all"), Case(_put(np.copyto), m, sample(), note="a number"),
    ],
    "np.put": [
        Case(_put(np.put, [0, 5, -1]), m, sample(3)), Case(_put(np.put, [0, 5, 0]), m, sample(2), note="repeated"),
        Case(_put(np.put, [13, -30], mode="wrap"), m, sample(2), note="wrapped"),
    ],
    "np.place": [
        Case(_put(np.place, m > 0), m, sample(2)), Case(_put(np.place, m > -9), m, sample(12), note="all"),
    ],
    "np.putmask": [
        Case(_put(np.putmask, m > 0), m, sample(3, 4, seed=1)), Case(_put(np.putmask, m > 0), m, sample(2), note="few"),
    ],
    "np.put_along_axis": [
        Case(lambda x, y: _along(x, order[:, :2], y, 1), m, sample(3, 2)),
        Case(lambda x, y: _along(x, np.array([[1], [0], [3]]), y, 1), m, sample(), note="a number"),
        Case(lambda x, y: _along(x, np.array([3, 7]), y, None), m, sample(2), note="flat"),
    ],
    "np.fill_diagonal": [
        Case(_put(np.fill_diagonal), m, sample()), Case(_put(np.fill_diagonal), sample(7, 3), sample(2)),
        Case(lambda x, y: _filled(x, y), sample(7, 3), sample(3), note="wrapped"),
        Case(_put(np.fill_diagonal), sample(2, 2, 2), sample(2), note="a cube"),
    ],
    "np.angle": [
        Case(np.angle, sample(3, seed=1) + 1j * sample(3, seed=2)),
        Case(lambda x: np.angle(x, deg=True), z, note="degrees"),
    ],
    "np.emath.sqrt": [Case(scimath.sqrt, positive), Case(scimath.sqrt, np.array([-1.5, 2.0]))],
    "np.emath.log": [Case(scimath.log, positive), Case(scimath.log, np.array([-1.5, 2.0]))],
    "np.emath.log2": [Case(scimath.log2, positive), Case(scimath.log2, np.array([-1.5, 2.0]))],
    "np.emath.log10": [Case(scimath.log10, positive), Case(scimath.log10, np.array(-1.5))],
    "np.emath.logn": [
        Case(scimath.logn, np.array(3.0), positive), Case(lambda x: scimath.logn(2, x), np.array([-1.5, 2.0])),
    ],
    "np.emath.power": [
        Case(scimath.power, positive, sample(4)), Case(lambda x: scimath.power(x, -2), np.array([-1.5, 2.0])),
        Case(lambda x: scimath.power(x, 0.5), np.array([-1.5, 2.0])),
    ],
    "np.emath.arcsin": [Case(scimath.arcsin, np.array([0.3, -0.5])), Case(scimath.arcsin, np.array([0.3, -1.5]))],
    "np.emath.arccos": [Case(scimath.arccos, np.array([0.3, -0.5])), Case(scimath.arccos, np.array([0.3, 1.5]))],
    "np.emath.arctanh": [Case(scimath.arctanh, np.array([0.3, -0.5])), Case(scimath.arctanh, np.array([0.3, 1.5]))],
}


def _along(x, indices, y, axis):
    out = np.copy(x)
    np.put_along_axis(out, indices, y, axis)
    return out * out


def _filled(x, y):
    out = np.copy(x)
    np.fill_diagonal(out, y, wrap=True)
    return out * out
