"""backward() and grad(): seeds for a reverse walk, and what becomes of its results. All of it happens or none."""

from __future__ import annotations

import math
import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import nullcontext
from sys import getrefcount
from typing import Any

import numpy as np

from .. import errors
from ..core import dtypes, memory, modes, writes
from ..core.annotate import bare_rule
from ..core.layout import in_rows
from ..core.levels import Box
from ..core.rules import LEAF, cast, parents
from ..core.tensor import TensorBase, rare, wrap
from ..ops import structure as st
from . import duals
from .reverse import Walk, as_gradient, from_gradient, reach
from .straight import bends, connected
from .vmap import vmap

Node = list[Any]


def backward(tensors: Any, grad_tensors: Any = None, retain_graph: bool | None = None, create_graph: bool = False,
             inputs: Any = None) -> None:
    """None; the gradients of the (sum of the) tensors are added into `.grad` of the leaves, or of `inputs` only.

    `grad_tensors` are the cotangents, one for each tensor; they may be left out (or None) for one-element tensors.
    `retain_graph` keeps what the graph saved, so that it can be walked again; it defaults to `create_graph`, which
    records the walk itself, so that gradients can be differentiated. Raises GradientError when a tensor is not tracked
    or its graph was freed, ShapeError when a cotangent does not fit.

    >>> import adjoint as ad
    >>> x = ad.tensor([1., 2.], requires_grad=True)
    >>> ad.autograd.backward((x * x).sum())
    >>> x.grad
    tensor([2., 4.])
    """
    outputs = _sequence(tensors)
    seeds = _seeds(outputs, _sequence(grad_tensors, len(outputs)), create_graph)
    targets = None
    if inputs is not None:
        targets = list({id(t): t for t in _sequence(inputs)}.values())
        if not targets:
            raise errors.GradientError("'inputs' argument to backward() cannot be empty.")
    wanted = [] if targets is None else [_input_node(t) for t in targets]
    with recording(create_graph):
        walk = _walked(seeds, None if targets is None else wanted, create_graph)
        grads: list[list[Any]] = [[t, ct] for t, ct in walk.grads_of]
        if targets is None:
            for node, ct in walk.leaves:
                leaf = node[2]()
                if leaf is not None:
                    grads.append([leaf, _hooked(walk, leaf, ct)])
        else:
            kept = {id(t) for t, _ in walk.grads_of}  # by retain_grad
            for t, node in zip(targets, wanted, strict=True):
                if node[1] in walk.captured and id(t) not in kept:
                    ct = walk.captured[node[1]]
                    grads.append([t, _hooked(walk, t, ct) if bare_rule(node) is LEAF else ct])
        ct = walk.leaves = walk.captured = walk.grads_of = None  # type: ignore[assignment]
        _commit(grads, create_graph, create_graph and bends(walk.visited))
    if not (create_graph if retain_graph is None else retain_graph):
        _free(walk.visited)


def recording(create: bool) -> Any:
    """Recording is on for the block if the walk is to be recorded; what it is otherwise does not matter to arrays."""
    state = modes.state
    return modes.recording() if create and (not state.grad or state.inference) else nullcontext()


