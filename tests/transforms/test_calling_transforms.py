"""How transforms are called: arguments, containers, auxiliary results, what types come back, and what is refused."""

from __future__ import annotations

from collections import OrderedDict, namedtuple
from dataclasses import dataclass
from functools import partial

import numpy as np
import pytest

import adjoint as ad

Line = namedtuple("Line", "slope offset")


def quadratic(p, x):
    return np.sum((p["w"] * x) ** 2) + p["b"][0] * p["b"][1]


# Types that come back -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("x", [2.0, np.float64(2.0), np.array(2.0), np.array([2.0]), np.float32(2.0), np.ones((2, 3))])
def test_numpy_in_gives_numpy_out_in_the_same_dtype(x):
    total = lambda x: np.sum(x * x)
    one = np.asarray(x).dtype.type(1)
    by_jvp, by_vjp = ad.jvp(total, (x,), (x,))[1], ad.vjp(total, x)[1](one)[0]
    for got in (ad.grad(total)(x), ad.value_and_grad(total)(x)[0], by_jvp, by_vjp, ad.hessian(total)(x)):
        assert isinstance(got, np.ndarray | np.generic), type(got)
        assert got.dtype == np.asarray(x).dtype
    assert np.shape(ad.grad(total)(x)) == np.shape(x)
    assert np.shape(ad.hessian(total)(x)) == np.shape(x) * 2


@pytest.mark.parametrize("dtype", [ad.float32, ad.float64])
def test_tensors_in_give_tensors_out_in_the_same_dtype(dtype):
    x = ad.ones(2, dtype=dtype)
    total = lambda x: (x * x).sum()
    for got in (ad.grad(total)(x), ad.jvp(total, (x,), (x,))[1], ad.hessian(total)(x), ad.vmap(lambda v: v * 2)(x)):
        assert isinstance(got, ad.Tensor)
        assert got.dtype is dtype
        assert not got.requires_grad


def test_a_function_meets_the_face_of_what_was_given():
    seen = []
    ad.grad(lambda x: seen.append(type(x)) or x * x)(1.0)
    ad.grad(lambda x: seen.append(type(x)) or x * x)(ad.tensor(1.0))
    ad.vmap(lambda x: seen.append(type(x)) or x)(np.ones(2))
    ad.vmap(lambda x: seen.append(type(x)) or x)(ad.ones(2))
    assert [kind.__name__ for kind in seen] == ["Array", "Tensor", "Array", "Tensor"]


def test_a_gradient_can_be_written_and_shares_nothing():
    x = np.ones(3)
    g = ad.grad(lambda x: np.sum(x) + np.sum(x))(x)
    g += 1
    assert g.tolist() == [3.0, 3.0, 3.0]
    assert x.tolist() == [1.0, 1.0, 1.0]
    identity = ad.vmap(lambda v: v)(x)
    identity[0] = 7.0
    assert x[0] == 1.0


def test_the_number_in_a_traced_value_can_be_printed():
    shown = []
    ad.grad(lambda x: shown.append(f"{x:.2f} {np.sum(x):5.1f}") or x * x)(2.0)
    ad.jvp(lambda x: shown.append(f"{x:.2f}") or x * x, (2.0,), (1.0,))
    assert shown == ["2.00   2.0", "2.00"]
    ad.vmap(lambda x: shown.append(f"{x:.2f}") or x)(np.ones(2))
    assert shown[2] == "Array(<vmap value of shape () and dtype float64>, traced)"


def test_plain_functions_of_a_traced_array_are_plain_values():
    def f(x):
        assert isinstance(x.size, int)
        assert x.shape == (3,)
        assert isinstance(np.argmax(x), np.integer | np.ndarray | int)
        assert (x > 1).tolist() == [False, True, True]
        return x[np.argmax(x)] * x[x > 1].sum()

    np.testing.assert_array_equal(ad.grad(f)(np.array([1.0, 2.0, 3.0])), [0.0, 3.0, 8.0])


