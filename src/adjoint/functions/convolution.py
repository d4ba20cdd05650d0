"""Convolutions and their transposes over one, two and three axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import errors
from ..ops import convolution as ops
from ..ops import structure as st
from .windows import per_axis, with_batch, without_batch

if TYPE_CHECKING:
    from .._tensor import Tensor

__all__ = ["conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "conv_tbc"]


Size = int | tuple[int, ...]


AXES = ("depth", "height", "width")


def conv1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Size = 1,
    padding: Size | str = 0,
    dilation: Size = 1,
    groups: int = 1,
) -> Tensor:
    """The correlation of `input` (batch, channels, length) with `weight` (out, channels / groups, kernel).

    The batch dimension may be left out. `padding` is a number of zeros on both sides, "valid" (none) or "same" (output
    as long as the input; stride 1 only).

    >>> import adjoint as ad
    >>> x = ad.tensor([[[1., 2., 4., 7.]]])
    >>> ad.nn.functional.conv1d(x, ad.tensor([[[-1., 1.]]]))
    tensor([[[1., 2., 3.]]])
    """
    return _convolve("conv1d", 1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Size = 1,
    padding: Size | str = 0,
    dilation: Size = 1,
    groups: int = 1,
) -> Tensor:
    """The correlation of `input` (batch, channels, height, width) with `weight` (out, channels / groups, *kernel).

    Arguments are as for `conv1d`, one number or one for each axis.

    >>> import adjoint as ad
    >>> x = ad.arange(9.).reshape(1, 1, 3, 3)
    >>> ad.nn.functional.conv2d(x, ad.ones(1, 1, 2, 2))
    tensor([[[[ 8., 12.],
              [20., 24.]]]])
    """
    return _convolve("conv2d", 2, input, weight, bias, stride, padding, dilation, groups)


def conv3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Size = 1,
    padding: Size | str = 0,
    dilation: Size = 1,
    groups: int = 1,
) -> Tensor:
    """The correlation of `input` (batch, channels, depth, height, width) with `weight`.

    Arguments are as for `conv1d`, one number or one for each axis.

    >>> import adjoint as ad
    >>> ad.nn.functional.conv3d(ad.ones(1, 2, 3, 3, 3), ad.ones(4, 2, 2, 2, 2)).shape
    adjoint.Size([1, 4, 2, 2, 2])
    """
    return _convolve("conv3d", 3, input, weight, bias, stride, padding, dilation, groups)


def conv_transpose1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Size = 1,
    padding: Size = 0,
    output_padding: Size = 0,
    groups: int = 1,
    dilation: Size = 1,
) -> Tensor:
    """The transpose of `conv1d`: the gradient of a convolution with the same weight, taken as a forward map.

    `weight` is (channels of input, out / groups, kernel); `output_padding` lengthens the result at its end, since
    several lengths convolve to the same one.

    >>> import adjoint as ad
    >>> ad.nn.functional.conv_transpose1d(ad.tensor([[[1., 2.]]]), ad.tensor([[[1., 10.]]]), stride=2)
    tensor([[[ 1., 10.,  2., 20.]]])
    """
    return _convolve_transpose(
        "conv_transpose1d", 1, input, weight, bias, stride, padding, output_padding, groups, dilation
    )


def conv_transpose2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Size = 1,
    padding: Size = 0,
    output_padding: Size = 0,
    groups: int = 1,
    dilation: Size = 1,
) -> Tensor:
    """The transpose of `conv2d`; arguments are as for `conv_transpose1d`.

    >>> import adjoint as ad
    >>> ad.nn.functional.conv_transpose2d(ad.ones(1, 1, 2, 2), ad.ones(1, 1, 2, 2))
    tensor([[[[1., 2., 1.],
              [2., 4., 2.],
              [1., 2., 1.]]]])
    """
    return _convolve_transpose(
        "conv_transpose2d", 2, input, weight, bias, stride, padding, output_padding, groups, dilation
    )


def conv_transpose3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Size = 1,
    padding: Size = 0,
    output_padding: Size = 0,
    groups: int = 1,
    dilation: Size = 1,
) -> Tensor:
    """The transpose of `conv3d`; arguments are as for `conv_transpose1d`.

    >>> import adjoint as ad
    >>> ad.nn.functional.conv_transpose3d(ad.ones(1, 2, 3, 3, 3), ad.ones(2, 4, 2, 2, 2), stride=2).shape
    adjoint.Size([1, 4, 6, 6, 6])
    """
    return _convolve_transpose(
        "conv_transpose3d", 3, input, weight, bias, stride, padding, output_padding, groups, dilation
    )


def conv_tbc(input: Tensor, weight: Tensor, bias: Tensor, pad: int = 0) -> Tensor:
    """`conv1d` for sequences laid out (time, batch, channels), with `weight` (kernel, channels, out).

    >>> import adjoint as ad
    >>> ad.nn.functional.conv_tbc(ad.ones(5, 2, 3), ad.ones(3, 3, 4), ad.zeros(4)).shape
    adjoint.Size([3, 2, 4])
    """
    if input.ndim != 3 or weight.ndim != 3:
        raise errors.ShapeError(
            f"conv_tbc: input (time, batch, channels) and weight (kernel, channels, out) must have 3 dimensions, "
            f"not {input.ndim} and {weight.ndim}"
        )
    x, w = st.transpose(input, axes=(1, 2, 0)), st.transpose(weight, axes=(2, 1, 0))
    return st.transpose(conv1d(x, w, bias, padding=pad), axes=(2, 0, 1))


def _convolve(
    name: str, n: int, x: Any, w: Any, bias: Any, stride: Any, padding: Any, dilation: Any, groups: int
) -> Any:
    step, dil = per_axis(stride, n, "stride"), per_axis(dilation, n, "dilation")
    _check_weight(name, n, x, w, bias, step, dil, groups, out=w.shape[0])
    x, added = with_batch(x, n, name)
    space, kernel = tuple(x.shape[2:]), tuple(w.shape[2:])
    if w.shape[0] % groups or w.shape[0] < groups:
        raise errors.ShapeError(
            f"Given groups={groups}, expected weight to be divisible by {groups} at dimension 0, but got weight of "
            f"size {list(w.shape)} instead"
        )
    if x.shape[1] != w.shape[1] * groups:
        raise errors.ShapeError(
            f"Given groups={groups}, weight of size {list(w.shape)}, expected input{list(x.shape)} to have "
            f"{w.shape[1] * groups} channels, but got {x.shape[1]} channels instead"
        )
    pads = _padding(padding, n, kernel, step, dil)
    padded = tuple(size + before + after for size, (before, after) in zip(space, pads, strict=True))
    spans = tuple(ops.extent(k, d) for k, d in zip(kernel, dil, strict=True))
    if any(p < s for p, s in zip(padded, spans, strict=True)):
        raise errors.ShapeError(
            f"Calculated padded input size per channel: {_times(padded)}. Kernel size: {_times(spans)}. "
            f"Kernel size can't be greater than actual input size"
        )
    pads = ops.exact_padding(space, kernel, step, pads, dil)
    y = ops.convolve(x, w, stride=step, padding=pads, dilation=dil, groups=groups)
    return without_batch(_with_bias(y, bias, n), added)


def _convolve_transpose(
    name: str,
    n: int,
    x: Any,
    w: Any,
    bias: Any,
    stride: Any,
    padding: Any,
    output_padding: Any,
    groups: int,
    dilation: Any,
) -> Any:
    step, dil = per_axis(stride, n, "stride"), per_axis(dilation, n, "dilation")
    _check_weight(name, n, x, w, bias, step, dil, groups, out=w.shape[1] * groups if w.ndim > 1 else 0)
    pad, extra = per_axis(padding, n, "padding"), per_axis(output_padding, n, "output_padding")
    if min(pad) < 0:
        raise errors.ShapeError(f"negative padding is not supported, but got {pad}")
    x, added = with_batch(x, n, name)
    if x.shape[1] != w.shape[0]:
        raise errors.ShapeError(
            f"Given transposed=1, weight of size {list(w.shape)}, expected input{list(x.shape)} to have "
            f"{w.shape[0]} channels, but got {x.shape[1]} channels instead"
        )
    if x.shape[1] % groups:
        raise errors.ShapeError(f"{name}: {x.shape[1]} input channels cannot be divided among {groups} groups")
    for axis, (e, s, d) in zip(AXES[-n:], zip(extra, step, dil, strict=True), strict=True):
        if not 0 <= e < max(s, d):
            raise errors.ShapeError(
                f"output padding must be smaller than either stride or dilation, but got output_padding_{axis}: {e} "
                f"with stride {s} and dilation {d}"
            )
    space = tuple(
        (size - 1) * s + ops.extent(k, d) - 2 * p + e
        for size, k, s, p, d, e in zip(x.shape[2:], w.shape[2:], step, pad, dil, extra, strict=True)
    )
    if min(space) < 1:
        raise errors.ShapeError(
            f"Given input size per channel: {_times(x.shape[2:])}. Calculated output size per channel: "
            f"{_times(space)}. Output size is too small"
        )
    pads = tuple((p, p - e) for p, e in zip(pad, extra, strict=True))
    y = ops.convolve_input(x, w, stride=step, padding=pads, dilation=dil, groups=groups)
    return without_batch(_with_bias(y, bias, n), added)


def _check_weight(
    name: str, n: int, x: Any, w: Any, bias: Any, stride: Any, dilation: Any, groups: int, out: int
) -> None:
    if groups < 1:
        raise errors.ShapeError(f"{name}: groups must be at least 1, not {groups}")
    if min(stride) < 1:
        raise errors.ShapeError(f"non-positive stride is not supported, but got {stride}")
    if min(dilation) < 1:
        raise errors.ShapeError(f"dilation should be greater than zero, but got {dilation}")
    if w.ndim != n + 2:
        raise errors.ShapeError(f"{name}: expected a weight of {n + 2} dimensions, but got one of size {list(w.shape)}")
    if min(w.shape[2:]) < 1:
        raise errors.ShapeError(f"{name}: the kernel must not be empty, but got a weight of size {list(w.shape)}")
    for what, other in (("weight", w), ("bias", bias)):
        if other is not None and other.dtype != x.dtype:
            raise errors.DtypeError(
                f"Input type ({x.dtype}) and {what} type ({other.dtype}) should be the same; cast one, for example "
                f"{what}.to(input.dtype)"
            )
    if bias is not None and tuple(bias.shape) != (out,):
        raise errors.ShapeError(
            f"Given weight of size {list(w.shape)}, expected bias to be 1-dimensional with {out} elements, but got "
            f"bias of size {list(bias.shape)} instead"
        )


def _padding(padding: Any, n: int, kernel: Any, stride: Any, dilation: Any) -> tuple[tuple[int, int], ...]:
    if padding == "valid":
        return ((0, 0),) * n
    if padding == "same":
        if any(s != 1 for s in stride):
            raise errors.ShapeError(f"padding='same' is not supported for strided convolutions; stride is {stride}")
        totals = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
        return tuple((total // 2, total - total // 2) for total in totals)
    if isinstance(padding, str):
        raise errors.ShapeError(f"Invalid padding string: {padding!r}, should be one of 'valid', 'same'")
    pad = per_axis(padding, n, "padding")
    if min(pad) < 0:
        raise errors.ShapeError(f"negative padding is not supported, but got {pad}")
    return tuple((p, p) for p in pad)


def _with_bias(y: Any, bias: Any, n: int) -> Any:
    return y if bias is None else y + st.reshape(bias, shape=(-1, *(1,) * n))


def _times(sizes: Any) -> str:
    return f"({' x '.join(str(s) for s in sizes)})"
