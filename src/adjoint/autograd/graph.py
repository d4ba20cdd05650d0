"""The recorded graph: its nodes and edges, hooks on what it saves, hooks on several gradients at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from .. import errors
from ..core import memory, modes
from ..core.annotate import bare_rule
from ..core.hooks import RemovableHandle
from ..core.rules import PICK, aval, parents
from ..core.tensor import Aval, TensorBase, next_seq
from ..transforms.node import Node as Node
from ..transforms.node import grad_fn, output_number
from ..transforms.reverse import current_walk

__all__ = [
    "GradientEdge", "Node", "allow_mutation_on_saved_tensors", "disable_saved_tensors_hooks", "get_gradient_edge",
    "increment_version", "register_multi_grad_hook", "save_on_cpu", "saved_tensors_hooks",
]


class GradientEdge(NamedTuple):
    """One output of a node: where a gradient can be taken or given, without holding the tensor.

    >>> import adjoint as ad
    >>> x = ad.tensor(2., requires_grad=True)
    >>> edge = ad.autograd.graph.get_gradient_edge(x * x)
    >>> ad.autograd.grad(edge, x, ad.tensor(1.))
    (tensor(4.),)
    """

    node: Any
    output_nr: int
    ownership_token: Any = None

    def entry(self) -> list[Any]:
        """The record of this output on the tape."""
        if self.ownership_token is not None:
            return self.ownership_token[0]
        record = self.node.entry()
        if bare_rule(record).outputs(record) is None:
            return record
        return [PICK, next_seq(), record, self.output_nr]

    def aval(self) -> Aval | None:
        """Shape and dtype of the tensor, if the edge was got from one."""
        return None if self.ownership_token is None else self.ownership_token[1]


def get_gradient_edge(tensor: Any) -> GradientEdge:
    """The edge at which the gradient of this tensor arrives; GradientError if it does not require grad.

    >>> import adjoint as ad
    >>> x = ad.tensor(2., requires_grad=True)
    >>> ad.autograd.graph.get_gradient_edge(x * x).node.name()
    'MulBackward0'
    """
    record = memory.load_node(tensor)
    if record is None:
        raise errors.GradientError("It is not possible to get the gradient edge for a Tensor that does not require "
                                   "gradients")
    return GradientEdge(grad_fn(record), output_number(record), (record, aval(memory.peek(tensor))))


class saved_tensors_hooks:
    """A context in which pack_hook(tensor) replaces each tensor saved for backward, and unpack_hook gives it back.

    >>> import adjoint as ad
    >>> packed = []
    >>> with ad.autograd.graph.saved_tensors_hooks(lambda t: packed.append(t) or t, lambda t: t):
    ...     y = ad.tensor(2., requires_grad=True).exp()
    >>> packed
    [tensor(7.3891)]
    """

    def __init__(self, pack_hook: Callable[[Any], Any], unpack_hook: Callable[[Any], Any]) -> None:
        self.pack_hook = pack_hook
        self.unpack_hook = unpack_hook
        self._before: list[dict[str, Any]] = []

    def __enter__(self) -> None:
        if modes.state.hooks_disabled is not None:
            raise errors.GradientError(modes.state.hooks_disabled)
        pair = (self.pack_hook, self.unpack_hook)
        self._before.append(modes.set_mode(pack_hooks=(*modes.state.pack_hooks, pair)))

    def __exit__(self, *exc: object) -> None:
        modes.set_mode(**self._before.pop())


class save_on_cpu(saved_tensors_hooks):
    """A context in which what is saved for backward lives in main memory: where every tensor lives here already.

    >>> import adjoint as ad
    >>> x = ad.tensor(3., requires_grad=True)
    >>> with ad.autograd.graph.save_on_cpu():
    ...     y = x * x
    >>> y.backward()
    >>> x.grad
    tensor(6.)
    """

    def __init__(self, pin_memory: bool = False, device_type: str = "cuda") -> None:
        super().__init__(lambda t: t, lambda t: t)


@contextmanager
def disable_saved_tensors_hooks(error_message: str) -> Iterator[None]:
    """A context in which entering `saved_tensors_hooks` raises GradientError with this message.

    >>> import adjoint as ad
    >>> with ad.autograd.graph.disable_saved_tensors_hooks("not here"):
    ...     ad.tensor(2., requires_grad=True).exp()
    tensor(7.3891, grad_fn=<ExpBackward0>)
    """
    with modes.mode(hooks_disabled=error_message):
        yield


class _MutationContext:
    """What `allow_mutation_on_saved_tensors` gives; there is nothing to clear."""

    def clear(self) -> None:
        """Do nothing: what a write saved is freed with the graph that needs it."""


@contextmanager
def allow_mutation_on_saved_tensors() -> Iterator[_MutationContext]:
    """A context in which saved tensors may be written. They always may: a write keeps what a derivative needs.

    >>> import adjoint as ad
    >>> x = ad.tensor(3., requires_grad=True)
    >>> with ad.autograd.graph.allow_mutation_on_saved_tensors():
    ...     y = x * 1
    ...     z = y * y
    ...     y[...] = 0
    >>> z.backward()
    >>> x.grad
    tensor(6.)
    """
    yield _MutationContext()


def increment_version(tensor: Any) -> None:
    """None; the version of the tensor (or of each of several) is one higher, as if it had been written.

    >>> import adjoint as ad
    >>> x = ad.ones(2)
    >>> ad.autograd.graph.increment_version(x)
    >>> x._version
    1
    """
    for t in (tensor,) if isinstance(tensor, TensorBase) else tensor:
        memory.view_info(t)[0].version += 1


class _MultiHandle(RemovableHandle):
    """Removes the hooks of `register_multi_grad_hook` together."""

    def __init__(self, handles: list[RemovableHandle]) -> None:
        self.handles = handles

    def remove(self) -> None:
        """Take the hooks away; a second call does nothing."""
        for h in self.handles:
            h.remove()


def register_multi_grad_hook(tensors: Sequence[Any], fn: Callable[..., Any], *, mode: str = "all") -> RemovableHandle:
    """A handle; fn runs once in each backward: on all gradients when the last is there, or on the first one.

    `mode="all"` waits for every tensor that this backward reaches, and passes None for the others; `mode="any"` calls
    `fn(grad)` with the first gradient. What fn returns is ignored.

    >>> import adjoint as ad
    >>> x, y = ad.tensor(2., requires_grad=True), ad.tensor(3., requires_grad=True)
    >>> _ = ad.autograd.graph.register_multi_grad_hook((x, y), lambda grads: print(grads))
    >>> (x * y).backward()
    [tensor(3.), tensor(2.)]
    """
    if mode not in ("all", "any"):
        raise ValueError(f"Expects mode to be one of ('all', 'any') but got {mode}")
    tensors = tuple(tensors)
    records = [memory.load_node(t) for t in tensors]
    lock = threading.Lock()
    key = object()

    def hook_of(i: int) -> Callable[[Any], None]:
        def hook(grad: Any) -> None:
            walk = current_walk()
            assert walk is not None
            with lock:
                state = walk.remembered.get(key)
                if state is None:
                    expected = _reached(walk, records) if mode == "all" else 1
                    state = walk.remembered[key] = [expected, [None] * len(tensors)]
                state[0] -= 1
                state[1][i] = grad
                ready = state[0] == 0
            if ready:
                fn(grad if mode == "any" else state[1])

        return hook

    return _MultiHandle([t.register_hook(hook_of(i)) for i, t in enumerate(tensors)])


def _reached(walk: Any, records: Iterable[list[Any]]) -> int:
    """How many of these records the walk reaches from its roots."""
    seen: set[int] = set()
    stack = list(walk.roots)
    while stack:
        node = stack.pop()
        if node[1] not in seen and (walk.needed is None or node[1] in walk.needed):
            seen.add(node[1])
            stack.extend([p for p in parents(node) if p is not None])
    return sum([r[1] in seen for r in records])