def test_a_mix_of_ndarrays_and_tensors_is_a_tensor():
    w = ad.tensor([1.0, 2.0], dtype=ad.float64)
    out, slope = ad.jvp(lambda x: w * x, (np.array([3.0, 4.0]),), (np.array([1.0, 0.0]),))
    assert isinstance(out, ad.Tensor)
    assert slope.tolist() == [1.0, 0.0]


# argnums, argnames, has_aux -------------------------------------------------------------------------------------------


def test_argnums_choose_what_is_differentiated():
    f = lambda a, b, c: a * b**2 + c
    assert ad.grad(f)(2.0, 3.0, 4) == 9.0
    assert ad.grad(f, argnums=1)(2.0, 3.0, 4) == 12.0
    assert ad.grad(f, argnums=(0, 1))(2.0, 3.0, 4) == (9.0, 12.0)
    assert ad.grad(f, argnums=(1, 0))(2.0, 3.0, 4) == (12.0, 9.0)
    assert ad.grad(f, argnums=-1)(2.0, 3.0, 4.0) == 1.0
    assert ad.grad(f, argnums=(0,))(2.0, 3.0, 4) == (9.0,)


def test_a_hessian_over_two_arguments_is_a_table_of_blocks():
    (aa, ab), (ba, bb) = ad.hessian(lambda a, b: np.sum(a * b**2), argnums=(0, 1))(np.array([2.0]), np.array([3.0]))
    assert [v.tolist() for v in (aa, ab, ba, bb)] == [[[0.0]], [[6.0]], [[6.0]], [[4.0]]]


def test_keyword_arguments_pass_and_are_chosen_by_argnames():
    f = lambda x, *, power=1, scale=1.0: scale * x**power
    assert ad.grad(f)(2.0, power=3) == 12.0
    assert ad.grad(f, argnames="scale")(2.0, power=3, scale=5.0) == 8.0


@pytest.mark.parametrize("given", [2.0, np.array([1.0, 2.0]), ad.tensor([1.0, 2.0])], ids=str)
def test_has_aux_hands_the_rest_through_as_plain_values(given):
    def f(x):
        y = x * 3
        return (y * y).sum(), {"y": y, "note": 1}

    slope, aux = ad.grad(f, has_aux=True)(given)
    (value, same), slope2 = ad.value_and_grad(f, has_aux=True)(given)
    np.testing.assert_allclose(np.asarray(slope), 18 * np.asarray(given))
    np.testing.assert_allclose(np.asarray(slope2), np.asarray(slope))
    np.testing.assert_allclose(np.asarray(aux["y"]), 3 * np.asarray(given))
    assert type(aux["y"]) is type(same["y"])
    assert isinstance(aux["y"], ad.Tensor) == isinstance(given, ad.Tensor)
    assert not getattr(aux["y"], "requires_grad", False)
    assert float(value) == pytest.approx(9 * float((np.asarray(given) ** 2).sum()))


def test_has_aux_of_the_jacobians_and_of_vjp():
    f = lambda x: (x * x, np.sum(x))
    x = np.array([1.0, 2.0])
    for transform in (ad.jacfwd, ad.jacrev):
        j, aux = transform(f, has_aux=True)(x)
        np.testing.assert_array_equal(j, np.diag(2 * x))
        assert aux == 3.0
    _, pull, aux = ad.vjp(f, x, has_aux=True)
    assert aux == 3.0
    assert pull(np.ones(2))[0].tolist() == [2.0, 4.0]
    _, slope, aux = ad.jvp(f, (x,), (np.ones(2),), has_aux=True)
    assert (slope.tolist(), aux) == ([2.0, 4.0], 3.0)


def test_a_transform_keeps_the_name_and_docstring_of_its_function():
    def energy(x):
        """Half of the square."""
        return x * x / 2

    assert ad.grad(energy).__doc__ == "Half of the square."
    assert ad.vmap(energy).__name__.endswith("energy")


# Containers -----------------------------------------------------------------------------------------------------------

P = {"w": np.array([1.0, 2.0]), "b": [np.array(3.0), 4.0]}


def test_gradients_have_the_form_of_dictionaries_lists_and_tuples():
    g = ad.grad(quadratic)(P, np.array([1.0, -1.0]))
    assert list(g) == ["w", "b"] or set(g) == {"w", "b"}
    assert g["w"].tolist() == [2.0, 4.0]
    assert isinstance(g["b"], list)
    assert [float(v) for v in g["b"]] == [4.0, 3.0]


