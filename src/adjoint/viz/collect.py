"""Reading the tape: boxes for leaves, operations and outputs, and edges between them with the shapes that pass.

Nodes do not record the shape of their result; whoever consumes it knows it. So the tape is read newest first, and each
node tells its parents' shapes, and the values that it saved of them.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any, NamedTuple

from ..core import dtypes, memory
from ..core.annotate import bare_rule, unpacked
from ..core.op import OPERANDS, Elementwise, General
from ..core.rules import LEAF, PICK, REDUCE, aval, parents
from ..core.tensor import Aval, TensorBase
from ..errors import GradientError, RangeError
from ..functions.printing import format_tensor

MOST_CHARACTERS = 44


class Box(NamedTuple):
    """A leaf, an operation or an output, and what is written in it."""

    kind: str
    title: str
    lines: tuple[str, ...]


class Edge(NamedTuple):
    """From box to box (their indices); the label is there where an output of several, or a cast, passes."""

    source: int
    target: int
    label: str


def collect(tensors: list[Any], names: dict[str, Any], values: bool, max_nodes: int) -> tuple[list[Box], list[Edge]]:
    """The boxes, oldest first, and the edges, of everything that led to the tensors."""
    known: dict[int, Aval] = {}  # creation number -> what the node gave
    kept: dict[int, Any] = {}  # creation number -> its value, if anyone saved it
    records: dict[int, Any] = {}
    heap: list[int] = []
    called = {id(t): name for name, t in names.items()}

    def meet(record: Any, a: Aval | None) -> None:
        if record[1] not in records:
            if len(records) >= max_nodes:
                raise RangeError(f"the graph has more than max_nodes={max_nodes} nodes: too many for a picture; "
                                 "pass a part of it, or a larger max_nodes")
            records[record[1]] = record
            heappush(heap, record[1])
        if a is not None:
            known.setdefault(record[1], a)

    outputs = []
    for i, t in enumerate(tensors):
        if not isinstance(t, TensorBase):
            raise TypeError(f"graph: expected tensors, got {type(t).__name__}")
        record = memory.load_node(t)
        if record is None:
            raise GradientError(f"graph: tensor {i} does not require grad, so nothing was recorded for it")
        meet(record, aval(memory.peek(t)))
        kept[record[1]] = memory.peek(t)
        outputs.append((record, t, called.get(id(t), "output" if len(tensors) == 1 else f"output {i}")))
    while heap:
        record = records[heappop(heap)]
        operands = bare_rule(record).given(record, known.get(record[1]))
        if values:
            _note_values(record, kept)
        for p, a in zip(parents(record), operands, strict=True):
            if p is not None:
                meet(p, a)

    boxes: list[Box] = []
    index: dict[int, int] = {}
    for seq in sorted(records, reverse=True):
        record = records[seq]
        rule = bare_rule(record)
        if rule in (PICK, REDUCE):
            continue
        index[seq] = len(boxes)
        lines = [_shape(known[seq])] if seq in known else []
        if rule is LEAF:
            leaf = record[2]()
            title = "leaf" if leaf is None else called.get(id(leaf), "leaf")
            if leaf is not None:
                lines = [_shape(aval(memory.peek(leaf)))]
                kept[seq] = memory.peek(leaf)
        else:
            title = rule.node_name(record).removesuffix("0").removesuffix("Backward")
        if values and seq in kept:
            lines.append(_value(kept[seq]))
        boxes.append(Box("leaf" if rule is LEAF else "op", title, tuple(lines)))
    edges = []
    for seq in index:
        for p in parents(records[seq]):
            if p is not None:
                source, label = _producer(p)
                edges.append(Edge(index[source[1]], index[seq], label))
    for record, t, name in outputs:
        source, label = _producer(record)
        shown = (_shape(aval(memory.peek(t))), *((_value(memory.peek(t)),) if values else ()))
        boxes.append(Box("output", name, shown))
        edges.append(Edge(index[source[1]], len(boxes) - 1, label))
    return boxes, edges


def _producer(record: Any) -> tuple[Any, str]:
    """The node behind picks and casts, and what to write on the edge."""
    label = ""
    while bare_rule(record) in (PICK, REDUCE):
        label = f"output {record[3]}" if bare_rule(record) is PICK else label or "expand"
        record = record[2]
    return record, label


def _note_values(record: Any, kept: dict[int, Any]) -> None:
    """The values that this node saved, under the creation numbers of the nodes that gave them."""
    rule = bare_rule(record)
    if not isinstance(rule, (Elementwise, General)) or len(record) < rule.size:
        return
    saved = unpacked(record[rule.keep:])
    ps = parents(record)
    for name, value in zip(rule.saves, saved, strict=False):
        if value is None or isinstance(value, tuple):
            continue
        if name == "out":
            kept.setdefault(record[1], value)
        elif (i := OPERANDS.index(name)) < len(ps) and ps[i] is not None:
            kept.setdefault(ps[i][1], value)


def _shape(a: Aval) -> str:
    shape = " x ".join(map(str, a.shape)) if a.shape else "scalar"
    return f"{shape} {dtypes.of(a.dtype).name}"


def _value(array: Any) -> str:
    text = format_tensor(array[tuple([slice(0, 4)] * array.ndim)] if array.size > 16 else array,
                         default_dtype=dtypes.of(array.dtype).name, suffixes=[])
    text = " ".join(text.removeprefix("tensor(").removesuffix(")").split())
    if array.size > 16:
        text = text.rstrip("]") + " ..."
    return text if len(text) <= MOST_CHARACTERS else text[:MOST_CHARACTERS - 3] + "..."
