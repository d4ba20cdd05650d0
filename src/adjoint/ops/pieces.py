"""Cutting an array along an axis into several views: one node with an output for each piece."""

from __future__ import annotations

from typing import Any

from ..core import memory
from ..core.batch_rules import behind
from ..core.kinds import custom
from ..core.op import Saved
from ..core.payloads import shape_of
from . import structure as st
from .indexing import GET, scatter


def _pieces(x: Any, *, keys: Any, axis: int, name: str) -> tuple[Any, ...]:
    return tuple([x[key] for key in keys])


def _pieces_vjp(ct: Any, s: Saved) -> Any:
    """The pieces joined again; where some were not used, the sum of each in its place."""
    if all([c is not None for c in ct]):
        join = st.stack if s.params["name"] == "Unbind" else st.concatenate
        return join(ct, axis=s.params["axis"])
    shape = s.avals[0].shape
    placed = [scatter(c, key=key, shape=shape) for c, key in zip(ct, s.params["keys"], strict=True) if c is not None]
    total = placed[0]
    for other in placed[1:]:
        total = total + other
    return total


def _pieces_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    moved = behind(params, {"axis": 0}, len(shape_of(payloads[0])) - 1)
    keys = [(slice(None), *(key if isinstance(key, tuple) else (key,))) for key in params["keys"]]
    return NotImplemented if moved is None else pieces(payloads[0], **{**moved, "keys": keys})


pieces = custom(_pieces, _pieces_vjp, name="Split", promotes=False, widens=False, linear=True, batch=_pieces_batch)
pieces.op.node_name = lambda node: node[3]["name"] + "Backward0"  # type: ignore[attr-defined]


def cut(x: Any, keys: Any, axis: int, name: str) -> tuple[Any, ...]:
    """The views x[key] of a tensor; after a write each is recorded anew by its own key."""
    views = pieces(x, keys=keys, axis=axis, name=name)
    for view, key in zip(views, keys, strict=True):
        memory.adopt(view, x, GET, {"key": key})
    return views
