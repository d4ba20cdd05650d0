"""Sorting, positions, distinct values, and selection by conditions and bounds."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from .case import Case, distinct, sample

APART = distinct(2, 5)
CUBE = distinct(2, 3, 2)
X = distinct(3, 4)
LINE = distinct(6)
MASK = X > 0.5
ONE, TWO = sample(3, 4, seed=1), sample(4, seed=2)
TWICE = np.array([0, 1, 1, 2, 0, 3])  # which elements of a line are repeated



def _fix(x: Any) -> Any:
    with warnings.catch_warnings():  # deprecated by NumPy 2.5
        warnings.simplefilter("ignore", DeprecationWarning)
        return np.fix(x)


CASES: dict[str, list[Case]] = {
    "np.sort": [Case(np.sort, APART), Case(lambda x: np.sort(x, axis=None), APART), Case(
        lambda x: np.sort(x, axis=0, kind="stable"), APART), Case(np.sort, sample(0))],
    "np.partition": [Case(lambda x: np.partition(x, 2)[:, 2], APART), Case(
        lambda x: np.partition(x, [1, 3], axis=None)[np.array([1, 3])], APART)],
    "np.sort_complex": [Case(np.sort_complex, LINE), Case(np.sort_complex, APART)],
    "np.argsort": [Case(np.argsort, APART, order=0), Case(lambda x: np.argsort(x, axis=None), APART, order=0)],
    "np.argpartition": [Case(lambda x: np.argpartition(x, 2)[:, 2], APART, order=0)],
    "np.argmax": [Case(np.argmax, APART, order=0), Case(lambda x: np.argmax(x, 1, keepdims=True), APART, order=0)],
    "np.argmin": [Case(np.argmin, APART, order=0), Case(lambda x: np.argmin(x, 0), APART, order=0)],
    "np.nanargmax": [Case(np.nanargmax, APART, order=0), Case(lambda x: np.nanargmax(x, 1), APART, order=0)],
    "np.nanargmin": [Case(np.nanargmin, APART, order=0), Case(lambda x: np.nanargmin(x, 0), APART, order=0)],
    "np.lexsort": [Case(lambda x: np.lexsort((x[0], x[1])), APART, order=0)],
    "np.searchsorted": [Case(lambda x: np.searchsorted([-1.0, 0.0, 1.0], x), APART, order=0), Case(
        lambda x, v: np.searchsorted(x, v, "right", sorter=np.argsort(x)), LINE, 0.7, order=0)],
    "np.unique": [
        Case(np.unique, APART), Case(lambda x: np.unique(x[TWICE]), LINE), Case(lambda x: np.unique(
            x[TWICE], return_index=True, return_inverse=True, return_counts=True), LINE), Case(
            lambda x: np.unique(x[np.array([1, 0, 1])], axis=0, return_counts=True), APART)],
    "np.unique_all": [Case(lambda x: tuple(np.unique_all(x[TWICE])), LINE)],
    "np.unique_counts": [Case(lambda x: tuple(np.unique_counts(x[TWICE])), LINE)],
    "np.unique_inverse": [Case(lambda x: tuple(np.unique_inverse(x[TWICE])), LINE)],
    "np.unique_values": [Case(lambda x: np.sort(np.unique_values(x[TWICE])), LINE)],
    "np.union1d": [Case(lambda x, y: np.union1d(x, y), LINE, distinct(3, seed=5) + 0.05)],
    "np.intersect1d": [Case(lambda x: np.intersect1d(x[:4], x[2:]), LINE), Case(lambda x: np.intersect1d(
        x[:4], x[2:], return_indices=True), LINE)],
    "np.setdiff1d": [Case(lambda x: np.setdiff1d(x, [9.0, 8.0]), LINE)],
    "np.setxor1d": [Case(lambda x, y: np.setxor1d(x, y), LINE, distinct(3, seed=5) + 0.05)],
    "np.isin": [Case(lambda x: np.isin(x, LINE[:2]), LINE, order=0)],
    "np.isclose": [Case(lambda x, y: np.isclose(x, y, atol=0.5), X, X + 0.3, order=0)],
    "np.allclose": [Case(lambda x, y: np.allclose(x, y, atol=0.5), X, X + 0.3, order=0)],
    "np.array_equal": [Case(lambda x: np.array_equal(x, X), X, order=0)],
    "np.array_equiv": [Case(lambda x: np.array_equiv(x, X[0]), X, order=0)],
    # Selection
    "np.where": [
        Case(lambda x, y: np.where(MASK, x, y), ONE, TWO), Case(lambda x: np.where(x > 0.5, np.log(np.abs(x)), x), X),
        Case(lambda x: np.where(x > 0.5, 1.0, x), X), Case(lambda x: np.where(x > 0.5), X, order=0, note="positions"),
        Case(lambda x: np.where(x > 0, np.sqrt(x), 0.0), X, note="nan-not-chosen")],
    "np.select": [
        Case(lambda x, y: np.select([x > 1.5, x > 0.2], [x * y, np.exp(x)], -3.0), X, TWO),
        Case(lambda x, y: np.select([MASK], [x], default=y), ONE, TWO)],
    "np.piecewise": [
        Case(lambda x: np.piecewise(x, [x < 0, x >= 0.4], [np.exp, lambda v: v**3]), X),
        Case(lambda x: np.piecewise(x, x < 0, [lambda v, k: k * v, lambda v, k: v**2], 3.0), X[0]),
        Case(lambda x: np.piecewise(x, [x < 0], [2.0, np.sin]), 0.7)],
    "np.choose": [
        Case(lambda x, y: np.choose([[0, 1, 0, 1]], [x, y]), ONE, TWO),
        Case(lambda x, y: np.choose([3, -1, 1, 5], [x, y, x * y], mode="wrap"), ONE, TWO),
        Case(lambda x, y: np.choose([3, -1, 1, 5], [x, y, x * y], mode="clip"), ONE, TWO)],
    "np.clip": [
        Case(lambda x: np.clip(x, -0.8, 0.9), X), Case(lambda x: np.clip(x, None, 0.9), X),
        Case(lambda x: np.clip(x, min=0.1), X), Case(lambda x, a, b: np.clip(x, a, b), X, TWO - 2.5, TWO + 2.3),
        Case(lambda x: np.clip(x, -0.8, 0.9, out=np.zeros_like(x)), X, note="out")],
    "np.nan_to_num": [
        Case(lambda x: np.nan_to_num(x / np.where(MASK, 0.0, 1.0), posinf=3.0, neginf=-2.0), ONE),
        Case(lambda x: np.nan_to_num(x, nan=1.0), 0.7)],
    "np.round": [Case(np.round, X, order=0), Case(lambda x: np.round(x, 1), X, order=0)],
    "np.around": [Case(lambda x: np.around(x, -1), X, order=0)],
    "np.fix": [Case(_fix, X, order=0)],
    "np.trim_zeros": [
        Case(lambda x: np.trim_zeros(x * np.array([0.0, 0.0, 1.0, 0.0, 1.0, 0.0])), LINE),
        Case(lambda x: np.trim_zeros(x * np.array([0.0, 0.0, 1.0, 0.0, 1.0, 0.0]), "f"), LINE)],
}