def grad(outputs: Any, inputs: Any, grad_outputs: Any = None, retain_graph: bool | None = None,
         create_graph: bool = False, only_inputs: bool = True, allow_unused: bool | None = None,
         is_grads_batched: bool = False, materialize_grads: bool = False) -> tuple[Any, ...]:
    """The gradients of the (sum of the) outputs with respect to the inputs, a tuple; no `.grad` is touched.

    An input that no output depends on is an error, unless `allow_unused` (then its gradient is None) or
    `materialize_grads` (then it is zero). With `is_grads_batched` the first dimension of each of `grad_outputs` counts
    cotangents, which are walked at once by vmap; the gradients get that dimension. The rest is as in `backward`.

    >>> import adjoint as ad
    >>> x = ad.tensor(3., requires_grad=True)
    >>> ad.autograd.grad(x ** 2, x)
    (tensor(6.),)
    """
    if not only_inputs:
        warnings.warn("only_inputs argument is deprecated and is ignored now (defaults to True). To accumulate gradient"
                      " for other parts of the graph, please use adjoint.autograd.backward.", FutureWarning,
                      stacklevel=2)
    if allow_unused is None:
        allow_unused = materialize_grads
    elif not allow_unused and materialize_grads:
        raise ValueError("Expected allow_unused to be True or not passed when materialize_grads=True, "
                         "but got: allow_unused=False.")
    outs, ins = _sequence(outputs), _sequence(inputs)
    if is_grads_batched:
        given = _sequence(grad_outputs, len(outs))
        _check_batched(outs, given)
        places: list[int] = []  # of the inputs that have a gradient

        def one(cts: list[Any]) -> list[Any]:
            rest = iter(cts)
            found = grad(outs, ins, [None if ct is None else next(rest) for ct in given], retain_graph, create_graph,
                         True, allow_unused, False, materialize_grads)
            places[:] = [i for i, g in enumerate(found) if g is not None]
            return [found[i] for i in places]

        made = vmap(one)([ct for ct in given if ct is not None])
        return tuple([made[places.index(i)] if i in places else None for i in range(len(ins))])
    nodes = [_input_node(t) for t in ins]
    given = _sequence(grad_outputs, len(outs))
    seeds = _seeds(outs, given, create_graph)
    with recording(create_graph):
        walk = _walked(seeds, nodes, create_graph)
        results: list[Any] = []
        level = duals.of([*outs, *given])
        if level is not None:
            cts = [seed if level.tangent_of(ct) is None else from_gradient(ct, True)
                   for ct, (_, seed) in zip(given, seeds, strict=True)]
            found = level.with_tangents(outs, cts, nodes, [walk.captured.get(n[1]) for n in nodes], create_graph)
            walk.captured.update({n[1]: ct for n, ct in zip(nodes, found, strict=True) if ct is not None})
        bent = create_graph and bends(walk.visited)
        for i, (t, node) in enumerate(zip(ins, nodes, strict=True)):
            ct = walk.captured.get(node[1])
            if ct is not None:
                if bare_rule(node) is LEAF:
                    ct = _hooked(walk, t, ct)
                g = own([ct], t, create_graph, copy=True)
                results.append(connected(g, t) if bent else g)
            elif materialize_grads:
                results.append(wrap(np.zeros_like(memory.peek(t))))
            elif allow_unused:
                results.append(None)
            else:
                raise errors.GradientError(
                    "One of the differentiated Tensors appears to not have been used in the graph. Set "
                    f"allow_unused=True if this is the desired behavior. (It is input {i}.)")
        if walk.grads_of:
            _commit([[t, ct] for t, ct in walk.grads_of], create_graph, bent)
    if not (create_graph if retain_graph is None else retain_graph):
        _free(walk.visited)
    return tuple(results)


def _check_batched(outs: Any, cts: Any) -> None:
    """ShapeError unless each cotangent has one more dimension than its output, of one size for all, not zero."""
    counts = set()
    for i, (y, ct) in enumerate(zip(outs, cts, strict=True)):
        if not isinstance(ct, TensorBase):
            if ct is not None:
                raise TypeError(f"gradients can be either Tensors or None, but got {type(ct).__name__}")
            continue
        shape = tuple(memory.peek(ct).shape)
        if (isinstance(y, TensorBase) and shape[1:] != tuple(memory.peek(y).shape)) or not shape:
            raise errors.ShapeError(
                "If `is_grads_batched=True`, we interpret the first dimension of each grad_output as the batch "
                "dimension. The sizes of the remaining dimensions are expected to match the shape of corresponding "
                f"output, but a mismatch was detected: grad_output[{i}] has a shape of {list(shape[1:])} and "
                f"output[{i}] has a "
                f"shape of {_size(memory.peek(y))}.")
        counts.add(shape[0])
    if len(counts) != 1 or 0 in counts:
        raise errors.ShapeError("is_grads_batched: the first dimension of grad_outputs counts the cotangents, at least "
                                f"one and the same number for each output; got {sorted(counts)}")


