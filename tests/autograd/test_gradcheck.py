"""gradcheck accepts right derivatives, real and complex, and says what is wrong with others."""

from __future__ import annotations

import pytest

import adjoint as ad
from adjoint.autograd import Function, gradcheck, gradgradcheck


def double(*values):
    return ad.tensor(values, dtype=ad.float64, requires_grad=True)


class Wrong(Function):
    @staticmethod
    def forward(ctx, x):
        return x * x

    @staticmethod
    def backward(ctx, g):
        return g


X, Y = double(0.5, -1.25, 2.0), double(1.5, 0.75, -0.5)


@pytest.mark.parametrize("fast_mode", [False, True])
def test_a_right_gradient_passes(fast_mode):
    assert gradcheck(lambda x, y: (x * y, (x.exp() + y).sum()), (X, Y), fast_mode=fast_mode)
    assert gradgradcheck(lambda x, y: x.exp() * y * y, (X, Y), fast_mode=fast_mode)


@pytest.mark.parametrize("fast_mode", [False, True])
def test_a_wrong_gradient_is_told_with_its_numbers(fast_mode):
    with pytest.raises(RuntimeError, match="Jacobian mismatch for output 0 with respect to input 0"):
        gradcheck(Wrong.apply, X, fast_mode=fast_mode)
    assert not gradcheck(Wrong.apply, X, raise_exception=False)


def test_a_missing_dependence_is_found():
    with pytest.raises(RuntimeError, match="expected to be zero"):
        gradcheck(lambda x: x.detach() * 2, X)


@pytest.mark.parametrize("fast_mode", [False, True])
def test_complex_functions_are_checked_in_both_parts(fast_mode):
    z = ad.tensor([1 + 2j, -0.5 + 0.25j], dtype=ad.complex128, requires_grad=True)
    x = double(0.5, 2.0)
    assert gradcheck(lambda z, x: z * z * x, (z, x), fast_mode=fast_mode)
    assert gradcheck(lambda z: abs(z), z, fast_mode=fast_mode)
    assert gradgradcheck(lambda z: z * z * z, z, fast_mode=fast_mode)
    with pytest.raises(RuntimeError, match="mismatch"):
        gradcheck(Wrong.apply, z, fast_mode=fast_mode)


def test_it_needs_an_input_that_requires_grad():
    with pytest.raises(ValueError, match="require"):
        gradcheck(lambda x: x, X.detach())


def test_single_precision_draws_a_warning():
    with pytest.warns(UserWarning, match="double precision"):
        gradcheck(lambda x: x * 2, ad.ones(1, requires_grad=True), atol=1, rtol=1)


def test_a_backward_that_changes_from_call_to_call_is_found():
    class Drifting(Function):
        count = 0

        @staticmethod
        def forward(ctx, x):
            return x * 1

        @staticmethod
        def backward(ctx, g):
            Drifting.count += 1
            return g * (1 + 1e-7 * Drifting.count)

    with pytest.raises(RuntimeError, match="not reentrant"):
        gradcheck(Drifting.apply, X)
    assert gradcheck(Drifting.apply, X, nondet_tol=1e-3)


@pytest.mark.parametrize("fast_mode", [False, True])
def test_forward_mode_and_mapped_passes_are_checked_when_asked_for(fast_mode):
    z = ad.tensor([0.3 + 1j, 2 - 0.5j], dtype=ad.complex128, requires_grad=True)
    options = {"check_forward_ad": True, "check_batched_grad": True, "check_batched_forward_grad": True}
    assert gradcheck(lambda x: (ad.sin(x) * x.sum(), x.cumsum(0)), X, fast_mode=fast_mode, **options)
    assert gradcheck(lambda z: (z * z.abs(), z.real**2), z, fast_mode=fast_mode, **options)
    assert gradgradcheck(lambda x: x.sin().prod(), X, check_fwd_over_rev=True, check_batched_grad=True,
                         fast_mode=fast_mode)
    assert gradgradcheck(lambda z: (z**3).abs(), z, check_fwd_over_rev=True, check_rev_over_rev=False,
                         fast_mode=fast_mode)


def test_a_wrong_tangent_is_found_only_by_the_check_of_forward_mode():
    class Wrong(ad.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        def backward(ctx, g):
            return 2 * ctx.saved_tensors[0] * g

        @staticmethod
        def jvp(ctx, t):
            return t

    assert gradcheck(Wrong.apply, X)
    with pytest.raises(RuntimeError, match="forward mode"):
        gradcheck(Wrong.apply, X, check_forward_ad=True)
    assert not gradcheck(Wrong.apply, X, check_forward_ad=True, check_backward_ad=False, raise_exception=False)


def test_a_function_that_does_not_map_is_found_by_the_check_of_batched_gradients():
    class Alone(ad.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, g):
            return ad.tensor(2 * g.detach().numpy())

    assert gradcheck(Alone.apply, X)
    with pytest.raises(RuntimeError, match="While computing batched gradients"):
        gradcheck(Alone.apply, X, check_batched_grad=True)