def test_gradients_keep_named_tuples_and_ordered_dictionaries():
    g = ad.grad(lambda line: line.slope**2 + 3 * line.offset)(Line(2.0, 1.0))
    assert isinstance(g, Line)
    assert g == Line(4.0, 3.0)
    assert isinstance(ad.grad(lambda d: d["a"] * 2)(OrderedDict(a=1.0)), OrderedDict)


def test_registered_dataclasses_and_classes_are_containers():
    @ad.extend.register_dataclass
    @dataclass(frozen=True)
    class Layer:
        weight: np.ndarray
        name: str

    with pytest.raises(TypeError, match="str"):
        ad.grad(lambda p: np.sum(p.weight))(Layer(np.ones(2), "a name is no number"))

    @partial(ad.extend.register_dataclass, meta_fields=("name",))
    @dataclass(frozen=True)
    class Named:
        weight: np.ndarray
        name: str

    total = lambda p: np.sum(p.weight**2) if p.name == "square" else np.sum(p.weight)
    g = ad.grad(total)(Named(np.array([1.0, 2.0]), "square"))
    assert (g.name, g.weight.tolist()) == ("square", [2.0, 4.0])
    mapped = ad.vmap(lambda p: Named(p.weight * 2, p.name))(g)
    assert (mapped.name, mapped.weight.tolist()) == ("square", [4.0, 8.0])
    with pytest.raises(TypeError, match="dataclass"):
        ad.extend.register_dataclass(int)


def test_none_and_empty_containers_are_passed_through():
    g = ad.grad(lambda p: p["w"] ** 2)({"w": 3.0, "extra": None, "more": ()})
    assert g == {"w": 6.0, "extra": None, "more": ()}


def test_maps_take_containers_and_axes_for_their_parts():
    f = lambda p, x: {"dot": np.dot(p["w"], x), "b": p["b"]}
    p = {"w": np.arange(6.0).reshape(2, 3), "b": 1.5}
    x = np.ones((3, 2))
    got = ad.vmap(f, in_axes=({"w": 0, "b": None}, 1), out_axes={"dot": 0, "b": None})(p, x)
    assert got["dot"].tolist() == [3.0, 12.0]
    assert got["b"] == 1.5


def test_forward_mode_takes_containers():
    value, slope = ad.jvp(quadratic, (P, np.array([1.0, -1.0])), (P, np.zeros(2)))
    assert (value, slope) == (17.0, 2 * 5.0 + 2 * 12.0)


def test_jacobians_of_containers_are_containers_of_blocks():
    f = lambda p: {"y": p[0] * p[1], "s": np.sum(p[0])}
    for transform in (ad.jacfwd, ad.jacrev):
        j = transform(f)((np.array([1.0, 2.0]), 3.0))
        assert j["y"][0].tolist() == [[3.0, 0.0], [0.0, 3.0]]
        assert j["y"][1].tolist() == [1.0, 2.0]
        assert j["s"][0].tolist() == [1.0, 1.0]


# Refusals -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("x", [3, np.array([1, 2]), ad.tensor([1, 2]), True], ids=repr)
def test_an_integer_argument_is_refused_and_the_remedy_named(x):
    with pytest.raises(TypeError, match=r"floating|float"):
        ad.grad(lambda x: (x * 1.0).sum())(x)


def test_a_result_that_is_not_a_scalar_is_refused_with_its_shape():
    with pytest.raises(ad.errors.ShapeError, match=r"scalar.*\(3,\)"):
        ad.grad(lambda x: x * 2)(np.ones(3))


def test_argnums_beyond_the_arguments_are_refused():
    with pytest.raises((ValueError, IndexError, TypeError), match="argnums"):
        ad.grad(lambda x: x, argnums=2)(1.0)
    with pytest.raises((ValueError, IndexError, TypeError), match="argnums"):
        ad.jacfwd(lambda x: x, argnums=(0, 1))(1.0)


