"""In-place writes: values, versions, leaf errors, derivatives, and saved values that are kept.

Where PyTorch raises because a saved value was overwritten, the derivative here is that of the value that was saved.
"""

from __future__ import annotations

import numpy as np
import pytest

import adjoint as ad

X = [[0.5, 1.5, 0.9], [0.3, 2.0, 0.7]]
W = ad.tensor([[1.0, -2.0, 3.0], [0.5, 4.0, -1.0]], dtype=ad.float64)
MASK = ad.tensor([[True, False, True], [False, False, True]])
ROWS, COLS = ad.tensor([1, 0]), ad.tensor([2, 0])


def leaf(values=X):
    return ad.tensor(values, dtype=ad.float64, requires_grad=True)


def grads(f, *leaves):
    """The value of f, its gradients, and the gradients of a nonlinear functional of those."""
    out = f(*leaves)
    first = ad.autograd.grad((out * W).sin().sum(), leaves, create_graph=True, allow_unused=True)
    used = [g for g in first if g is not None and g.requires_grad]
    total = sum(((g * g).sum() for g in used), ad.tensor(0.0, dtype=ad.float64, requires_grad=True))
    second = ad.autograd.grad(total, leaves, allow_unused=True)
    return [None if t is None else t.detach().numpy() for t in (out, *first, *second)]


def assert_same(got, expected):
    for g, e in zip(got, expected, strict=True):
        zero = np.zeros((2, 3))
        np.testing.assert_allclose(zero if g is None else g, zero if e is None else e, rtol=1e-11, atol=1e-13)


UNARY = [
    "abs",
    "acos",
    "asin",
    "atan",
    "ceil",
    "cos",
    "cosh",
    "deg2rad",
    "digamma",
    "erf",
    "erfc",
    "exp",
    "exp2",
    "expm1",
    "floor",
    "frac",
    "lgamma",
    "log",
    "log10",
    "log1p",
    "log2",
    "logit",
    "neg",
    "reciprocal",
    "relu",
    "round",
    "rsqrt",
    "sigmoid",
    "sign",
    "sin",
    "sinc",
    "sinh",
    "sqrt",
    "square",
    "tan",
    "tanh",
    "trunc",
]
WITH_ARGUMENTS = [
    ("add", (W,), {"alpha": 2.0}),
    ("add", (3.0,), {}),
    ("sub", (W,), {}),
    ("mul", (W,), {}),
    ("mul", (0.0,), {}),
    ("div", (W,), {}),
    ("pow", (3,), {}),
    ("pow", (W,), {}),
    ("clamp", (0.4, 1.0), {}),
    ("clamp_min", (0.6,), {}),
    ("clamp_max", (0.6,), {}),
    ("masked_fill", (MASK, 7.0), {}),
    ("index_fill", (1, COLS, -1.0), {}),
    ("addcmul", (W, W), {"value": 0.5}),
    ("addcdiv", (W, W + 7), {"value": 0.5}),
    ("lerp", (W, 0.3), {}),
    ("tril", (), {}),
    ("triu", (1,), {}),
    ("fmod", (0.4,), {}),
    ("remainder", (0.4,), {}),
    ("cumsum", (1,), {}),
    ("cumprod", (1,), {}),
    ("nan_to_num", (), {}),
    ("hypot", (W,), {}),
    ("atan2", (W,), {}),
    ("xlogy", (W.abs(),), {}),
    ("index_add", (1, COLS, W[:, :2]), {"alpha": 2.0}),
    ("index_copy", (0, ROWS, W), {}),
    ("scatter", (1, ad.tensor([[2], [0]]), W), {}),
    ("scatter_add", (0, ad.tensor([[1, 1, 0]]), W), {}),
    ("masked_scatter", (MASK, W), {}),
    ("renorm", (2, 0, 1.0), {}),
]


@pytest.mark.parametrize("name", UNARY)
def test_a_unary_write_has_the_value_and_derivatives_of_its_function(name):
    def function(x):
        y = x * 0.4
        return y * getattr(y, name)()

    def written(x):
        y = x * 0.4
        saved = y * 1
        assert getattr(y, name + "_")() is y
        return saved * y

    x = leaf()
    assert_same(grads(written, x), grads(function, x))


