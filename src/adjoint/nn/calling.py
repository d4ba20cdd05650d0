"""How a module is called: its forward between the hooks that programs have registered, backward hooks included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._tensor import Tensor
from ..autograd.function import Function
from ..core.hooks import RemovableHandle


class Called:
    """The part of Module that calls: `module(x)` runs `forward(x)` and the hooks."""

    forward: Callable[..., Any]
    _forward_pre_hooks: dict[int, Any]
    _forward_hooks: dict[int, Any]
    _backward_pre_hooks: dict[int, Any]
    _backward_hooks: dict[int, Any]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """forward(*args, **kwargs), between the hooks."""
        if not (self._forward_hooks or self._forward_pre_hooks or self._backward_hooks or self._backward_pre_hooks):
            return self.forward(*args, **kwargs)
        for pre, with_kwargs in list(self._forward_pre_hooks.values()):
            new = pre(self, args, kwargs) if with_kwargs else pre(self, args)
            if new is not None and with_kwargs:
                args, kwargs = new
            elif new is not None:
                args = new if isinstance(new, tuple) else (new,)
        boundary = None
        if self._backward_hooks or self._backward_pre_hooks:
            boundary = _Boundary(self)
            args = boundary.entered(args)
        out = self.forward(*args, **kwargs)
        for hook, with_kwargs in list(self._forward_hooks.values()):
            new = hook(self, args, kwargs, out) if with_kwargs else hook(self, args, out)
            if new is not None:
                out = new
        return out if boundary is None else boundary.left(out)

    def register_forward_pre_hook(self, hook: Callable[..., Any], *, prepend: bool = False,
                                  with_kwargs: bool = False) -> RemovableHandle:
        """A handle; hook(module, args) runs before forward and may return other arguments.

        With `with_kwargs`, it is hook(module, args, kwargs), and returns both if any. `prepend` runs it first.
        """
        return _registered(self._forward_pre_hooks, (hook, with_kwargs), prepend)

    def register_forward_hook(self, hook: Callable[..., Any], *, prepend: bool = False,
                              with_kwargs: bool = False) -> RemovableHandle:
        """A handle; hook(module, args, output) runs after forward and may return another output.

        With `with_kwargs`, it is hook(module, args, kwargs, output). `prepend` runs it first.
        """
        return _registered(self._forward_hooks, (hook, with_kwargs), prepend)

    def register_full_backward_pre_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """A handle; hook(module, grad_output) runs before the module's backward and may return other gradients.

        >>> import adjoint as ad
        >>> double = ad.nn.Identity()
        >>> handle = double.register_full_backward_pre_hook(lambda module, grads: (2 * grads[0],))
        >>> x = ad.ones(1, requires_grad=True)
        >>> double(x).backward()
        >>> x.grad
        tensor([2.])
        """
        return _registered(self._backward_pre_hooks, hook, prepend)

    def register_full_backward_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """A handle; hook(module, grad_input, grad_output) runs when the arguments' gradients are known.

        It may return other gradients for the arguments. Where none of them requires grad, grad_input holds None.

        >>> import adjoint as ad
        >>> layer = ad.nn.Tanh()
        >>> handle = layer.register_full_backward_hook(lambda module, gi, go: print(gi, go))
        >>> layer(ad.zeros(1, requires_grad=True)).backward()
        (tensor([1.]),) (tensor([1.]),)
        """
        return _registered(self._backward_hooks, hook, prepend)


def _registered(hooks: dict[int, Any], hook: Any, prepend: bool) -> RemovableHandle:
    handle = RemovableHandle(hooks, hook)
    if prepend:
        others = {k: hooks.pop(k) for k in list(hooks) if k != handle.id}
        hooks.update(others)
    return handle


class BackwardHookFunction(Function):
    """The tensors themselves; their gradients pass through `seen`, which may change them."""

    at_any_level = True

    @staticmethod
    def forward(ctx: Any, seen: Any, *tensors: Any) -> Any:
        ctx.seen = seen
        ctx.set_materialize_grads(False)
        return tuple([t.view_as(t) for t in tensors])

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        return (None, *ctx.seen(grads))


class _Boundary:
    """One call of a module: where gradients come in at its outputs and leave at its arguments."""

    def __init__(self, module: Any) -> None:
        self.module = module
        self.places: list[int] = []  # of the arguments that require grad
        self.count = 0
        self.grad_output: tuple[Any, ...] = ()

    def entered(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """The arguments, those that require grad on their way in."""
        self.count = len(args)
        self.places = [i for i, x in enumerate(args) if isinstance(x, Tensor) and x.requires_grad]
        if not self.places:
            return args
        passed = iter(BackwardHookFunction.apply(self.at_arguments, *[args[i] for i in self.places]))
        return tuple([next(passed) if i in self.places else x for i, x in enumerate(args)])

    def left(self, out: Any) -> Any:
        """The output (a tensor, or a tuple or list of values), whose tensors that require grad are on their way out."""
        parts = list(out) if isinstance(out, (tuple, list)) else [out]
        places = [i for i, x in enumerate(parts) if isinstance(x, Tensor) and x.requires_grad]
        if not places:
            return out

        def seen(grads: tuple[Any, ...]) -> tuple[Any, ...]:
            full = self.at_outputs(_placed(grads, places, len(parts)))
            return tuple([full[i] for i in places])

        for i, t in zip(places, BackwardHookFunction.apply(seen, *[parts[i] for i in places]), strict=True):
            parts[i] = t
        if not isinstance(out, (tuple, list)):
            return parts[0]
        return type(out)(*parts) if hasattr(out, "_fields") else type(out)(parts)

    def at_outputs(self, grads: tuple[Any, ...]) -> tuple[Any, ...]:
        """The gradients of the outputs, after the pre-hooks; the hooks too, if no argument will be reached."""
        for hook in list(self.module._backward_pre_hooks.values()):
            grads = _replaced(hook(self.module, grads), grads)
        self.grad_output = grads
        if not self.places:
            for hook in list(self.module._backward_hooks.values()):
                if hook(self.module, (None,) * self.count, grads) is not None:
                    raise RuntimeError("a full backward hook of a module whose arguments do not require grad returned "
                                       "gradients: it must return None")
        return grads

    def at_arguments(self, grads: tuple[Any, ...]) -> tuple[Any, ...]:
        """The gradients of the arguments that require grad, after the hooks."""
        full = _placed(grads, self.places, self.count)
        for hook in list(self.module._backward_hooks.values()):
            full = _replaced(hook(self.module, full, self.grad_output), full)
        return tuple([full[i] for i in self.places])


def _placed(grads: tuple[Any, ...], places: list[int], count: int) -> tuple[Any, ...]:
    given = dict(zip(places, grads, strict=True))
    return tuple([given.get(i) for i in range(count)])


def _replaced(new: Any, old: tuple[Any, ...]) -> tuple[Any, ...]:
    """What a hook returned, or the old gradients if that is None."""
    if new is None:
        return old
    new = tuple(new) if isinstance(new, (tuple, list)) else (new,)
    if len(new) != len(old):
        raise RuntimeError(f"a backward hook returned {len(new)} gradients, where {len(old)} were given")
    return new