def test_something_that_is_no_number_is_refused():
    with pytest.raises(TypeError, match="str"):
        ad.grad(lambda x: x)("3")
    with pytest.raises(TypeError, match="function"):
        ad.grad(3.0)
    for strange in (np.ma.array([1.0, 2.0], mask=[0, 1]), np.ones((1, 1)).view(np.matrix)):
        with pytest.raises(TypeError, match="asarray"):
            ad.grad(np.sum)(strange)
        with pytest.raises(TypeError, match="asarray"):
            ad.vmap(np.sum)(strange)


def test_a_result_that_is_no_number_is_refused():
    with pytest.raises(TypeError, match="NoneType"):
        ad.grad(lambda x: None)(1.0)
    for constant in (lambda x: x > 1, lambda x: 3, lambda x: np.argmax(x)):
        with pytest.raises(TypeError, match="floating-point"):
            ad.grad(constant)(1.0)
    with pytest.raises(TypeError, match="has_aux"):
        ad.grad(lambda x: (x, x))(1.0)
    with pytest.raises(TypeError, match="pair"):
        ad.grad(lambda x: x, has_aux=True)(1.0)


def test_tangents_that_do_not_fit_are_refused():
    with pytest.raises(ad.errors.AdjointError, match="shape"):
        ad.jvp(np.sin, (np.ones(3),), (np.ones(2),))
    with pytest.raises((ad.errors.AdjointError, TypeError, ValueError)):
        ad.jvp(np.sin, (np.ones(3),), (np.ones(3), np.ones(3)))


def test_cotangents_that_do_not_fit_are_refused():
    _, pull = ad.vjp(np.sin, np.ones(3))
    with pytest.raises(ad.errors.ShapeError, match=r"\(2,\)"):
        pull(np.ones(2))


@pytest.mark.parametrize(
    ("in_axes", "args"),
    [((0, 0), (np.ones(2), np.ones(3))), (0, (np.float64(1.0),)), (2, (np.ones((2, 2)),)), (None, (np.ones(2),)),
     ((0,), (np.ones(2), np.ones(2)))],
)  # fmt: skip
def test_maps_refuse_axes_that_do_not_fit(in_axes, args):
    with pytest.raises((ValueError, IndexError), match=r"in_axes|axis|size"):
        ad.vmap(lambda *x: x[0], in_axes=in_axes)(*args)


def test_a_mapped_result_cannot_be_given_back_unmapped():
    with pytest.raises(ValueError, match="out_axes"):
        ad.vmap(lambda x: x * 2, out_axes=None)(np.ones(2))


def test_a_map_in_chunks_gives_each_result_where_it_is_told():
    f = lambda x: (x, {"same": 3.0, "last": x})
    x = np.arange(6.0).reshape(3, 2)
    for n in (1, 2, 3):
        first, rest = ad.vmap(f, out_axes=(0, {"same": None, "last": 1}), chunk_size=n)(x)
        np.testing.assert_array_equal(first, x)
        np.testing.assert_array_equal(rest["last"], x.T)
        assert rest["same"] == 3.0
    with pytest.raises(ValueError, match="out_axes is None for a result that differs"):
        ad.vmap(f, out_axes=None, chunk_size=1)(x)


# Custom rules ---------------------------------------------------------------------------------------------------------


def doubled():
    """x^2 with a rule that says 10 times what is true, so that its use shows."""
    square = ad.custom_vjp(lambda x: x * x)
    square.defvjp(lambda x: (x * x, x), lambda x, ct: (20 * x * ct,))
    return square


def test_a_custom_reverse_rule_is_used_under_every_nesting():
    f = doubled()
    xs = np.array([1.0, 2.0])
    assert f(3.0) == 9.0
    assert ad.grad(f)(3.0) == 60.0
    assert ad.vmap(ad.grad(f))(xs).tolist() == [20.0, 40.0]
    assert ad.grad(lambda x: np.sum(ad.vmap(f)(x)))(xs).tolist() == [20.0, 40.0]
    assert ad.grad(ad.grad(f))(3.0) == 20.0
    assert ad.jacrev(lambda x: ad.vmap(f)(x))(xs).tolist() == [[20.0, 0.0], [0.0, 40.0]]
    assert ad.grad(f)(ad.tensor(3.0)).item() == 60.0


