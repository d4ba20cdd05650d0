"""Modes of the program around a transform: gradients are those of the function, and every mode returns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import adjoint as ad
from adjoint import errors
from adjoint.core import modes

X = np.array([0.3, 1.2, -0.7])


def energy(x: Any) -> Any:
    return (x * x * x).sum()


def inverse(x: Any) -> Any:
    return np.linalg.inv(np.eye(3) + x[:, None] * x)


CALLS: dict[str, Callable[[], Any]] = {
    "grad": lambda: ad.grad(energy)(X),
    "grad of tensors": lambda: ad.grad(energy)(ad.tensor(X)).numpy(),
    "grad of grad": lambda: ad.grad(lambda x: ad.grad(energy)(x).sum())(X),
    "vjp": lambda: ad.vjp(energy, X)[1](1.0)[0],
    "linearize": lambda: ad.linearize(energy, X)[1](X),
    "jvp": lambda: ad.jvp(inverse, (X,), (X,))[1],
    "jacrev": lambda: ad.jacrev(inverse)(X),
    "jacfwd": lambda: ad.jacfwd(inverse)(X),
    "hessian": lambda: ad.hessian(energy)(X),
    "vmap of grad": lambda: ad.vmap(ad.grad(energy))(np.stack([X, 2 * X])),
    "grad of vmap": lambda: ad.grad(lambda x: np.sum(ad.vmap(energy)(x)))(np.stack([X, 2 * X])),
    "jet": lambda: ad.jet(energy, (X,), ((X,),))[1][0],
    "functional": lambda: ad.autograd.functional.jacobian(lambda x: x * x, ad.tensor(X)).numpy(),
}


@pytest.mark.parametrize("mode", [ad.no_grad, ad.inference_mode, lambda: ad.autograd.detect_anomaly()],
                         ids=["no_grad", "inference_mode", "anomaly"])
@pytest.mark.parametrize("name", CALLS)
@pytest.mark.filterwarnings("ignore:Anomaly")
def test_derivatives_are_the_same_in_every_mode(name: str, mode: Any) -> None:
    plain = CALLS[name]()
    with mode():
        inside = CALLS[name]()
    np.testing.assert_allclose(inside, plain, rtol=1e-12)
    assert modes.word == 0


@pytest.mark.filterwarnings("ignore:Anomaly", "ignore:invalid value")
@pytest.mark.parametrize("transform", [ad.grad, lambda f: ad.vmap(ad.grad(f)), ad.hessian])
def test_anomaly_mode_finds_nan_under_every_transform(transform: Any) -> None:
    def f(x: Any) -> Any:
        return np.sqrt(np.sum(x) - 100.0) + np.sum(x * x)

    x = np.ones((2, 3)) if transform not in (ad.grad, ad.hessian) else np.ones(3)
    with ad.autograd.detect_anomaly(), pytest.raises(errors.NonFiniteError):
        transform(f)(x)


@pytest.mark.parametrize("name", ["grad", "vjp", "jvp", "vmap", "hessian", "jet", "linearize"])
@pytest.mark.parametrize("raised", [KeyboardInterrupt, ValueError])
def test_every_mode_returns_after_an_exception(name: str, raised: type[BaseException]) -> None:
    def f(x: Any) -> Any:
        np.sin(x)
        raise raised("stop")

    calls: dict[str, Callable[[], Any]] = {
        "grad": lambda: ad.grad(f)(X), "vjp": lambda: ad.vjp(f, X), "jvp": lambda: ad.jvp(f, (X,), (X,)),
        "vmap": lambda: ad.vmap(f)(X), "hessian": lambda: ad.hessian(f)(X), "linearize": lambda: ad.linearize(f, X),
        "jet": lambda: ad.jet(f, (X,), ((X,),))}
    with ad.no_grad():
        with pytest.raises(raised):
            calls[name]()
        assert not modes.state.grad
        assert modes.state.levels == ()
    assert (modes.word, modes.state.inside, modes.state.quiet) == (0, False, False)
