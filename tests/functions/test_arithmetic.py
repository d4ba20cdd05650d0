"""What is peculiar in arithmetic, powers, bounds and rounding."""

from __future__ import annotations

import math

import numpy as np
import pytest

import adjoint as ad
from adjoint import errors

HALVES = [ad.float16, ad.bfloat16]


def test_alpha_scales_the_second_operand():
    x = ad.tensor([1., 2.])
    assert ad.add(x, x, alpha=2).tolist() == [3., 6.]
    assert ad.sub(x, x, alpha=2).tolist() == [-1., -2.]
    assert ad.rsub(x, 1, alpha=2).tolist() == [-1., -3.]
    assert x.clone().add_(x, alpha=2).tolist() == [3., 6.]


def test_a_fractional_alpha_does_not_go_with_integers():
    with pytest.raises(errors.DtypeError, match="alpha must not be a floating point number"):
        ad.tensor([1]).add(1, alpha=0.5)


@pytest.mark.parametrize("mode", ["floor", "trunc"])
def test_a_rounded_quotient_of_integers_is_exact(mode):
    big = 2**62 + 1
    q = ad.div(ad.tensor([big, -big, -7, 7]), ad.tensor([1, 1, 2, 2]), rounding_mode=mode)
    assert q.dtype is ad.int64
    assert q.tolist() == [big, -big, -4 if mode == "floor" else -3, 3]


def test_a_rounded_quotient_has_derivative_zero():
    x = ad.tensor([5., -5.], requires_grad=True)
    ad.div(x, 2, rounding_mode="trunc").sum().backward()
    assert x.grad.tolist() == [0., 0.]


def test_an_unknown_rounding_mode_is_an_error():
    with pytest.raises(RuntimeError, match="rounding_mode"):
        ad.div(ad.ones(2), 2, rounding_mode="up")


def test_rounding_has_derivative_zero_even_at_infinite_cotangents():
    for f in (ad.floor, ad.ceil, ad.trunc, ad.round):
        x = ad.tensor([0.5, 2.5], requires_grad=True)
        f(x).backward(ad.tensor([math.inf, 1.]))
        assert x.grad.tolist() == [0., 0.]


def test_round_takes_the_even_neighbour_and_decimals():
    assert ad.round(ad.tensor([0.5, 1.5, -0.5])).tolist() == [0., 2., -0.]
    assert ad.round(ad.tensor([1234.567], dtype=ad.float64), decimals=-2).tolist() == [1200.]
    assert ad.round(ad.tensor([1.25], dtype=ad.float64), decimals=1).tolist() == [1.2]
    with pytest.raises(errors.DtypeError):
        ad.tensor([15]).round(decimals=-1)


def test_frexp_and_ldexp_undo_each_other():
    x = ad.tensor([6., -0.75], requires_grad=True)
    mantissa, exponent = ad.frexp(x)
    assert exponent.dtype is ad.int32
    y = ad.ldexp(mantissa, exponent)
    y.sum().backward()
    assert y.tolist() == x.tolist()
    assert x.grad.tolist() == [1., 1.]


def test_lerp_meets_both_ends_exactly():
    x, y = ad.tensor([0.1], dtype=ad.float64), ad.tensor([0.3], dtype=ad.float64)
    assert ad.lerp(x, y, 0.0).item() == x.item()
    assert ad.lerp(x, y, 1.0).item() == y.item()
    with pytest.raises(errors.DtypeError, match="`end`"):
        ad.lerp(x, y.float(), 0.5)


def test_float_power_computes_in_double_precision():
    y = ad.float_power(ad.tensor([2.], requires_grad=True), 0.1)
    assert y.dtype is ad.float64
    assert y.item() == 2.0**0.1
    assert ad.float_power(ad.tensor([2]), -1).tolist() == [0.5]


def test_a_float_bound_makes_floats_of_integers():
    i = ad.tensor([1, 2, 3])
    assert i.clamp(2).dtype is ad.int64
    assert i.clamp(1.5, 2.5).tolist() == [1.5, 2., 2.5]
    with pytest.raises(RuntimeError, match="At least one"):
        i.clamp()


def test_an_element_at_a_bound_has_derivative_one_and_the_upper_bound_wins():
    x = ad.tensor([0., 0.5, 1., 2.], requires_grad=True)
    x.clamp(0, 1).sum().backward()
    assert x.grad.tolist() == [1., 1., 1., 0.]
    assert ad.ones(1).clamp(3, 2).tolist() == [2.]


def test_tensors_as_bounds_get_the_derivative_of_what_they_bound():
    x = ad.tensor([0., 5.], requires_grad=True)
    low = ad.tensor([1., 1.], requires_grad=True)
    x.clamp(min=low).sum().backward()
    assert x.grad.tolist() == [0., 1.]
    assert low.grad.tolist() == [1., 0.]


@pytest.mark.parametrize("dtype", HALVES)
def test_half_precision_stays_and_rounds_once(dtype):
    x = ad.tensor([0.3, 1.7], dtype=dtype, requires_grad=True)
    for f in (ad.exp, ad.sinc, ad.lgamma, ad.sigmoid, lambda x: x * 0.1, lambda x: x**3, lambda x: 1.5 - x,
              lambda x: x.clamp(0.1, 1), ad.nn.functional.gelu):
        y = f(x)
        assert y.dtype is dtype
        (g,) = ad.autograd.grad(y.sum(), x)
        assert g.dtype is dtype
        exact = f(x.detach().double()).to(dtype)
        error = (y.detach().double() - exact.double()).abs() / exact.double().abs()
        assert error.max().item() <= {"float16": 2.0**-10, "bfloat16": 2.0**-7}[dtype.name]


