"""A program as text: the ops that one call of a function ran, one line each. Recording them is in `recording`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.levels import opened
from ..core.tensor import TensorBase
from ..core.trees import flatten
from .recording import Equation, Recording, Variable

__all__ = ["Equation", "Program", "Variable", "make_graph"]


class Program:
    """What one call of a function ran: `inputs`, `constants` (Variable: array), `equations`, `outputs`.

    `outputs` is nested as what the function returned; a part that does not depend on the inputs stands as it is.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> program = ad.make_graph(lambda x: np.sin(x) * 2)(np.ones(4))
    >>> [equation.op for equation in program.equations]
    ['sin', 'multiply']
    >>> program.inputs[0].shape
    (4,)
    """

    def __init__(self, inputs: list[Variable], constants: dict[Variable, Any], equations: list[Equation],
                 outputs: Any) -> None:
        self.inputs, self.constants, self.equations, self.outputs = inputs, constants, equations, outputs

    def __str__(self) -> str:
        lines = [f"input {v}" for v in self.inputs]
        lines += [f"constant {v}" for v in self.constants]
        lines += [str(e) for e in self.equations]
        leaves, _ = flatten(self.outputs)
        lines.append("return " + ", ".join([f"%{v.number}" if isinstance(v, Variable) else repr(v) for v in leaves]))
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from html import escape

        return f"<pre>{escape(str(self))}</pre>"


def make_graph(f: Callable[..., Any]) -> Callable[..., Program]:
    """A function that calls f, with the arguments it is given, and returns the Program that ran.

    Tensors, ndarrays and floats among the arguments (nested in tuples, lists and dictionaries, too) are the program's
    inputs; integers and everything else are what they are. The program is that of these arguments: a branch or a
    loop on values is what it was for them. Transforms inside of f are seen through, so that `make_graph(grad(f))` shows
    what the reverse pass computes.

    >>> import numpy as np
    >>> import adjoint as ad
    >>> print(ad.make_graph(lambda x, y: np.log(x) + x * y)(np.ones(3), 2.0))
    input %1:float64[3]
    input %2:float64[]
    %3:float64[3] = log %1
    %4:float64[3] = multiply %1 %2
    %5:float64[3] = add %3 %4
    return %5
    """

    def made(*args: Any, **kwargs: Any) -> Program:
        leaves, rebuild = flatten((args, kwargs))
        level = Recording()
        with opened(level):
            faces = [level.face(x) if is_input(x) else x for x in leaves]
            given, named = rebuild(faces)
            found, nested = flatten(f(*given, **named))
            outputs = nested([level.variable(x) or x for x in found])
        constants = {v: level.payloads[v.number - 1] for v in level.constants}
        return Program(level.inputs, constants, level.equations, outputs)

    return made


def is_input(x: Any) -> bool:
    """Whether an argument is a value that a program computes with."""
    if isinstance(x, (TensorBase, float, complex, np.ndarray)):
        return True
    return isinstance(x, np.generic) and x.dtype.kind in "fc"
