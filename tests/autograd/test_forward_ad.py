"""Dual levels: forward mode through define-by-run code, and what it means together with reverse mode."""

from __future__ import annotations

import numpy as np
import pytest

import adjoint as ad
import adjoint.autograd.forward_ad as fw

X, T = [0.5, 1.5, -2.0], [1.0, -1.0, 2.0]


def leaf(values, requires_grad=False):
    return ad.tensor(values, dtype=ad.float64, requires_grad=requires_grad)


def tangent(y):
    return fw.unpack_dual(y).tangent.detach().numpy()


def test_a_tangent_goes_through_whatever_is_computed():
    with fw.dual_level():
        x = fw.make_dual(leaf(X), leaf(T))
        y = ad.sin(x) * x.sum()
        np.testing.assert_allclose(tangent(y), np.cos(X) * T * np.sum(X) + np.sin(X) * np.sum(T))
        assert fw.unpack_dual(x > 0).tangent is None
        assert fw.unpack_dual(leaf(X)).tangent is None


def test_a_tangent_goes_through_writes_and_views():
    with fw.dual_level():
        x = fw.make_dual(leaf(X), leaf(T))
        out = ad.zeros(3, dtype=ad.float64)
        tail = out[1:]
        out[0] = x[0] * x[1]
        tail.add_(x[:2])
        out.mul_(2.0)
        np.testing.assert_allclose(tangent(out), [2 * (1.0 * 1.5 - 0.5), 2.0, -2.0])
        np.testing.assert_allclose(tangent(tail), [2.0, -2.0])


def test_a_tensor_of_outside_takes_a_tangent_and_loses_it_at_the_end():
    buffer = ad.zeros(3, dtype=ad.float64)
    view = buffer[1:]
    with fw.dual_level():
        buffer.add_(fw.make_dual(leaf(X), leaf(T)))
        kept = view * 2
        np.testing.assert_allclose(tangent(kept), [-2.0, 4.0])
    for t in (buffer, view, kept):
        assert fw.unpack_dual(t).tangent is None
        assert type(t.numpy()) is np.ndarray
    assert buffer.tolist() == X
    assert (kept + view).tolist() == [4.5, -6.0]


def test_detach_drops_the_tangent_and_no_grad_keeps_it():
    with fw.dual_level():
        x = fw.make_dual(leaf(X, True), leaf(T))
        assert fw.unpack_dual(x.detach()).tangent is None
        with ad.no_grad():
            y = x * x
        np.testing.assert_allclose(tangent(y), 2 * np.multiply(X, T))
        assert not y.requires_grad


def test_a_dual_prints_its_tangent():
    with fw.dual_level():
        x = fw.make_dual(ad.tensor([1.0, 2.0], requires_grad=True), ad.ones(2))
        assert repr(x * x) == ("tensor([1., 4.], grad_fn=<MulBackward0>,\n       tangent=tensor([2., 4.], "
                               "grad_fn=<AddBackward0>))")
        assert repr(x.detach() + fw.make_dual(ad.tensor(1.0), ad.tensor(3.0))).endswith("tangent=tensor([3., 3.]))")
        y = (x * x).sum()
    assert repr(y) == "tensor(5., grad_fn=<SumBackward0>)"


def test_backward_from_a_dual_fills_the_leaf_without_a_tangent():
    x = leaf(X, True)
    with fw.dual_level():
        (fw.make_dual(x, leaf(T)) ** 3).sum().backward()
        assert fw.unpack_dual(x.grad).tangent is None
    np.testing.assert_allclose(x.grad.numpy(), 3 * np.square(X))


def test_the_gradient_of_a_dual_has_the_hessian_vector_product_for_its_tangent():
    x = leaf(X, True)
    with fw.dual_level():
        y = (fw.make_dual(x, leaf(T)) ** 4).sum()
        (g,) = ad.autograd.grad(y, x, create_graph=True)
        np.testing.assert_allclose(tangent(g), 12 * np.square(X) * T)
        (third,) = ad.autograd.grad(fw.unpack_dual(g).tangent.sum(), x)
    np.testing.assert_allclose(third.numpy(), 24 * np.multiply(X, T))


def test_a_tangent_is_differentiated_by_the_primal_and_by_the_tangent_given():
    x, t = leaf(X, True), leaf(T, True)
    with fw.dual_level():
        out = (fw.make_dual(x, t) ** 3).sum()
        by_x, by_t = ad.autograd.grad(fw.unpack_dual(out).tangent, (x, t))
    np.testing.assert_allclose(by_x.numpy(), 6 * np.multiply(X, T))
    np.testing.assert_allclose(by_t.numpy(), 3 * np.square(X))


def test_a_gradient_along_a_tangent_that_depends_on_the_input_holds_the_tangent_fixed():
    x = leaf(X, True)
    with fw.dual_level():
        y = (fw.make_dual(x, x * x) ** 2).sum()
        (g,) = ad.autograd.grad(y, x, retain_graph=True)
        np.testing.assert_allclose(tangent(g), 2 * np.square(X))
        (whole,) = ad.autograd.grad(fw.unpack_dual(y).tangent, x)  # of 2 x x^2
    np.testing.assert_allclose(whole.numpy(), 6 * np.square(X))


