"""The distributions have SciPy's values, and the derivatives of these, in the place and in every parameter."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest

import adjoint as ad

scipy_stats = pytest.importorskip("scipy.stats")
from adjoint.scipy import stats

x = np.array([0.2, 0.5, 0.9])
SAMPLES = [
    ("norm", f, (x, 0.3, 1.7)) for f in ("pdf", "logpdf", "cdf", "logcdf", "sf", "logsf", "ppf", "isf")
] + [("t", f, (x, 2.5, 0.3, 1.7)) for f in ("pdf", "logpdf")
] + [("gamma", f, (x, 2.5, 0.1, 1.7)) for f in ("pdf", "logpdf", "cdf", "logcdf", "sf")
] + [("chi2", f, (x, 2.5, 0.1, 1.7)) for f in ("pdf", "logpdf", "cdf", "logcdf", "sf")
] + [("beta", f, (x, 2.5, 1.5, 0.1, 1.7)) for f in ("pdf", "logpdf", "cdf", "logcdf")
] + [("dirichlet", f, (np.array([0.2, 0.5, 0.3]), np.array([0.7, 2.0, 3.0]))) for f in ("pdf", "logpdf")
] + [("multivariate_normal", f, (np.ones((4, 2)) * [0.3, 1.2], np.array([0.1, 0.2]), np.array([[2.0, 0.3],
                                                                                                   [0.3, 1.0]])))
     for f in ("pdf", "logpdf")
] + [("uniform", f, (x, 0.1, 1.7)) for f in ("pdf", "logpdf", "cdf", "ppf")
] + [("expon", f, (x, 0.1, 1.7)) for f in ("pdf", "logpdf", "cdf", "logcdf", "sf", "logsf", "ppf")
] + [("laplace", f, (x, 0.3, 1.7)) for f in ("pdf", "logpdf", "cdf")
] + [("logistic", f, (x, 0.3, 1.7)) for f in ("pdf", "logpdf", "cdf", "sf", "ppf", "isf")
] + [("cauchy", f, (x, 0.3, 1.7)) for f in ("pdf", "logpdf", "cdf", "logcdf", "sf", "logsf", "ppf", "isf")]


@pytest.mark.parametrize(("name", "function", "args"), SAMPLES, ids=lambda v: v if isinstance(v, str) else "")
def test_a_distribution_has_scipys_values_and_their_derivatives(name: str, function: str, args: Any) -> None:
    ours, theirs = getattr(getattr(stats, name), function), getattr(getattr(scipy_stats, name), function)
    np.testing.assert_allclose(ours(*args), theirs(*args), rtol=1e-12)
    rng = np.random.default_rng(0)
    along = [0.5 * rng.normal(size=np.shape(a)) for a in args]
    if name == "dirichlet":
        along[0] = along[0] - along[0].mean()  # stays on the simplex
    if name == "multivariate_normal":
        along[2] = along[2] + along[2].T
    h = 1e-5
    up, down = (theirs(*[a + s * t for a, t in zip(args, along, strict=True)]) for s in (h, -h))
    gradient = ad.grad(lambda *a: np.sum(ours(*a)), tuple(range(len(args))))(*args)
    got = sum(np.sum(g * t) for g, t in zip(gradient, along, strict=True))
    np.testing.assert_allclose(got, np.sum((up - down) / (2 * h)), rtol=1e-7, atol=1e-8)


def test_counts_have_probabilities_and_slopes_in_the_mean() -> None:
    k = np.array([0, 1, 4, -1])
    for function in ("pmf", "logpmf", "cdf"):
        ours, theirs = getattr(stats.poisson, function), getattr(scipy_stats.poisson, function)
        np.testing.assert_allclose(ours(k, 1.7), theirs(k, 1.7), rtol=1e-12)
        wanted = (theirs(k[:3], 1.7 + 1e-6) - theirs(k[:3], 1.7 - 1e-6)) / 2e-6
        np.testing.assert_allclose(ad.jacobian(lambda m, f=ours: f(k, m))(1.7)[:3], wanted, rtol=1e-7)


def test_outside_of_the_support_the_density_is_zero_and_so_is_its_slope() -> None:
    for density, args in ((stats.gamma.pdf, (-1.0, 2.5)), (stats.beta.pdf, (1.5, 2.5, 1.5)),
                          (stats.chi2.pdf, (-1.0, 3.0))):
        assert density(*args) == 0.0
        assert ad.grad(density, (0, 1))(*args) == (0.0, 0.0)


def test_a_normal_vector_may_have_one_variance_for_all_and_stand_alone() -> None:
    mvn, theirs = stats.multivariate_normal, scipy_stats.multivariate_normal
    for args in ((np.ones(3), np.zeros(3), 2.0), (np.ones(3), np.zeros(3), np.array([1.0, 2.0, 3.0])),
                 (np.ones(3), 0.5, 2.0), (0.3, 0.1, 1.5), (np.ones((2, 3, 2)), None, np.eye(2))):
        np.testing.assert_allclose(mvn.logpdf(*args), theirs.logpdf(*args), rtol=1e-12)
    np.testing.assert_allclose(mvn.entropy(np.zeros(2), np.diag([1.0, 3.0])), theirs.entropy(None, np.diag([1.0, 3.0])))


def test_a_distribution_is_a_module_that_can_be_imported_by_its_whole_name() -> None:
    assert importlib.import_module("adjoint.scipy.stats.norm") is stats.norm


@pytest.mark.parametrize(("name", "args"), [("bernoulli", ()), ("binom", (3,))])
def test_successes_have_probabilities_and_slopes_in_that_of_one(name: str, args: Any) -> None:
    k = np.array([0, 1, 2, 3, -1, 5])
    for function in ("pmf", "logpmf"):
        ours, theirs = getattr(getattr(stats, name), function), getattr(getattr(scipy_stats, name), function)
        np.testing.assert_allclose(ours(k, *args, 0.3), theirs(k, *args, 0.3), rtol=1e-12)
        inside = k[:2 if name == "bernoulli" else 4]
        wanted = (theirs(inside, *args, 0.3 + 1e-6) - theirs(inside, *args, 0.3 - 1e-6)) / 2e-6
        slope = ad.jacobian(lambda p, f=ours: f(k, *args, p))(0.3)
        np.testing.assert_allclose(slope[:len(inside)], wanted, rtol=1e-7)
        assert (slope[len(inside):] == 0).sum() == len(k) - len(inside)


def test_tails_keep_their_digits() -> None:
    far = 1e9
    for name in ("cauchy", "logistic", "expon", "laplace"):
        for function in ("logpdf", "cdf", "sf", "logsf", "logcdf"):
            if not hasattr(getattr(stats, name), function):
                continue
            for place in (-40.0, 40.0, -far if name == "cauchy" else -30.0, 1e-9):
                np.testing.assert_allclose(getattr(getattr(stats, name), function)(place),
                                           getattr(getattr(scipy_stats, name), function)(place), rtol=1e-9)
    assert ad.grad(stats.expon.logpdf)(-1.0) == 0.0
    assert ad.grad(stats.uniform.cdf)(2.0) == 0.0