@pytest.mark.parametrize(("name", "args", "kwargs"), WITH_ARGUMENTS, ids=lambda v: v if isinstance(v, str) else "")
def test_a_write_with_arguments_has_the_value_and_derivatives_of_its_function(name, args, kwargs):
    def tracked(w, t):
        return t * w.sum() if isinstance(t, ad.Tensor) and t.dtype == ad.float64 else t

    def function(x, w):
        y = x * x
        return getattr(y, name)(*(tracked(w, a) for a in args), **kwargs).exp()

    def written(x, w):
        y = x * x
        assert getattr(y, name + "_")(*(tracked(w, a) for a in args), **kwargs) is y
        return y.exp()

    x, w = leaf(), leaf([0.05, 0.07])
    out = [f(x, w) for f in (written, function)]
    np.testing.assert_allclose(out[0].detach().numpy(), out[1].detach().numpy())
    first = [ad.autograd.grad(o.sum(), (x, w), create_graph=True, allow_unused=True) for o in out]
    for got, expected in zip(*first, strict=True):
        assert (got is None) == (expected is None)
        if expected is not None:
            np.testing.assert_allclose(got.detach().numpy(), expected.detach().numpy(), rtol=1e-12)
            if expected.requires_grad:
                second = [
                    ad.autograd.grad(g.square().sum(), x, retain_graph=True, allow_unused=True)[0]
                    for g in (got, expected)
                ]
                np.testing.assert_allclose(*[0 if s is None else s.numpy() for s in second], rtol=1e-12)


def op_assign(x, v):
    y = x * 2
    y += v
    y -= x
    y *= v
    y /= x
    y **= 2
    return y


def test_operator_assignments_differentiate_both_sides():
    x, v = leaf(), leaf(W.tolist())
    assert_same(grads(op_assign, x, v), grads(lambda x, v: ((x * 2 + v - x) * v / x) ** 2, x, v))


@pytest.mark.parametrize(
    "key",
    [
        0,
        -1,
        slice(None, None, 2),
        (slice(None), 1),
        (..., 0),
        (0, 2),
        (slice(0, 1), slice(1, 3)),
        None,
        (ad.tensor([0, 1]), ad.tensor([2, 2])),
        ad.tensor([1]),
        MASK,
        (slice(None), [2, 0]),
        [1, 0],
    ],
    ids=str,
)
def test_an_assignment_by_index_replaces_what_it_names_and_nothing_else(key):
    picked = (
        np.arange(6.0).reshape(2, 3)[key if not isinstance(key, ad.Tensor) else key.numpy()]
        if not isinstance(key, tuple)
        else np.arange(6.0).reshape(2, 3)[tuple(k.numpy() if isinstance(k, ad.Tensor) else k for k in key)]
    )
    x, v = leaf(), ad.tensor(np.cos(picked), requires_grad=True)
    y = x * 1
    y[key] = v
    y.square().sum().backward()
    kept = np.ones((2, 3))
    kept.reshape(-1)[np.ravel(picked).astype(int)] = 0
    np.testing.assert_allclose(x.grad.numpy(), 2 * np.array(X) * kept)
    np.testing.assert_allclose(v.grad.numpy(), 2 * np.cos(picked))
    y = x * 1
    y[key] = 10
    assert (y.detach().numpy() == np.where(kept, np.array(X), 10)).all()


def test_every_write_bumps_the_version_that_all_views_share():
    y = ad.zeros(3, 2)
    v, d = y[0], y.detach()
    assert y._version == 0
    y.add_(1)
    assert y._version == v._version == d._version == 1
    v.mul_(2)
    y[1] = 5
    d.zero_()
    y += 1
    ad.add(y, 1, out=y)
    assert y._version == v._version == 6
    assert (y + 1)._version == 0
    assert y.clone()._version == 0


