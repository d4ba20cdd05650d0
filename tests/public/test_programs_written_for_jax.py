"""Programs as they are written for JAX, with other import lines: trees of parameters, updates, maps of gradients."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

import adjoint as jax  # noqa: ICN001  # as the programs name it
import adjoint.numpy as jnp
from adjoint import testing
from adjoint.flatten_util import ravel_pytree
from adjoint.scipy import linalg as jsl
from adjoint.scipy.special import logsumexp


def test_a_perceptron_is_trained_by_maps_over_its_tree_of_parameters() -> None:
    rng = np.random.default_rng(0)
    sizes = [3, 5, 2]
    params = [{"w": 0.5 * rng.normal(size=(m, n)), "b": np.zeros(n)} for m, n in pairwise(sizes)]
    x = rng.normal(size=(12, 3))
    labels = (x[:, 0] > 0).astype(int)

    def predict(params: Any, x: Any) -> Any:
        for layer in params[:-1]:
            x = jnp.tanh(jnp.dot(x, layer["w"]) + layer["b"])
        logits = jnp.dot(x, params[-1]["w"]) + params[-1]["b"]
        return logits - logsumexp(logits)

    def one(params: Any, x: Any, label: Any) -> Any:
        return -predict(params, x)[label]

    def loss(params: Any) -> Any:
        return jnp.mean(jax.vmap(one, in_axes=(None, 0, 0))(params, x, labels))

    each = jax.vmap(jax.grad(one), in_axes=(None, 0, 0))(params, x, labels)
    mean = jax.tree.map(lambda g: jnp.mean(g, axis=0), each)
    assert jax.tree.all(jax.tree.map(np.allclose, mean, jax.grad(loss)(params)))
    vector, unravel = ravel_pytree(params)
    testing.check_grads(lambda v: loss(unravel(v)), (vector,), order=1)
    before, momentum = loss(params), jax.tree.map(jnp.zeros_like, params)
    for _ in range(30):
        grads = jax.grad(loss)(params)
        momentum = jax.tree.map(lambda m, g: 0.9 * m + g, momentum, grads)
        params = jax.tree.map(lambda p, m: p - 0.1 * m, params, momentum)
    assert loss(params) < 0.5 * before
    norm = jnp.sqrt(jax.tree.reduce(lambda s, g: s + jnp.sum(g**2), jax.grad(loss)(params), 0.0))
    assert np.isclose(norm, np.linalg.norm(ravel_pytree(jax.grad(loss)(params))[0]))


def test_a_gaussian_process_is_fitted_by_nested_maps_of_its_kernel() -> None:
    rng = np.random.default_rng(0)
    x = np.sort(rng.uniform(0, 4, 8))[:, None]
    y = np.sin(x[:, 0])

    def kernel(params: Any, a: Any, b: Any) -> Any:
        return jnp.exp(params["amplitude"]) * jnp.exp(-0.5 * jnp.sum(((a - b) / jnp.exp(params["length"])) ** 2))

    def covariance(params: Any, a: Any, b: Any) -> Any:
        return jax.vmap(lambda u: jax.vmap(lambda v: kernel(params, u, v))(b))(a)

    def nll(params: Any) -> Any:
        whole = covariance(params, x, x) + jnp.exp(params["noise"]) * jnp.eye(len(x))
        root = jsl.cholesky(whole, lower=True)
        z = jsl.solve_triangular(root, y, lower=True)
        return 0.5 * jnp.dot(z, z) + jnp.sum(jnp.log(jnp.diag(root))) + 0.5 * len(x) * jnp.log(2 * jnp.pi)

    params = {"amplitude": 0.1, "length": -0.2, "noise": -3.0}
    whole = covariance(params, x, x) + np.exp(-3.0) * np.eye(8)
    closed = 0.5 * (y @ np.linalg.solve(whole, y) + np.linalg.slogdet(2 * np.pi * whole)[1])
    assert np.isclose(nll(params), closed)
    testing.check_grads(nll, (params,), order=2)


def test_a_rod_cools_by_updates_of_its_inner_points() -> None:
    start, steps = np.sin(np.pi * np.linspace(0, 1, 9)) + 1.0, 4

    def step(u: Any, rate: Any) -> Any:
        u = jnp.at(u)[1:-1].add(rate * (u[2:] - 2 * u[1:-1] + u[:-2]))
        return jnp.at(u)[jnp.array([0, -1])].set(1.0)

    def cooled(rate: Any, u: Any = start) -> Any:
        for _ in range(steps):
            u = step(u, rate)
        return u

    matrix = np.zeros((9, 9))
    for i in range(1, 8):
        matrix[i, i - 1:i + 2] = [1.0, -2.0, 1.0]
    expected, slope = start.copy(), np.zeros(9)
    for _ in range(steps):
        slope = slope + 0.2 * matrix @ slope + matrix @ expected
        expected = expected + 0.2 * matrix @ expected
    np.testing.assert_allclose(cooled(0.2), expected)
    np.testing.assert_allclose(jax.jacfwd(cooled)(0.2), slope, atol=1e-12)
    np.testing.assert_allclose(jax.jacrev(cooled)(0.2), slope, atol=1e-12)
    np.testing.assert_allclose(jax.vmap(cooled)(np.array([0.1, 0.2]))[1], expected)


def test_smoke_is_carried_along_by_a_table_that_is_read_at_traced_places() -> None:
    rng = np.random.default_rng(0)
    smoke = rng.uniform(size=(5, 5))
    rows, columns = np.meshgrid(np.arange(5), np.arange(5), indexing="ij")

    def at(i: Any, j: Any) -> Any:
        return jnp.at(smoke)[jnp.mod(i, 5), jnp.mod(j, 5)].get()

    def moved(velocity: Any, row: Any, column: Any) -> Any:
        y, x = row - velocity[0], column - velocity[1]
        i, j = jnp.floor(y).astype(int), jnp.floor(x).astype(int)
        p, q = y - i, x - j
        return (1 - p) * ((1 - q) * at(i, j) + q * at(i, j + 1)) + p * ((1 - q) * at(i + 1, j) + q * at(i + 1, j + 1))

    def whole(velocity: Any) -> Any:
        return jax.vmap(jax.vmap(partial(moved, velocity)))(rows, columns)

    np.testing.assert_allclose(whole(np.array([1.0, -2.0])), np.roll(smoke, (1, -2), (0, 1)))
    testing.check_grads(whole, (np.array([0.3, 0.6]),), order=1)


def test_one_step_of_learning_is_differentiated_for_each_task() -> None:
    rng = np.random.default_rng(0)
    def loss(params: Any, x: Any, y: Any) -> Any:
        return jnp.mean((jnp.dot(x, params["w"]) + params["b"] - y) ** 2)

    def adapted(params: Any, rate: Any, x: Any, y: Any) -> Any:
        grads = jax.grad(loss)(params, x, y)
        return loss(jax.tree.map(lambda p, g: p - rate * g, params, grads), x, y)

    def total(params: Any, rate: Any) -> Any:
        return jnp.mean(jax.vmap(adapted, in_axes=(None, None, 0, 0))(params, rate, xs, ys))

    xs, ys = rng.normal(size=(3, 6, 2)), rng.normal(size=(3, 6))
    params = {"w": np.array([0.3, -0.5]), "b": 0.1}
    value, (gradient, slope) = jax.value_and_grad(total, argnums=(0, 1))(params, 0.05)
    assert np.isclose(value, np.mean([adapted(params, 0.05, x, y) for x, y in zip(xs, ys, strict=True)]))
    assert jax.tree.structure(gradient) == jax.tree.structure(params)
    assert slope < 0
    testing.check_grads(total, (params, 0.05), order=2)
