"""The general door of every op: any operands, any mode. The fast paths (fast.py) leave by it when anything is unusual.

Also how NumPy finds us: `__array_ufunc__` and `__array_function__` look the function up among the ops.
"""

from __future__ import annotations

import contextvars
import inspect
import numbers
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from .. import errors
from . import dtypes, memory, modes, overrides, registry
from .rules import REDUCE, picked
from .tensor import TensorBase, as_data, next_seq, wrap

# Tensor ops are silent, as torch's are, and the user's np.seterr stays as it is: ops run in a context of their own in
# which NumPy ignores floating-point errors. Entering it costs 15 ns, np.errstate 700 (benchmarks/eager.py). It cannot
# be entered twice at a time; whoever finds it taken (another thread) uses errstate.
_context = contextvars.copy_context()
_context.run(np.seterr, all="ignore")
run = _context.run


def quiet(fn: Callable[..., Any], *args: Any, **params: Any) -> Any:
    """fn(*args, **params) with NumPy's floating-point warnings off."""
    with np.errstate(all="ignore"):
        return fn(*args, **params)


def caller(op: Any) -> Callable[..., Any]:
    """What code calls for an op without a fast path of its own."""
    if op.arity is None:

        def call_many(operands: Any, **params: Any) -> Any:
            return general(op, tuple(operands), params)

        return call_many

    def call(*operands: Any, **params: Any) -> Any:
        return general(op, operands, params)

    return call


