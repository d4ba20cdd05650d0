"""A level whose values are numbers with a name: what runs on them is written down, one equation an op.

Payloads are whatever the ops would have met otherwise: arrays, tracked faces, duals of an outer jvp. So one recording
serves to print a program and to tabulate tangents or adjoints, and it sees the ops of the rules inside of a `grad`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..core import memory
from ..core.levels import Box, Level, finite, replaced, revalued, stopped
from ..core.payloads import as_payload, dtype_of, shape_of
from ..core.tensor import TensorBase, faces, wrap


@dataclass(frozen=True, slots=True)
class Variable:
    """A value of a program, by its number.

    >>> import adjoint as ad
    >>> program = ad.make_graph(lambda x: x * 2.0)(ad.ones(3))
    >>> print(program.outputs)
    %2:float32[3]
    >>> program.outputs.shape, program.outputs.dtype
    ((3,), 'float32')
    """

    number: int
    dtype: str
    shape: tuple[int, ...]

    def __str__(self) -> str:
        return f"%{self.number}:{self.dtype}[{','.join(map(str, self.shape))}]"


@dataclass(frozen=True, slots=True)
class Equation:
    """One op that ran: `inputs` are Variables and constants, `params` its keywords.

    >>> import adjoint as ad
    >>> program = ad.make_graph(lambda x: x.sum(0))(ad.ones(3))
    >>> print(program.equations[0])
    %2:float32[] = sum %1 axis=(0,)
    """

    op: str
    inputs: tuple[Any, ...]
    params: dict[str, Any]
    outputs: tuple[Variable, ...]

    def __str__(self) -> str:
        inputs = "".join([f" {short(x, _percent)}" for x in self.inputs])
        params = "".join([f" {k}={v}" for k, v in self.told(_percent).items()])
        return f"{', '.join(map(str, self.outputs))} = {self.op}{inputs}{params}"

    def told(self, name: Callable[[Variable], str]) -> dict[str, str]:
        """The parameters as text, without those that are None, False or empty."""
        return {k: short(v, name) for k, v in self.params.items()
                if not (v is None or v is False or (type(v) in (tuple, list, dict) and not v))}


def _percent(v: Variable) -> str:
    return f"%{v.number}"


def short(x: Any, name: Callable[[Variable], str]) -> str:
    """A value on a line: variables by `name`, small constants as they are, arrays by dtype and shape."""
    if isinstance(x, Variable):
        return name(x)
    if isinstance(x, (tuple, list)):
        inner = ", ".join([short(v, name) for v in x])
        return f"({inner}{',' * (len(x) == 1)})" if isinstance(x, tuple) else f"[{inner}]"
    if isinstance(x, slice):
        step = "" if x.step is None else f":{short(x.step, name)}"
        return ":".join(["" if v is None else short(v, name) for v in (x.start, x.stop)]) + step
    if x is Ellipsis:
        return "..."
    if hasattr(x, "shape") and hasattr(x, "dtype"):
        if x.shape:
            return f"{x.dtype}[{','.join(map(str, x.shape))}]"
        x = x.item()
    if isinstance(x, float) and len(repr(x)) > 8:
        return f"{x:.6g}"
    return getattr(x, "__name__", None) or repr(x)


class Recorded(Box):
    """A value of a recording: its payload and its variable."""

    __slots__ = ("payload", "variable")
    level: Recording

    def __init__(self, level: Recording, payload: Any) -> None:
        self.level, self.payload = level, payload
        self.shape, self.dtype = shape_of(payload), dtype_of(payload)
        level.payloads.append(payload)
        self.variable = Variable(len(level.payloads), self.dtype.name, self.shape)

    def plain(self) -> Any:
        return self.payload

    def finite(self) -> bool:
        return finite(self.payload)

    def stopped(self) -> Recorded:
        made = Recorded(self.level, stopped(self.payload))
        self.level.equations.append(Equation("stop_gradient", (self.variable,), {}, (made.variable,)))
        return made


    def revalued(self, new: Any, tape: bool) -> Recorded:
        made = Recorded(self.level, revalued(self.payload, new.payload, tape))
        self.level.equations.append(Equation("revalued", (self.variable, new.variable), {}, (made.variable,)))
        return made


class Recording(Level):
    """A level that keeps its `equations`; `payloads[n - 1]` is the value of variable n."""

    name = "make_graph"

    def __init__(self) -> None:
        self.payloads: list[Any] = []
        self.equations: list[Equation] = []
        self.inputs: list[Variable] = []
        self.constants: list[Variable] = []

    def lift(self, payload: Any) -> Recorded:
        """A value from outside, as a constant of the program."""
        made = Recorded(self, as_payload(payload))
        self.constants.append(made.variable)
        return made

    def apply(self, op: Any, operands: tuple[Any, ...], params: dict[str, Any]) -> Any:
        payloads = tuple([x.payload if self._own(x) else x for x in operands])
        bare = replaced(params, self, lambda box: box.payload)
        out = op.call(payloads, **bare) if op.arity is None else op.call(*payloads, **bare)
        several = isinstance(out, tuple)
        made = [Recorded(self, as_payload(o)) for o in (out if several else (out,))]
        inputs = tuple([x.variable if self._own(x) else _detached(x) for x in operands])
        params = replaced(dict(params), self, lambda box: box.variable)
        self.equations.append(Equation(op.op_name, inputs, params, tuple([m.variable for m in made])))
        return tuple(made) if several else made[0]

    def _own(self, x: Any) -> Any:
        return isinstance(x, Recorded) and x.level is self

    def face(self, payload: Any) -> Any:
        """An input of this value as what user code meets: an Array, or a Tensor where it is one."""
        tensor = isinstance(payload, TensorBase) and not isinstance(payload, array_face())
        made = Recorded(self, as_payload(payload))
        self.inputs.append(made.variable)
        return wrap(made, None, faces.tensor if tensor else array_face())

    def variable(self, x: Any) -> Variable | None:
        """The variable of a value that the function returned; None if it does not depend on the recording."""
        data = memory.load(x) if isinstance(x, TensorBase) else x
        return data.variable if self._own(data) else None


def array_face() -> type[TensorBase]:
    """The class of traced ndarrays."""
    from .._array import Array

    return Array


def _detached(x: Any) -> Any:
    """A constant operand as the equation keeps it."""
    return memory.load(x) if isinstance(x, TensorBase) else x
