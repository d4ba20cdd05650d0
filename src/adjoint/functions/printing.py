"""Printing: the text of a tensor, to the character as PyTorch writes it, and the options that shape it.

Everything here is about ndarrays. What else belongs in the text (`grad_fn=<AddBackward0>`, `requires_grad=True`) the
tensor passes as suffixes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from ..errors import DtypeError

__all__ = ["get_printoptions", "printoptions", "set_printoptions"]


class PrintOptions(NamedTuple):
    """How tensors are printed. (A NamedTuple, since importing `dataclasses` would double this module's import time.)"""

    precision: int = 4
    threshold: float = 1000
    edgeitems: int = 3
    linewidth: int = 80
    sci_mode: bool | None = None


_PROFILES = {
    "default": PrintOptions(),
    "short": PrintOptions(precision=2, edgeitems=2),
    "full": PrintOptions(threshold=float("inf")),
}
_options = PrintOptions()


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """Nothing; from now on tensors are printed with these options, those left out staying as they are.

    `precision` is the number of digits after the point (4), `threshold` the number of elements above which the middle
    is left out (1000), `edgeitems` how many are then kept at each end of a dimension (3), `linewidth` where lines
    wrap (80). `profile` ("default", "short" or "full") sets these four first. `sci_mode` forces scientific notation
    on or off; None lets each tensor decide, and as in PyTorch every call that does not name it goes back to None.

    Raises ValueError for an unknown profile and for a negative or fractional number.

    >>> import adjoint as ad
    >>> ad.set_printoptions(precision=2)
    >>> ad.tensor([1.23456])
    tensor([1.23])
    >>> ad.set_printoptions(profile="default")
    """
    global _options
    options = _options
    if profile is not None:
        if profile not in _PROFILES:
            raise ValueError(f"set_printoptions: no profile {profile!r}; choose one of {', '.join(_PROFILES)}")
        options = _PROFILES[profile]
    named = {"precision": precision, "threshold": threshold, "edgeitems": edgeitems, "linewidth": linewidth}
    given: dict[str, Any] = {key: value for key, value in named.items() if value is not None}
    for key, value in given.items():
        whole = isinstance(value, (int, np.integer)) or (key == "threshold" and isinstance(value, (float, np.floating)))
        if not whole or not value >= 0:
            raise ValueError(f"set_printoptions: {key}={value!r}; give a whole number that is not negative")
    _options = options._replace(sci_mode=sci_mode, **given)  # one assignment: a thread that prints sees old or new


def get_printoptions() -> dict[str, Any]:
    """A new dict of the options in force: precision, threshold, edgeitems, linewidth and sci_mode.

    >>> import adjoint as ad
    >>> ad.get_printoptions()["linewidth"]
    80
    """
    return _options._asdict()


@contextmanager
def printoptions(**options: Any) -> Iterator[None]:
    """A context in which tensors are printed with these options (those of `set_printoptions`).

    >>> import adjoint as ad
    >>> with ad.printoptions(precision=1):
    ...     print(ad.tensor([0.25, 1.5]))
    tensor([0.2, 1.5])
    """
    global _options
    before = _options
    try:
        set_printoptions(**options)
        yield
    finally:
        _options = before


def format_tensor(
    array: np.ndarray,
    *,
    default_dtype: str = "float32",
    suffixes: Sequence[str] = (),
    name: str = "tensor",
) -> str:
    """The text `name(elements, size=..., dtype=..., suffixes...)` of an array, as PyTorch prints a tensor.

    The size is named where the elements do not show it, the dtype where it is not what the elements suggest: bool,
    int64, the default dtype or the complex type of its precision. `name` is the class's, for subclasses.

    >>> import numpy as np
    >>> from adjoint.functions.printing import format_tensor
    >>> print(format_tensor(np.full((2, 2), 3.0, "float32"), suffixes=["grad_fn=<AddBackward0>"]))
    tensor([[3., 3.],
            [3., 3.]], grad_fn=<AddBackward0>)
    >>> print(format_tensor(np.array([1.0, 0.5])))
    tensor([1.0000, 0.5000], dtype=adjoint.float64)
    """
    options = _options
    indent = len(name) + 1
    size_shown = options.edgeitems == 0
    if array.size == 0:
        body = "[]"
        size_shown = array.ndim != 1
    else:
        body = _body(array, indent, options)
    notes = [f"size={array.shape}"] if size_shown else []
    if not _is_obvious(array.dtype.name, default_dtype, array.size == 0):
        notes.append(f"dtype=adjoint.{array.dtype.name}")
    return _append(f"{name}({body}", [*notes, *suffixes], indent, options.linewidth) + ")"


def format_scalar(array: np.ndarray, spec: str, owner: object) -> str:
    """What `format(owner, spec)` gives for a tensor `owner` over this array.

    A 0-d tensor is formatted as its Python number. Any other gives `str(owner)` for an empty spec and else raises
    the TypeError that every Python object raises, which names the owner's class.

    >>> import adjoint as ad
    >>> f"{ad.tensor(1.5):.3f}", f"{ad.tensor([1.5])}"
    ('1.500', 'tensor([1.5000])')
    """
    if array.ndim:
        return object.__format__(owner, spec)
    number = array.item() if array.dtype.kind in "biufc" else float(array)
    return format(number, spec)


def _is_obvious(dtype: str, default: str, empty: bool) -> bool:
    """Whether a reader knows the dtype without being told; of no elements only the default is known."""
    if dtype == default:
        return True
    return not empty and dtype in ("bool", "int64", "complex128" if default == "float64" else "complex64")


def _append(text: str, notes: Sequence[str], indent: int, linewidth: int) -> str:
    """The text and its notes, each on the last line while there is room, else on a line of its own.

    Our name counts as long as PyTorch's, so that lines break in the same places: output differs in that name only.
    """
    column = len(text) - text.rfind("\n") + 1  # two more than stand there, as PyTorch counts
    for note in notes:
        length = len(note.replace("adjoint.", "torch."))
        if column + length + 2 > linewidth:
            text += ",\n" + " " * indent + note
            column = indent + length
        else:
            text += ", " + note
            column += length + 2
    return text


def _body(array: np.ndarray, indent: int, options: PrintOptions) -> str:
    """The elements in brackets, the middle of the long dimensions left out if there are more than the threshold."""
    edge = options.edgeitems
    summarised = array.size > options.threshold and array.ndim > 0
    if summarised and edge == 0:
        return "[...]"
    folded = [summarised and n > 2 * edge for n in array.shape]
    if any(folded):
        kept = [np.r_[:edge, n - edge : n] if cut else np.arange(n) for n, cut in zip(array.shape, folded)]
        array = array[np.ix_(*kept)]
    texts, width = _texts(array.reshape(-1), options)
    if not array.ndim:
        return texts[0]
    innermost = indent + array.ndim - 1
    per_line = max(1, (options.linewidth - innermost) // (width + 2))
    return _nested(iter(texts), array.shape, folded, indent, per_line, edge)


def _nested(
    texts: Iterator[str], shape: tuple[int, ...], folded: Sequence[bool], indent: int, per_line: int, edge: int
) -> str:
    """The next elements in brackets: rows wrapped after `per_line` elements, blocks apart by blank lines."""
    newline = "\n" + " " * (indent + 1)
    if len(shape) == 1:
        row = list(islice(texts, shape[0]))
        if folded[0]:
            row.insert(edge, " ...")
        lines = [", ".join(row[i : i + per_line]) for i in range(0, len(row), per_line)]
        return "[" + ("," + newline).join(lines) + "]"
    blocks = [_nested(texts, shape[1:], folded[1:], indent + 1, per_line, edge) for _ in range(shape[0])]
    if folded[0]:
        blocks.insert(edge, "...")
    return "[" + ("," + "\n" * (len(shape) - 2) + newline).join(blocks) + "]"


def _texts(values: np.ndarray, options: PrintOptions) -> tuple[list[str], int]:
    """The elements as texts padded to one width, and the width that line wrapping counts with."""
    kind = values.dtype.kind
    if kind in "biu":
        texts = [str(value) for value in values.tolist()]
        width = max(map(len, texts))
        return [text.rjust(width) for text in texts], width
    if kind == "c":
        reals, real_width = _float_texts(values.real.astype(np.float64), options)
        imags, imag_width = _float_texts(values.imag.astype(np.float64), options)
        return [_complex_text(*pair) for pair in zip(reals, imags)], real_width + imag_width + 1
    if kind == "f" or values.dtype.name == "bfloat16":  # NumPy's kind of bfloat16 is V, as it is of records
        return _float_texts(values.astype(np.float64), options)
    raise DtypeError(f"can't print elements of dtype {values.dtype}; give bool, integers, floats or complex numbers")


def _complex_text(real: str, imag: str) -> str:
    """`1.+2.j`: the padding is the real part's alone."""
    imag = imag.lstrip()
    return f"{real}{imag}j" if imag.startswith("-") else f"{real}+{imag}j"


def _float_texts(values: np.ndarray, options: PrintOptions) -> tuple[list[str], int]:
    """The same for floating-point numbers in double precision.

    Notation and width are those that the finite, non-zero values ask for; zeros, infinities and NaN follow.
    """
    counted = np.isfinite(values) & (values != 0)
    sizes = np.abs(values[counted])
    if not sizes.size:
        return [_whole(value) for value in values.tolist()], 1
    largest, smallest = float(sizes.max()), float(sizes.min())
    integral = bool((sizes == np.floor(sizes)).all())
    scientific = options.sci_mode
    if scientific is None:
        scientific = largest / smallest > 1000 or largest > 1e8 or (not integral and smallest < 1e-4)
    if scientific or not integral:
        spec = f".{options.precision}{'e' if scientific else 'f'}"
        texts = [format(value, spec) for value in values.tolist()]
    else:
        texts = [_whole(value) for value in values.tolist()]
    width = max([len(text) for text, counts in zip(texts, counted.tolist()) if counts])
    return [text.rjust(width) for text in texts], width


def _whole(value: float) -> str:
    """`5.`: an integral value with its point; an infinity or NaN without."""
    text = format(value, ".0f")
    return text if text[-1] in "nf" else text + "."
