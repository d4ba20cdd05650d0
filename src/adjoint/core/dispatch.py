"""The general door of every op: any operands, any mode. The fast paths (fast.py) leave by it when anything is unusual.
"""

from __future__ import annotations

import contextvars
import numbers
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import errors
from . import dtypes, fast_box, memory, modes, overrides
from .levels import Box, boxes, depth, interpret, lifted, made
from .rules import REDUCE, picked
from .tensor import TensorBase, as_data, faces, next_seq, wrap

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


def general(op: Any, operands: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """The op on any mixture of tensors, arrays and scalars, in whatever modes this thread is."""
    if modes.word and modes.state.only_levels:
        result = fast_box.call(op, operands, params)
        if result is not NotImplemented:
            return result
    for x in operands:
        if type(x) not in overrides.plain and overrides.overrides(x):
            return overrides.ask_op(op.call, op.op_name, operands, params, op.arity is None)
    faces_of = [x for x in operands if isinstance(x, TensorBase)]
    if not faces_of:
        return _bare(op, operands, params)
    level = None
    if modes.word and modes.state.levels:
        level, among = _level(operands, params, faces_of)
        if among:  # a rule that runs on boxes: faces are payloads there
            return interpret(op, operands, params)
        if level is not None and level.ambient:
            return _ambient(op, operands, params, level)
    arrays, nodes = _operands(op, operands, level)
    recording = modes.state.grad and any([n is not None for n in nodes])
    if recording and op.differentiable:
        arrays = tuple([memory.settled(x, a) for x, a in zip(operands, arrays, strict=True)])
    face = face_of(faces_of)
    out = _compute(op, arrays, params, face is faces.array)
    node = _record(op, nodes, params, arrays, out) if recording and op.differentiable else None
    if modes.inference_used and node is not None:
        _refuse_inference(operands, arrays, node)
    if face is faces.array:
        if node is None and not (op.blank or op.view) and not modes.state.observer and _plain(out) and not (
                modes.word and modes.state.levels and _memory(out)):
            return out[()] if type(out) is not tuple else tuple([o[()] for o in out])
        result = picked(node, out, op.constant_outputs, face) if type(out) is tuple else wrap(out, node, face)
    else:
        result = picked(node, out, op.constant_outputs) if type(out) is tuple else wrap(out, node)
    if op.view and isinstance(result, TensorBase):
        memory.adopt(result, operands[0], op, params)
    if modes.word:
        if modes.state.levels:
            made(result)
        if modes.state.inference:
            memory.mark_inference(result)
        if modes.state.observer is not None:
            modes.state.observer(op, operands, params, result)
    return result


def face_of(operands: list[TensorBase]) -> Any:
    """The class of an op's result: an Array if all of these faces are."""
    array = faces.array
    return faces.tensor if array is None or any([not isinstance(x, array) for x in operands]) else array


def _ambient(op: Any, operands: tuple[Any, ...], params: dict[str, Any], level: Any) -> Any:
    """The op in a level that stands around define-by-run code: what it computes is recorded on the tape outside."""
    entered = level.entering(operands)
    faces_of = [x for x in entered if isinstance(x, TensorBase)]
    if not any([depth(memory.peek(x)) == level.depth for x in faces_of]) and not boxes(params.values()):
        return op.call(entered, **params) if op.arity is None else op.call(*entered, **params)
    arrays, _ = _operands(op, entered, level)
    arrays_only = faces.array is not None and all([isinstance(x, faces.array) for x in faces_of])
    face = faces.array if arrays_only else faces.tensor
    out = _compute(op, arrays, params, arrays_only)
    result = picked(None, out, (), face) if type(out) is tuple else wrap(out, None, face)
    result = made(level.leaving(result, op.view or op.blank or (op.linear and type(result) is tuple)))  # pieces: views
    if op.view and type(result) is not tuple:
        memory.adopt(result, operands[0], op, params)
    if modes.state.observer is not None:
        modes.state.observer(op, operands, params, result)
    return result


def _plain(out: Any) -> bool:
    """Whether all of it is ndarrays."""
    return all([type(o) is np.ndarray for o in out]) if type(out) is tuple else type(out) is np.ndarray


def _memory(out: Any) -> bool:
    """Whether a program may go on to write traced values into it."""
    return type(out) is np.ndarray and out.ndim > 0 and out.dtype.kind in "fc"


def _level(operands: tuple[Any, ...], params: dict[str, Any], faces_of: list[TensorBase]) -> tuple[Any, bool]:
    """The highest level at which the data lives (None: plain), and whether bare boxes stand above all faces."""
    data = [memory.peek(x) for x in faces_of]
    among = [x for x in operands if isinstance(x, Box)]
    top = max([depth(x) for x in data])
    if among and max([depth(x) for x in among]) > top:
        return None, True
    found = [x for x in [*data, *boxes(params.values())] if isinstance(x, Box)]
    return (max(found, key=depth).level if found else None), False


def _bare(op: Any, operands: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """The op's function where no operand is a tensor."""
    if any([isinstance(x, Box) for x in operands]) or (modes.word and boxes(params.values())):
        return interpret(op, operands, params)
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


def _operands(op: Any, operands: tuple[Any, ...], level: Any = None) -> tuple[tuple[Any, ...], list[Any]]:
    """Arrays of the dtype that the op computes in, and their nodes; lower levels' values are constants of `level`."""
    arrays: list[Any] = []
    nodes: list[Any] = []
    for x in operands:
        if isinstance(x, TensorBase):
            a, n = memory.load(x), memory.load_node(x)
            if level is not None and depth(a) < level.depth:
                a, n = lifted(x, level), None
            arrays.append(a)
            nodes.append(n)
        else:
            arrays.append(x if type(x) is np.ndarray or isinstance(x, Box) else constant(x))
            nodes.append(None)
    if op.promotes and len(operands) > 1:
        wanted = meeting_dtype(operands)
        if wanted.kind in "biu" and op.floats:
            wanted = _float_of(operands)
    elif op.floats and arrays[0].dtype.kind in "biu":
        wanted = _float_of(operands)
    else:
        return tuple(arrays), nodes
    for i, a in enumerate(arrays):
        if a.dtype != wanted:
            arrays[i] = run_quiet(np.asarray, a, dtype=wanted) if isinstance(a, np.ndarray) else a.astype(wanted)
            if nodes[i] is not None:
                nodes[i] = [REDUCE, next_seq(), nodes[i], a.shape, a.dtype]
    return tuple(arrays), nodes


def _float_of(operands: tuple[Any, ...]) -> np.dtype[Any]:
    """What integers become in an op on floats: the default dtype, or float64 where NumPy's semantics hold."""
    return np.dtype(np.float64) if numpy_semantics(operands) else dtypes.default().numpy


def numpy_semantics(operands: tuple[Any, ...]) -> bool:
    """Whether these operands meet as NumPy has it: there is an Array among them and no Tensor."""
    return faces.array is not None and not any(
        [isinstance(x, TensorBase) and not isinstance(x, faces.array) for x in operands])


def run_quiet(fn: Callable[..., Any], *args: Any, **params: Any) -> Any:
    """fn(*args, **params), silently, by the cheapest way that is free."""
    try:
        return run(fn, *args, **params)
    except RuntimeError as e:
        if "context" not in str(e):
            raise
        return quiet(fn, *args, **params)


def call_plainly(fn: Callable[..., Any], *args: Any, **params: Any) -> Any:
    """fn(*args, **params), with whatever warnings the user's np.seterr lets through."""
    return fn(*args, **params)


def ordinary(x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """An array of a subclass (np.memmap, say) as an ndarray; DtypeError if its arithmetic is another than ndarray's."""
    if isinstance(x, (np.matrix, np.ma.MaskedArray)):
        raise errors.DtypeError(f"got a {type(x).__name__}, whose operators mean something else than an array's and "
                                "would not here: use np.asarray(x), and a mask as a value of its own")
    return np.array(x)


def constant(x: Any) -> np.ndarray[Any, Any]:
    """A scalar or a nested list as an array; Python floats are float64 here and weak in promotion."""
    if isinstance(x, (numbers.Number, np.generic, list, tuple, np.bool_)):
        return np.asarray(x)
    if isinstance(x, np.ndarray):
        return ordinary(x)
    raise errors.DtypeError(f"expected a tensor, an array or a number, got {type(x).__name__}: {x!r:.80}")


def meeting_dtype(operands: tuple[Any, ...]) -> np.dtype[Any]:
    """The dtype in which these operands meet: by NumPy's rules if there are Arrays and no Tensor, else by PyTorch's."""
    if numpy_semantics(operands):
        return np.result_type(*[memory.peek(x).dtype if isinstance(x, TensorBase) else
                                x.dtype if isinstance(x, (np.ndarray, Box)) else
                                np.asarray(x).dtype if type(x) in (list, tuple) else x for x in operands])
    return result_dtype(operands).numpy


def result_dtype(operands: tuple[Any, ...]) -> dtypes.DType:
    """The dtype in which these operands meet by PyTorch's rules."""
    dims = zeros = None
    scalars = -1
    for x in operands:
        if isinstance(x, (TensorBase, np.ndarray, Box)):
            a: Any = memory.peek(x) if isinstance(x, TensorBase) else x
            d = dtypes.of(a.dtype)
            if a.ndim:
                dims = d if dims is None or dims is d else dtypes.promote(dims, d)
            else:
                zeros = d if zeros is None or zeros is d else dtypes.promote(zeros, d)
        else:
            scalars = max(scalars, dtypes.scalar_category(x))
    return dtypes.result_dtype(dims, zeros, scalars)


def _compute(op: Any, arrays: tuple[Any, ...], params: dict[str, Any], warns: bool = False) -> Any:
    """The op's function on data; NumPy's warnings pass only if `warns`."""
    call = call_plainly if warns else run_quiet
    if any([type(a) is not np.ndarray and isinstance(a, Box) for a in arrays]) or (
            modes.word and modes.state.levels and boxes(params.values())):
        return interpret(op, arrays, params)
    half = None
    if op.widens and arrays and arrays[0].dtype.itemsize == 2 and arrays[0].dtype.kind in "fV":
        half = arrays[0].dtype
        arrays = tuple([a.astype(np.float32) if a.dtype == half else a for a in arrays])
    try:
        out = call(op.fn, arrays, **params) if op.arity is None else call(op.fn, *arrays, **params)
    except errors.AdjointError:
        raise
    except np.linalg.LinAlgError as e:
        raise errors.LinAlgError(f"{op.op_name}: {e}") from None
    except TypeError as e:
        given = ", ".join(repr(dtypes.of(a.dtype)) for a in arrays)
        raise errors.DtypeError(f"{op.op_name} of {given}{_told(params)}: {e}") from None
    except ValueError as e:
        shapes = ", ".join(str(a.shape) for a in arrays)
        raise errors.ShapeError(f"{op.op_name} of shapes {shapes}{_told(params)}: {_mismatch(str(e)) or e}") from None
    if half is not None:
        narrow = [o.astype(half) if o.dtype == np.float32 else o for o in (out if type(out) is tuple else (out,))]
        return tuple(narrow) if type(out) is tuple else narrow[0]
    return tuple(out) if isinstance(out, tuple) else out if type(out) is np.ndarray else as_data(out)


def _mismatch(told: str) -> str | None:
    """What NumPy tells of shapes that do not broadcast, in PyTorch's words and its own; None of anything else."""
    _, _, listed = told.partition("could not be broadcast together with shapes ")
    if not listed or "->" in listed:
        return None
    shapes = [[int(n) for n in shape.strip("()").split(",") if n] for shape in listed.split()]
    ndim = max(map(len, shapes))
    for dim in reversed(range(ndim)):
        sizes = dict.fromkeys([s[dim - ndim] for s in shapes if len(s) >= ndim - dim and s[dim - ndim] != 1])
        if len(sizes) > 1:
            a, b, *_ = sizes
            return (f"The size of tensor a ({a}) must match the size of tensor b ({b}) at non-singleton dimension "
                    f"{dim}; {told.strip()}")
    return None


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
    """File and line of the innermost frame outside this package and NumPy: where the user's program stands."""
    import traceback  # 1.3 ms that few programs need

    for frame in reversed(traceback.extract_stack()):
        if not is_ours(frame.filename) and not frame.filename.startswith(_NUMPY):
            return f"{frame.filename}:{frame.lineno}"
    return "unknown line"


_PACKAGE = __file__.rsplit("core", 1)[0]
_NUMPY = np.__file__.removesuffix("__init__.py")


def is_ours(filename: str) -> bool:
    """Whether a file belongs to this package."""
    return filename.startswith(_PACKAGE)
