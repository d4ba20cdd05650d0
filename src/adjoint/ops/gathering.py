"""Reading and writing at positions that an index array gives along one axis: gather, scatter-add, grouped extremes.

All are x[key] and its relatives (ops/indexing) with a key made from the index. A key that stands for a named operation
carries the name, so that the graph shows GatherBackward0 and not IndexBackward0.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.batch_rules import aligned, spread, takes
from ..core.kinds import constant, custom
from ..core.op import Saved
from .indexing import disarranged, get, part_ndim, stacked_key


class NamedKey(tuple[Any, ...]):
    """An index key that says which operation it stands for."""

    node_name: str


def named(name: str, *parts: Any) -> NamedKey:
    """The key of these parts, whose node is called `name`."""
    key = NamedKey(parts)
    key.node_name = name + "Backward0"
    return key


def axis_key(axis: int, part: Any, name: str) -> NamedKey:
    """The key x[:, ..., part, ...] with `part` at `axis`."""
    return named(name, *(slice(None),) * axis, part, ...)


def along(index: Any, axis: int, name: str) -> Any:
    """The key of the elements (i, j, index[i, j, k], ...), the axis counted from 0."""
    if index.ndim == 0:
        return named(name, ...)
    open_mesh = [np.arange(n).reshape((-1,) + (1,) * (index.ndim - 1 - k)) for k, n in enumerate(index.shape)]
    open_mesh[axis] = index
    return named(name, *open_mesh)


@takes("key")
def _at_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    x, y = [spread(level, v, m) for v, m in zip(payloads, mapped, strict=True)]
    key, *where = stacked_key(level, params["key"], x.ndim - 1, True)
    y = aligned(y, part_ndim(key, x.ndim) - 1)
    return op.call(x, disarranged(y, *where), **{**params, "key": key})


def _add_at(x: Any, y: Any, *, key: Any) -> Any:
    out = x.copy()
    np.add.at(out, key, y) if out.dtype.kind != "b" else np.logical_or.at(out, key, y)
    return out


def _add_at_vjp(ct: Any, s: Saved) -> Any:
    return ct if s.wanted[0] else None, get(ct, key=s.params["key"]) if s.wanted[1] else None


# A copy of x with y added at `key`, repeated positions counted each time.
add_at = custom(_add_at, _add_at_vjp, name="ScatterAdd", linear=True, batch=_at_batch)


def _extreme_at(x: Any, y: Any, *, key: Any, largest: bool) -> Any:
    out = x.copy()
    (np.maximum if largest else np.minimum).at(out, key, y)
    return out


def _extreme_at_vjp(ct: Any, s: Saved) -> Any:
    """The cotangent goes in equal parts to the elements that attain the extreme, as PyTorch shares it."""
    key = s.params["key"]
    from_base = np.equal(s.x, s.out)
    from_source = np.equal(s.y, get(s.out, key=key))
    part = ct / shares(from_base, from_source, key=key)
    return (
        np.where(from_base, part, 0) if s.wanted[0] else None,
        np.where(from_source, get(part, key=key), 0) if s.wanted[1] else None,
    )


def _shares(base: Any, source: Any, *, key: Any) -> Any:
    out = base.astype(np.float64)
    np.add.at(out, key, source.astype(np.float64))
    return np.maximum(out, 1)


shares = constant(_shares, promotes=False, batch=_at_batch)
# A copy of x in which every position of `key` holds the extreme of what is there and what y brings.
extreme_at = custom(_extreme_at, _extreme_at_vjp, saves=("x", "y", "out"), name="ScatterReduce", widens=False,
                    batch=_at_batch)
