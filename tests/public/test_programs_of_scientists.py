"""Programs as scientists have them, for NumPy, HIPS autograd and jax.numpy: only their imports were changed."""

from __future__ import annotations

import math
from collections import namedtuple
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pytest

import adjoint as ad
import adjoint.numpy as anp

rng = np.random.RandomState(0)


def slopes(f: Callable[..., Any], x: Any, h: float = 1e-6) -> np.ndarray[Any, Any]:
    """The Jacobian by central differences."""
    x = np.asarray(x, float)
    columns = []
    for i in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[i] = h
        columns.append((np.asarray(f(x + e)) - np.asarray(f(x - e))) / (2 * h))
    out = np.stack(columns, axis=-1)
    return out.reshape((*out.shape[:-1], *x.shape))


def near(got: Any, wanted: Any, tolerance: float = 1e-6) -> None:
    assert type(got) in (np.ndarray, np.float64), type(got)
    np.testing.assert_allclose(got, wanted, rtol=tolerance, atol=tolerance * max(1.0, np.max(np.abs(wanted))))


# Plain NumPy ---------------------------------------------------------------------------------------------------------


def test_elements_that_were_taken_from_an_array_stay_what_they_were() -> None:
    def exchanged(x: Any) -> Any:
        y = x.copy()
        kept = y[0]
        y[0] = y[1]
        y[1] = kept
        return 2 * y[0] + 3 * y[1]

    x = np.array([1.0, 2.0])
    near(ad.grad(exchanged)(x), [3.0, 2.0])
    near(ad.jacfwd(exchanged)(x), [3.0, 2.0])
    near(ad.vmap(exchanged)(np.stack([x, 2 * x])), [7.0, 14.0])

    def emptied(x: Any) -> Any:
        y = x.copy()
        values = list(y)
        y[:] = 0
        return sum(v * v for v in values)

    near(ad.grad(emptied)(x), 2 * x)


def test_an_operator_that_changes_a_number_leaves_its_other_names_alone() -> None:
    def kepler(mean: Any, eccentricity: Any) -> Any:
        anomaly = mean
        while True:
            step = (anomaly - eccentricity * np.sin(anomaly) - mean) / (1 - eccentricity * np.cos(anomaly))
            anomaly -= step
            if np.abs(step) < 1e-13:
                return anomaly

    e = kepler(1.1, 0.3)
    by_mean, by_eccentricity = ad.grad(kepler, (0, 1))(1.1, 0.3)
    near(by_mean, 1 / (1 - 0.3 * math.cos(e)))
    near(by_eccentricity, math.sin(e) / (1 - 0.3 * math.cos(e)))

    def products(x: Any) -> Any:
        m, out = x[0], 0.0
        for v in x:
            m *= v
            out += m
        return out

    near(ad.grad(products)(np.array([2.0, 3.0])), [16.0, 4.0])


def test_loops_that_stop_when_they_have_converged_are_differentiated() -> None:
    def root(a: Any) -> Any:
        x = a / 2
        for _ in range(50):
            step = (x * x - a) / (2 * x)
            x = x - step
            if abs(step) < 1e-14:
                break
        else:
            raise RuntimeError("no convergence")
        return x

    near(ad.grad(root)(7.0), 0.5 / math.sqrt(7))
    near(ad.grad(ad.grad(root))(7.0), -0.25 * 7**-1.5)

    def mean(a: Any, b: Any) -> Any:  # arithmetic-geometric
        while not np.isclose(a, b, rtol=1e-14, atol=0):
            a, b = (a + b) / 2, np.sqrt(a * b)
        return a

    near(ad.grad(mean)(1.0, 3.0), slopes(lambda a: mean(a, 3.0), 1.0))


