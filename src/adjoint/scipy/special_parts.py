"""How a ufunc of scipy.special becomes the function of an op: one of its outputs, real orders, whole degrees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.special as sc

from ..core import registry
from ..core.kinds import elementwise
from ..errors import MissingRule

Function = Callable[..., Any]


def output(ufunc: Any, index: int, name: str) -> Function:
    """The function that gives one of the outputs of a ufunc that has several."""

    def function(*operands: Any) -> Any:
        return ufunc(*operands)[index]

    function.__name__ = name
    return function


def real_orders(ufunc: Any, count: int = 1) -> Function:
    """The ufunc where ops have cast the operands to one dtype, but the first `count` of them are to be real."""

    def function(*operands: Any) -> Any:
        return ufunc(*[np.real(o) for o in operands[:count]], *operands[count:])

    function.__name__ = ufunc.__name__
    return function


def whole_number(ufunc: Any, place: int = 0) -> Function:
    """The ufunc with one operand, a degree or a count, as integers where it is whole: SciPy's stabler loops."""

    def function(*operands: Any) -> Any:
        dtype = np.result_type(*operands)
        given = list(operands)
        number = given[place] = np.real(operands[place])
        others = [*operands[:place], *operands[place + 1:]]
        if not any([np.iscomplexobj(o) for o in others]) and np.all(np.isfinite(number) & (number == np.rint(number))):
            given[place] = np.asarray(number).astype(np.int64)
        return np.asarray(ufunc(*given)).astype(dtype, copy=False)

    function.__name__ = ufunc.__name__
    return function


def speaks_for(ufunc: Any, call: Function) -> Function:
    """Let the ufunc, given a face, run the call; the call comes back."""
    registry.speaks(ufunc)(call)
    return call


def several(ufunc: Any, *calls: Function) -> tuple[Function, ...]:
    """Let a ufunc with several outputs, given a face, run one op for each; the ops come back."""

    def call(*operands: Any) -> tuple[Any, ...]:
        return tuple([f(*operands) for f in calls])

    call.parts = calls  # type: ignore[attr-defined]
    registry.speaks(ufunc)(call)
    return calls


def of_real(value: Any, name: str) -> None:
    """MissingRule if the value is complex: the function is not holomorphic, or its rule is known for reals only."""
    if getattr(value.dtype, "numpy", value.dtype).kind == "c":
        raise MissingRule(f"scipy.special.{name} has a derivative rule for real arguments only; use the real and "
                          "imaginary parts, or .detach() if no derivative is wanted")


def refused(*names: str) -> None:
    """Enter ufuncs that no derivative is known of: they run on untracked values, and raise in backward."""
    for name in names:
        ufunc = getattr(sc, name)
        elementwise(ufunc, *[None] * ufunc.nin)