def test_a_dual_seed_gives_the_tangent_that_the_product_rule_says():
    x = leaf(X, True)
    with fw.dual_level():
        d = fw.make_dual(x, leaf(T))
        (g,) = ad.autograd.grad(d**2, x, grad_outputs=fw.make_dual(leaf([1.0, 2.0, 3.0]), leaf([1.0, 1.0, 1.0])))
        np.testing.assert_allclose(g.detach().numpy(), 2 * np.multiply(X, [1, 2, 3]))
        np.testing.assert_allclose(tangent(g), 2 * np.multiply(T, [1, 2, 3]) + 2 * np.array(X))


def test_complex_gradients_have_complex_tangents():
    z = ad.tensor([0.3 + 1j, 2 - 0.5j], dtype=ad.complex128, requires_grad=True)
    t = ad.tensor([1 - 1j, 0.5 + 2j], dtype=ad.complex128)
    with fw.dual_level():
        y = (fw.make_dual(z, t).abs() ** 4).sum()
        (g,) = ad.autograd.grad(y, z)  # 4 |z|^2 z
        expected = 4 * (2 * (z * t.conj()).real * z + (z * z.conj()).real * t)
        np.testing.assert_allclose(tangent(g), expected.detach().numpy())


def test_the_parameters_of_a_module_are_made_dual():
    layer = ad.nn.Linear(2, 2)
    before = {name: (p, ad.ones_like(p)) for name, p in layer.named_parameters()}
    x = ad.tensor([1.0, 2.0])
    with fw.dual_level():
        for name, (p, t) in before.items():
            delattr(layer, name)
            setattr(layer, name, fw.make_dual(p, t))
        out = layer(x)
        np.testing.assert_allclose(tangent(out), [4.0, 4.0])
        out.sum().backward()
    assert before["weight"][0].grad.tolist() == [[1.0, 2.0], [1.0, 2.0]]


def test_function_transforms_inside_of_a_level_carry_its_tangents():
    f = lambda x: (ad.sin(x) * x).sum()
    x, t = np.array(X), np.array(T)
    first = np.cos(x) * x + np.sin(x)
    second = 2 * np.cos(x) - np.sin(x) * x
    with fw.dual_level():
        d = fw.make_dual(leaf(X), leaf(T))
        np.testing.assert_allclose(tangent(ad.grad(f)(d)), second * t)
        np.testing.assert_allclose(tangent(ad.vmap(ad.grad(f))(d)), second * t)
        by_both = np.cos(x) * t * X[0] + np.sin(x) * T[0]
        np.testing.assert_allclose(tangent(ad.vmap(lambda a: ad.sin(a) * d[0])(d)), by_both)
        _, pull = ad.vjp(f, d)
        np.testing.assert_allclose(tangent(pull(ad.tensor(1.0, dtype=ad.float64))[0]), second * t)
        np.testing.assert_allclose(tangent(ad.jacrev(f)(d)), second * t)
        c = fw.make_dual(leaf(2.0), leaf(3.0))
        np.testing.assert_allclose(tangent(ad.grad(lambda x: f(x) * c)(leaf(X))), 3 * first)
        _, pushed = ad.jvp(f, (d,), (leaf([1.0, 0.0, 0.0]),))
        np.testing.assert_allclose(tangent(pushed), second[0] * t[0])


def test_without_forward_mode_duals_are_their_primals():
    with fw.dual_level():
        x = fw.make_dual(leaf(X), leaf(T))
        with fw.set_forward_ad_enabled(False):
            assert fw.unpack_dual(x * 2).tangent is None
        np.testing.assert_allclose(tangent(x * 2), 2 * np.array(T))


def test_levels_do_not_nest_and_duals_need_one():
    with pytest.raises(RuntimeError, match="no level exists"):
        fw.make_dual(leaf(X), leaf(T))
    with pytest.raises(RuntimeError, match="no dual level"):
        fw.exit_dual_level()
    with fw.dual_level() as number:
        assert number == 0
        with pytest.raises(RuntimeError, match="Nested forward mode AD is not supported"):
            fw.enter_dual_level()
        x = fw.make_dual(leaf(X), leaf(T))
        with pytest.raises(RuntimeError, match="already has a forward gradient at the same level 0"):
            fw.make_dual(x, leaf(T))
        with pytest.raises(RuntimeError, match="different size"):
            fw.make_dual(leaf(X), leaf([1.0]))
        with pytest.raises(ValueError, match="Expected primal to be floating point"):
            fw.make_dual(ad.tensor([1]), ad.tensor([1]))
    with fw.dual_level():
        assert fw.unpack_dual(x).tangent is None


def test_an_exception_closes_the_level():
    with pytest.raises(KeyError), fw.dual_level():
        raise KeyError
    with fw.dual_level():
        pass