def _walked(seeds: list[tuple[Node, Any]], wanted: list[Node] | None, create: bool) -> Walk:
    if wanted is None:
        walk = Walk(create, set(), None)
    else:
        targets = {n[1] for n in wanted}
        walk = Walk(create, targets, reach([n for n, _ in seeds], targets))
        seeds = [(n, ct) for n, ct in seeds if walk.needed and n[1] in walk.needed]
    walk.run(seeds)
    return walk


def _sequence(x: Any, length: int = 1) -> Any:
    if x is None:
        return [None] * length
    if isinstance(x, TensorBase) or hasattr(x, "entry") or not hasattr(x, "__iter__"):  # a GradientEdge is a tuple too
        return (x,)
    return tuple(x)


def _input_node(t: Any) -> Node:
    if not isinstance(t, TensorBase):
        if getattr(t, "node", None) is not None:  # a GradientEdge
            return t.entry()
        raise TypeError(f"inputs must be tensors, got {type(t).__name__}")
    node = memory.load_node(t)
    if node is None:
        raise errors.GradientError("One of the differentiated Tensors does not require grad")
    return node


def _outer_graph(out: Any) -> str:
    """What to add where the graph of a value under a transform is that of tensors outside of it."""
    data = memory.peek(out) if isinstance(out, TensorBase) else None
    if not isinstance(data, Box):
        return ""
    for payload in data.payloads():
        node = memory.load_node(payload) if isinstance(payload, TensorBase) else None
        if node is not None:
            leaf = next((n for n in _ancestors(node) if bare_rule(n) is LEAF and n[2]() is not None), None)
            what = "a tensor" if leaf is None else f"a tensor of shape {tuple(memory.peek(leaf[2]()).shape)}"
            return (f" inside of {data.level.name}: its graph is that of {what} outside, which is complete only when "
                    f"{data.level.name} has ended. Call backward outside, on its result, or differentiate inside with "
                    "adjoint.grad, or with a leaf that is made inside")
    return ""


def _ancestors(node: Node) -> Iterator[Node]:
    """The nodes that can be reached from this one."""
    seen: set[int] = set()
    stack = [node]
    while stack:
        node = stack.pop()
        if node[1] not in seen:
            seen.add(node[1])
            yield node
            stack.extend([p for p in parents(node) if p is not None])


def _seeds(outputs: Any, cotangents: Any, create: bool) -> list[tuple[Node, Any]]:
    """(node, cotangent) of each output, everything checked before anything runs."""
    for ct in cotangents:
        if ct is not None and not isinstance(ct, TensorBase):
            raise TypeError(f"gradients can be either Tensors or None, but got {type(ct).__name__}: {ct!r:.80}; "
                            "adjoint.tensor makes a tensor of numbers")
    if len(outputs) != len(cotangents):
        raise errors.GradientError(f"got {len(outputs)} tensors and {len(cotangents)} gradients")
    seeds = []
    for i, (out, ct) in enumerate(zip(outputs, cotangents, strict=True)):
        edge = not isinstance(out, TensorBase) and getattr(out, "node", None) is not None
        if not edge and not isinstance(out, TensorBase):
            raise TypeError(f"element {i} of tensors is a {type(out).__name__}, not a tensor")
        node = out.entry() if edge else memory.load_node(out)
        if ct is None:
            if node is None:
                raise errors.GradientError(f"element {i} of tensors does not require grad and does not have a grad_fn"
                                           + _outer_graph(out))
            a = out.aval() if edge else memory.peek(out)
            if a is None:
                raise errors.GradientError("an edge that get_gradient_edge did not make needs its gradient given")
            if math.prod(a.shape) != 1:
                raise errors.GradientError("grad can be implicitly created only for scalar outputs")
            if a.dtype.kind == "c":
                raise errors.GradientError(f"grad can be implicitly created only for real scalar outputs but got "
                                           f"{dtypes.of(a.dtype)!r}")
            one = np.asarray(1, a.dtype) if a.shape == () else np.ones(a.shape, a.dtype)  # np.ones takes 1 us more
            seeds.append((node, wrap(one) if create else one))
            continue
        if modes.word:
            ct = duals.unpack(duals.current(), ct)[0]
        if not edge:
            a, given = memory.peek(out), memory.peek(ct)
            if given.shape != a.shape:
                raise errors.ShapeError(f"Mismatch in shape: grad_output[{i}] has a shape of {_size(given)} and "
                                        f"output[{i}] has a shape of {_size(a)}.")
            if given.dtype.kind == "c" and a.dtype.kind != "c":
                raise errors.GradientError(f"For complex Tensors, both grad_output and output are required to have the "
                                           f"same dtype. Mismatch in dtype: grad_output[{i}] has a dtype of "
                                           f"{dtypes.of(given.dtype)!r} and output[{i}] has a dtype of "
                                           f"{dtypes.of(a.dtype)!r}.")
            if given.dtype != a.dtype:
                ct = st.astype(ct, dtype=a.dtype)
        if node is None:
            raise errors.GradientError(f"element {i} of tensors does not require grad and does not have a grad_fn")
        memory.load(ct)
        seeds.append((node, from_gradient(ct if create else wrap(memory.load(ct)), create)))
    return seeds