def test_nan_to_num_puts_the_largest_number_of_the_dtype():
    for dtype in (ad.float16, ad.bfloat16, ad.float32, ad.float64):
        x = ad.tensor([math.inf, -math.inf, math.nan], dtype=dtype)
        largest = ad.finfo(dtype).max
        assert x.nan_to_num().tolist() == [largest, -largest, 0.]
    assert ad.tensor([math.inf]).nan_to_num(posinf=1.).tolist() == [1.]


def test_sign_refuses_complex_numbers_which_have_sgn():
    z = ad.tensor([3 + 4j, 0j])
    with pytest.raises(errors.DtypeError, match="sgn"):
        ad.sign(z)
    assert ad.allclose(ad.sgn(z), ad.tensor([0.6 + 0.8j, 0j]))


def test_conj_of_a_real_tensor_is_the_tensor():
    x = ad.ones(2)
    assert x.conj() is x
    assert ad.tensor([1 + 2j]).conj().tolist() == [1 - 2j]


def test_out_is_filled_and_returned():
    out = ad.empty(2)
    assert ad.add(ad.ones(2), 1, out=out) is out
    assert out.tolist() == [2., 2.]
    with pytest.raises(errors.DtypeError):
        ad.sin(ad.ones(2), out=ad.empty(2, dtype=ad.int64))


def test_in_place_forms_write_the_tensor_and_refuse_a_tracked_leaf():
    x = ad.tensor([1., 4.])
    assert x.sqrt_() is x
    assert ad.neg_(x) is x
    assert x.tolist() == [-1., -2.]
    with pytest.raises(RuntimeError, match="leaf"):
        ad.ones(2, requires_grad=True).sin_()


def test_an_in_place_result_must_fit_shape_and_dtype():
    with pytest.raises(RuntimeError, match="doesn't match the broadcast shape"):
        ad.ones(2).add_(ad.ones(3, 2))
    with pytest.raises(RuntimeError, match="can't be cast"):
        ad.tensor([1]).sin_()


def test_isclose_needs_one_dtype_and_allclose_is_a_bool():
    x = ad.tensor([1., math.inf, math.nan])
    assert ad.isclose(x, x).tolist() == [True, True, False]
    assert ad.allclose(x, x, equal_nan=True) is True
    with pytest.raises(errors.DtypeError):
        ad.isclose(x, x.double())


@pytest.mark.parametrize("name", ["add", "sub", "mul", "div", "floor_divide", "remainder", "fmod", "pow", "maximum",
                                  "fmin", "atan2", "eq", "lt", "bitwise_and", "logical_or", "xlogy"])
@pytest.mark.parametrize(("first", "second"), [
    ("bool", "bool"), ("bool", "uint8"), ("uint8", "int16"), ("int64", "float32"), ("int32", "float16"),
    ("float16", "bfloat16"), ("float32", "float64"), ("float32", "complex64"), ("bool", "complex128")])
def test_result_dtypes_are_pytorchs(name, first, second):
    torch = pytest.importorskip("torch")

    def result(module):
        a = module.ones(2, dtype=getattr(module, first))
        b = module.ones(2, dtype=getattr(module, second))
        try:
            return str(getattr(module, name)(a, b).dtype).split(".")[1]
        except (RuntimeError, TypeError):
            return "error"

    expected = result(torch)
    if expected != "error":
        assert result(ad) == expected


@pytest.mark.parametrize("name", ["sin", "exp", "sqrt", "reciprocal", "erf", "sigmoid", "sinc", "floor", "abs", "neg",
                                  "square", "sign", "round", "rsqrt", "isnan", "signbit", "deg2rad", "lgamma", "relu",
                                  "logical_not", "bitwise_not", "positive", "nan_to_num", "angle", "isposinf", "frac"])
@pytest.mark.parametrize("dtype", ["bool", "uint8", "int64", "float16", "bfloat16", "complex64"])
def test_a_unary_function_has_pytorchs_dtype_and_value(name, dtype):
    torch = pytest.importorskip("torch")
    try:
        expected = getattr(torch, name)(torch.tensor([1, 0, 3]).to(getattr(torch, dtype)))
    except RuntimeError:
        return
    y = getattr(ad, name)(ad.tensor([1, 0, 3]).to(getattr(ad, dtype)))
    assert str(y.dtype).split(".")[1] == str(expected.dtype).split(".")[1]
    np.testing.assert_allclose(np.array(y.tolist()), np.array(expected.tolist()), rtol=1e-2)


def test_the_angle_of_a_real_number_is_zero_or_pi_and_minus_zero_counts_as_zero():
    assert ad.angle(ad.tensor([-0., 0., -1.])).tolist() == pytest.approx([0., 0., math.pi])


def test_heaviside_differentiates_in_the_values_that_it_takes_at_zero():
    x, values = ad.tensor([0.0, 1.0, 0.0], requires_grad=True), ad.tensor([5.0, 6.0, 7.0], requires_grad=True)
    ad.heaviside(x, values).sum().backward()
    assert (x.grad.tolist(), values.grad.tolist()) == ([0.0, 0.0, 0.0], [1.0, 0.0, 1.0])
