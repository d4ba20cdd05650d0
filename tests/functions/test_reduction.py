"""What reductions return and refuse, as PyTorch does: dtypes, dimensions, ties, empty tensors, named results."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest

import adjoint as ad

NAN = math.nan


def leaf(values):
    return ad.tensor(np.array(values, float), requires_grad=True)


@pytest.mark.parametrize("dtype", [ad.bool, ad.uint8, ad.int8, ad.int16, ad.int32, ad.int64])
def test_integers_add_up_to_int64(dtype):
    x = ad.ones(3, dtype=dtype)
    assert x.sum().dtype == x.sum(0).dtype == x.prod().dtype == x.cumsum(0).dtype == ad.int64


def test_the_mean_of_integers_is_refused():
    with pytest.raises(RuntimeError, match="could not infer output dtype"):
        ad.tensor([1, 2]).mean()
    assert ad.tensor([1, 2]).mean(dtype=ad.float32).item() == 1.5


def test_a_dimension_that_is_not_there_is_named():
    with pytest.raises(IndexError, match=r"Dimension out of range \(expected to be in range of \[-1, 0\], but got 2\)"):
        ad.ones(3).sum(2)


def test_numpy_names_are_accepted_and_others_are_not():
    x = ad.ones(2, 3)
    assert x.sum(axis=0, keepdims=True).shape == (1, 3)
    assert x.max(axis=1).indices.tolist() == [0, 0]
    with pytest.raises(TypeError, match="unexpected keyword argument 'axes'"):
        x.sum(axes=0)


@pytest.mark.parametrize(("f", "expected"), [
    (lambda x: x.max(), [0.5, 0, 0.5, 0]), (lambda x: x.amax(), [0.5, 0, 0.5, 0]),
    (lambda x: x.max(0)[0], [1, 0, 0, 0]), (lambda x: x.aminmax()[1], [0.5, 0, 0.5, 0]),
    (lambda x: x.median(), [0, 0, 0, 1]), (lambda x: x.sort(descending=True)[0][0], [1, 0, 0, 0]),
    (lambda x: x.mode()[0], [0, 0, 1, 0]), (lambda x: x.topk(1)[0], [1, 0, 0, 0]),
    (lambda x: x.quantile(0.5), [0.5, 0, 0, 0.5]),  # halfway from 2 to the first of the threes
])
def test_equal_elements_get_the_gradient_that_pytorch_gives_them(f, expected):
    x = leaf([3.0, 1.0, 3.0, 2.0])
    f(x).sum().backward()
    assert x.grad.tolist() == expected


def test_a_nan_wins_and_gets_the_gradient():
    x = leaf([1.0, NAN, 2.0])
    assert math.isnan(x.max().item())
    assert x.argmax().item() == 1
    assert x.min(0).indices.item() == 1
    x.amax().backward()
    assert x.grad.tolist() == [0.0, 1.0, 0.0]
    assert x.nanmedian().item() == 1
    assert x.nansum().item() == 3
    assert x.nanmean().item() == 1.5


def test_the_spread_of_equal_elements_has_gradient_zero():
    x = leaf([[2.0, 2.0], [1.0, 3.0]])
    (g,) = ad.autograd.grad(x.std(1).sum(), x, create_graph=True)
    (h,) = ad.autograd.grad(g[0].sum(), x)
    np.testing.assert_allclose(g.detach().numpy(), [[0, 0], [-(0.5**0.5), 0.5**0.5]])
    assert h[0].tolist() == [0, 0]


def test_the_variance_of_one_element_warns():
    with pytest.warns(UserWarning, match="degrees of freedom"):
        assert math.isnan(ad.ones(1).var().item())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ad.ones(1).var(correction=0).item() == 0
        assert ad.ones(1).std(False).item() == 0


def test_the_largest_of_nothing_is_refused():
    with pytest.raises(RuntimeError, match="numel"):
        ad.zeros(0).max()
    with pytest.raises(IndexError, match="non-zero size"):
        ad.zeros(2, 0).max(1)
    assert ad.zeros(2, 0).amax(0).shape == (0,)
    assert ad.zeros(2, 0).sum(1).tolist() == [0, 0]


def test_results_are_named_tuples_that_print():
    result = ad.tensor([1.0, 3.0]).max(0)
    values, indices = result
    assert (result.values.item(), result.indices.item(), values.item(), indices.item()) == (3, 1, 3, 1)
    assert repr(result) == "adjoint.return_types.max(\nvalues=tensor(3.),\nindices=tensor(1))"


def test_out_is_written():
    out = ad.zeros(1)
    assert ad.sum(ad.ones(2, 3), 1, out=out) is out
    assert out.tolist() == [3, 3]
    values, indices = ad.zeros(0), ad.zeros(0, dtype=ad.int64)
    ad.max(ad.tensor([[1.0, 5.0]]), 1, out=(values, indices))
    assert (values.tolist(), indices.tolist()) == ([5.0], [1])


def test_names_of_nodes_are_those_of_pytorch():
    x = leaf([[3.0, 1.0], [2.0, 4.0]])
    named = {
        x.sum(): "SumBackward0", x.sum(0): "SumBackward1", x.mean(): "MeanBackward0", x.prod(): "ProdBackward0",
        x.prod(0): "ProdBackward1", x.max(): "MaxBackward1", x.max(0)[0]: "MaxBackward0", x.amax(): "AmaxBackward0",
        x.var(): "VarBackward0", x.std(): "StdBackward0", x.median(): "MedianBackward0", x.nansum(): "NansumBackward0",
        x.logsumexp(0): "LogsumexpBackward0", x.softmax(0): "SoftmaxBackward0", x.mode()[0]: "ModeBackward0",
        x.log_softmax(0): "LogSoftmaxBackward0", x.cumsum(0): "CumsumBackward0", x.sort()[0]: "SortBackward0",
        x.topk(1)[0]: "TopkBackward0", x.kthvalue(1)[0]: "KthvalueBackward0",
    }
    assert {t.grad_fn.name(): name for t, name in named.items()} == {name: name for name in named.values()}


def test_the_derivative_of_unique_is_refused_not_zero():
    x = leaf([1.0, 1.0, 2.0])
    with pytest.raises(NotImplementedError, match="unique"):
        x.unique().sum().backward()


def test_a_quantile_is_differentiable_in_its_level():
    q = leaf(0.25)
    ad.quantile(ad.tensor([0.0, 1.0, 3.0], dtype=ad.float64), q).backward()
    assert q.grad.item() == 2


@pytest.mark.parametrize("name", ["sum", "prod", "nansum", "cumsum", "cumprod"])
@pytest.mark.parametrize("dtype", [ad.int32, ad.uint8, ad.int64, ad.float64])
@pytest.mark.parametrize("of", [ad.float32, ad.uint8, ad.bool])
def test_a_reduction_asked_for_a_dtype_has_it(name, dtype, of):
    x = ad.tensor([[1, 2], [3, 4]]).to(of)
    assert getattr(ad, name)(x, 0, dtype=dtype).dtype is dtype
