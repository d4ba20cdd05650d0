"""Reverse mode: walk the recorded nodes backwards and add up cotangents. Recording itself is in core.

Nodes come newest first from a heap of creation numbers; cotangents live in dictionaries of the call, so a walk can
run beside or inside another. The rules run on bare arrays, or on tensors when the walk itself is to be recorded.

The walk is made twice only if it must be: first with plain products; if a result is not finite, again with
`exact_product`, in which an exactly zero cotangent contributes zero though the partial be inf or NaN. What user code
returned the first time (hooks, Function.backward) is remembered, and user code never sees a value that the second walk
would mend.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from heapq import heappop, heappush
from operator import itemgetter, mul
from typing import Any

import numpy as np

from .. import errors
from ..core import modes
from ..core.annotate import check_finite, replaced
from ..core.levels import boxes
from ..core.levels import finite as finite_boxed
from ..core.memory import load, load_node
from ..core.rules import LEAF, PICK, parents
from ..core.tensor import TensorBase, as_data, wrap
from ..core.writes import PLACE
from ..native import kernels
from ..ops.indexing import GET, follow_cotangent, place_gradient, scatter_into, set_part
from ..ops.selection import exact_product

Node = list[Any]
FREED = ("Trying to backward through the graph a second time (or directly access saved tensors after they have already "
         "been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). "
         "Specify retain_graph=True if you need to backward through the graph a second time or if you need to access "
         "saved tensors after calling backward.")


PLAIN = (np.ndarray, np.generic)


class _Guard(Exception):
    """The walk met a value that is not finite where user code would see it: begin again, guarded."""


class Outputs(dict[int, Any]):
    """Cotangents of a node with several outputs, by number; a missing one is None."""

    def __missing__(self, index: int) -> None:
        return None


class _Current(threading.local):
    walk: Walk | None = None


_current = _Current()


def current_walk() -> Walk | None:
    """The walk whose hook runs now in this thread."""
    return _current.walk


class Walk:
    """One reverse walk: seeds in; leaves, captured and retained cotangents out; nothing on the nodes is changed.

    `capture` are the creation numbers whose cotangents are wanted; `needed` those of all nodes on a way to a wanted
    one, or None for all.
    """

    def __init__(self, create: bool, capture: set[int], needed: set[int] | None) -> None:
        self.create = create
        self.capture = capture
        self.needed = needed
        self.remembered: dict[Any, Any] = {}  # what user code returned, by node

    def run(self, seeds: list[tuple[Node, Any]]) -> None:
        """Fill `leaves` [(node, ct)], `captured` {seq: ct}, `grads_of` [(tensor, ct)] and `visited` [node]."""
        self.guarded = modes.state.anomaly
        self.roots = [node for node, _ in seeds]
        while True:
            self.times: Any = exact_product if self.guarded else mul
            self.leaves: list[tuple[Node, Any]] = []
            self.captured: dict[int, Any] = {}
            self.grads_of: list[tuple[TensorBase, Any]] = []
            self.visited: list[Node] = []
            try:
                with nullcontext() if self.create else np.errstate(all="ignore"):
                    self._walk(seeds)
            except _Guard:
                self.guarded = True
                continue
            results = [ct for node, ct in self.leaves if node[1] not in self.captured]
            results += list(self.captured.values()) + [ct for _, ct in self.grads_of]
            if self.guarded or all([finite(ct) for ct in results]):
                return
            self.guarded = True

    def _walk(self, seeds: list[tuple[Node, Any]]) -> None:
        heap: list[int] = []
        nodes: dict[int, Node] = {}
        cts: dict[int, Any] = {}
        owned: set[int] = set()  # whose ct is an array that this walk made and nobody else holds
        times, needed, capture, create = self.times, self.needed, self.capture, self.create
        visit = self.visited.append
        checking = modes.state.anomaly and modes.state.anomaly_check_nan
        pull = self._pull_checked if checking else self.pull_plain
        plain = not (create or checking) and needed is None
        waiting: list[Node] = []  # leaves with a ct
        only: Any = None  # (node, ct) if that is all there is: a chain needs no heap

        def send(node: Node, ct: Any, own: bool = False) -> None:
            seq = node[1]
            if seq not in cts:
                cts[seq] = ct
                nodes[seq] = node
                heappush(heap, seq)
                if own:
                    owned.add(seq)
                return
            old = cts[seq]
            if seq in owned and type(old) is np.ndarray and isinstance(ct, PLAIN):
                np.add(old, ct, out=old)
            else:
                new = old + ct
                if not create:
                    if type(new) is not np.ndarray:  # the sum of 0-d arrays is a NumPy scalar
                        new = as_data(new)
                    if type(new) is np.ndarray:
                        owned.add(seq)
                cts[seq] = new

        for node, ct in seeds:
            send(node, ct)
        while heap or only is not None:
            if only is not None:
                node, ct = only
                seq = node[1]
                only = None
            else:
                seq = heappop(heap)
                node = nodes.pop(seq)
                ct = cts.pop(seq)
            rule = node[0]
            if seq in capture:
                if rule.annotated:
                    ct = rule.enter(self, node, ct)
                self.captured[seq] = ct
                if needed is not None and not any([p is not None and p[1] in needed for p in parents(node)]):
                    continue  # nothing beyond this node is wanted
            if rule.special:
                if rule is LEAF:
                    self.leaves.append((node, ct))
                    continue
                if rule is PICK or (rule.annotated and rule.rule is PICK):
                    if rule.annotated and seq not in capture:
                        ct = rule.enter(self, node, ct)
                    parent, index = node[2], node[3]
                    if parent[1] not in cts:
                        send(parent, Outputs())
                    outputs = cts[parent[1]]
                    outputs[index] = outputs[index] + ct if index in outputs else ct
                    continue
                if rule is GET and not create and _all_plain(ct, cts.get(node[2][1]), node[3]):
                    parent = node[2]
                    if needed is None or parent[1] in needed:
                        if parent[1] not in owned or parent[1] not in cts:
                            send(parent, np.zeros(node[4], node[5]), own=True)
                        scatter_into(cts[parent[1]], node[3], ct)
                    continue
                if rule is PLACE and not create and _all_plain(ct, None, node[5]):
                    visit(node)
                    self._unwrite(node, ct, seq in owned and seq not in capture, send)
                    continue
                if rule.annotated:
                    ct = rule.enter(self, node, ct) if seq not in capture else ct
                    if rule.rule is LEAF:
                        self.leaves.append((node, ct))
                        continue
                    visit(node)
                    for p, g in zip(parents(node), rule.pull(self, node, ct), strict=True):
                        if p is not None and g is not None and (needed is None or p[1] in needed):
                            send(p, g)
                    continue
            visit(node)
            stop = rule.stop
            if plain:
                try:
                    gs = rule.vjp(node, ct, times)
                except (IndexError, ValueError):
                    if len(node) < rule.size:
                        raise errors.GradientError(FREED) from None
                    raise
            else:
                gs = pull(node, ct)
            for p, g in zip(node[2:stop] if stop else node[2], gs, strict=True):
                if p is None or g is None:
                    continue
                if p[0] is LEAF:  # older than all that use it: it can wait outside of the heap
                    s = p[1]
                    if s in cts:
                        send(p, g)
                    else:
                        cts[s] = g
                        waiting.append(p)
                    continue
                if only is None and not heap:
                    only = (p, g)
                    continue
                if only is not None:
                    send(*only)
                    only = None
                s = p[1]
                if s not in cts:  # as send does, in line
                    cts[s] = g
                    nodes[s] = p
                    heappush(heap, s)
                else:
                    send(p, g)
        for node in sorted(waiting, key=itemgetter(1)):
            ct = cts.pop(node[1])
            if node[1] in capture:
                self.captured[node[1]] = ct
                if needed is not None:
                    continue
            self.leaves.append((node, ct))

    def pull_plain(self, node: Node, ct: Any) -> Any:
        """The cotangents of the node's parents by its rule alone, None for those that are not needed."""
        rule = node[0]
        if len(node) < rule.size:
            raise errors.GradientError(FREED)
        if self.create:  # before parents are left out: what is not wanted now may be differentiated later
            node = rule.lift(node)
        if self.needed is None:
            return rule.vjp(node, ct, self.times)
        node = _only(node, self.needed)
        gs = rule.vjp(node, ct, self.times)  # some rules give what costs nothing, asked or not
        return [g if p is not None else None for p, g in zip(parents(node), gs, strict=True)]

    def _pull_checked(self, node: Node, ct: Any) -> Any:
        """The same in anomaly mode, for nodes that were recorded outside it."""
        gs = self.pull_plain(node, ct)
        check_finite(node, gs)
        return gs

    def _unwrite(self, node: Node, ct: Any, own: bool, send: Any) -> None:
        """A write into a part, on arrays: the part's cotangent is the value's, and the parent's is zero there."""
        _, _, parent, value, steps, key = node
        needed = self.needed
        if value is not None and (needed is None or value[1] in needed):
            send(value, place_gradient(follow_cotangent(ct, steps), key), own=True)
        if parent is not None and (needed is None or parent[1] in needed):
            if not own or type(ct) is not np.ndarray:
                ct = np.array(ct)
            send(parent, set_part(ct, steps, key, 0), own=True)

    # What user code sees.

    def through(self, hooks: Iterable[Any], ct: Any) -> Any:
        """The cotangent after these hooks on it, which run with recording as the walk has it."""
        self.must_be_finite(ct)
        grad = self.show(ct)
        with self.user_code():
            for hook in list(hooks):
                grad = replaced(hook(grad), grad)
        return self.hide(grad)

    @contextmanager
    def user_code(self) -> Iterator[None]:
        """A block in which hooks run: recording is as the walk has it, and `current_walk()` is this one."""
        before = _current.walk
        _current.walk = self
        try:
            # Under an open level values may be made of tracked ones, whose own record goes on.
            with modes.mode(grad=self.create or (modes.state.grad and bool(modes.state.levels))):
                yield
        finally:
            _current.walk = before

    def show(self, ct: Any) -> Any:
        """The gradient that user code is shown for a cotangent: a tensor, conjugated if complex."""
        return as_gradient(ct)

    def hide(self, grad: Any) -> Any:
        """The cotangent of a gradient that user code gave."""
        return from_gradient(grad, self.create)

    def must_be_finite(self, ct: Any) -> None:
        """Begin again with exact products if user code would see a value that these might mend."""
        if not self.guarded and not finite(ct):
            raise _Guard


