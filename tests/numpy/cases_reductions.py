"""Sums, products, means, variances, extremes, their running forms, and the forms that pass over NaNs."""

from __future__ import annotations

from typing import Any

import numpy as np

from .case import Case, distinct, sample

X = sample(2, 3)
CUBE = sample(2, 3, 2)
APART = distinct(2, 3, 2)
MASK = np.array([[True, False, True], [False, True, True]])
HOLES = np.where(np.arange(12).reshape(2, 3, 2) % 5 == 1, np.nan, 0.0)  # added to x, it makes NaNs


def with_holes(f: Any, **keywords: Any) -> Any:
    """f of an array in which some elements are NaN."""
    return lambda x: f(x + HOLES, **keywords)


def summary(f: Any, x: Any = CUBE, mask: Any = MASK[:, :, None]) -> list[Case]:
    """The keywords that sums, means and variances share."""
    return [
        Case(f, x), Case(f, 0.7), Case(lambda x: f(x, axis=0), x), Case(lambda x: f(x, (0, 2), keepdims=True), x),
        Case(lambda x: f(x, axis=1, where=mask), x, note="where"),
        Case(lambda x: f(x, where=mask, keepdims=True), x, note="where-all"),
        Case(lambda x: f(x, axis=1, out=np.zeros_like(x[:, 0])), x, note="out"),
        Case(lambda x: f(x, axis=1, dtype=np.float64), x, note="dtype"),
    ]


def extreme(f: Any, at_start: float) -> list[Case]:
    """The keywords of maxima and minima."""
    return [
        Case(f, APART), Case(f, 0.7), Case(lambda x: f(x, axis=1), APART),
        Case(lambda x: f(x, (0, 2), None, True), APART),
        Case(lambda x: f(x, axis=0, initial=at_start), APART, note="initial"),
        Case(lambda x: f(x, axis=0, initial=0.01, where=MASK[:, :, None]), APART, note="where"),
        Case(lambda x: f(x, axis=1, out=np.zeros_like(x[:, 0])), APART, note="out"),
        Case(lambda x: f(x, initial=at_start, axis=1), sample(2, 0), note="empty"),
    ]


CASES: dict[str, list[Case]] = {
    "np.sum": [*summary(np.sum), Case(np.sum, sample(0, 2)), Case(lambda x: np.sum(x, axis=(), initial=2.0), X),
               Case(lambda x, y: np.sum(x, axis=0, initial=y), X, 0.3)],
    "np.prod": [*summary(np.prod), Case(np.prod, sample(0)), Case(lambda x: np.prod(x, axis=(0, 1), initial=2.0), X),
                Case(lambda x: np.prod(x * np.array([1.0, 0.0, 2.0]), axis=1), X, note="zeros")],
    "np.mean": summary(np.mean),
    "np.var": [*summary(np.var), Case(lambda x: np.var(x, axis=1, ddof=1), X), Case(lambda x: np.var(
        x, axis=1, correction=0.5), X), Case(lambda x, m: np.var(x, axis=1, mean=m), X, sample(2, 1)),
        Case(lambda x: np.var(x, axis=1, mean=np.mean(x, axis=1, keepdims=True), ddof=1), X)],
    "np.std": [*[c for c in summary(np.std) if c.args[0].ndim], Case(lambda x: np.std(x, axis=1, ddof=1), X),
               Case(lambda x, m: np.std(x, axis=1, mean=m), X, sample(2, 1))],
    "np.max": extreme(np.max, -9.0),
    "np.amax": [Case(np.amax, APART), Case(lambda x: np.amax(x, axis=(0, 1)), APART)],
    "np.min": extreme(np.min, 9.0),
    "np.amin": [Case(np.amin, APART), Case(lambda x: np.amin(x, axis=(0, 1)), APART)],
    "np.ptp": [Case(np.ptp, APART), Case(lambda x: np.ptp(x, axis=(0, 1), keepdims=True), APART)],
    "np.cumsum": [Case(np.cumsum, CUBE), Case(lambda x: np.cumsum(x, axis=1), CUBE), Case(np.cumsum, 0.7)],
    "np.cumprod": [Case(np.cumprod, X), Case(lambda x: np.cumprod(x, axis=-1), CUBE), Case(
        lambda x: np.cumprod(x * np.array([1.0, 0.0, 2.0]), axis=1), X, note="zeros")],
    "np.cumulative_sum": [Case(np.cumulative_sum, X[0]), Case(lambda x: np.cumulative_sum(
        x, axis=1, include_initial=True), CUBE)],
    "np.cumulative_prod": [Case(np.cumulative_prod, X[0]), Case(lambda x: np.cumulative_prod(
        x, axis=0, include_initial=True), CUBE)],
    "np.nansum": [Case(with_holes(np.nansum), CUBE), Case(with_holes(np.nansum, axis=(0, 2), keepdims=True), CUBE)],
    "np.nanprod": [Case(with_holes(np.nanprod), CUBE), Case(with_holes(np.nanprod, axis=1), CUBE)],
    "np.nanmean": [Case(with_holes(np.nanmean), CUBE), Case(with_holes(np.nanmean, axis=(0, 1), keepdims=True), CUBE)],
    "np.nanvar": [Case(with_holes(np.nanvar), CUBE), Case(with_holes(np.nanvar, axis=(0, 1), ddof=1), CUBE)],
    "np.nanstd": [Case(with_holes(np.nanstd), CUBE), Case(with_holes(np.nanstd, axis=(1, 2), keepdims=True), CUBE)],
    "np.nanmax": [Case(with_holes(np.nanmax), APART), Case(with_holes(np.nanmax, axis=1, keepdims=True), APART)],
    "np.nanmin": [Case(with_holes(np.nanmin), APART), Case(with_holes(np.nanmin, axis=(0, 2)), APART)],
    "np.nancumsum": [Case(with_holes(np.nancumsum), CUBE), Case(with_holes(np.nancumsum, axis=1), CUBE)],
    "np.nancumprod": [Case(with_holes(np.nancumprod), CUBE), Case(with_holes(np.nancumprod, axis=1), CUBE)],
    "np.all": [Case(np.all, X, order=0), Case(lambda x: np.all(x > 0, axis=1, where=MASK), X, order=0)],
    "np.any": [Case(np.any, X, order=0), Case(lambda x: np.any(x > 0, axis=0, keepdims=True), X, order=0)],
    "np.count_nonzero": [Case(np.count_nonzero, X, order=0), Case(lambda x: np.count_nonzero(
        x > 0, axis=1, keepdims=True), X, order=0)],
}
CASES["np.prod"] = [c for c in CASES["np.prod"] if c.note != "where-all"] + [
    Case(lambda x: np.prod(x, where=MASK, keepdims=True), X, note="where-all")]
