"""vmap with torch's arguments: randomness, tensors made inside, and what may not be written."""

from __future__ import annotations

import numpy as np
import pytest

import adjoint as ad
import adjoint.func
from adjoint.func import grad, jvp, vmap

X = ad.arange(6.0).reshape(3, 2)


def test_random_functions_draw_the_same_or_different_numbers_for_the_examples():
    for draw in (lambda a: ad.randn(4), lambda a: ad.rand_like(a), lambda a: ad.bernoulli(a * 0 + 0.5),
                 lambda a: ad.nn.functional.dropout(a + 1), lambda a: ad.poisson(ad.full((8,), 5.0))):
        same = vmap(draw, randomness="same")(ad.ones(5, 16))
        assert (same == same[:1]).all()
        different = vmap(draw, randomness="different")(ad.ones(5, 16))
        assert not (different == different[:1]).all()
        with pytest.raises(RuntimeError, match="randomness error mode"):
            vmap(draw)(ad.ones(5, 16))


def test_nested_maps_draw_for_each_pair_what_each_of_them_says():
    draw = lambda a: vmap(lambda b: ad.randn(2), randomness="same")(X)
    inner_same = vmap(draw, randomness="different")(X)
    assert (inner_same == inner_same[:, :1]).all()
    assert not (inner_same[0] == inner_same[1]).any()
    all_different = vmap(lambda a: vmap(lambda b: ad.randn(2), randomness="different")(X), randomness="different")(X)
    assert len(set(all_different.flatten().tolist())) == 18


def test_the_noise_of_a_mapped_gradient_is_the_noise_of_its_value():
    f = lambda a: (ad.nn.functional.dropout(a, 0.5) ** 2).sum() / 4  # kept elements doubled: a^2
    ad.manual_seed(3)
    slopes = vmap(grad(f), randomness="different")(ad.ones(4, 8))
    assert set(slopes.flatten().tolist()) == {0.0, 2.0}
    assert len({tuple(row) for row in slopes.tolist()}) > 1


def test_adjoint_vmap_takes_the_names_of_torch_too():
    got = ad.vmap(lambda a, b: a * b, in_dims=(0, None), out_dims=1)(X, ad.ones(2))
    assert got.tolist() == X.T.tolist()
    assert ad.vmap(lambda a: ad.rand(1), randomness="same")(X).shape == (3, 1)


def test_tensors_made_inside_take_mapped_values():
    w = ad.ones(2, requires_grad=True)

    def f(a):
        out = a.new_zeros(3)
        out[0] = a.sum()
        out[1:] = a
        y = w.clone()
        y[0] = a[0] * w[1]
        y.mul_(w)
        return out, y

    out, y = vmap(f)(X)
    assert out.tolist() == [[1.0, 0.0, 1.0], [5.0, 2.0, 3.0], [9.0, 4.0, 5.0]]
    y.sum().backward()
    assert w.grad.tolist() == [6.0, 12.0]


def test_tensors_made_inside_of_an_outer_map_do_not_take_values_of_an_inner_one():
    def outer(a):
        out = ad.zeros(2)
        return vmap(lambda b: out.add_(b))(X * a[0])

    with pytest.raises(RuntimeError, match="made outside of it"):
        vmap(outer)(X)


def test_captured_tensors_do_not_take_values_of_a_transform():
    buffer = ad.zeros(2)
    for run in (lambda: vmap(lambda a: buffer.add_(a))(X), lambda: jvp(lambda a: buffer.add_(a), (X[0],), (X[0],))):
        with pytest.raises(RuntimeError, match="made outside of it"):
            run()
    assert buffer.tolist() == [0.0, 0.0]


def test_values_that_are_not_differentiated_may_be_looked_at_under_vmap():
    """Checks of arguments hold for all examples: probabilities, levels of quantiles, shapes in memory."""
    p = ad.tensor([[0.2, 0.8], [0.5, 0.5]])
    y = ad.tensor([[0.0, 1.0], [1.0, 1.0]])
    loss = ad.nn.functional.binary_cross_entropy
    expected = [loss(a, b).item() for a, b in zip(p, y, strict=True)]
    np.testing.assert_allclose(vmap(loss)(p, y).numpy(), expected, rtol=1e-6)
    with pytest.raises(RuntimeError, match="between 0 and 1"):
        vmap(loss)(p * 3, y)
    assert vmap(lambda a: a.view(2, 1))(X).shape == (3, 2, 1)


def test_modules_are_as_they_were_after_a_functional_call():
    layer = ad.nn.Linear(2, 1)
    before = dict(layer.named_parameters())
    with pytest.raises(RuntimeError):
        ad.func.functional_call(layer, {"weight": ad.ones(3, 3)}, X)
    after = dict(layer.named_parameters())
    assert all(after[name] is p for name, p in before.items())


def test_tied_tensors_are_replaced_together():
    class Tied(ad.nn.Module):
        def __init__(self):
            super().__init__()
            self.a = ad.nn.Parameter(ad.tensor(2.0))
            self.b = self.a

        def forward(self, x):
            return self.a * x + self.b

    net = Tied()
    assert ad.func.functional_call(net, {"a": ad.tensor(3.0)}, ad.tensor(1.0)).item() == 6.0
    assert ad.func.functional_call(net, {"a": ad.tensor(3.0)}, ad.tensor(1.0), tie_weights=False).item() == 5.0
    with pytest.raises(ValueError, match="multiple values"):
        ad.func.functional_call(net, {"a": ad.tensor(3.0), "b": ad.tensor(4.0)}, ad.tensor(1.0))


def test_a_mapped_function_may_return_the_named_result_of_another() -> None:
    x = ad.tensor([[1.0, 3.0], [4.0, 2.0]])
    result = ad.func.vmap(lambda row: row.max(0))(x)
    assert type(result) is ad.return_types.max
    assert result.values.tolist() == [3.0, 4.0]
    assert result.indices.tolist() == [1, 0]
    values = ad.func.jacrev(lambda x: x.sort().values)(x[0])
    assert values.tolist() == [[1.0, 0.0], [0.0, 1.0]]
    assert list(result._asdict()) == ["values", "indices"]
