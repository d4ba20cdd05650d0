"""Programs written for torch.func give the same numbers with adjoint.func."""

from __future__ import annotations

import numpy as np
import pytest

import adjoint as ad
import adjoint.func

torch = pytest.importorskip("torch")
func_of = {"adjoint": ad.func, "torch": pytest.importorskip("torch.func")}


def model(T):
    """A small network with fixed weights."""
    net = T.nn.Sequential(T.nn.Linear(3, 4), T.nn.Tanh(), T.nn.Linear(4, 2)).double()
    with T.no_grad():
        for i, p in enumerate(net.parameters()):
            p.copy_(T.sin(T.arange(p.numel(), dtype=T.float64) * (i + 1)).reshape(p.shape))
    return net


def data(T, n=5):
    x = T.cos(T.arange(3.0 * n, dtype=T.float64)).reshape(n, 3)
    return x, T.arange(n) % 2


def per_sample_gradients(T, F):
    net = model(T)
    params = {k: v.detach() for k, v in net.named_parameters()}

    def loss(params, x, y):
        out = F.functional_call(net, params, (x.unsqueeze(0),))
        return T.nn.functional.cross_entropy(out, y.unsqueeze(0))

    found = F.vmap(F.grad(loss), in_dims=(None, 0, 0))(params, *data(T))
    return [found[k] for k in sorted(found)]


def ensembles(T, F):
    nets = [model(T) for _ in range(3)]
    with T.no_grad():
        for i, net in enumerate(nets):
            net[0].weight.mul_(i + 1)
    params, buffers = F.stack_module_state(nets)
    base = model(T)
    run = lambda p, b, x: F.functional_call(base, (p, b), (x,))
    return [F.vmap(run, in_dims=(0, 0, None))(params, buffers, data(T)[0])]


def hessian_of_a_network(T, F):
    net = model(T)
    params = dict(net.named_parameters())
    weight = params.pop("0.weight").detach()
    x, y = data(T)
    f = lambda w: T.nn.functional.mse_loss(F.functional_call(net, {**params, "0.weight": w}, (x,))[:, 0], y.double())
    return [F.hessian(f)(weight), F.jacrev(F.jacrev(f))(weight), F.jacfwd(F.jacfwd(f))(weight)]


def jacobians(T, F):
    x, _ = data(T)
    f = lambda a, b: (T.sin(a) * b.sum(), {"norm": (a * b).norm()})
    rev, fwd = F.jacrev(f, argnums=(0, 1))(x[0], x[1]), F.jacfwd(f, argnums=(0, 1))(x[0], x[1])
    flat = []
    for first, second in (rev, fwd):
        flat += [*first, *second["norm"]]
    batched = F.vmap(F.jacrev(lambda a: T.cumsum(a**2, 0)))(x)
    return [*flat, batched, F.jacrev(lambda a: a**2, chunk_size=2)(x[0])]


def products(T, F):
    x, _ = data(T)
    f = lambda a: T.tanh(a) @ a
    value, push = F.linearize(f, x[0])
    _, pull = F.vjp(lambda a, b: (a * b, a.sum()), x[0], x[1])
    aux = F.vjp(lambda a: (a**2, a), x[0], has_aux=True)
    return [value, push(x[1]), *F.jvp(f, (x[0],), (x[1],)), *pull((x[2], T.tensor(2.0, dtype=T.float64))),
            *F.jvp(lambda a: (a**3, a), (x[0],), (x[1],), has_aux=True), aux[2],
            F.jvp(F.grad(f), (x[0],), (x[1],))[1], F.vmap(F.vjp(f, x[0])[1])(x[:, 0])[0]]


def values_and_aux(T, F):
    x, _ = data(T)
    f = lambda a, b: ((a * b).sin().sum(), (a * b, {"twice": 2 * a}))
    (ga, gb), (value, (product, rest)) = F.grad_and_value(f, argnums=(0, 1), has_aux=True)(x[0], x[1])
    g, aux = F.grad(f, argnums=1, has_aux=True)(x[0], x[1])
    return [ga, gb, value, product, rest["twice"], g, aux[0]]


def mapped_axes(T, F):
    x, _ = data(T)
    nested = {"a": x, "b": (x * 2, x[0])}
    f = lambda t, s: {"y": t["a"] * t["b"][0] + t["b"][1] * s}
    out = F.vmap(f, in_dims=({"a": 0, "b": (0, None)}, None), out_dims={"y": 1})(nested, 3.0)
    return [out["y"], F.vmap(T.dot, in_dims=(1, 1))(x, x), F.vmap(lambda a: a.sum(), in_dims=-1, chunk_size=2)(x),
            F.vmap(F.vmap(lambda a, b: a * b, in_dims=(0, None)), in_dims=(None, 0))(x[0], x[:, 0])]


