"""Samples of ops that move elements, of contractions, and of convolution: no values matter but where they go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from adjoint.ops import structure as st
from adjoint.ops.axismap import averages, copies
from adjoint.ops.gathering import along
from adjoint.transforms.batching import Batching

Samples = list[tuple[tuple[Any, ...], dict[str, Any]]]


def normal(*shape: int, seed: int = 0, complex: bool = False) -> np.ndarray[Any, Any]:
    """Normal numbers, the same at each call."""
    random = np.random.default_rng([seed, *shape])
    x = np.asarray(random.standard_normal(shape))
    return np.asarray(x + 1j * random.standard_normal(shape)) if complex else x


def _on(shape: tuple[int, ...], *params: dict[str, Any], complex: bool = True) -> Callable[[], Samples]:
    """One operand of this shape, with each of the parameters, and complex with the first."""

    def made() -> Samples:
        found: Samples = [((normal(*shape),), p) for p in params or ({},)]
        return [*found, ((normal(*shape, complex=True),), found[0][1])] if complex else found

    return made


def _both(*shapes: tuple[int, ...], **params: Any) -> Callable[[], Samples]:
    """Operands of these shapes, real, complex, and the first alone complex."""
    return lambda: [(tuple([normal(*shape, seed=i, complex=c and (i == 0 or c > 1)) for i, shape in enumerate(shapes)]),
                     params) for c in (0, 1, 2)]


def _products(*pairs: tuple[tuple[int, ...], tuple[int, ...]]) -> Callable[[], Samples]:
    return lambda: [s for pair in pairs for s in _both(*pair)()]


_PAIRS = np.array([[0, 2], [1, 0], [2, 1]])
_REPEATED = np.array([0, 2, 0])
_MASK = np.array([True, False, True])
_STRIDED = {"stride": (2, 1), "offset": 1}
_1D: dict[str, Any] = {"stride": (2,), "padding": ((1, 0),), "dilation": (1,)}
_2D: dict[str, Any] = {"stride": (1, 2), "padding": ((1, 1), (0, 0)), "dilation": (1, 2)}

WRITTEN: dict[str, Callable[[], Samples]] = {
    "reshape": _on((2, 3), {"shape": (3, 2)}, {"shape": (6,)}),
    "transpose": _on((2, 3, 2), {"axes": (2, 0, 1)}, {"axes": None}, {}),
    "swapaxes": _on((2, 3, 2), {"axis1": 0, "axis2": -1}),
    "moveaxis": _on((2, 3, 2), {"source": 0, "destination": 2}, {"source": (0, 1), "destination": (-1, 0)}),
    "expand_dims": _on((2, 3), {"axis": 1}, {"axis": (0, 2)}),
    "squeeze": _on((1, 3, 1), {"axis": 0}, {"axis": None}),
    "broadcast_to": _on((1, 3), {"shape": (2, 4, 3)}, {"shape": (1, 3)}),
    "flip": _on((2, 3), {"axis": None}, {"axis": 1}),
    "alias": _on((2, 3)),
    "read_only": _on((2, 3)),
    "psum": _on((2, 3), {"level": Batching(3)}),
    "pmax": _on((2, 3), {"level": Batching(3)}, complex=False),
    "pmin": _on((2, 3), {"level": Batching(3)}, complex=False),
    "copy": _on((2, 3)),
    "astype": lambda: [((normal(2, 3),), {"dtype": np.dtype(np.float64)}),
                       ((normal(2, 3),), {"dtype": np.dtype(np.complex128)}),
                       ((normal(2, 3, complex=True),), {"dtype": np.dtype(np.complex128)})],
    "grad_copy": _on((2, 3)),
    "roll": _on((2, 3), {"shift": 1, "axis": 1}, {"shift": (1, 2), "axis": (0, 1)}, {"shift": 2}),
    "concatenate": lambda: [((normal(2, 3), normal(2, 1, seed=1)), {"axis": 1}),
                            ((normal(2, 3), normal(1, 3, seed=1, complex=True)), {"axis": 0})],
    "stack": lambda: [((normal(2, 3), normal(2, 3, seed=1)), {"axis": axis}) for axis in (0, 1, -1)],
    "narrow": _on((4, 3), {"axis": 0, "start": 1, "length": 2}, {"axis": -1, "start": 0, "length": 3}),
    "zero_pad": _on((2, 3), {"axis": 1, "before": 1, "after": 2}),
    "writable_diagonal": _on((3, 4), {}, {"offset": 1}, {"offset": -1, "axis1": 1, "axis2": 0}),
    "diagonal_into": _on((2,), {"shape": (3, 2), "offset": -1}, {"shape": (2, 2)}),
    "trace": _on((2, 3)),
    "multiple_of_identity": _on((), {"shape": (2, 3)}),
    "tril": _on((3, 3), {}, {"k": 1}),
    "triu": _on((3, 3), {}, {"k": -1}),
    "repeat": _on((2, 3), {"repeats": 2, "axis": 1}, {"repeats": np.array([1, 2]), "axis": 0}, {"repeats": 2}),
    "segment_sum": _on((5, 2), {"counts": np.array([2, 0, 3]), "axis": 0}),
    "tile": _on((2, 3), {"reps": 2}, {"reps": (2, 1, 3)}),
    "real": _on((2, 3)),
    "imag": lambda: [((normal(2, 3, complex=True),), {})],
    "getitem": _on((3, 4), *[{"key": key} for key in (
        (1, ...), slice(None, None, 2), (None, slice(1, 3)), _REPEATED, (_REPEATED, np.array([1, 1, 3])), _MASK,
        (slice(None), _REPEATED))]),
    "scatter": lambda: [((normal(3, 4),), {"key": _REPEATED, "shape": (3, 4)}),
                        ((normal(4),), {"key": (1, ...), "shape": (3, 4)}),
                        ((normal(2, 4, complex=True),), {"key": _MASK, "shape": (3, 4)})],
    "place": lambda: [((normal(3, 4), normal(2, seed=1)), {"steps": [], "key": (slice(0, 2), 1)}),
                      ((normal(3, 4), normal(2, seed=1)), {"steps": [(st.transpose.op, {})], "key": (1, slice(0, 2))}),
                      ((normal(3, 4), normal(3, 4, seed=1)), {"steps": [], "key": _REPEATED}),
                      ((normal(3, 4, complex=True), normal(4, seed=1, complex=True)), {"steps": [], "key": (0, ...)})],
    "erase": _on((3, 4), {"steps": [], "key": (slice(0, 2), 1)}, {"steps": [(st.transpose.op, {})], "key": (1, ...)},
                 {"steps": [], "key": _REPEATED}),
    "select": lambda: [((normal(2, 3), normal(3, seed=1, complex=c)), {"condition": normal(2, 3) > 0})
                       for c in (False, True)],
    "exact_product": _both((2, 3), (2, 3)),
    "as_strided": _on((3, 4), {"size": (3, 2), **_STRIDED}),
    "strided_sum": _on((3, 2), {"shape": (3, 4), **_STRIDED}),
    "unfold": _on((2, 6), {"axis": 1, "size": 3, "step": 2}),
    "fold": _on((2, 2, 3), {"shape": (2, 6), "axis": 1, "size": 3, "step": 2}),
    "as_real": lambda: [((normal(2, 3, complex=True),), {})],
    "as_complex": lambda: [((normal(3, 2),), {})],
    "in_order": _on((2, 3, 2), {"order": (2, 0, 1)}, {"order": None}),
    "add_at": lambda: [((normal(3, 4), normal(3, 4, seed=1)), {"key": _REPEATED}),
                       ((normal(3, 3), normal(3, 2, seed=1)), {"key": along(_PAIRS, 1, "ScatterAdd")})],
    "extreme_at": lambda: [((normal(3, 4), normal(3, 4, seed=1)), {"key": _REPEATED, "largest": largest})
                           for largest in (True, False)],
    "pieces": lambda: [((normal(5, 2),), {"keys": [slice(0, 2), slice(2, 5)], "axis": 0, "name": "Split"}),
                       ((normal(2, 3),), {"keys": [(slice(None), i) for i in range(3)], "axis": 1, "name": "Unbind"})],
    "reversed_copy": _on((2, 3), {"axes": (0, 1)}, {"axes": (1,)}),
    "block_diagonal": lambda: [((normal(2, 3), normal(1, 2, seed=1)), {})],
    "pad_with_zeros": _on((2, 5), {"widths": ((1, 2),)}, {"widths": ((0, 1), (-2, 1))}, {"widths": ((-1, -2),)}),
    "matmul": _products(((2, 3), (3, 4)), ((2, 2, 3), (3, 2)), ((2, 1, 2, 3), (2, 3, 2))),
    "dot": _both((3,), (3,)),
    "mv": _both((2, 3), (3,)),
    "vm": _both((3,), (3, 2)),
    "outer": _both((2,), (3,)),
    "project": _products(((2, 3), (4, 3)), ((5, 3), (2, 3))),
    "affine": _both((2, 3), (4, 3), (4,)),
    "column_sums": _both((3, 4)),
    "contract": _both((2, 3, 4), (4, 2, 2), a="bij", b="jbk", out="kbi"),
    "windows": _on((2, 7), {**_1D, "kernel": (3,), "padding": ((1, 1),)}),
    "overlap_add": _on((2, 3, 4), {**_1D, "padding": ((1, 1),)}),
    "apply_axis": _on((2, 5), {"axis": 1, "map": copies(5, np.array([4, 0, 0]))},
                      {"axis": -1, "map": averages(5, np.array([0, 2]), np.array([3, 5]), np.array([3, 3]))}),
    "reduced": lambda: [((normal(2, 3),), {"how": how, "name": "MseLoss"}) for how in ("mean", "sum")],
    "class_losses": lambda: [((normal(3, 4),), {"target": _REPEATED, "reduction": how})
                             for how in ("none", "mean", "sum")],
    "alignment_loss": lambda: [((normal(4, 2, 5),), {
        "labels": np.array([[0, 1, 0, 2, 0], [0, 1, 0, 1, 0]]), "times": np.array([4, 3]), "sizes": np.array([2, 1])})],
    "take_rows": lambda: [((normal(4, 2),), {"index": index, "padding": None, "by_frequency": False})
                          for index in (_REPEATED, _PAIRS)],
    "sum_rows": lambda: [((normal(3, 2),), {"index": _REPEATED, "length": 4}),
                         ((normal(3, 2, 2),), {"index": _PAIRS, "length": 3})],
    "standardize": _on((2, 3, 2), {"axes": (0, 2), "eps": 1e-3, "name": "NativeBatchNorm"},
                       {"axes": (2,), "eps": 0.1, "name": "NativeLayerNorm"}, complex=False),
    "scale_shift": lambda: [((normal(2, 3, 2), normal(3, 1, seed=1), normal(2, seed=2)), {"name": "NativeLayerNorm"})],
    "convolve": lambda: [((normal(2, 4, 6), normal(2, 2, 3, seed=1)), {**_1D, "groups": 2}),
                         ((normal(1, 2, 3, 5), normal(3, 2, 2, 2, seed=1)), {**_2D, "groups": 1}),
                         ((normal(1, 1, 6, complex=True), normal(1, 1, 3, seed=1)), {**_1D, "groups": 1})],
    "convolve_input": lambda: [((normal(2, 2, 3), normal(2, 2, 3, seed=1)), {**_1D, "groups": 2})],
    "convolve_weight": lambda: [((normal(2, 4, 6), normal(2, 2, 3, seed=1)), {**_1D, "groups": 2})],
}