def test_a_recursive_integral_is_differentiated_in_its_parameter() -> None:
    def simpson(f: Any, a: float, b: float, tolerance: float) -> Any:
        m = (a + b) / 2

        def rule(a: float, b: float) -> Any:
            return (b - a) / 6 * (f(a) + 4 * f((a + b) / 2) + f(b))

        halves = rule(a, m) + rule(m, b)
        change = halves - rule(a, b)
        if abs(change) < 15 * tolerance:
            return halves + change / 15
        return simpson(f, a, m, tolerance / 2) + simpson(f, m, b, tolerance / 2)

    def integral(t: Any) -> Any:
        return simpson(lambda x: np.exp(-t * x), 0.0, 2.0, 1e-11)

    near(ad.grad(integral)(1.3), (math.exp(-2.6) * (1 + 2.6) - 1) / 1.3**2, 1e-8)


def test_a_model_class_with_a_dictionary_of_parameters_has_a_dictionary_of_gradients() -> None:
    class Model:
        def __init__(self, params: Any) -> None:
            self.params = params
            self.seen: dict[int, Any] = {}

        def loss(self, x: Any, y: Any) -> Any:
            h = x
            for i in range(2):
                h = np.tanh(h @ self.params[f"W{i}"] + self.params[f"b{i}"])
                self.seen[i] = h
            error = h - y
            error *= error
            return error.mean()

    params = {"W0": rng.randn(3, 4), "b0": np.zeros(4), "W1": rng.randn(4, 2), "b1": np.zeros(2)}
    x, y = rng.randn(6, 3), rng.randn(6, 2)
    gradient = ad.grad(lambda p: Model(p).loss(x, y))(params)
    for k, given in params.items():
        near(gradient[k], slopes(lambda v, k=k: Model({**params, k: v}).loss(x, y), given))


def test_gaussian_elimination_with_pivots_in_place_has_the_derivatives_of_the_inverse() -> None:
    def solved(a: Any, b: Any) -> Any:
        a, b, n = a.copy(), b.copy(), len(b)
        for k in range(n):
            p = k + np.argmax(np.abs(a[k:, k]))
            if p != k:
                a[[k, p]] = a[[p, k]]
                b[[k, p]] = b[[p, k]]
            for i in range(k + 1, n):
                f = a[i, k] / a[k, k]
                a[i, k:] -= f * a[k, k:]
                b[i] -= f * b[k]
        x = np.zeros_like(b)
        for i in reversed(range(n)):
            x[i] = (b[i] - a[i, i + 1:] @ x[i + 1:]) / a[i, i]
        return x

    a, b = rng.randn(4, 4), rng.randn(4)
    inverse = np.linalg.inv(a)
    wanted = -np.einsum("ij,k->ijk", inverse, inverse @ b)
    for jacobian in (ad.jacrev, ad.jacfwd):
        by_a, by_b = jacobian(solved, (0, 1))(a, b)
        near(by_a, wanted, 1e-9)
        near(by_b, inverse, 1e-9)


def test_a_step_of_the_heat_equation_by_slices_is_linear() -> None:
    def heat(u: Any) -> Any:
        u = u.copy()
        for _ in range(20):
            new = np.zeros_like(u)
            new[1:-1] = u[1:-1] + 0.1 * (u[2:] - 2 * u[1:-1] + u[:-2])
            new[0], new[-1] = u[0], u[-1]
            u = new
        return u

    columns = np.stack([heat(e) for e in np.eye(6)], axis=1)
    near(ad.jacobian(heat)(rng.randn(6)), columns)
    near(ad.hessian(lambda u: np.sum(heat(u) ** 2))(rng.randn(6)), 2 * columns.T @ columns)


