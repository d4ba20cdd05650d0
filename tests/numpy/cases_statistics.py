"""Quantiles by every method, medians, averages, covariances, histograms and counts."""

from __future__ import annotations

from typing import Any

import numpy as np

from .case import Case, distinct, sample

APART = distinct(2, 5, 2)
ROWS = sample(3, 5)
HOLES = np.where(np.arange(20).reshape(2, 5, 2) % 7 == 1, np.nan, 0.0)
METHODS = ("inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf", "hazen",
           "weibull", "linear", "median_unbiased", "normal_unbiased", "lower", "higher", "midpoint", "nearest")
SHARES = np.array([0.2, 0.5, 0.85])
WEIGHTS = sample(5, seed=3, low=0.5, high=2.0)


def by_methods(f: Any, scale: float) -> list[Case]:
    """The quantile function f, whose q goes up to `scale`, by every method."""
    return [Case(lambda x, m=m: f(x, scale * SHARES, axis=1, method=m), APART, note=m) for m in METHODS] + [
        Case(lambda x: f(x, 0.3 * scale), APART), Case(lambda x: f(x, 0.3 * scale), 0.7),
        Case(lambda x: f(x, scale * SHARES[:2].reshape(2, 1), axis=(0, 2), keepdims=True), APART),
        Case(lambda x: f(x, [0.0, scale], axis=-1), APART, note="ends"),
        Case(lambda x: f(x, 0.4 * scale, axis=1, method="inverted_cdf", weights=WEIGHTS), APART, note="weights"),
        Case(lambda x, q: f(x, q * scale, axis=1), APART, np.array([0.23, 0.61]), note="in-q"),
        Case(lambda x, q: f(x, q * scale, method="hazen"), APART, np.array(0.29), note="in-q-hazen"),
        Case(lambda x: f(x, 0.3 * scale, axis=1, out=np.zeros_like(x[:, 0])), APART, note="out"),
    ]


def with_holes(f: Any, *more: Any, **keywords: Any) -> Any:
    """f of an array in which some elements are NaN."""
    return lambda x: f(x + HOLES, *more, **keywords)


CASES: dict[str, list[Case]] = {
    "np.quantile": by_methods(np.quantile, 1.0),
    "np.percentile": by_methods(np.percentile, 100.0),
    "np.nanquantile": [
        *[Case(with_holes(np.nanquantile, SHARES, axis=1, method=m), APART, note=m) for m in METHODS],
        Case(with_holes(np.nanquantile, 0.3), APART),
        Case(with_holes(np.nanquantile, 0.3, axis=(0, 1), keepdims=True), APART)],
    "np.nanpercentile": [Case(with_holes(np.nanpercentile, 30.0), APART),
                         Case(with_holes(np.nanpercentile, [10.0, 60.0], axis=1), APART)],
    "np.median": [Case(np.median, APART), Case(np.median, 0.7), Case(lambda x: np.median(x, axis=1), APART), Case(
        lambda x: np.median(x, axis=(0, 1), keepdims=True), APART)],
    "np.nanmedian": [Case(with_holes(np.nanmedian), APART), Case(with_holes(np.nanmedian, axis=1), APART), Case(
        with_holes(np.nanmedian, axis=(1, 2), keepdims=True), APART)],
    "np.average": [
        Case(np.average, ROWS), Case(lambda x: np.average(x, axis=1, returned=True), ROWS),
        Case(lambda x, w: np.average(x, weights=w), ROWS, ROWS**2 + 0.5),
        Case(lambda x, w: np.average(x, axis=1, weights=w, returned=True), ROWS, WEIGHTS),
        Case(lambda x, w: np.average(x, axis=(0, 2), weights=w, keepdims=True), sample(2, 3, 2),
             sample(2, 2, low=0.5))],
    "np.cov": [
        Case(np.cov, ROWS), Case(lambda x: np.cov(x, rowvar=False, bias=True), ROWS), Case(np.cov, ROWS[0]),
        Case(lambda x, y: np.cov(x, y, ddof=0), ROWS, sample(5)),
        Case(lambda x, w: np.cov(x, aweights=w), ROWS, WEIGHTS),
        Case(lambda x, w: np.cov(x, aweights=w, fweights=[1, 2, 1, 3, 1], ddof=2), ROWS, WEIGHTS)],
    "np.corrcoef": [Case(np.corrcoef, ROWS), Case(lambda x, y: np.corrcoef(x, y), ROWS[0], sample(5, seed=4)), Case(
        lambda x: np.corrcoef(x, rowvar=False), sample(5, 2)), Case(np.corrcoef, ROWS[0] * 1.0)],
    "np.bincount": [Case(lambda w: np.bincount([0, 2, 2, 1, 0], weights=w), WEIGHTS), Case(
        lambda w: np.bincount([0, 2, 2, 1, 0], w, minlength=6), WEIGHTS)],
    "np.histogram": [
        Case(lambda w: np.histogram([0.1, 0.4, 0.9, 1.0, 0.2], bins=3, weights=w), WEIGHTS),
        Case(lambda w: np.histogram([0.1, 0.4, 0.9, 2.0, 0.2], [0.0, 0.3, 1.0], weights=w, density=True), WEIGHTS),
        Case(lambda x: np.histogram(x, 4, (-1.0, 1.0)), ROWS, order=0)],
    "np.histogram2d": [
        Case(lambda w: np.histogram2d([0.1, 0.4, 0.9, 1.0, 0.2], ROWS[0], bins=2, weights=w), WEIGHTS),
        Case(lambda x: np.histogram2d(x[0], x[1], bins=[2, 3]), ROWS, order=0)],
    "np.histogramdd": [
        Case(lambda w: np.histogramdd(ROWS.T, bins=2, weights=w, density=True)[0], WEIGHTS),
        Case(lambda x: np.histogramdd(x, bins=(2, 3, 2, 1, 2))[0], ROWS, order=0)],
    "np.histogram_bin_edges": [Case(lambda x: np.histogram_bin_edges(x, 3), ROWS, order=0)],
    "np.digitize": [Case(lambda x: np.digitize(x, [-1.0, 0.0, 1.0]), ROWS, order=0), Case(
        lambda x: np.digitize(x, [1.0, 0.0, -1.0], right=True), ROWS, order=0)],
}
