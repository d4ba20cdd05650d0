"""`x.new_zeros(2, 3)` and its siblings: tensors of the dtype of another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .creation import tensor
from .filled import Size, empty, empty_strided, full, ones, zeros
from .placement import check_place

if TYPE_CHECKING:
    from .._tensor import Tensor


class FilledMethods:
    """The functions of `filled` as methods that take the dtype of their tensor."""

    __slots__ = ()

    def new_zeros(
        self: Any,
        *shape: Size,
        size: Size | None = None,
        dtype: Any = None,
        device: Any = None,
        requires_grad: bool = False,
        layout: Any = None,
        pin_memory: bool = False,
    ) -> Tensor:
        """Zeros of this size, of this tensor's dtype unless one is given.

        >>> import adjoint as ad
        >>> ad.tensor([1, 2]).new_zeros(3)
        tensor([0, 0, 0])
        """
        return zeros(
            *shape,
            size=size,
            dtype=dtype or self.dtype,
            layout=layout,
            device=device,
            requires_grad=requires_grad,
            pin_memory=pin_memory,
        )

    def new_ones(
        self: Any,
        *shape: Size,
        size: Size | None = None,
        dtype: Any = None,
        device: Any = None,
        requires_grad: bool = False,
        layout: Any = None,
        pin_memory: bool = False,
    ) -> Tensor:
        """Ones of this size, of this tensor's dtype unless one is given.

        >>> import adjoint as ad
        >>> ad.tensor([1, 2]).new_ones(3)
        tensor([1, 1, 1])
        """
        return ones(
            *shape,
            size=size,
            dtype=dtype or self.dtype,
            layout=layout,
            device=device,
            requires_grad=requires_grad,
            pin_memory=pin_memory,
        )

    def new_empty(
        self: Any,
        *shape: Size,
        size: Size | None = None,
        dtype: Any = None,
        device: Any = None,
        requires_grad: bool = False,
        layout: Any = None,
        pin_memory: bool = False,
    ) -> Tensor:
        """A tensor of this size with arbitrary values, of this tensor's dtype unless one is given.

        >>> import adjoint as ad
        >>> ad.tensor([1, 2]).new_empty(3).dtype
        adjoint.int64
        """
        return empty(
            *shape,
            size=size,
            dtype=dtype or self.dtype,
            layout=layout,
            device=device,
            requires_grad=requires_grad,
            pin_memory=pin_memory,
        )

    def new_full(
        self: Any,
        size: Size,
        fill_value: Any,
        *,
        dtype: Any = None,
        device: Any = None,
        requires_grad: bool = False,
        layout: Any = None,
        pin_memory: bool = False,
    ) -> Tensor:
        """A tensor of this size, all `fill_value`, of this tensor's dtype unless one is given.

        >>> import adjoint as ad
        >>> ad.tensor([1., 2.]).new_full((2,), 3)
        tensor([3., 3.])
        """
        return full(
            size,
            fill_value,
            dtype=dtype or self.dtype,
            layout=layout,
            device=device,
            requires_grad=requires_grad,
            pin_memory=pin_memory,
        )

    def new_empty_strided(
        self: Any,
        size: Sequence[int],
        stride: Sequence[int],
        dtype: Any = None,
        device: Any = None,
        requires_grad: bool = False,
        layout: Any = None,
        pin_memory: bool = False,
    ) -> Tensor:
        """A tensor of this size and these strides with arbitrary values, of this tensor's dtype unless one is given.

        >>> import adjoint as ad
        >>> ad.ones(1).new_empty_strided((2, 2), (1, 2)).stride()
        (1, 2)
        """
        return empty_strided(
            size,
            stride,
            dtype=dtype or self.dtype,
            layout=layout,
            device=device,
            requires_grad=requires_grad,
            pin_memory=pin_memory,
        )

    def new_tensor(
        self: Any,
        data: Any,
        *,
        dtype: Any = None,
        device: Any = None,
        requires_grad: bool = False,
        layout: Any = None,
        pin_memory: bool = False,
    ) -> Tensor:
        """A new tensor that holds a copy of the data, of this tensor's dtype unless one is given.

        >>> import adjoint as ad
        >>> ad.tensor([1.]).new_tensor([3])
        tensor([3.])
        """
        check_place("new_tensor", layout, device, pin_memory)
        return tensor(data, dtype=dtype or self.dtype, requires_grad=requires_grad)

    def new(self: Any, *data: Any) -> Tensor:
        """A tensor of this dtype from data, or of a size given as integers.

        >>> import adjoint as ad
        >>> ad.tensor([1.]).new([3, 4])
        tensor([3., 4.])
        """
        if not data or all([isinstance(n, int) for n in data]):
            return self.new_empty(*(data or (0,)))
        return self.new_tensor(*data)