def test_particles_that_are_moved_in_place_leave_the_given_arrays_alone() -> None:
    def moved(v: Any, m: Any) -> Any:
        q = q0 + 0 * v
        v = v.copy()
        for _ in range(6):
            force = np.zeros_like(v) * m[0]
            for i in range(3):
                for j in range(3):
                    if i != j:
                        d = q[j] - q[i]
                        force[i] += m[j] * d / (d @ d + 0.01) ** 1.5
            v = v + 0.02 * force
            q = q + 0.02 * v
        return np.sum(q**2)

    q0, v0, m = rng.randn(3, 2), rng.randn(3, 2), np.array([1.0, 2.0, 0.5])
    before = v0.copy()
    by_v, by_m = ad.grad(moved, (0, 1))(v0, m)
    near(by_v, slopes(lambda v: moved(v, m), v0))
    near(by_m, slopes(lambda m: moved(v0, m), m))
    assert np.array_equal(v0, before)


def test_dynamic_programs_over_lists_of_numbers_are_differentiated() -> None:
    def warped(x: Any, y: Any) -> Any:
        n, m = len(x), len(y)
        table: list[list[Any]] = [[math.inf] * (m + 1) for _ in range(n + 1)]
        table[0][0] = 0.0
        for i in range(n):
            for j in range(m):
                table[i + 1][j + 1] = (x[i] - y[j]) ** 2 + min(table[i][j + 1], table[i + 1][j], table[i][j])
        return table[n][m]

    x, y = rng.randn(5), rng.randn(4)
    for got, wanted in zip(ad.grad(warped, (0, 1))(x, y),
                           (slopes(lambda x: warped(x, y), x), slopes(lambda y: warped(x, y), y)), strict=True):
        near(got, wanted)


def test_masks_bins_and_pieces_are_differentiated_where_their_values_go() -> None:
    def masked(x: Any) -> Any:
        positive = x > 0
        out = np.zeros_like(x)
        out[positive] = np.log(x[positive])
        out[~positive] = x[~positive] ** 2
        return out.sum()

    def binned(x: Any) -> Any:
        return np.bincount(np.digitize(x, [-0.5, 0, 1]), weights=x**2, minlength=4) @ np.arange(4)

    def pieces(x: Any) -> Any:
        return np.piecewise(x, [x < 0, x >= 0], [0.0, lambda x: x**2]).sum()

    def choices(x: Any) -> Any:
        return np.select([x < -0.5, x < 1], [x**2, x**3], default=np.sin(x)).sum()

    x = np.array([-1.0, 0.5, 2.0, -0.3])
    for f in (masked, binned, pieces, choices):
        near(ad.grad(f)(x), slopes(f, x))
        near(ad.hessian(f)(x), slopes(ad.grad(f), x))


def test_a_split_step_schroedinger_equation_has_real_gradients_of_its_real_parameters() -> None:
    grid, k = np.linspace(-2, 2, 8), np.fft.fftfreq(8) * 2 * np.pi

    def position(p: Any) -> Any:
        psi = np.exp(-(grid**2)) * np.exp(1j * p[0] * grid)
        psi = psi / np.linalg.norm(psi)
        for _ in range(5):
            psi = psi * np.exp(-0.5j * p[1] * grid**2)
            psi = np.fft.ifft(np.exp(-0.1j * k**2) * np.fft.fft(psi))
        return np.vdot(psi, grid * psi).real + (np.abs(psi) ** 4).sum()

    p = np.array([0.4, 0.7])
    near(ad.grad(position)(p), slopes(position, p))
    near(ad.hessian(position)(p), slopes(ad.grad(position), p))
    near(ad.vmap(ad.grad(position))(np.stack([p, 2 * p])), [slopes(position, p), slopes(position, 2 * p)])


def test_states_may_be_dataclasses_and_parameters_named_tuples() -> None:
    @dataclass
    class State:
        x: Any
        v: Any

    Pendulum = namedtuple("Pendulum", "g damping")

    def end(p: Any, x0: Any) -> Any:
        s = State(x0, 0.0)
        for _ in range(30):
            s = State(s.x + 0.05 * s.v, s.v - 0.05 * (p.g * np.sin(s.x) + p.damping * s.v))
        return s.x

    gradient = ad.grad(end)(Pendulum(1.0, 0.1), 0.3)
    assert type(gradient) is Pendulum
    near(gradient.g, slopes(lambda g: end(Pendulum(g, 0.1), 0.3), 1.0))
    near(gradient.damping, slopes(lambda d: end(Pendulum(1.0, d), 0.3), 0.1))