def test_a_custom_forward_rule_serves_both_modes_and_maps():
    f = ad.custom_jvp(lambda x, y: x * y)
    f.defjvp(lambda p, t: (p[0] * p[1], 5 * (t[0] * p[1] + p[0] * t[1])))
    assert f(2.0, 3.0) == 6.0
    assert ad.jvp(f, (2.0, 3.0), (1.0, 0.0)) == (6.0, 15.0)
    assert ad.grad(f, argnums=(0, 1))(2.0, 3.0) == (15.0, 10.0)
    xs = np.array([1.0, 2.0])
    assert ad.vmap(ad.grad(f), in_axes=(0, None))(xs, 3.0).tolist() == [15.0, 15.0]
    assert ad.vmap(lambda x: ad.jvp(lambda y: f(y, y), (x,), (1.0,))[1])(xs).tolist() == [10.0, 20.0]


def test_a_function_of_the_tensor_face_works_under_maps_and_gradients():
    class Cube(ad.autograd.Function):
        @staticmethod
        def forward(x):
            return x**3

        @staticmethod
        def setup_context(ctx, inputs, output):
            ctx.save_for_backward(inputs[0])

        @staticmethod
        def backward(ctx, ct):
            (x,) = ctx.saved_tensors
            return 3 * x**2 * ct

        generate_vmap_rule = True

    x = ad.tensor([1.0, 2.0])
    assert ad.grad(lambda x: Cube.apply(x).sum())(x).tolist() == [3.0, 12.0]
    assert ad.vmap(ad.grad(lambda x: Cube.apply(x)))(x).tolist() == [3.0, 12.0]
    assert ad.jacrev(ad.grad(lambda x: Cube.apply(x).sum()))(x).tolist() == [[6.0, 0.0], [0.0, 12.0]]
    with pytest.raises(NotImplementedError, match="jvp"):
        ad.jvp(Cube.apply, (x,), (x,))


def test_stop_gradient_stops_every_mode():
    f = lambda x: x * ad.stop_gradient(x)
    assert ad.grad(f)(3.0) == 3.0
    assert ad.jvp(f, (3.0,), (1.0,)) == (9.0, 3.0)
    assert ad.vmap(ad.grad(f))(np.array([3.0, 4.0])).tolist() == [3.0, 4.0]
    assert ad.grad(ad.grad(f))(3.0) == 0.0


def test_checkpoint_changes_no_derivative():
    f = lambda x: np.sum(np.sin(x) ** 2)
    x = np.array([0.3, 1.1])
    g = ad.checkpoint(f)
    np.testing.assert_allclose(ad.grad(g)(x), np.sin(2 * x), rtol=1e-14)
    np.testing.assert_allclose(ad.hessian(g)(x), np.diag(2 * np.cos(2 * x)), atol=1e-14)
    np.testing.assert_allclose(ad.vmap(ad.grad(lambda v: g(v * x)))(np.ones(2)), np.full(2, x @ np.sin(2 * x)))


# Complex numbers ------------------------------------------------------------------------------------------------------

Z = np.array([1.0 + 2.0j, -0.5 + 0.3j])


def test_a_checkpointed_function_may_write_into_its_argument():
    def f(x):
        x[0] = 5.0
        x *= x
        return np.sum(np.sin(x))

    x = np.array([1.0, 0.3, -0.7])
    np.testing.assert_allclose(ad.grad(ad.checkpoint(f))(x), [0, 0.6 * np.cos(0.09), -1.4 * np.cos(0.49)])
    np.testing.assert_allclose(ad.hessian(ad.checkpoint(f))(x), ad.hessian(f)(x))
    assert x.tolist() == [1.0, 0.3, -0.7]

    t = ad.tensor(x, requires_grad=True)
    ad.utils.checkpoint.checkpoint(f, t * 1, use_reentrant=False).backward()
    np.testing.assert_allclose(t.grad.numpy(), ad.grad(f)(x))


