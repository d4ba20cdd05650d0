"""LLVM's language, written a line at a time: values are strings, functions are lists of lines.

    f = Function("twice", "void", a="ptr", n="i64")
    with f.loop("%n") as loop:
        at = f.at("float", "%a", loop.i)
        f.store("float", f.let(f"fadd float {f.load('float', at)}, {f.load('float', at)}"), at)
    f.do("ret void")
    text = str(f)

No pass of LLVM's optimiser runs on it: loops carry their values as phi nodes, vectors are written as vectors, and what
is to be computed once is written once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Vector:
    """The type of `lanes` elements of one type, as many as a register holds."""

    element: str  # "float" or "double"
    lanes: int

    def __str__(self) -> str:
        return f"<{self.lanes} x {self.element}>"

    @property
    def suffix(self) -> str:
        """How intrinsics name it."""
        return f"v{self.lanes}f{8 * self.size}"

    @property
    def integers(self) -> str:
        """The type of as many integers of the same size: the elements' bits."""
        return f"<{self.lanes} x i{8 * self.size}>"

    @property
    def size(self) -> int:
        """Bytes of one element."""
        return {"float": 4, "double": 8}[self.element]


@dataclass
class Loop:
    """A loop being written: its index, the values it carries, and what the body says they are in the next round."""

    i: str
    values: list[str]
    next: list[str] = field(default_factory=list)
    results: list[str] = field(default_factory=list)


