"""Why is this gradient None, or exactly zero? `explain` runs a function and names the step that cut the path.

An observer is told of every step while the function runs, tracked or not, so that the flow of values is known beside
the flow of gradients. Where values flow on and the tape does not, the step between is what cut; where the gradient of
a step's result is not zero and that of its operand is, the step's own derivative was zero.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .. import errors
from ..core import dispatch, memory, modes
from ..core.tensor import TensorBase, leaf_node, wrap
from ..transforms import gradients

__all__ = ["Explanation", "Finding", "explain"]

_LEAVING = {
    "item": "became a Python number (.item(), float(), int())", "tolist": "became a Python list (.tolist())",
    "numpy": "became a NumPy array (.numpy())",
    "tensor": "was copied as data (adjoint.tensor(x)); use x.clone() to keep the history",
}
_SELECTING = {"where", "select", "maximum", "minimum", "clip", "relu", "amax", "amin", "getitem",
              "nan_to_num", "fmax", "fmin", "narrow", "gather", "take", "max", "min", "sort", "masked_select",
              "leaky_relu", "abs"}


class Finding(NamedTuple):
    """One step that cut the path to an input: what it was, why, and where it stands in the program.

    >>> import adjoint as ad
    >>> found = ad.explain(lambda x: x.detach().exp(), ad.ones(1))
    >>> found.findings[0].step
    'detach'
    """

    input: int
    step: str
    reason: str
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.step}: {self.reason}\n    {self.file}:{self.line}"


class Explanation:
    """For each input its gradient's state ("None", "zero" or "ok") and, unless ok, the findings.

    >>> import adjoint as ad
    >>> ad.explain(lambda x, y: x * y.round(), ad.ones(1), ad.ones(1)).states
    ['ok', 'zero']
    """

    def __init__(self, states: list[str], findings: list[Finding], notes: dict[int, str]) -> None:
        self.states = states
        self.findings = findings
        self.notes = notes

    def __str__(self) -> str:
        lines = []
        for i, state in enumerate(self.states):
            if state == "ok":
                lines.append(f"input {i}: its gradient is there and not zero")
                continue
            lines.append(f"input {i}: its gradient is {'None' if state == 'None' else 'exactly zero'}")
            if i in self.notes:
                lines.append(f"  {self.notes[i]}")
            lines.extend(["  " + str(f) for f in self.findings if f.input == i])
        return "\n".join(lines)

    __repr__ = __str__


class _Step:
    """One thing that happened: an operation, a write, a detach."""

    __slots__ = ("file", "grad", "line", "op", "operands", "params", "result", "sources", "tracked")

    def __init__(self, op: Any, operands: tuple[Any, ...], sources: list[_Step], params: dict[str, Any], result: Any,
                 grad: bool) -> None:
        self.op, self.operands, self.sources, self.params, self.result = op, operands, sources, params, result
        self.grad = grad
        self.tracked = result is not None and memory.load_node(result) is not None
        self.file, self.line = _users_line()

    @property
    def name(self) -> str:
        if isinstance(self.op, str):
            return self.op
        return getattr(self.op, "op_name", None) or f"{self.op.__name__}.apply"


def _users_line() -> tuple[str, int]:
    frame = sys._getframe(1)
    while frame.f_back is not None and dispatch.is_ours(frame.f_code.co_filename):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno


class _Watch:
    """The observer: keeps, for each tensor, the step that made its present value."""

    def __init__(self, inputs: list[Any]) -> None:
        self.steps: list[_Step] = []
        self.now: dict[int, _Step] = {}
        self.alive: list[Any] = list(inputs)  # ids stay theirs
        self.left: list[tuple[_Step, str, str, int]] = []
        self.inputs = [_Step("input", (), [], {}, t, True) for t in inputs]
        self.now.update({id(t): s for t, s in zip(inputs, self.inputs, strict=True)})

    def __call__(self, op: Any, operands: tuple[Any, ...], params: dict[str, Any], result: Any) -> None:
        tensors = tuple([x for x in operands if isinstance(x, TensorBase)])
        condition = params.get("condition")
        sources = [self.now[id(x)] for x in (*tensors, condition) if id(x) in self.now]
        if op in _LEAVING:
            self.left.extend([(s, op, *_users_line()) for s in sources])
            return
        self.alive.extend(tensors)
        if op == "write":
            self._write(tensors, sources)
            return
        for r in result if isinstance(result, tuple) else (result,):
            if isinstance(r, TensorBase) and not any([r is x for x in tensors]):
                self._enter(r, _Step(op, tensors, sources, params, r, modes.state.grad))

    def _enter(self, t: Any, step: _Step) -> None:
        self.alive.append(t)
        self.steps.append(step)
        self.now[id(t)] = step

    def _write(self, tensors: tuple[Any, ...], sources: list[_Step]) -> None:
        """Every tensor on the memory that is written depends on what is written."""
        t = tensors[0]
        store = memory.view_info(t)[0]
        family = [t, memory.lineage(t)[0], *[m for r in store.members if (m := r()) is not None]]
        for member in {id(m): m for m in family}.values():
            own = [self.now[id(member)]] if id(member) in self.now else []
            step = _Step("write", tensors, own + [s for s in sources if s not in own], {}, None, modes.state.grad)
            step.result = member  # tracked only after the write: see `settle`
            self._enter(member, step)

    def settle(self) -> None:
        """What was written is tracked as it is at the end."""
        for s in self.steps:
            if s.op == "write":
                s.tracked = memory.load_node(s.result) is not None


def explain(fn: Callable[..., Any], *inputs: Any) -> Explanation:
    """For each input whose gradient of fn(*inputs) is None or exactly zero: which step cut the path, and its line.

    Inputs are tensors, arrays or numbers; outputs are summed if they have several elements. Steps that cut are
    detach(), no_grad, casts to integers, piecewise constant operations, values that left (`.item()`), branches that
    were not selected, and operations whose derivative at this point is exactly zero (a saturated tanh, a factor 0).

    >>> import adjoint as ad
    >>> report = ad.explain(lambda x: x.detach() * 2, ad.tensor(3.))
    >>> report.states, report.findings[0].step
    (['None'], 'detach')
    """
    xs = [_leaf(x) for x in inputs]
    watch = _Watch(xs)
    with modes.mode(grad=True, observer=watch):
        result = fn(*xs)
    watch.settle()
    outputs = [t for t in _flat(result) if isinstance(t, TensorBase)]
    if not outputs:
        raise errors.GradientError(f"explain: the function returned no tensor, but {type(result).__name__}")
    tracked = [t for t in outputs if memory.load_node(t) is not None]
    seeds = [wrap(np.ones_like(memory.peek(t))) for t in tracked]
    gs = gradients.grad(tracked, xs, seeds, retain_graph=True, allow_unused=True) if tracked else (None,) * len(xs)
    states = ["None" if g is None else "zero" if not memory.peek(g).any() else "ok" for g in gs]
    finder = _Finder(watch, outputs, tracked, seeds)
    findings: list[Finding] = []
    notes: dict[int, str] = {}
    for i, state in enumerate(states):
        if state != "ok":
            found = finder.cuts(i) + (finder.zeros(i) if state == "zero" else [])
            findings.extend(dict.fromkeys(found))
            if not found:
                notes[i] = ("the contributions of several paths cancel each other" if state == "zero" else
                            "no operation leads from it to the result: the function does not use it")
    return Explanation(states, findings, notes)


def _leaf(x: Any) -> Any:
    """The input as a leaf that requires grad."""
    if isinstance(x, TensorBase):
        if memory.load_node(x) is not None:
            return x
        t = wrap(memory.load(x))
    else:
        t = wrap(np.array(x, dtype=np.result_type(x, np.float32) if not isinstance(x, float) else np.float64))
    if memory.peek(t).dtype.kind not in "fcV":
        raise errors.DtypeError(f"explain: an input of {memory.peek(t).dtype} has no gradient; give floats")
    t._n = leaf_node(t)
    return t


def _flat(x: Any) -> list[Any]:
    if isinstance(x, dict):
        return [v for y in x.values() for v in _flat(y)]
    return [v for y in x for v in _flat(y)] if isinstance(x, (tuple, list)) else [x]


class _Finder:
    """Where values flowed and gradients did not."""

    def __init__(self, watch: _Watch, outputs: list[Any], tracked: list[Any], seeds: list[Any]) -> None:
        self.watch, self.tracked, self.seeds = watch, tracked, seeds
        self.useful: set[_Step] = set()  # what the outputs depend on
        pending = [watch.now[id(t)] for t in outputs if id(t) in watch.now]
        while pending:
            s = pending.pop()
            if s not in self.useful:
                self.useful.add(s)
                pending.extend(s.sources)

    def _after(self, i: int) -> set[_Step]:
        """The steps whose values depend on input i."""
        found = {self.watch.inputs[i]}
        for s in self.watch.steps:  # in the order in which they happened
            if any([p in found for p in s.sources]):
                found.add(s)
        return found

    def cuts(self, i: int) -> list[Finding]:
        """The steps from input i that are not tracked though a source of theirs is."""
        after = self._after(i)
        found = []
        for s in self.watch.steps:
            if s in after and s in self.useful and not s.tracked and any([p.tracked and p in after for p in s.sources]):
                found.append(Finding(i, s.name, _why_cut(s), s.file, s.line))
        for source, what, file, line in self.watch.left:
            if source in after and source.tracked:
                found.append(Finding(i, what, f"the value {_LEAVING[what]}", file, line))
        return found

    def zeros(self, i: int) -> list[Finding]:
        """The steps from input i with a gradient at their result and none at the operand that depends on the input."""
        after = self._after(i)
        path = [s for s in self.watch.steps if s in after and s in self.useful and s.tracked and s.op != "write"]
        if not path:
            return []
        cts = gradients.grad(self.tracked, [s.result for s in path], self.seeds, retain_graph=True, allow_unused=True)
        found = []
        for s, ct in zip(path, cts, strict=True):
            if ct is None or not memory.peek(ct).any():
                continue
            for p in s.sources:
                if p in after and p.tracked and any([p.result is x for x in s.operands]):
                    (g,) = gradients.grad(s.result, p.result, ct, retain_graph=True, allow_unused=True)
                    if g is not None and not memory.peek(g).any():
                        found.append(Finding(i, s.name, _why_zero(s, p), s.file, s.line))
        return found


def _why_cut(s: _Step) -> str:
    if s.op == "detach":
        return "detach() (or .data) gives a tensor without history"
    if not s.grad:
        return "it ran under no_grad (or inference_mode), so it was not recorded"
    if s.result is not None and memory.peek(s.result).dtype.kind in "biu":
        return f"its result is of {memory.peek(s.result).dtype.name}, which has no derivative"
    if getattr(s.op, "differentiable", True) is False:
        return "it is piecewise constant: its derivative is zero wherever it exists"
    return "its result is not tracked"


def _why_zero(s: _Step, p: _Step) -> str:
    if sum([x is p.result for x in s.operands]) > 1:
        return "the operand is there twice, and its contributions cancel each other"
    if getattr(s.op, "partials", None) and all([q == 0 for q in s.op.partials]):
        return "it is piecewise constant: its derivative is zero wherever it exists"
    a = memory.load(p.result)
    low_high = f"values from {a.min():.6g} to {a.max():.6g}" if a.size > 1 and a.dtype.kind == "f" else (
        f"value {a.reshape(-1)[0]:.6g}" if a.size else "no elements")
    if s.name in _SELECTING:
        return f"it did not select this operand anywhere ({low_high}): what is not selected gets no gradient"
    return f"its derivative is exactly zero here (operand: {low_high}): it is saturated, or multiplied by zero"