def test_a_traced_number_prints_and_rounds_as_a_number() -> None:
    shown = []

    def f(x: Any) -> Any:
        shown.append(f"{x:.3f} {round(x, 1)} {round(x)}")
        return x * x

    near(ad.grad(f)(1.23456), 2.46912)
    assert shown == ["1.235 1.2 1"]


def test_flat_reads_and_writes_elements() -> None:
    def f(x: Any) -> Any:
        y = x.copy()
        y.flat[2] = 10 * y.flat[0]
        y.flat[[1, 3]] = 0
        return (y * y).sum() + sum(x.flat)

    near(ad.grad(f)(np.array([[1.0, 2.0], [3.0, 4.0]])), [[203.0, 1.0], [1.0, 1.0]])


def test_a_number_that_would_lose_its_derivative_is_refused_by_name_and_line() -> None:
    def into_plain(x: Any) -> Any:
        a = np.zeros(3)
        a[0] = x
        return a.sum()

    def added_to_plain(x: Any) -> Any:
        a = np.zeros(3)
        a += x
        return a.sum()

    for f, error, says in (
            (math.exp, ad.errors.TracedValueError, r"float\(\) of a traced value \(.*test_programs.*np\.exp"),
            (into_plain, ad.errors.TracedValueError, r"written into an ndarray .*np\.zeros_like.*numpy\.at"),
            (added_to_plain, ad.errors.WriteError, r"\+=.*plain ndarray.*np\.zeros_like"),
            (lambda x: np.array([x, x]).sum(), ad.errors.TracedValueError, r"np\.stack"),
            (lambda x: np.vectorize(lambda v: v * v)(x), ad.errors.TracedValueError, r"use adjoint\.numpy\.vectorize"),
            (lambda x: np.r_[x, 1.0].sum(), ad.errors.TracedValueError, r"use adjoint\.numpy\.r_")):
        with pytest.raises(error, match=says):
            ad.grad(f)(1.0)
    special = pytest.importorskip("scipy.special")
    with pytest.raises(ad.errors.TracedValueError, match=r"use adjoint\.scipy\.special\.logsumexp"):
        ad.grad(special.logsumexp)(np.ones(3))
    with pytest.raises(ad.errors.MissingRule, match=r"use adjoint\.scipy\.special\.lambertw"):
        ad.grad(lambda x: np.real(special.lambertw(x)))(1.0)


# For HIPS autograd and jax.numpy -------------------------------------------------------------------------------------


def test_a_kalman_filter_of_lists_of_traced_numbers_has_its_hessian() -> None:
    ys = np.cumsum(rng.randn(6, 1), axis=0)

    def loss(theta: Any) -> Any:
        q, r, a = anp.exp(theta[0]), anp.exp(theta[1]), anp.tanh(theta[2])
        f, h = anp.array([[a, 1.0], [0.0, a]]), anp.array([[1.0, 0.0]])
        noise, m, p, out = q * anp.array([[1 / 3, 0.5], [0.5, 1.0]]), anp.zeros(2), anp.eye(2), 0.0
        for y in ys:
            m, p = f @ m, f @ p @ f.T + noise
            s = h @ p @ h.T + anp.atleast_2d(r)
            gain, e = anp.linalg.solve(s, h @ p).T, y - h @ m
            m, p = m + gain @ e, (anp.eye(2) - gain @ h) @ p
            out += 0.5 * (anp.linalg.slogdet(s)[1] + e @ anp.linalg.solve(s, e))
        return out

    theta = np.array([0.1, -0.3, 0.4])
    near(ad.grad(loss)(theta), slopes(loss, theta))
    near(ad.hessian(loss)(theta), slopes(ad.grad(loss), theta))


