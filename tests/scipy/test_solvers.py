"""SciPy's solvers with exact derivatives: minimize, least_squares, root, constraints, solve_ivp, on trees too."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from scipy import integrate, optimize

import adjoint as ad


def rosenbrock(x: Any) -> Any:
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


START = np.array([-1.2, 1.0, 0.7])
METHODS = ["Nelder-Mead", "BFGS", "CG", "L-BFGS-B", "TNC", "SLSQP", "Newton-CG", "trust-ncg", "trust-krylov",
           "trust-exact", "dogleg", "trust-constr"]


@pytest.mark.parametrize("method", [None, *METHODS])
def test_every_method_gets_what_it_uses_and_nothing_that_it_warns_of(method: Any) -> None:
    x0 = START if method != "dogleg" else np.array([0.9, 0.85, 0.7])  # whose Hessians must be positive definite
    problem = ad.scipy.objective(rosenbrock, x0, method=method)
    options = {} if method is None else {"maxfun" if method == "TNC" else "maxiter": 2000}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = optimize.minimize(*problem, options=options)
    np.testing.assert_allclose(result.x, 1, atol=2e-3)


def test_arguments_by_name_take_more_of_scipys_own() -> None:
    result = optimize.minimize(**ad.scipy.objective(rosenbrock, START), bounds=[(None, 0.5)] * 3, method="L-BFGS-B")
    assert result.x[0] == pytest.approx(0.5, abs=1e-3)


def test_the_derivatives_are_exact_and_value_and_gradient_are_one_run() -> None:
    runs = []

    def f(x: Any) -> Any:
        runs.append(1)
        return rosenbrock(x)

    problem = ad.scipy.objective(f, START)
    assert problem.fun(START) == pytest.approx(rosenbrock(START))
    np.testing.assert_allclose(problem.jac(START), optimize.rosen_der(START), rtol=1e-12)
    assert len(runs) == 1
    np.testing.assert_allclose(problem.hess(START), optimize.rosen_hess(START), rtol=1e-12)
    np.testing.assert_allclose(problem.hessp(START, np.ones(3)), optimize.rosen_hess_prod(START, np.ones(3)),
                               rtol=1e-12)


def test_a_changed_gradient_does_not_change_the_next_one() -> None:
    problem = ad.scipy.objective(rosenbrock, START)
    problem.jac(START)[:] = 0
    assert np.any(problem.jac(START))


def test_trees_of_numbers_arrays_and_tensors_are_raveled() -> None:
    def f(p: Any) -> Any:
        w, (b, c) = p["w"], p["rest"]
        return ((w @ w.T - 2 * np.eye(2)) ** 2).sum() + (b - 3) ** 2 + ((c + 1) ** 2).sum()

    x0 = {"w": np.array([[1.0, 0.2], [0.1, 1.0]]), "rest": (1.0, np.zeros(2))}
    problem = ad.scipy.objective(f, x0, method="trust-ncg")
    solution = problem.tree(optimize.minimize(*problem).x)
    np.testing.assert_allclose(solution["w"] @ solution["w"].T, 2 * np.eye(2), atol=1e-5)
    assert solution["rest"][0] == pytest.approx(3, abs=1e-5)

    def g(p: Any) -> Any:
        assert isinstance(p["w"], ad.Tensor)
        assert p["w"].dtype == ad.float32
        return (p["w"] - 2).pow(2).sum()

    problem = ad.scipy.objective(g, {"w": ad.zeros(2, 2)})
    found = problem.tree(optimize.minimize(*problem, tol=1e-5).x)["w"]
    assert isinstance(found, ad.Tensor)
    np.testing.assert_allclose(found.numpy(), 2, atol=1e-4)


def test_a_complex_start_is_refused() -> None:
    with pytest.raises(TypeError, match="real and imaginary"):
        ad.scipy.objective(rosenbrock, START + 0j)


def test_extra_arguments_reach_the_function() -> None:
    problem = ad.scipy.objective(lambda x, a: np.sum((x - a) ** 2), START, args=(4.0,))
    np.testing.assert_allclose(optimize.minimize(*problem).x, 4, atol=1e-5)


@pytest.mark.parametrize("method", ["SLSQP", "trust-constr"])
def test_constraints_have_exact_jacobians_and_hessians(method: str) -> None:
    circle = ad.scipy.constraint(lambda x: np.stack([np.sum(x ** 2), x[0] - x[1]]), -np.inf, [1.0, 0.3],
                                 with_hessian=method == "trust-constr")
    x = np.array([0.9, 0.7])
    np.testing.assert_allclose(circle.jac(x), [[1.8, 1.4], [1, -1]])
    if method == "trust-constr":
        np.testing.assert_allclose(circle.hess(x, np.array([2.0, 5.0])), 4 * np.eye(2))
    problem = ad.scipy.objective(lambda x: x[0] + 2 * x[1], x, method=method)
    result = optimize.minimize(*problem, constraints=circle)
    first, second = result.x
    assert first ** 2 + second ** 2 == pytest.approx(1, abs=1e-3)
    assert first - second == pytest.approx(0.3, abs=1e-3)


def test_constraints_on_a_tree() -> None:
    x0 = {"a": 1.0, "b": np.array([2.0, 0.5])}
    limit = ad.scipy.constraint(lambda p: p["a"] + np.sum(p["b"]), -np.inf, 2.0, x0=x0)
    problem = ad.scipy.objective(lambda p: (p["a"] - 1) ** 2 + np.sum((p["b"] - 1) ** 2), x0, method="SLSQP")
    solution = problem.tree(optimize.minimize(*problem, constraints=limit).x)
    assert solution["a"] == pytest.approx(2 / 3, abs=1e-4)


def test_least_squares_and_root_get_jacobians() -> None:
    t = np.linspace(0, 3, 20)
    y = 2.5 * np.exp(-1.3 * t) + 0.5
    fit = ad.scipy.residuals(lambda p: p["a"] * np.exp(-p["k"] * t) + p["c"] - y, {"a": 1.0, "k": 1.0, "c": 0.0})
    assert fit.jac(fit.x0).shape == (20, 3)
    found = fit.tree(optimize.least_squares(*fit).x)
    assert found["k"] == pytest.approx(1.3, abs=1e-6)
    assert optimize.least_squares(**fit, loss="soft_l1").success

    start = np.array([1.0, -1.7])
    equations = ad.scipy.equations(lambda x: (x[0] ** 2 + x[1] ** 2 - 4, np.exp(x[0]) + x[1] - 1), start)
    result = optimize.root(*equations)
    assert result.success
    np.testing.assert_allclose(equations.fun(result.x), 0, atol=1e-9)
    np.testing.assert_allclose(
        optimize.fsolve(equations.fun, equations.x0, fprime=equations.jac), result.x, atol=1e-7)


@pytest.mark.parametrize("method", ["Radau", "BDF", "LSODA"])
def test_stiff_solvers_get_the_jacobian(method: str) -> None:
    def van_der_pol(t: float, y: Any, mu: float) -> Any:
        return np.stack([y[1], mu * (1 - y[0] ** 2) * y[1] - y[0]])

    y0 = np.array([2.0, 0.0])
    jac = ad.scipy.ode_jacobian(van_der_pol)
    np.testing.assert_allclose(jac(0.0, y0, 50.0), [[0, 1], [-1, -150]])
    exact = integrate.solve_ivp(van_der_pol, (0, 5), y0, method=method, jac=jac, args=(50.0,), rtol=1e-8, atol=1e-10)
    plain = integrate.solve_ivp(van_der_pol, (0, 5), y0, method=method, args=(50.0,), rtol=1e-8, atol=1e-10)
    assert exact.success
    np.testing.assert_allclose(exact.y[:, -1], plain.y[:, -1], atol=1e-6)
    system = ad.scipy.ode(van_der_pol, y0, args=(50.0,))
    again = integrate.solve_ivp(t_span=(0, 5), method=method, rtol=1e-8, atol=1e-10, **system)
    np.testing.assert_allclose(again.y[:, -1], exact.y[:, -1], atol=1e-9)