def test_a_checkpointed_function_may_write_into_a_plain_array():
    def f(x, scratch):
        y = np.sin(x * scratch)
        scratch += 1
        return np.sum(y * scratch)

    x, scratch = np.array([1.0, 0.3]), np.ones(2)
    expected = ad.grad(f)(x, scratch.copy())
    np.testing.assert_allclose(ad.grad(ad.checkpoint(f))(x, scratch), expected)
    assert scratch.tolist() == [2, 2]


def test_the_gradient_of_a_real_function_of_complex_numbers_is_that_of_jax():
    """For z = x + iy: df/dx - i df/dy; the conjugate of PyTorch's gradient, which adjoint.func gives."""
    f = lambda z: np.sum(np.abs(z) ** 2 * np.real(z))
    x, y = Z.real, Z.imag
    np.testing.assert_allclose(ad.grad(f)(Z), (3 * x**2 + y**2) - 1j * (2 * x * y), rtol=1e-14)
    leaf = ad.tensor(Z, requires_grad=True)
    f(leaf).backward()
    np.testing.assert_allclose(ad.grad(f)(Z), np.conj(leaf.grad.numpy()), rtol=1e-14)


def test_a_holomorphic_function_has_a_complex_derivative():
    assert ad.grad(lambda z: z**3, holomorphic=True)(1.0 + 2.0j) == pytest.approx(3 * (1 + 2j) ** 2)
    np.testing.assert_allclose(ad.jacfwd(np.sin, holomorphic=True)(Z), np.diag(np.cos(Z)), rtol=1e-14)
    np.testing.assert_allclose(ad.jacrev(np.sin, holomorphic=True)(Z), np.diag(np.cos(Z)), rtol=1e-14)


def test_a_function_that_is_not_holomorphic_is_refused():
    for f in (np.abs, np.conj, lambda z: np.real(z) + 0j):
        with pytest.raises(ad.errors.AdjointError, match="holomorphic"):
            ad.grad(lambda z, f=f: f(z) * (1 + 0j), holomorphic=True)(1.0 + 2.0j)


def test_a_complex_result_without_a_word_is_refused():
    with pytest.raises(ad.errors.AdjointError, match="holomorphic"):
        ad.grad(lambda z: z * z)(1.0 + 2.0j)
    with pytest.raises(ad.errors.AdjointError, match="complex"):
        ad.grad(lambda x: x * 1j)(1.0)


def test_directional_derivatives_of_complex_functions_follow_the_direction():
    for v in (1.0 + 0j, 1j, 0.3 - 0.4j):
        value, slope = ad.jvp(np.abs, (3.0 + 4.0j,), (v,))
        assert (value, slope) == (5.0, pytest.approx((v * (0.6 - 0.8j)).real))


@pytest.mark.parametrize("call", [
    lambda t: ad.jvp(lambda d: d["a"], ({"a": 2.0},), (t,)),
    lambda t: ad.linearize(lambda d: d["a"], {"a": 2.0})[1](t),
    lambda t: ad.vjp(lambda x: {"a": x}, 2.0)[1](t),
    lambda t: ad.hvp(lambda d: d["a"] ** 2, ({"a": 2.0},), (t,)),
], ids=["jvp", "linearize", "vjp", "hvp"])
def test_tangents_and_cotangents_have_the_form_of_what_they_belong_to(call):
    call({"a": 1.0})
    for wrong in ({"b": 1.0}, {"a": 1.0, "b": 1.0}, {"a": [1.0]}, 1.0):
        with pytest.raises(ad.errors.ShapeError, match=r"must have the form of the .*: expected values at .*\['a'\]"):
            call(wrong)


def test_lists_and_tuples_are_one_form_for_tangents_and_cotangents():
    assert ad.jvp(lambda x: x[0] * x[1], [[2.0, 3.0]], ((1.0, 0.0),))[1] == 3.0
    assert ad.vjp(lambda x: [x, 2 * x], 1.0)[1]((1.0, 1.0)) == (3.0,)


def test_in_axes_of_another_form_are_named():
    with pytest.raises(ValueError, match=r"vmap: in_axes \{'b': 0\} must have the form of what it is for"):
        ad.vmap(lambda d: d["a"], in_axes=({"b": 0},))({"a": np.ones(2)})