def test_smoke_that_a_flow_carries_over_a_rolled_grid_has_a_gradient() -> None:
    n, target, start = 5, rng.rand(5, 5), rng.rand(5, 5)

    def carried(f: Any, vx: Any, vy: Any) -> Any:
        cx, cy = anp.meshgrid(anp.arange(n), anp.arange(n))
        x, y = (cx - vx).ravel(), (cy - vy).ravel()
        left, top = anp.floor(x).astype(int), anp.floor(y).astype(int)
        right_weight, bottom_weight = x - left, y - top
        left, right, top, bottom = left % n, (left + 1) % n, top % n, (top + 1) % n
        flat = (1 - right_weight) * ((1 - bottom_weight) * f[top, left] + bottom_weight * f[bottom, left]) + \
            right_weight * ((1 - bottom_weight) * f[top, right] + bottom_weight * f[bottom, right])
        return anp.reshape(flat, (n, n))

    def loss(params: Any) -> Any:
        vx, vy, smoke = anp.reshape(params[:n * n], (n, n)), anp.reshape(params[n * n:], (n, n)), start
        for _ in range(2):
            vx, vy = carried(vx, vx, vy), carried(vy, vx, vy)
            vx = vx - 0.1 * (anp.roll(vx, 1, axis=1) + anp.roll(vy, -1, axis=0))
            smoke = carried(smoke, vx, vy)
        return anp.mean((target - smoke) ** 2)

    params = rng.randn(2 * n * n) * 0.3
    near(ad.grad(loss)(params), slopes(loss, params))


def test_lagrangian_mechanics_needs_derivatives_of_derivatives() -> None:
    def lagrangian(q: Any, v: Any) -> Any:  # a pendulum that hangs on a spring, in polar coordinates
        return 0.5 * (v[0] ** 2 + (q[0] * v[1]) ** 2) + 9.8 * q[0] * anp.cos(q[1]) - 5 * (q[0] - 1) ** 2

    def acceleration(q: Any, v: Any) -> Any:
        force = ad.grad(lagrangian, 0)(q, v) - ad.jacfwd(ad.jacrev(lagrangian, 1), 0)(q, v) @ v
        return anp.linalg.solve(ad.hessian(lagrangian, 1)(q, v), force)

    q, v = np.array([1.2, 0.4]), np.array([0.3, -0.7])
    r, angle = q
    near(acceleration(q, v), [r * v[1]**2 + 9.8 * math.cos(angle) - 10 * (r - 1),
                              (-9.8 * math.sin(angle) - 2 * v[0] * v[1]) / r], 1e-9)
    near(ad.jacobian(acceleration)(q, v), slopes(lambda q: acceleration(q, v), q))


def test_the_curvature_of_a_sphere_is_two_over_the_square_of_its_radius() -> None:
    radius = 1.7

    def metric(x: Any) -> Any:
        return anp.diag(anp.array([radius**2, (radius * anp.sin(x[0])) ** 2]))

    def christoffel(x: Any) -> Any:
        d = ad.jacfwd(metric)(x)  # d[m, k, l]: the derivative of g[m, k] along l
        low = d + anp.einsum("mlk->mkl", d) - anp.einsum("klm->mkl", d)
        return 0.5 * anp.einsum("im,mkl->ikl", anp.linalg.inv(metric(x)), low)

    def curvature(x: Any) -> Any:
        g, dg = christoffel(x), ad.jacfwd(christoffel)(x)
        half = anp.einsum("rnsm->rsmn", dg) + anp.einsum("rml,lns->rsmn", g, g)
        ricci = anp.einsum("rsrn->sn", half - anp.swapaxes(half, 2, 3))
        return anp.einsum("sn,sn", anp.linalg.inv(metric(x)), ricci)

    near(curvature(np.array([0.7, 0.2])), 2 / radius**2, 1e-9)