def complex_derivatives(T, F):
    z = T.complex(data(T)[0][0], data(T)[0][1])
    value, pull = F.vjp(lambda z: z**3 / 2, z)
    return [F.grad(lambda z: (z * z.conj()).real.sum() + z.imag.prod())(z), value, pull(z)[0],
            *F.jvp(lambda z: z.exp() * z.real, (z,), (z * 1j,)), F.vmap(F.grad(lambda a: a.abs() ** 3))(z)]


def writes_and_flags(T, F):
    x, _ = data(T)

    def fill(a):
        y = T.zeros(3, dtype=T.float64)
        y[0] = a[1] * a[2]
        y[1:].add_(a[:2])
        return y * y

    def partly(a):
        with T.no_grad():
            c = a**2
        return (c * a).sum() + (a.detach() * a).sum()

    return [F.jvp(fill, (x[0],), (x[1],))[1], F.jacrev(fill)(x[0]), F.jacfwd(fill)(x[0]), F.grad(partly)(x[0])]


PROGRAMS = [per_sample_gradients, ensembles, hessian_of_a_network, jacobians, products, values_and_aux, mapped_axes,
            complex_derivatives, writes_and_flags]


@pytest.mark.filterwarnings("ignore:Attempted to insert:UserWarning")  # torch's linearize
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.__name__)
def test_the_numbers_are_those_of_torch(program):
    expected = program(torch, func_of["torch"])
    got = program(ad, func_of["adjoint"])
    assert len(got) == len(expected)
    for mine, theirs in zip(got, expected, strict=True):
        assert mine.dtype == getattr(ad, str(theirs.dtype).split(".")[1])
        np.testing.assert_allclose(mine.detach().numpy(), theirs.detach().numpy(), rtol=1e-10, atol=1e-12)
        assert not mine.requires_grad or theirs.requires_grad


@pytest.mark.parametrize("call", [
    lambda T, F, x: F.vmap(lambda a: a, in_dims=5)(x),
    lambda T, F, x: F.vmap(lambda a: a, in_dims=None)(x),
    lambda T, F, x: F.vmap(lambda a: a)(2.0),
    lambda T, F, x: F.vmap(lambda a: a)(),
    lambda T, F, x: F.vmap(lambda a, b: a)(x, T.ones(2)),
    lambda T, F, x: F.vmap(lambda a: a, out_dims=None)(x),
    lambda T, F, x: F.vmap(lambda a: a, out_dims=3)(x),
    lambda T, F, x: F.vmap(lambda a: T.rand(2))(x),
    lambda T, F, x: F.vmap(lambda a: a, randomness="some")(x),
    lambda T, F, x: F.vmap(lambda a: a, chunk_size=0)(x),
    lambda T, F, x: F.grad(lambda a: a)(x),
    lambda T, F, x: F.grad(lambda a: 1.0)(x),
    lambda T, F, x: F.grad(lambda a: (a.sum(), 1), has_aux=True)(x),
    lambda T, F, x: F.grad(lambda a: a.sum(), argnums=2)(x),
    lambda T, F, x: F.grad(lambda a: a.sum(), argnums=())(x),
    lambda T, F, x: F.grad(lambda a: a)(2.0),
    lambda T, F, x: F.vjp(lambda a: 1.0, x),
    lambda T, F, x: F.jvp(lambda a: a, x, x),
    lambda T, F, x: F.jvp(lambda a: T.ones(2), (x,), (x,), strict=True),
    lambda T, F, x: F.jacrev(lambda a: a)(x * 1j),
    lambda T, F, x: F.jacfwd(lambda a: a)(x * 1j),
    lambda T, F, x: F.functional_call(T.nn.Linear(2, 1), 3, x),
    lambda T, F, x: F.functional_call(T.nn.Linear(2, 1), {"bias": T.zeros(1)}, x, strict=True),
    lambda T, F, x: F.stack_module_state([]),
    lambda T, F, x: F.stack_module_state([T.nn.Linear(2, 1), T.nn.ReLU()]),
    lambda T, F, x: F.functionalize(lambda a: a, remove="all")(x),
])
def test_mistakes_are_named_in_the_words_of_torch(call):
    with pytest.raises(Exception) as theirs:
        call(torch, func_of["torch"], torch.ones(3, 2))
    with pytest.raises(Exception) as mine:
        call(ad, func_of["adjoint"], ad.ones(3, 2))
    assert isinstance(mine.value, (type(theirs.value), RuntimeError))
    assert str(mine.value).replace("adjoint.", "torch.")[:60] == str(theirs.value)[:60]