def _size(a: Any) -> str:
    return str(list(a.shape))


def _hooked(walk: Walk, leaf: TensorBase, ct: Any) -> Any:
    """The cotangent of a leaf after the hooks on the tensor."""
    try:
        hooks = leaf._s.hooks
    except AttributeError:
        return ct
    return walk.through(hooks.values(), ct) if hooks else ct


def own(entry: list[Any], t: Any, create: bool, copy: bool = False) -> Any:
    """A gradient tensor of the cotangent `entry.pop()`; it shares memory with no other gradient, seed or saved value.

    The array itself serves if nobody else holds it, which its reference count tells. Rules may pass on what they
    computed in a wider type than a 16-bit `t`; its gradient has its dtype.
    """
    ct = entry.pop()
    if isinstance(t, TensorBase):
        dtype = memory.peek(t).dtype
        if dtype.itemsize == 2 and (ct._a if create else ct).dtype != dtype:
            ct = cast(ct, dtype)
    if create:
        return as_gradient(ct)
    if not isinstance(ct, (np.ndarray, np.generic)):
        return as_gradient(ct)
    if type(ct) is not np.ndarray or copy or ct.base is not None or getrefcount(ct) != _ONE or not ct.flags.carray:
        ct = _laid(np.asarray(ct), t)
    return wrap(np.conjugate(ct) if ct.dtype.kind == "c" else ct)


def _laid(ct: Any, t: Any) -> Any:
    """A copy that lies in memory as a gradient of `t`: row after row, as view(-1) wants it, unless that does not."""
    a = memory.peek(t) if isinstance(t, TensorBase) else None
    return in_rows(ct) if type(a) is not np.ndarray or a.flags.c_contiguous else np.array(ct)


def _calibrate() -> int:
    entry = [np.empty(2)]
    ct = entry.pop()
    return getrefcount(ct)


_ONE = _calibrate()


def _commit(grads: list[list[Any]], create: bool, bent: bool) -> None:
    """Add the gradients [[tensor, ct]] into `.grad`; all new values are computed before the first is set."""
    new: list[tuple[TensorBase, Any]] = []
    sums: dict[int, Any] = {}
    with _accumulating:
        for entry in grads:
            t = entry[0]
            g = own(entry, t, create)
            if bent:
                g = connected(g, t)
            old = sums.get(id(t), rare(t).grad)
            if old is not None:
                g = old + g
            elif create:
                g = st.grad_copy(g)
            sums[id(t)] = g
            new.append((t, g))
        for t, g in new:
            before = t._s.grad
            if before is not None and not create and memory.load_node(before) is None and not _same(before, g):
                writes.write(before, writes.WHOLE, memory.load(g), None)
            else:
                t._s.grad = g
    for t, _ in new:
        for hook in list((t._s.post_hooks or {}).values()):
            hook(t)


# Two threads may add into one leaf. A forked child must not inherit a lock that another thread held.
_accumulating = threading.RLock()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_accumulating.acquire, after_in_parent=_accumulating.release,
                        after_in_child=_accumulating.release)


def _same(a: TensorBase, b: TensorBase) -> bool:
    return a is b or memory.peek(a).shape != memory.peek(b).shape or memory.peek(a).dtype != memory.peek(b).dtype


def _free(visited: list[Node]) -> None:
    for node in visited:
        del node[node[0].keep:]