def test_a_leaf_that_requires_grad_refuses_writes_outside_no_grad():
    message = "a leaf Variable that requires grad is being used in an in-place operation"
    x = leaf()
    for write in (lambda: x.add_(1), lambda: x.__setitem__(0, 1.0), lambda: x.zero_(), lambda: x.__imul__(2)):
        with pytest.raises(RuntimeError, match=message):
            write()
    with pytest.raises(RuntimeError, match="a view of a leaf Variable that requires grad is being used in an in-place"):
        x[0].mul_(2)
    assert x.tolist() == X
    assert x.is_leaf
    with ad.no_grad():
        x.mul_(2)
        x[0] = 1.0
    assert x.is_leaf
    assert x.requires_grad
    assert x[0].tolist() == [1.0, 1.0, 1.0]


def test_an_untracked_tensor_becomes_tracked_by_what_is_written_into_it():
    w = leaf([2.0, 3.0])
    buffer = ad.zeros(2, 2, dtype=ad.float64)
    row = buffer[1]
    buffer[0] = w
    assert buffer.requires_grad
    assert not buffer.is_leaf
    assert row.requires_grad
    (buffer.sum() + (row * 5).sum()).backward()
    assert w.grad.tolist() == [1.0, 1.0]


def test_a_write_that_does_not_fit_is_refused():
    with pytest.raises(RuntimeError):
        ad.ones(1).add_(ad.ones(3))
    with pytest.raises(RuntimeError):
        ad.ones(3, dtype=ad.int64).mul_(0.5)
    with pytest.raises(RuntimeError, match="more than one element of the written-to tensor refers to a single memory"):
        ad.ones(1).expand(3).add_(1)
    y = ad.ones(3)
    y.add_(ad.ones(3, dtype=ad.float64))
    assert y.dtype == ad.float32


KEPT = {
    "exp": lambda x: x.exp(),
    "sigmoid": lambda x: x.sigmoid(),
    "tanh": lambda x: x.tanh(),
    "sqrt": lambda x: x.sqrt(),
    "reciprocal": lambda x: x.reciprocal(),
    "softmax": lambda x: x.softmax(1),
    "cumprod": lambda x: x.cumprod(1),
    "inverse": lambda x: (x @ x.mT + ad.eye(2, dtype=ad.float64)).inverse() @ x,
}


@pytest.mark.parametrize("name", KEPT)
def test_a_saved_result_is_kept_when_it_is_overwritten(name):
    x = leaf()
    out = KEPT[name](x)
    twice = out * 1
    out.mul_(3)
    out.zero_()
    assert_same(ad.autograd.grad(twice.sum(), x), ad.autograd.grad(KEPT[name](x).sum(), x))


BOTH = {
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "pow": lambda a, b: a**b,
    "matmul": lambda a, b: a @ b.mT @ a,
    "atan2": lambda a, b: a.atan2(b),
    "where": lambda a, b: ad.where(MASK, a * b, b),
    "einsum": lambda a, b: ad.einsum("ij,kj,kl->il", a, b, b),
    "maximum": lambda a, b: ad.maximum(a, b) * a,
}


@pytest.mark.parametrize("name", BOTH)
def test_saved_operands_are_kept_when_they_are_overwritten(name):
    x, v = leaf(), leaf([[0.2, 0.4, 1.2], [1.1, 0.6, 0.8]])
    a, b = x * 1, v * 1
    out = BOTH[name](a, b)
    a[0] = 100.0
    b.T.neg_()
    found = ad.autograd.grad(out.sum(), (x, v))
    for got, expected in zip(found, ad.autograd.grad(BOTH[name](x, v).sum(), (x, v)), strict=True):
        np.testing.assert_allclose(got.numpy(), expected.numpy(), rtol=1e-13)


def test_saved_masks_and_indices_are_kept():
    x, mask, index = leaf(), MASK.clone(), ad.tensor([1, 1, 0])
    out = ad.where(mask, x, 0).sum() + 10 * x[index].sum() + 100 * x.masked_fill(mask, 0).sum()
    mask.logical_not_()
    index.zero_()
    out.backward()
    np.testing.assert_array_equal(x.grad.numpy(), np.where(MASK.numpy(), 1, 100) + np.array([[10.0], [20.0]]))
