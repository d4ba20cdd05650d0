"""The names of nodes, and how they print, are PyTorch's for what programs print."""

from __future__ import annotations

import pytest

import adjoint as ad
from adjoint.nn import functional as F

NAMES = {
    "SelectBackward0": [lambda x: x[0], lambda x: x[:, 0], lambda x: x[..., 0], lambda x: x[1:, 0]],
    "SliceBackward0": [lambda x: x[:], lambda x: x[0, 1:], lambda x: x[:2, :]],
    "UnsqueezeBackward0": [lambda x: x[None], lambda x: x[:, None], lambda x: x[0, None]],
    "IndexBackward0": [lambda x: x[[0, 1]], lambda x: x[x > 0], lambda x: x[:, [0]]],
    "SqueezeBackward0": [lambda x: x.squeeze()],
    "SqueezeBackward1": [lambda x: x.squeeze(0), lambda x: x[None].squeeze(0)],
    "MaskedFillBackward0": [lambda x: x.masked_fill(x > 0, 0.0)],
    "WhereBackward0": [lambda x: ad.where(x > 0, x, 0.0)],
    "ConstantPadNdBackward0": [lambda x: F.pad(x, (1, 1))],
    "FftR2CBackward0": [lambda x: ad.fft.rfft(x)],
    "FftC2RBackward0": [lambda x: ad.fft.irfft(x + 0j)],
    "FftC2CBackward0": [lambda x: ad.fft.fft(x + 0j)],
}


@pytest.mark.parametrize(("name", "call"), [(name, call) for name, calls in NAMES.items() for call in calls])
def test_a_node_has_the_name_that_programs_expect(name, call):
    x = ad.ones(3, 4, requires_grad=True)
    assert call(x).grad_fn.name() == name


def test_the_node_of_a_function_prints_where_functions_live():
    class Twice(ad.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return 2 * x

        @staticmethod
        def backward(ctx, ct):
            return 2 * ct

    x = ad.ones(1, requires_grad=True)
    assert repr(Twice.apply(x).grad_fn).startswith("<adjoint.autograd.function.TwiceBackward object at 0x")
    assert repr(x.sin().grad_fn).startswith("<SinBackward0 object at 0x")