class Function:
    """One function; `%name` of a keyword argument is that parameter."""

    def __init__(self, name: str, returns: str, linkage: str = "private", **parameters: str) -> None:
        self.name = name
        self.head = f"define {linkage} {returns} @{name}(" + ", ".join(
            [f"{kind} %{parameter}" for parameter, kind in parameters.items()]) + ") #0 {"
        self.block = "entry"
        self.lines = ["entry:"]
        self.entry: list[str] = []  # what stands at the beginning, such as room on the stack
        self.used: set[str] = set()  # intrinsics
        self.count = 0

    def __str__(self) -> str:
        return "\n".join([self.head, self.lines[0], *self.entry, *self.lines[1:], "}"])

    # Instructions

    def let(self, text: str) -> str:
        """A new value: what the instruction computes."""
        self.count += 1
        self.lines.append(f"  %_{self.count} = {text}")
        return f"%_{self.count}"

    def do(self, text: str) -> None:
        """An instruction without a value."""
        self.lines.append("  " + text)

    def room(self, type_: object, count: int) -> str:
        """Space on the stack for so many."""
        self.count += 1
        self.entry.append(f"  %_{self.count} = alloca {type_}, i64 {count}, align 64")
        return f"%_{self.count}"

    def add(self, x: str, y: object) -> str:
        return self.let(f"add i64 {x}, {y}")

    def sub(self, x: object, y: object) -> str:
        return self.let(f"sub i64 {x}, {y}")

    def mul(self, x: str, y: object) -> str:
        return self.let(f"mul i64 {x}, {y}")

    def least(self, x: str, y: object) -> str:
        """The smaller of two integers."""
        return self.let(f"select i1 {self.test('slt', x, y)}, i64 {x}, i64 {y}")

    def test(self, relation: str, x: object, y: object, type_: object = "i64") -> str:
        """Whether the relation holds: eq, ne, slt, sle, sgt, sge of integers, eq of pointers."""
        return self.let(f"icmp {relation} {type_} {x}, {y}")

    def at(self, type_: object, pointer: str, index: object) -> str:
        """The address of an element."""
        return self.let(f"getelementptr {type_}, ptr {pointer}, i64 {index}")

    def load(self, type_: Vector | str, pointer: str) -> str:
        return self.let(f"load {type_}, ptr {pointer}, align {_alignment(type_)}")

    def store(self, type_: Vector | str, value: str, pointer: str) -> None:
        self.do(f"store {type_} {value}, ptr {pointer}, align {_alignment(type_)}")

    def call(self, function: str, returns: object, *arguments: tuple[object, str]) -> str:
        """The value of a function, given by name or address."""
        return self.let(f"call {returns} {function}({', '.join([f'{kind} {value}' for kind, value in arguments])})")

    def run(self, function: str, *arguments: tuple[object, str]) -> None:
        """Calls a function that returns nothing."""
        self.do(f"call void {function}({', '.join([f'{kind} {value}' for kind, value in arguments])})")

    def intrinsic(self, name: str, returns: object, *arguments: tuple[object, str]) -> str:
        """The value of one of LLVM's own functions, declared where it is used."""
        self.used.add(f"declare {returns} @llvm.{name}({', '.join([str(kind) for kind, _ in arguments])})")
        return self.call(f"@llvm.{name}", returns, *arguments)

    # Vectors

    def splat(self, vector: Vector, scalar: str) -> str:
        """The scalar in every lane."""
        first = self.let(f"insertelement {vector} poison, {vector.element} {scalar}, i64 0")
        return self.let(f"shufflevector {vector} {first}, {vector} poison, <{vector.lanes} x i32> zeroinitializer")

    def shuffle(self, vector: Vector, x: str, y: str, order: Sequence[int]) -> str:
        """Lanes of x, and after them of y, in this order."""
        lanes = ", ".join([f"i32 {i}" for i in order])
        return self.let(f"shufflevector {vector} {x}, {vector} {y}, <{len(order)} x i32> <{lanes}>")

    def multiply_add(self, vector: Vector, x: str, y: str, z: str) -> str:
        """x * y + z, rounded once where the machine can."""
        return self.intrinsic(f"fmuladd.{vector.suffix}", vector, (vector, x), (vector, y), (vector, z))

    def where(self, vector: Vector, mask: str, yes: str, no: str) -> str:
        """Lanes of `yes` where the mask holds, of `no` elsewhere."""
        return self.let(f"select <{vector.lanes} x i1> {mask}, {vector} {yes}, {vector} {no}")

    def compare(self, vector: Vector, relation: str, x: str, y: str) -> str:
        """The mask of the lanes in which the relation holds: oeq, ogt, ole, olt, none of which holds of NaN."""
        return self.let(f"fcmp {relation} {vector} {x}, {y}")

    def first_lanes(self, vector: Vector, count: str) -> str:
        """The mask that holds in so many lanes from the first."""
        return self.let(f"icmp slt <{vector.lanes} x i64> {self.numbers(vector)}, {self.splat_integer(vector, count)}")

    def numbers(self, vector: Vector) -> str:
        """The number of each lane, from 0."""
        return f"<{', '.join([f'i64 {i}' for i in range(vector.lanes)])}>"

    def splat_integer(self, vector: Vector, scalar: str) -> str:
        """An i64 in each lane of a vector."""
        lanes = f"<{vector.lanes} x i64>"
        first = self.let(f"insertelement {lanes} poison, i64 {scalar}, i64 0")
        return self.let(f"shufflevector {lanes} {first}, {lanes} poison, <{vector.lanes} x i32> zeroinitializer")

    def load_some(self, vector: Vector, pointer: str, mask: str) -> str:
        """The lanes of the mask from memory, 0 in the others, whose memory is not touched."""
        return self.intrinsic(f"masked.load.{vector.suffix}.p0", vector, ("ptr", pointer), ("i32", str(vector.size)),
                              (f"<{vector.lanes} x i1>", mask), (vector, "zeroinitializer"))

    def store_some(self, vector: Vector, value: str, pointer: str, mask: str) -> None:
        """The lanes of the mask to memory."""
        kinds = [vector, "ptr", "i32", f"<{vector.lanes} x i1>"]
        name = f"masked.store.{vector.suffix}.p0"
        self.used.add(f"declare void @llvm.{name}({', '.join(map(str, kinds))})")
        self.run(f"@llvm.{name}", *zip(kinds, [value, pointer, str(vector.size), mask], strict=True))

    # Flow

    def label(self, name: str) -> str:
        self.count += 1
        return f"{name}{self.count}"

    def begin(self, label: str) -> None:
        """What follows stands in this block."""
        self.lines.append(label + ":")
        self.block = label

    def goto(self, label: str) -> None:
        self.do(f"br label %{label}")

    def branch(self, condition: str, yes: str, no: str) -> None:
        self.do(f"br i1 {condition}, label %{yes}, label %{no}")

    @contextmanager
    def when(self, condition: str) -> Iterator[None]:
        """A block that runs if the condition holds."""
        yes, end = self.label("when"), self.label("end")
        self.branch(condition, yes, end)
        self.begin(yes)
        yield
        self.goto(end)
        self.begin(end)

    @contextmanager
    def loop(self, stop: object, *, start: object = 0, step: int = 1,
             carry: Sequence[tuple[object, str]] = ()) -> Iterator[Loop]:
        """A block for i in range(start, stop, step). It may carry values of these types: the body sets `next`, and
        `results` are what they are in the end."""
        before, body, end = self.block, self.label("loop"), self.label("end")
        self.branch(self.test("slt", start, stop), body, end)
        self.begin(body)
        phis = len(self.lines)
        loop = Loop(self.let("phi"), [self.let("phi") for _ in carry])
        yield loop
        after = self.add(loop.i, step)
        closing = self.block
        rounds = [("i64", loop.i, start, after), *[
            (kind, name, first, last)
            for (kind, first), name, last in zip(carry, loop.values, loop.next, strict=True)]]
        for line, (kind, name, first, last) in enumerate(rounds, phis):
            self.lines[line] = f"  {name} = phi {kind} [{first}, %{before}], [{last}, %{closing}]"
        self.branch(self.test("slt", after, stop), body, end)
        self.begin(end)
        loop.results = [self.let(f"phi {kind} [{first}, %{before}], [{last}, %{closing}]")
                        for kind, _, first, last in rounds[1:]]


_BYTES = {"i8": 1, "float": 4, "double": 8, "i32": 4, "i64": 8, "ptr": 8}


def _alignment(type_: Vector | str) -> int:
    """An element's own: arrays promise no more."""
    return type_.size if isinstance(type_, Vector) else _BYTES[type_]