def test_gradients_of_each_example_are_those_of_a_loop() -> None:
    def loss(params: Any, x: Any, y: Any) -> Any:
        for layer in params[:-1]:
            x = anp.tanh(x @ layer["W"] + layer["b"])
        z = x @ params[-1]["W"] + params[-1]["b"]
        return anp.log(anp.sum(anp.exp(z))) - z[y]

    params = [{"W": rng.randn(m, n) * 0.4, "b": rng.randn(n) * 0.1} for m, n in ((4, 6), (6, 3))]
    xs, ys = rng.randn(7, 4), rng.randint(0, 3, 7)
    each = ad.vmap(ad.grad(loss), in_axes=(None, 0, 0))(params, xs, ys)
    for i, (x, y) in enumerate(zip(xs, ys, strict=True)):
        for got, wanted in zip(each, ad.grad(loss)(params, x, y), strict=True):
            for k in ("W", "b"):
                near(got[k][i], wanted[k], 1e-12)


def test_hessian_vector_products_agree_whichever_way_they_are_made() -> None:
    def f(x: Any) -> Any:
        return anp.sum(anp.tanh(x) ** 2) + anp.prod(x)

    def reverse_over_reverse(x: Any, v: Any) -> Any:
        return ad.grad(lambda x: anp.vdot(ad.grad(f)(x), v))(x)

    def reverse_over_forward(x: Any, v: Any) -> Any:
        return ad.grad(lambda x: ad.jvp(f, (x,), (v,))[1])(x)

    def forward_over_reverse(x: Any, v: Any) -> Any:
        return ad.jvp(ad.grad(f), (x,), (v,))[1]

    x, v = rng.randn(4), rng.randn(4)
    wanted = ad.hessian(f)(x) @ v
    for product in (reverse_over_reverse, reverse_over_forward, forward_over_reverse, partial(_product, f)):
        near(product(x, v), wanted, 1e-12)


def _product(f: Any, x: Any, v: Any) -> Any:
    return ad.hvp(f, (x,), (v,))


def test_learning_to_learn_differentiates_through_the_gradient_step() -> None:
    def loss(p: Any, x: Any, y: Any) -> Any:
        (w, b), (u, c) = p
        return anp.mean((anp.maximum(x @ w + b, 0) @ u + c - y) ** 2)

    def adapted(p: Any, x: Any, y: Any) -> Any:
        return [(w - 0.1 * dw, b - 0.1 * db) for (w, b), (dw, db) in zip(p, ad.grad(loss)(p, x, y), strict=True)]

    def outer(p: Any, tasks: Any) -> Any:
        return anp.mean(ad.vmap(lambda x, y: loss(adapted(p, x, y), x, y))(*tasks))

    p = [(rng.randn(1, 5), rng.randn(5)), (rng.randn(5, 1), rng.randn(1))]
    tasks = (rng.randn(3, 6, 1), rng.randn(3, 6, 1))
    gradient = ad.grad(outer)(p, tasks)
    near(gradient[1][0], slopes(lambda u: outer([p[0], (u, p[1][1])], tasks), p[1][0]))


def test_names_that_numpy_does_not_hand_over_are_in_adjoint_numpy() -> None:
    near(ad.grad(lambda x: anp.r_[x, 1.0, 2 * x].prod())(3.0), 12.0)
    near(ad.jacobian(lambda x: anp.c_[x, x**2])(np.array([3.0])), [[[1.0], [6.0]]])
    near(ad.grad(lambda x: anp.vectorize(lambda v: v * v if v > 0 else 0 * v)(x).sum())(np.array([-1.0, 2.0])),
         [0.0, 4.0])
    near(ad.grad(lambda x: x.sum() if isinstance(x, anp.ndarray) else 0 * x[0])(np.ones(2)), [1.0, 1.0])
    import adjoint.numpy.random as npr

    assert npr.RandomState(0).randn() == np.random.RandomState(0).randn()
