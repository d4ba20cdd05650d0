"""jet: series through linear algebra, control flow and writes, nested in other transforms, and where it must refuse."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import special

import adjoint as ad
from adjoint import errors

mpmath = pytest.importorskip("mpmath")

A = np.array([[3.0, 0.4, -0.2], [0.4, 2.0, 0.5], [-0.2, 0.5, 4.5]])  # symmetric and positive definite
B = np.array([[0.3, -0.6, 0.1], [-0.6, 0.2, 0.7], [0.1, 0.7, -0.4]])
C = np.array([[0.2, 0.1, 0.0], [0.5, -0.3, 0.2], [0.4, 0.6, 0.1]])


def family(t):
    """A polynomial in t whose coefficients are symmetric matrices."""
    return A + t * B + t * t * (C + C.T)


def close(got, expected, rtol=1e-11):
    expected = np.asarray(expected)
    np.testing.assert_allclose(got, expected, rtol=rtol, atol=rtol * max(1.0, np.max(np.abs(expected))))


def multiplied(x, y):
    """The product of two series of matrices."""
    return np.stack([sum(x[j] @ y[k - j] for j in range(k + 1)) for k in range(len(x))])


def transposed(x):
    return np.swapaxes(x, -1, -2)


def zeros_beyond(first, n):
    return np.stack([*first, *[np.zeros_like(A)] * (n + 1 - len(first))])


N = 8
FAMILY = zeros_beyond([A, B, C + C.T], N)
UNIT = zeros_beyond([np.eye(3)], N)


# Linear algebra: each factorisation's series satisfies the equation that defines it, order by order


def test_the_series_of_an_inverse_times_the_matrix_is_the_identity():
    close(multiplied(ad.taylor(lambda t: np.linalg.inv(family(t)), 0.0, N), FAMILY), UNIT)


def test_the_series_of_a_solution_solves_the_system():
    x = ad.taylor(lambda t: np.linalg.solve(family(t), C * np.exp(t)), 0.0, N)
    close(multiplied(FAMILY, x), [C / math.factorial(k) for k in range(N + 1)])


def test_the_series_of_a_cholesky_factor_squares_to_the_matrix():
    low = ad.taylor(lambda t: np.linalg.cholesky(family(t)), 0.0, N)
    close(multiplied(low, transposed(low)), FAMILY)
    close(np.triu(low, 1), np.zeros_like(low))


def test_the_series_of_a_qr_factorisation_multiplies_to_the_matrix():
    q, r = ad.taylor(lambda t: tuple(np.linalg.qr(family(t))), 0.0, N)
    close(multiplied(q, r), FAMILY)
    close(multiplied(transposed(q), q), UNIT)


def test_the_series_of_a_spectral_decomposition_multiplies_to_the_matrix():
    w, v = ad.taylor(lambda t: tuple(np.linalg.eigh(family(t))), 0.0, N)
    diagonal = np.stack([np.diag(c) for c in w])
    close(multiplied(multiplied(v, diagonal), transposed(v)), FAMILY, rtol=1e-10)
    close(multiplied(transposed(v), v), UNIT, rtol=1e-10)


def test_the_series_of_a_singular_value_decomposition_multiplies_to_the_matrix():
    f = lambda t: tuple(np.linalg.svd((family(t) + t * C)[:, :2], full_matrices=False))
    u, s, vh = ad.taylor(f, 0.0, N)
    product = multiplied(multiplied(u, np.stack([np.diag(c) for c in s])), vh)
    close(product, (FAMILY + zeros_beyond([0 * C, C], N))[..., :2], rtol=1e-10)


def test_the_eigenvalues_of_a_general_family_are_the_roots_of_its_characteristic_polynomial():
    f = lambda t: np.linalg.eig(np.stack([np.stack([1 + t, 1.0 + t * t]), np.stack([t, 3.0 - t])]))[0]
    got = ad.taylor(f, 0.0, N)
    root = lambda t: 2 - mpmath.sqrt((1 - t) ** 2 + t * (1 + t * t))  # half the trace -+ sqrt(...)
    with mpmath.workdps(40):
        expected = [float(c) for c in mpmath.taylor(root, 0, N)]
    close(np.sort_complex(got[0])[0], expected[0])
    close(got[:, np.argmin(got[0].real)], expected)


def test_a_determinant_has_all_its_coefficients_and_no_more():
    polynomial = np.polynomial.polynomial
    for matrix in (A, np.outer(A[0], A[1]), np.zeros((3, 3))):  # of rank three, one and none
        rows = [[np.array([matrix[i, j], B[i, j]]) for j in range(3)] for i in range(3)]
        expected = np.zeros(7)
        for (i, j, k), sign in {(0, 1, 2): 1, (1, 2, 0): 1, (2, 0, 1): 1, (0, 2, 1): -1, (2, 1, 0): -1,
                                (1, 0, 2): -1}.items():
            term = sign * polynomial.polymul(polynomial.polymul(rows[0][i], rows[1][j]), rows[2][k])
            expected[:4] += term
        close(ad.taylor(lambda t, m=matrix: np.linalg.det(m + t * B), 0.0, 6), expected)


def test_a_log_determinant_has_the_traces_of_powers():
    got = ad.taylor(lambda t: np.linalg.slogdet(A + t * B)[1], 0.0, N)
    m = np.linalg.solve(A, B)
    expected = [math.log(np.linalg.det(A))] + [
        (-1) ** (k + 1) * np.trace(np.linalg.matrix_power(m, k)) / k for k in range(1, N + 1)]
    close(got, expected)


def test_a_matrix_exponential_along_its_own_line_is_a_scalar_one():
    got = ad.taylor(lambda t: ad.linalg.matrix_exp((1 + t) * ad.tensor(C)), ad.tensor(0.0, dtype=ad.float64), N)
    whole = ad.linalg.matrix_exp(ad.tensor(C)).numpy()
    close(got.numpy(), [whole @ np.linalg.matrix_power(C, k) / math.factorial(k) for k in range(N + 1)])


# Special functions


SPECIAL = {
    "erf": (special.erf, mpmath.erf, 0.7),
    "erfinv": (special.erfinv, mpmath.erfinv, 0.3),
    "gammaln": (special.gammaln, mpmath.loggamma, 3.4),
    "digamma": (special.digamma, lambda x: mpmath.psi(0, x), 2.2),
    "zeta": (lambda x: special.zeta(3.0, x), lambda x: mpmath.zeta(3, x), 1.6),
    "j0": (special.j0, lambda x: mpmath.besselj(0, x), 2.7),
    "j1": (special.j1, lambda x: mpmath.besselj(1, x), 0.3),
    "i0e": (special.i0e, lambda x: mpmath.exp(-x) * mpmath.besseli(0, x), 1.1),
    "log_ndtr": (special.log_ndtr, lambda x: mpmath.log(mpmath.ncdf(x)), -3.0),
    "erfcx": (special.erfcx, lambda x: mpmath.exp(x * x) * mpmath.erfc(x), 2.5),
    "entr": (special.entr, lambda x: -x * mpmath.log(x), 0.6),
}


@pytest.mark.parametrize("name", SPECIAL)
def test_special_functions_have_the_coefficients_of_mpmath(name):
    function, exact, x0 = SPECIAL[name]
    with mpmath.workdps(60):
        expected = [float(c) for c in mpmath.taylor(exact, mpmath.mpf(x0), 10)]
    got = ad.taylor(function, x0, 10)
    np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-12 * max(np.abs(expected)))


# High orders


def test_order_forty_of_exp_has_full_accuracy():
    got = ad.taylor(np.exp, 0.3, 40)
    np.testing.assert_allclose(got, [math.exp(0.3) / math.factorial(k) for k in range(41)], rtol=1e-14)


def test_order_forty_of_tan_and_of_a_composition_have_full_accuracy():
    for f, exact in ((np.tan, mpmath.tan), (lambda x: np.exp(np.sin(x)), lambda x: mpmath.exp(mpmath.sin(x)))):
        with mpmath.workdps(120):
            expected = [float(c) for c in mpmath.taylor(exact, mpmath.mpf(0.4), 40)]
        np.testing.assert_allclose(ad.taylor(f, 0.4, 40), expected, rtol=1e-12, atol=1e-25)


def test_order_sixty_of_the_gamma_family_needs_no_deep_stack():
    x = 2.5
    got = ad.taylor(special.digamma, x, 60)
    expected = [special.digamma(x)] + [(-1) ** (k + 1) * special.zeta(k + 1, x) for k in range(1, 61)]
    np.testing.assert_allclose(got, expected, rtol=1e-12)


def test_a_long_program_needs_no_deep_stack():
    def f(x):
        for _ in range(2000):
            x = x + 1e-4 * np.sin(x)
        return x

    got = ad.taylor(f, 0.5, 3)
    assert got[1] == pytest.approx(float(ad.grad(f)(0.5)), rel=1e-12)


def test_an_ode_is_integrated_by_its_own_taylor_series():
    """y'' = -sin y as a system: each coefficient of the solution follows from the series of the right-hand side."""

    def rhs(y):
        return np.stack([y[1], -np.sin(y[0])])

    def step(y, h, order=20):
        coefs = [y]
        for k in range(order):
            known = coefs[1:]
            found = rhs(y) if k == 0 else ad.jet(rhs, (y,), (known,))[1][k - 1]
            coefs.append(found / (k + 1))
        return sum(c * h**k for k, c in enumerate(coefs))

    y = np.array([1.0, 0.0])
    energy = lambda y: 0.5 * y[1] ** 2 - np.cos(y[0])
    start = energy(y)
    quarter = float(mpmath.ellipk(mpmath.sin(0.5) ** 2))  # of the pendulum's period
    for _ in range(4):
        y = step(y, quarter / 4)
    assert y[0] == pytest.approx(0.0, abs=1e-12)
    assert energy(y) == pytest.approx(start, rel=1e-13)


# Programs: selection, writes, branches


def test_a_branch_that_is_not_taken_adds_nothing():
    x = np.array([0.0, 4.0])
    got = ad.taylor(lambda x: np.where(x > 1, np.sqrt(x), 0.0), x, 3)
    np.testing.assert_allclose(got, [[0.0, 2.0], [0.0, 0.25], [0.0, -1 / 64], [0.0, 1 / 512]], rtol=1e-14)


def test_powers_are_right_at_zero():
    np.testing.assert_array_equal(ad.taylor(lambda x: x**3 + x**0, 0.0, 5), [1, 0, 0, 1, 0, 0])
    np.testing.assert_array_equal(ad.taylor(lambda x: np.power(x, 4), 0.0, 5), [0, 0, 0, 0, 1, 0])
    np.testing.assert_allclose(ad.taylor(lambda x: x**2.5, 0.0, 2), [0, 0, 0])
    np.testing.assert_array_equal(ad.taylor(lambda x: x**20, 0.0, 21)[19:], [0, 1, 0])


def test_a_power_takes_zero_and_other_elements_together():
    got = ad.taylor(lambda x: np.power(x, 3.0), np.array([0.0, 2.0, -1.0]), 4)
    np.testing.assert_allclose(got, [[0, 8, -1], [0, 12, 3], [0, 6, -3], [1, 1, 1], [0, 0, 0]], atol=1e-15)


def test_python_branches_take_the_value():
    f = lambda x: np.sin(x) if x > 0 else np.exp(x)
    np.testing.assert_allclose(ad.taylor(f, -1.0, 3), np.exp(-1) / np.array([1, 1, 2, 6]), rtol=1e-14)


def test_writes_and_indices_carry_the_series():
    def f(x):
        y = np.zeros_like(x)
        y[0] = np.exp(x[1])
        y[1:] = x[:2] ** 2
        y[1] += x[2]
        return y

    got = ad.taylor(f, np.array([1.0, 0.0, 3.0]), 3)
    np.testing.assert_allclose(got, [[1, 4, 0], [1, 3, 0], [1 / 2, 1, 1], [1 / 6, 0, 0]], atol=1e-15)


def test_the_largest_element_is_followed():
    got = ad.taylor(lambda x: np.max(np.stack([np.sin(x), np.exp(x), x])), 0.5, 4)
    np.testing.assert_allclose(got, [math.exp(0.5) / math.factorial(k) for k in range(5)], rtol=1e-14)


# Dtypes and faces


def test_complex_numbers_have_series():
    got = ad.taylor(np.exp, 1j, 4)
    np.testing.assert_allclose(got, [np.exp(1j) / math.factorial(k) for k in range(5)], rtol=1e-14)
    modulus = ad.taylor(lambda t: np.abs(np.exp(t * (2 + 3j))), 0.0, 4)
    assert modulus.dtype == np.float64
    np.testing.assert_allclose(modulus, [2**k / math.factorial(k) for k in range(5)], rtol=1e-13)


def test_single_precision_stays():
    x = np.array([0.5, 2.0], np.float32)
    for f in (np.exp, np.tanh, lambda x: x**2.5, lambda x: 1 / x, lambda x: np.cumprod(x), np.linalg.norm):
        assert ad.taylor(f, x, 3).dtype == np.float32


def test_integers_carry_no_series():
    value, coefs = ad.jet(lambda x: np.floor(x).astype(int) * np.ones(2), (2.5,), ([1.0, 0.0],))
    np.testing.assert_array_equal([value, *coefs], [[2, 2], [0, 0], [0, 0]])


def test_a_tree_goes_in_and_a_tree_comes_out():
    f = lambda p, y: {"sum": p["a"] + y, "product": (p["a"] * p["b"], 3.0)}
    zero = {"a": 0.0, "b": 0.0}
    value, series = ad.jet(f, ({"a": 2.0, "b": 5.0}, 1.0), ([{"a": 1.0, "b": 1.0}, zero], [0.0, 4.0]))
    assert value == {"sum": 3.0, "product": (10.0, 3.0)}
    assert series == {"sum": [1.0, 4.0], "product": ([7.0, 1.0], [0.0, 0.0])}


def test_order_none_is_the_value_alone():
    assert ad.jet(np.exp, (0.0,), ([],)) == (1.0, [])
    np.testing.assert_array_equal(ad.taylor(np.exp, 0.0, 0), [1.0])


# Nesting


def test_the_gradient_of_a_coefficient_is_the_coefficient_of_the_gradient():
    v = np.array([0.3, -1.0])
    f = lambda x: np.sum(np.exp(x[0] * x[1]) + np.sin(x) * x)
    coefficient = lambda x: ad.jet(f, (x,), ([v, 0 * v, 0 * v],))[1][2]
    by_grad = ad.grad(coefficient)(np.array([0.7, 0.4]))
    inside = ad.jet(ad.grad(f), (np.array([0.7, 0.4]),), ([v, 0 * v, 0 * v],))[1][2]
    np.testing.assert_allclose(by_grad, inside, rtol=1e-12)


def test_a_coefficient_has_a_gradient_in_the_given_coefficients():
    """Of exp(x1 t + x2 t^2) the coefficient of t^2 is x1^2/2 + x2."""
    f = lambda x1, x2: ad.jet(np.exp, (0.0,), ([x1, x2],))[1][1]
    assert ad.grad(f, argnums=(0, 1))(3.0, 1.0) == pytest.approx((3.0, 1.0))


def test_a_tensor_that_requires_grad_keeps_its_graph():
    w = ad.tensor(2.0, dtype=ad.float64, requires_grad=True)
    _, (_, second) = ad.jet(lambda x: ad.exp(w * x), (ad.tensor(0.5, dtype=ad.float64),),
                            ([ad.tensor(1.0, dtype=ad.float64), ad.tensor(0.0, dtype=ad.float64)],))
    second.backward()  # w^2 exp(w x) / 2
    assert w.grad.item() == pytest.approx((2 + 0.5 * 2) * math.exp(1.0))


def test_a_jet_of_a_jet_is_a_series_in_two_variables():
    """exp(x y) at (0, 0): the coefficient of s^i t^j is 1/i! where i = j."""
    inner = lambda x: ad.taylor(lambda y: np.exp(x * y), 0.0, 4)
    got = ad.taylor(inner, 0.0, 4)
    np.testing.assert_allclose(got, np.diag([1 / math.factorial(k) for k in range(5)]), atol=1e-15)


def test_examples_have_series_of_their_own():
    xs = np.array([0.2, 0.9, 1.4])
    matrix = lambda t: np.stack([np.stack([2 + t, t * t]), np.stack([np.sin(t), 3.0 + 0 * t])])
    for f in (lambda x: x**2.5 / (1 + np.tanh(x)), lambda x: np.linalg.det(matrix(x)),
              lambda x: np.linalg.inv(matrix(x))):
        got = ad.vmap(lambda x, f=f: ad.taylor(f, x, 5))(xs)
        np.testing.assert_allclose(got, [ad.taylor(f, x, 5) for x in xs], rtol=1e-12, atol=1e-14)


def test_a_function_with_a_rule_of_its_own_has_the_series_of_that_rule():
    @ad.custom_jvp
    def f(x):
        return np.sin(x)

    @f.defjvp
    def _(primals, tangents):
        return f(primals[0]), np.cos(primals[0]) * tangents[0]

    np.testing.assert_allclose(ad.taylor(f, 0.3, 6), ad.taylor(np.sin, 0.3, 6), rtol=1e-14)

    @ad.custom_vjp
    def g(x):
        return np.exp(x) * x

    g.defvjp(lambda x: (g(x), x), lambda x, ct: (ct * (1 + x) * np.exp(x),))
    np.testing.assert_allclose(ad.taylor(g, 0.3, 6), ad.taylor(lambda x: np.exp(x) * x, 0.3, 6), rtol=1e-13)


# What is refused


def test_what_does_not_fit_is_refused():
    with pytest.raises(errors.ShapeError, match="different lengths"):
        ad.jet(np.add, (1.0, 2.0), ([1.0], [1.0, 0.0]))
    with pytest.raises(errors.ShapeError, match=r"shape \(2,\) was given for a primal of shape \(\)"):
        ad.jet(np.sin, (1.0,), ([np.ones(2)],))
    with pytest.raises(errors.DtypeError, match="needs real or complex"):
        ad.jet(np.sin, (1,), ([1.0],))
    with pytest.raises(errors.DtypeError, match="complex"):
        ad.jet(np.sin, (1.0,), ([1j],))
    with pytest.raises(TypeError, match="as tuples"):
        ad.jet(np.sin, 1.0, 1.0)
    with pytest.raises(TypeError, match="list of its coefficients"):
        ad.jet(np.sin, (1.0,), (1.0,))
    with pytest.raises(ValueError, match="at least 0"):
        ad.taylor(np.sin, 1.0, -1)


def test_an_op_without_a_derivative_is_refused():
    with pytest.raises(errors.AdjointError, match="no derivative"):
        ad.taylor(lambda x: ad.special.zeta(x, 1.0), ad.tensor(3.0), 2)


def test_a_value_does_not_leave_its_jet():
    kept = []

    def f(x):
        kept.append(x)
        return x * x

    ad.taylor(f, 1.0, 2)
    with pytest.raises(errors.EscapedValueError):
        np.sin(kept[0])


def test_an_error_in_a_function_leaves_the_modes_as_they_were():
    def fails(x):
        np.linalg.solve(np.zeros((2, 2)) * x, np.ones(2))

    with pytest.raises(errors.LinAlgError):
        ad.taylor(fails, 1.0, 2)
    np.testing.assert_allclose(ad.taylor(np.exp, 0.0, 2), [1, 1, 0.5])


def test_series_may_be_the_derivatives_themselves_as_in_jax():
    x = np.array([0.3, 0.7])
    value, (first, second, third) = ad.jet(np.sin, (x,), ([np.ones(2), np.ones(2), np.zeros(2)],),
                                           factorial_scaled=True)
    np.testing.assert_allclose(value, np.sin(x))
    np.testing.assert_allclose(first, np.cos(x))
    np.testing.assert_allclose(second, np.cos(x) - np.sin(x))  # f'' h'^2 + f' h''
    np.testing.assert_allclose(third, -np.cos(x) - 3 * np.sin(x))  # with 3 f'' h' h''


def test_a_coefficient_of_another_form_is_refused():
    with pytest.raises(errors.ShapeError, match=r"form of the primals: expected values at \[0\]\['a'\]"):
        ad.jet(lambda d: d["a"], ({"a": 1.0},), ([{"b": 1.0}],))
