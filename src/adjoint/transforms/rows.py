"""Which inputs elements depend on, as boolean matrices in scipy.sparse: rows taken, joined and united."""

from __future__ import annotations

from typing import Any

import numpy as np

Rows = Any  # scipy.sparse.csr_array of bool: a row for each element (C order), a column for each input; None: no input
MOST = 100_000_000  # entries of a pattern


def take(rows: Rows, places: Any) -> Rows:
    """The rows at these places, an empty one where the place is -1; None if all are empty."""
    if rows is None:
        return None
    from scipy.sparse import csr_array

    used = np.flatnonzero(places >= 0)
    if len(used) < len(places):
        picks = csr_array((np.ones(len(used), bool), (used, places[used])), shape=(len(places), rows.shape[0]))
        return joined(picks, rows)
    return _limited(rows[places], int(np.diff(rows.indptr)[places].sum()))


def joined(sums: Any, rows: Rows) -> Rows:
    """The rows that are unions of these rows, as the boolean matrix `sums` says; None if all are empty."""
    bound = min(int((sums @ np.diff(rows.indptr).astype(np.int64)).sum()), sums.shape[0] * rows.shape[1])
    out = _limited(sums, bound) @ rows
    return out if out.nnz else None


def union(parts: list[Rows]) -> Rows:
    """Rows with the inputs of all of these; None if there are none."""
    there = [p for p in parts if p is not None]
    if not there:
        return None
    out = there[0]
    for p in there[1:]:
        out = out + p if p is not out else out
    return out


def _limited(rows: Rows, entries: int) -> Rows:
    if entries > MOST:
        raise MemoryError(f"the pattern of an intermediate value has up to {entries:,} entries: it is not sparse")
    return rows
