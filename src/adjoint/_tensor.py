"""The Tensor: PyTorch's define-by-run tensor. Its data, flags, gradient and hooks stand here; what it computes stands
in `functions`, whose methods it inherits family by family.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from . import errors
from .core import (
    aliases,
    dtypes,
    exposure,
    fast,
    fast_several,
    fast_single,
    fast_untracked,
    levels,
    memory,
    modes,
    overrides,
    protocols,
    writes,
)
from .core.annotate import annotation, bare_rule, is_leaf_node
from .core.bare import lost
from .core.hooks import RemovableHandle
from .core.rules import LEAF
from .core.tensor import TensorBase, faces, leaf_node, rare
from .functions.creation import array_of
from .functions.methods import Methods
from .functions.printing import format_scalar, format_tensor
from .functions.size import Size
from .functions.writing import setitem
from .ops import structure as st
from .ops.indexing import get, getitem
from .transforms import gradients
from .transforms.duals import unpack
from .transforms.node import Node, grad_fn, output_number

if TYPE_CHECKING:
    from .numpy.updates import At


class Tensor(TensorBase, Methods):
    """A NumPy array that can record what is done with it.

    `Tensor(data)` is a tensor of the default dtype, `Tensor(2, 3)` one of that shape with arbitrary values;
    `adjoint.tensor(data)` keeps the data's own dtype.

    >>> import adjoint as ad
    >>> x = ad.tensor([1., 2.], requires_grad=True)
    >>> (x * x).sum().backward()
    >>> x.grad
    tensor([2., 4.])
    """

    __slots__ = ()
    __array_priority__: ClassVar[float] = 1000.0

    def __new__(cls, *data: Any) -> Tensor:
        """See the class. (The hot path makes tensors by object.__new__.)"""
        t = object.__new__(cls)
        t._n = None
        if len(data) == 1 and not isinstance(data[0], int):
            t._a = array_of(data[0], None if isinstance(data[0], TensorBase) else dtypes.default())
        else:
            t._a = np.zeros(data or 0, dtypes.default().numpy)
        return t

    # Data --------------------------------------------------------------------------------------------------------

    @property
    def shape(self) -> Size:
        """The lengths of the dimensions."""
        try:
            return Size(self._a.shape)
        except AttributeError:
            return Size(memory.peek(self).shape)

    def size(self, dim: int | None = None) -> Any:
        """The shape, or the length of one dimension.

        >>> import adjoint as ad
        >>> ad.ones(2, 3).size(), ad.ones(2, 3).size(-1)
        (adjoint.Size([2, 3]), 3)
        """
        return self.shape if dim is None else self.shape[dim]

    @property
    def dtype(self) -> dtypes.DType:
        """The element type."""
        return dtypes.of(memory.peek(self).dtype)

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return memory.peek(self).ndim

    def dim(self) -> int:
        """The number of dimensions."""
        return memory.peek(self).ndim

    def numel(self) -> int:
        """The number of elements."""
        return memory.peek(self).size

    nelement = numel

    def __len__(self) -> int:
        a = memory.peek(self)
        if a.ndim == 0:
            raise TypeError("len() of a 0-d tensor")
        return len(a)

    def __iter__(self) -> Iterator[Tensor]:
        if self.ndim == 0:
            raise TypeError("iteration over a 0-d tensor")
        return iter([get(self, key=(i, ...)) for i in range(len(self))])

    __getitem__ = getitem

    def __setitem__(self, key: Any, value: Any) -> None:
        setitem(self, key, value)

    def item(self) -> Any:
        """The only element as a Python number; RangeError if there are several."""
        a = memory.peek(self)
        modes.notice("item", (self,))
        if a.size != 1:
            raise errors.RangeError(f"a Tensor with {a.size} elements cannot be converted to Scalar")
        return a.item() if a.dtype.kind != "V" else float(a.reshape(()).astype(np.float64))

    def tolist(self) -> Any:
        """The elements as nested Python lists (a number if 0-d)."""
        a = memory.peek(self)
        modes.notice("tolist", (self,))
        return (a if a.dtype.kind != "V" else a.astype(np.float64)).tolist()

    def __bool__(self) -> bool:
        a = memory.peek(self)
        if a.size != 1:
            raise errors.GradientError("Boolean value of Tensor with " + (
                "no values is ambiguous" if a.size == 0 else "more than one value is ambiguous"))
        return bool(a.item())

    def __float__(self) -> float:
        return float(self._leaving())

    def __int__(self) -> int:
        return int(self._leaving())

    def __complex__(self) -> complex:
        return complex(self._leaving())

    def _leaving(self) -> Any:
        """The number, with a warning if its derivative is lost here; `.item()` is the way to say that it should be."""
        if self.requires_grad:
            import warnings

            warnings.warn("Converting a tensor with requires_grad=True to a scalar may lead to unexpected behavior. "
                          "Consider using tensor.detach() first.", UserWarning, stacklevel=3)
        return self.item()

    def __index__(self) -> int:
        a = memory.peek(self)
        if a.size != 1 or a.dtype.kind not in "iub":
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(a.item())

    def __contains__(self, element: Any) -> bool:
        if not isinstance(element, (TensorBase, int, float, complex, np.generic, np.ndarray)):
            raise errors.DtypeError("Tensor.__contains__ only supports Tensor or scalar, but you passed in a "
                                    f"{type(element).__name__}.")
        return bool((memory.load(self) == (memory.load(element) if isinstance(element, TensorBase) else element)).any())

    __hash__ = object.__hash__

    # Tracking ----------------------------------------------------------------------------------------------------

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow through this tensor. May be set on leaves."""
        try:
            return self._n is not None
        except AttributeError:
            return memory.load_node(self) is not None

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        if not isinstance(value, bool):
            raise errors.DtypeError(f"requires_grad must be a bool, not {value!r}")
        self.requires_grad_(value)

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """This tensor, which from now on requires grad, or does not. Leaves only, and only float or complex ones.

        >>> import adjoint as ad
        >>> ad.ones(2).requires_grad_()
        tensor([1., 1.], requires_grad=True)
        """
        node = memory.load_node(self)
        if not is_leaf_node(node):
            if requires_grad:
                return self
            raise errors.GradientError("you can only change requires_grad flags of leaf variables. If you want to use "
                                       "a computed variable in a subgraph that doesn't require differentiation use "
                                       "var_no_grad = var.detach().")
        if requires_grad and node is None:
            if memory.peek(self).dtype.kind not in "fcV":
                raise errors.GradientError("only Tensors of floating point and complex dtype can require gradients, "
                                           f"not one of dtype {self.dtype!r}")
            levels.enter(self)
            self._n = leaf_node(self)
            if hasattr(self, "_v"):
                self._v = (*self._v[:4], True)
        elif not requires_grad:
            self._n = None
        return self

    @property
    def is_leaf(self) -> bool:
        """Whether the user made this tensor: it is untracked, or nothing produced it."""
        return is_leaf_node(memory.load_node(self))

    @property
    def grad_fn(self) -> Node | None:
        """The node that made this tensor; None for a leaf."""
        node = memory.load_node(self)
        return None if is_leaf_node(node) else grad_fn(node)

    @property
    def output_nr(self) -> int:
        """Which output of its grad_fn this tensor is."""
        node = memory.load_node(self)
        return 0 if node is None else output_number(node)

    @property
    def grad(self) -> Tensor | None:
        """The gradient that backward() accumulated here; None before. May be set."""
        try:
            g = self._s.grad
        except AttributeError:
            g = None
        if g is None and not is_leaf_node(memory.load_node(self)) and not self.retains_grad:
            import warnings

            warnings.warn("The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad "
                          "attribute won't be populated during autograd.backward(). If you indeed want the .grad field "
                          "to be populated for a non-leaf Tensor, use .retain_grad() on the non-leaf Tensor.",
                          UserWarning, stacklevel=2)
        return g  # type: ignore[return-value]

    @grad.setter
    def grad(self, value: Tensor | None) -> None:
        if value is not None:
            if not isinstance(value, TensorBase):
                raise TypeError(f"assigned grad expected to be a Tensor or None but got {type(value).__name__}")
            if value is self:
                raise errors.GradientError("can't assign a tensor as its own grad; assign a clone")
            a, g = memory.peek(self), memory.peek(value)
            if g.shape != a.shape:
                raise errors.ShapeError(f"assigned grad has data of a different size: {list(g.shape)}, not "
                                        f"{list(a.shape)}")
            if g.dtype != a.dtype:
                raise errors.DtypeError(f"assigned grad has data of a different type: {dtypes.of(g.dtype)!r}, not "
                                        f"{dtypes.of(a.dtype)!r}")
        rare(self).grad = value

    @grad.deleter
    def grad(self) -> None:
        rare(self).grad = None

    def backward(self, gradient: Any = None, retain_graph: bool | None = None, create_graph: bool = False,
                 inputs: Any = None) -> None:
        """None; the gradient of this tensor is added into `.grad` of the leaves that it depends on.

        See `adjoint.autograd.backward` for the arguments and errors.

        >>> import adjoint as ad
        >>> x = ad.tensor(3., requires_grad=True)
        >>> (x * x).backward()
        >>> x.grad
        tensor(6.)
        """
        gradients.backward(self, gradient, retain_graph, create_graph, inputs)

    def retain_grad(self) -> None:
        """Keep this non-leaf's gradient in `.grad` when backward passes."""
        node = memory.load_node(self)
        if node is None:
            raise errors.GradientError("can't retain_grad on Tensor that has requires_grad=False")
        if not is_leaf_node(node):
            annotation(node).retains = weakref.ref(self)
            rare(self).retains = True

    @property
    def retains_grad(self) -> bool:
        """Whether this non-leaf keeps its gradient."""
        try:
            return self._s.retains
        except AttributeError:
            return False

    def register_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """A handle; `hook(grad)` is called with each gradient of this tensor, and what it returns replaces it."""
        node = memory.load_node(self)
        if node is None:
            raise errors.GradientError("cannot register a hook on a tensor that doesn't require gradient")
        if bare_rule(node) is not LEAF:
            return RemovableHandle(annotation(node).hooks, hook)
        s = rare(self)
        if s.hooks is None:
            s.hooks = {}
        return RemovableHandle(s.hooks, hook)

    def register_post_accumulate_grad_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """A handle; `hook(tensor)` is called after a gradient was added into this leaf's `.grad`."""
        node = memory.load_node(self)
        if node is None:
            raise errors.GradientError("cannot register a hook on a tensor that doesn't require gradient")
        if not is_leaf_node(node):
            raise errors.GradientError("post accumulate grad hooks cannot be registered on non-leaf tensors")
        s = rare(self)
        if s.post_hooks is None:
            s.post_hooks = {}
        return RemovableHandle(s.post_hooks, hook)

    def detach(self) -> Tensor:
        """An untracked tensor on the same memory.

        >>> import adjoint as ad
        >>> ad.ones(2, requires_grad=True).detach()
        tensor([1., 1.])
        """
        d = aliases.alias(self, type(self), st.alias.op)  # type: ignore[attr-defined]
        modes.notice("detach", (self,), d)
        return d

    def detach_(self) -> Tensor:
        """This tensor, cut from its history."""
        aliases.cut(self)
        return self

    @property
    def at(self) -> At:
        """x.at[key].set(value), .add(value) ...: the tensor as it would be after the write, x left as it is."""
        from .numpy.updates import At

        return At(self)

    @property
    def data(self) -> Tensor:
        """An untracked tensor on the same memory; setting it replaces the data."""
        return self.detach()

    @data.setter
    def data(self, value: Tensor) -> None:
        if not isinstance(value, TensorBase):
            raise TypeError(f"Variable data has to be a tensor, but got {type(value).__name__}")
        writes.replace(self, value, st.alias.op)  # type: ignore[attr-defined]

    @property
    def _base(self) -> Tensor | None:
        """The tensor that this is a differentiable view of."""
        origin = memory.lineage(self)[1]
        return None if origin is self else origin  # type: ignore[return-value]

    def _is_view(self) -> bool:
        return self._base is not None

    @property
    def _version(self) -> int:
        try:
            return self._v[0].version
        except AttributeError:
            return 0

    # Leaving -----------------------------------------------------------------------------------------------------

    def numpy(self, *, force: bool = False) -> np.ndarray[Any, Any]:
        """An ndarray on the same memory; GradientError for a tracked tensor, unless `force`.

        >>> import adjoint as ad
        >>> ad.ones(2).numpy()
        array([1., 1.], dtype=float32)
        """
        if self.requires_grad:
            if not force:
                raise errors.GradientError("Can't call numpy() on Tensor that requires grad. "
                                           "Use tensor.detach().numpy() instead.")
        modes.notice("numpy", (self,))
        data = memory.peek(self)
        if isinstance(data, levels.Box):
            return exposure.copied(self, np.array(data.numbers()))
        return exposure.expose(self)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        if self.requires_grad:
            raise errors.GradientError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() "
                                       "instead.")
        if isinstance(memory.peek(self), levels.Box):
            if levels.carries(self):
                raise lost(f"a traced tensor of shape {tuple(self.shape)} cannot become an ndarray", self)
            data = levels.concrete(self)
            if copy or (dtype is not None and dtype != data.dtype):
                return np.array(data, dtype=dtype)
            return exposure.copied(self, np.array(data))
        if copy or (dtype is not None and dtype != memory.peek(self).dtype):
            return np.array(memory.peek(self), dtype=dtype)
        return exposure.expose(self)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return protocols.array_ufunc(self, ufunc, method, *inputs, **kwargs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return protocols.array_function(func, args, kwargs, self)

    def __dlpack__(self, **options: Any) -> Any:
        if self.requires_grad:
            raise BufferError("Can't export tensors that require gradient, use tensor.detach()")
        return exposure.expose(self).__dlpack__(**options)

    def __dlpack_device__(self) -> tuple[int, int]:
        return (1, 0)

    def __repr__(self, *, tensor_contents: Any = None) -> str:
        suffixes = []
        node = memory.load_node(self)
        if node is not None:
            suffixes.append("requires_grad=True" if is_leaf_node(node) else f"grad_fn=<{grad_fn(node).name()}>")
        name = "tensor" if type(self) is Tensor else type(self).__name__
        data = memory.peek(self)
        if isinstance(data, levels.Box):
            primal, tangent = unpack(data.level, self)
            if primal is self or isinstance(memory.peek(primal), levels.Box):
                return f"{name}({', '.join([repr(data), *suffixes])})"
            data = memory.peek(primal)
            suffixes += [] if tangent is None else [f"tangent={tangent}"]
        text = format_tensor(data, default_dtype=dtypes.default().name, suffixes=suffixes, name=name)
        extra = self._s.attributes if hasattr(self, "_s") else None
        return f"Parameter containing:\n{text}" if extra and extra.get("is_parameter") else text

    def __format__(self, spec: str) -> str:
        return format_scalar(memory.peek(self), spec, self) if type(self) is Tensor else object.__format__(self, spec)

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        if not self.is_leaf:
            raise errors.GradientError("Only Tensors created explicitly by the user (graph leaves) support the "
                                       "deepcopy protocol at the moment.")
        if id(self) in memo:
            return memo[id(self)]
        t = object.__new__(type(self))
        t._a = memory.load(self).copy()
        t._n = None
        memo[id(self)] = t
        if self.requires_grad:
            t._n = leaf_node(t)
        if self.grad is not None:
            t.grad = self.grad.__deepcopy__(memo)
        if hasattr(self, "_s") and self._s.attributes:
            from copy import deepcopy

            rare(t).attributes = deepcopy(self._s.attributes, memo)
        return t

    def __copy__(self) -> Tensor:
        t = self.detach()
        if self.requires_grad:
            t.requires_grad_()
        return t

    def __reduce_ex__(self, protocol: Any) -> Any:
        if isinstance(memory.peek(self), levels.Box):
            raise errors.TracedValueError("a traced value cannot be pickled: it belongs to the transform that runs")
        if not self.is_leaf:
            raise errors.GradientError("a tensor that is not a leaf cannot be pickled, since its history cannot; "
                                       "pickle tensor.detach(), or use adjoint.save, which leaves the history out")
        extra = self._s.attributes if hasattr(self, "_s") else None
        return _rebuild, (type(self), memory.load(self).copy(), self.requires_grad, extra)


def _rebuild(cls: type[Tensor], array: Any, requires_grad: bool, extra: dict[str, Any] | None) -> Tensor:
    t = object.__new__(cls)
    t._a = dtypes.canonical(array)
    t._n = None
    if requires_grad:
        t._n = leaf_node(t)
    if extra:
        rare(t).attributes = extra
    return t


Tensor.__module__ = "adjoint"  # where programs know it from, as type(x) prints
__test__ = {"Tensor": Tensor}  # and its examples are found here all the same
faces.tensor = Tensor
fast.Tensor = fast_single.Tensor = fast_several.Tensor = fast_untracked.Tensor = Tensor
overrides.plain.add(Tensor)