def as_gradient(ct: Any) -> Any:
    """PyTorch's gradient of a cotangent: its conjugate."""
    if isinstance(ct, TensorBase):
        return np.conjugate(ct) if ct._a.dtype.kind == "c" else ct  # type: ignore[call-overload]
    return wrap(np.conjugate(ct) if ct.dtype.kind == "c" else ct)


def from_gradient(grad: Any, create: bool) -> Any:
    """The cotangent of PyTorch's gradient: its conjugate; an array, unless the walk is recorded."""
    a = load(grad)
    if create:
        # A tensor whose memory foreign code can write has no array of its own: its snapshot takes its place.
        return as_gradient(grad if hasattr(grad, "_a") else wrap(a, load_node(grad)))
    return np.conjugate(a) if a.dtype.kind == "c" else a


def _only(node: Node, needed: set[int]) -> Node:
    """The node with None for the parents that lead to nothing wanted."""
    stop = node[0].stop
    ps = node[2:stop] if stop else node[2]
    if all([p is None or p[1] in needed for p in ps]):
        return node
    kept = [p if p is not None and p[1] in needed else None for p in ps]
    node = node[:]
    if stop:
        node[2:stop] = kept
    else:
        node[2] = tuple(kept)
    return node


def finite(ct: Any) -> bool:
    """Whether every element is finite: by one pass or, of few, one dot product if it is."""
    if type(ct) is np.ndarray:
        known = kernels.of(ct).finite(ct)
        if known is not None:
            return bool(known)
        if not ct.flags.c_contiguous:
            ct = ct.ravel("K")  # as it lies, which vdot would not
        if ct.dtype.char in "fd" and math.isfinite(np.vdot(ct, ct)):  # which, unlike dot, does not warn of overflow
            return True
        return bool(np.isfinite(ct).all())
    if type(ct) is Outputs:
        return all([finite(v) for v in ct.values()])
    data: Any = load(ct) if isinstance(ct, TensorBase) else ct
    if not isinstance(data, PLAIN):
        return finite_boxed(data)
    return finite(np.asarray(data))


def _all_plain(ct: Any, old: Any, key: Any) -> bool:
    """Whether the cotangent, what it is added to and the key are arrays, not boxes of a transform."""
    return isinstance(ct, PLAIN) and (old is None or isinstance(old, PLAIN)) and not (modes.word and boxes((key,)))


def reach(roots: list[Node], targets: set[int]) -> set[int]:
    """The creation numbers of the nodes from which a target can be reached."""
    seen: dict[int, Node] = {}
    stack = list(roots)
    while stack:
        node = stack.pop()
        if node[1] not in seen:
            seen[node[1]] = node
            stack.extend([p for p in parents(node) if p is not None])
    found: set[int] = set()
    for seq in sorted(seen, reverse=True):  # oldest first
        if seq in targets or any([p is not None and p[1] in found for p in parents(seen[seq])]):
            found.add(seq)
    return found