def general(op: Any, operands: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """The op on any mixture of tensors, arrays and scalars, in whatever modes this thread is."""
    for x in operands:
        if type(x) not in overrides.plain and overrides.overrides(x):
            return overrides.ask_op(op.call, op.op_name, operands, params, op.arity is None)
    if not any([isinstance(x, TensorBase) for x in operands]):
        return _bare(op, operands, params)
    arrays, nodes = _operands(op, operands)
    recording = modes.state.grad and any([n is not None for n in nodes])
    if recording and op.differentiable:
        arrays = tuple([memory.settled(x, a) for x, a in zip(operands, arrays, strict=True)])
    out = _compute(op, arrays, params)
    node = _record(op, nodes, params, arrays, out) if recording and op.differentiable else None
    if modes.inference_used and node is not None:
        _refuse_inference(operands, arrays, node)
    if type(out) is tuple:
        result = picked(node, out, op.constant_outputs)
    else:
        result = wrap(out, node)
        if op.view:
            memory.adopt(result, operands[0], op, params)
    if modes.word:
        if modes.state.inference:
            memory.mark_inference(result)
        if modes.state.observer is not None:
            modes.state.observer(op, operands, params, result)
    return result


def _bare(op: Any, operands: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """The op's function where no operand is a tensor."""
    try:
        return op.fn(operands, **params) if op.arity is None else op.fn(*operands, **params)
    except (AttributeError, TypeError) as e:
        for x in operands:
            if not isinstance(x, (np.ndarray, np.generic, numbers.Number)):
                raise errors.DtypeError(f"{op.op_name}: expected a tensor, an array or a number, got "
                                        f"{type(x).__name__}: {x!r:.80}") from e
        raise


def _refuse_inference(operands: tuple[Any, ...], arrays: tuple[Any, ...], node: list[Any]) -> None:
    """GradientError if the node saved the array of a tensor that was made under inference mode."""
    saved = node[node[0].keep:]
    for x, a in zip(operands, arrays, strict=True):
        if isinstance(x, TensorBase) and memory.is_inference(x) and any([v is a for v in saved]):
            raise errors.GradientError("Inference tensors cannot be saved for backward. To work around you can make a "
                                       "clone to get a normal tensor and use it in autograd.")


def _operands(op: Any, operands: tuple[Any, ...]) -> tuple[tuple[Any, ...], list[Any]]:
    """Arrays of the dtype that the op computes in, and their nodes."""
    arrays: list[Any] = []
    nodes: list[Any] = []
    for x in operands:
        if isinstance(x, TensorBase):
            arrays.append(memory.load(x))
            nodes.append(memory.load_node(x))
        else:
            arrays.append(x if isinstance(x, np.ndarray) else constant(x))
            nodes.append(None)
    if op.promotes and len(operands) > 1:
        target = result_dtype(operands)
    else:
        target = None
        if op.floats and arrays[0].dtype.kind in "biu":
            target = dtypes.default()
    if target is not None:
        if op.floats and target.category < dtypes.FLOAT:
            target = dtypes.default()
        wanted = target.numpy
        for i, a in enumerate(arrays):
            if a.dtype != wanted:
                arrays[i] = run_quiet(np.asarray, a, dtype=wanted)
                if nodes[i] is not None:
                    nodes[i] = [REDUCE, next_seq(), nodes[i], a.shape, a.dtype]
    return tuple(arrays), nodes


def run_quiet(fn: Callable[..., Any], *args: Any, **params: Any) -> Any:
    """fn(*args, **params), silently, by the cheapest way that is free."""
    try:
        return run(fn, *args, **params)
    except RuntimeError as e:
        if "context" not in str(e):
            raise
        return quiet(fn, *args, **params)


def constant(x: Any) -> np.ndarray[Any, Any]:
    """A scalar or a nested list as an array; Python floats are float64 here and weak in promotion."""
    if isinstance(x, (numbers.Number, np.generic, list, tuple, np.bool_)):
        return np.asarray(x)
    raise errors.DtypeError(f"expected a tensor, an array or a number, got {type(x).__name__}: {x!r:.80}")


def result_dtype(operands: tuple[Any, ...]) -> dtypes.DType:
    """The dtype in which these operands meet."""
    dims = zeros = None
    scalars = -1
    for x in operands:
        if isinstance(x, (TensorBase, np.ndarray)):
            a = memory.peek(x) if isinstance(x, TensorBase) else x
            d = dtypes.of(a.dtype)
            if a.ndim:
                dims = d if dims is None or dims is d else dtypes.promote(dims, d)
            else:
                zeros = d if zeros is None or zeros is d else dtypes.promote(zeros, d)
        else:
            scalars = max(scalars, dtypes.scalar_category(x))
    return dtypes.result_dtype(dims, zeros, scalars)


def _compute(op: Any, arrays: tuple[Any, ...], params: dict[str, Any]) -> Any:
    half = None
    if op.widens and arrays and arrays[0].dtype.itemsize == 2 and arrays[0].dtype.kind in "fV":
        half = arrays[0].dtype
        arrays = tuple([a.astype(np.float32) if a.dtype == half else a for a in arrays])
    try:
        out = run_quiet(op.fn, arrays, **params) if op.arity is None else run_quiet(op.fn, *arrays, **params)
    except errors.AdjointError:
        raise
    except np.linalg.LinAlgError as e:
        raise errors.LinAlgError(f"{op.op_name}: {e}") from None
    except TypeError as e:
        given = ", ".join(repr(dtypes.of(a.dtype)) for a in arrays)
        raise errors.DtypeError(f"{op.op_name} of {given}{_told(params)}: {e}") from None
    except ValueError as e:
        shapes = ", ".join(str(a.shape) for a in arrays)
        raise errors.ShapeError(f"{op.op_name} of shapes {shapes}{_told(params)}: {e}") from None
    if half is not None:
        narrow = [o.astype(half) if o.dtype == np.float32 else o for o in (out if type(out) is tuple else (out,))]
        return tuple(narrow) if type(out) is tuple else narrow[0]
    return tuple(out) if isinstance(out, tuple) else out if type(out) is np.ndarray else as_data(out)


def _told(params: dict[str, Any]) -> str:
    return f" with {', '.join(f'{k}={v!r:.60}' for k, v in params.items())}" if params else ""


def _record(op: Any, nodes: list[Any], params: dict[str, Any], arrays: tuple[Any, ...], out: Any) -> Any:
    if type(out) is not tuple and out.dtype.kind in "biu":
        return None
    if op.promotes and op.kind == "elementwise":
        for i, (n, a) in enumerate(zip(nodes, arrays, strict=True)):
            if n is not None and (a.shape != out.shape or (a.dtype.kind != "c" and out.dtype.kind == "c")):
                nodes[i] = [REDUCE, next_seq(), n, a.shape, a.dtype]
    if getattr(op, "pull", op) is None:
        raise errors.MissingRule(f"{op.op_name} has no derivative rule, and its operand requires grad ({user_line()}); "
                                 f"use .detach() if no derivative is wanted")
    node = op.node(tuple(nodes), params, arrays, out)
    if modes.word and (modes.state.anomaly or modes.state.pack_hooks):
        from .annotate import annotate_new

        annotate_new(node)
    return node


def user_line() -> str:
    """File and line of the innermost frame outside this package: where the user's program stands."""
    import traceback  # 1.3 ms that few programs need

    for frame in reversed(traceback.extract_stack()):
        if not is_ours(frame.filename):
            return f"{frame.filename}:{frame.lineno}"
    return "unknown line"


_PACKAGE = __file__.rsplit("core", 1)[0]


def is_ours(filename: str) -> bool:
    """Whether a file belongs to this package."""
    return filename.startswith(_PACKAGE)


# NumPy's protocols ---------------------------------------------------------------------------------------------------


def array_ufunc(tensor: TensorBase, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
    """What NumPy calls for a ufunc with a tensor among its arguments."""
    if kwargs.pop("out", None) is not None or kwargs.pop("where", True) is not True:
        raise TypeError(f"np.{ufunc.__name__}(..., out=/where=) cannot record into or through an array; "
                        f"use the result: y = np.{ufunc.__name__}(x), np.where(mask, y, other)")
    if method == "at":
        raise errors.WriteError(f"np.{ufunc.__name__}.at writes where no derivative can follow ({user_line()}); use "
                                "x.index_add_(), x.scatter_add() or x[i] = y")
    call = registry.by_function.get(ufunc) if method == "__call__" else None
    if call is None:
        return without_rule(ufunc if method == "__call__" else getattr(ufunc, method), inputs, kwargs)
    return call(*inputs, **kwargs)


def array_function(func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What NumPy calls for any other function with a tensor among its arguments."""
    call = registry.by_function.get(func)
    if call is None:
        if func in MUTATING and _writes(func, args, kwargs):
            raise errors.WriteError(f"np.{func.__name__} writes where no derivative can follow ({user_line()}); use "
                                    f"{MUTATING[func]}, or .detach() what is written")
        return without_rule(func, args, kwargs)
    op = getattr(call, "op", None)
    operands = 0 if op is None else max(1, op.arity or 1) if op.kind not in ("bilinear", "custom") else len(args)
    if op is not None and len(args) > operands:
        names = _parameter_names(func)
        kwargs = {**dict(zip(names[operands:], args[operands:], strict=False)), **kwargs}
        args = args[:operands]
    if op is not None:
        kwargs = {k: _kept(v) for k, v in kwargs.items()}
    return call(*args, **kwargs)


# The NumPy functions that write into their first argument, and what to use instead.
MUTATING: dict[Any, str] = {
    np.copyto: "x.copy_(y) or adjoint.where", np.place: "x[mask] = y", np.put: "x.put_() or x[i] = y",
    np.putmask: "x.masked_fill_() or adjoint.where", np.put_along_axis: "x.scatter_()",
    np.fill_diagonal: "x.fill_diagonal_()",
}


def _writes(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether a writing function would write into a tensor, or a tracked value into an array."""
    given = [*args, *kwargs.values()]
    return isinstance(given[0], TensorBase) or any(
        [isinstance(x, TensorBase) and memory.load_node(x) is not None for x in given])


def _kept(param: Any) -> Any:
    """A parameter as a node may keep it: the program may change its arrays and lists before backward."""
    if isinstance(param, list):
        return tuple([_kept(v) for v in param])
    return param.copy() if isinstance(param, np.ndarray) else param


@cache
def _parameter_names(func: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(func).parameters)


def without_rule(func: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
    """The function on plain arrays, if nothing that it gets is tracked; MissingRule otherwise, never a silent zero."""
    name = getattr(func, "__name__", str(func))

    def bare(x: Any) -> Any:
        if isinstance(x, TensorBase):
            if modes.state.grad and memory.load_node(x) is not None:
                raise errors.MissingRule(f"np.{name} has no derivative rule, and its argument requires grad "
                                         f"({user_line()}); use .detach() if no derivative is wanted")
            return memory.load(x)
        if type(x) in (list, tuple):
            return type(x)([bare(v) for v in x])
        return x

    out = run_quiet(func, *[bare(x) for x in args], **{k: bare(v) for k, v in kwargs.items()})
    if isinstance(out, (tuple, list)):
        return type(out)([wrap(o) if isinstance(o, (np.ndarray, np.generic)) else o for o in out])
    return wrap(out) if isinstance(out, (np.ndarray, np.generic)) else out
