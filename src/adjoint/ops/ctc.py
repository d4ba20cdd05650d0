"""The loss of all alignments of a sequence of emissions with a sequence of labels, and its forward-backward rule.

The recursions are written in the language of rules, so that on tensors they record themselves.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core import memory
from ..core.batch_rules import batched, moveaxis, spread, takes
from ..core.kinds import custom
from ..core.op import Saved
from ..core.payloads import shape_of
from . import structure as st
from .indexing import get


def _step(x: Any, skip: Any, forward: bool) -> Any:
    """From the log-probabilities of each position to those a step on: stay, move by one, or by two if `skip`."""
    one, two = _moved(x, 1, forward), _moved(x, 2, forward)
    return np.logaddexp(np.logaddexp(x, one), np.where(skip, two, -math.inf))


def _moved(x: Any, by: int, forward: bool) -> Any:
    """x with its columns moved up (forward) or down, -inf moving in."""
    n = x.shape[-1]
    if by >= n:
        return st.full_like(x, fill_value=-math.inf)
    fill = st.full_like(st.narrow(x, axis=1, start=0, length=by), fill_value=-math.inf)
    kept = st.narrow(x, axis=1, start=0 if forward else by, length=n - by)
    return st.concatenate((fill, kept) if forward else (kept, fill), axis=1)


def _skips(labels: Any) -> Any:
    """Where a path may come from two positions before: at a label that differs from the last (all blanks are alike)."""
    never = labels[:, :2] != labels[:, :2]
    return np.concatenate((never, labels[:, 2:] != labels[:, :-2]), axis=1)


def _prefixes(x: Any, labels: Any) -> list[Any]:
    """For each time, log of the probability of all ways to have come to each position, its emission included."""
    if not len(x):
        return []
    start = np.arange(labels.shape[1]) < 2
    skip = _skips(labels)
    out = [np.where(start, get(x, key=(0, ...)), -math.inf)]
    for t in range(1, len(x)):
        out.append(_step(out[-1], skip, True) + get(x, key=(t, ...)))
    return out


def _ends(labels: Any, sizes: Any) -> Any:
    """The positions at which a path may end: the last label of a row and the blank after it."""
    at = np.arange(labels.shape[1])
    last = 2 * sizes[:, None]
    return (at == last) | (at == last - 1)


def _suffixes(x: Any, labels: Any, times: Any, sizes: Any) -> list[Any]:
    """For each time, log of the probability of all ways from each position to the end, its emission left out."""
    later = _skips(labels)
    skip = np.concatenate((later[:, 2:], later[:, :2]), axis=1)  # never for the last two
    ends = _ends(labels, sizes)
    none = np.where(ends, np.zeros_like(get(x, key=(0, ...))), -math.inf)
    out = [none]
    for t in range(len(x) - 2, -1, -1):
        before = _step(out[-1] + get(x, key=(t + 1, ...)), skip, False)
        out.append(np.where((times == t + 1)[:, None], none, before))
    return out[::-1]


def _log_totals(prefixes: Any, labels: Any, times: Any, sizes: Any) -> Any:
    """log of the probability of each sequence, from the stacked prefixes."""
    rows = np.arange(len(sizes))
    last = get(prefixes, key=(times - 1, rows, 2 * sizes))
    label = get(prefixes, key=(times - 1, rows, np.maximum(2 * sizes - 1, 0)))
    return np.logaddexp(last, np.where(sizes > 0, label, -math.inf))


def _alignment_loss(x: Any, *, labels: Any, times: Any, sizes: Any) -> Any:
    nothing = np.where(sizes == 0, 0, math.inf).astype(x.dtype)  # of no time at all: certain if nothing is to be said
    if not len(x):
        return nothing
    totals = _log_totals(np.stack(_prefixes(x, labels)), labels, np.maximum(times, 1), sizes)
    return np.where(times == 0, nothing, -totals).astype(x.dtype, copy=False)


def _alignment_loss_vjp(ct: Any, s: Saved) -> Any:
    """-(the probability that a path is there then), for each time and position."""
    labels, times, sizes = s.params["labels"], s.params["times"], s.params["sizes"]
    steps = s.avals[0].shape[0]
    if not steps:
        return s.x * 1
    prefixes = st.stack(_prefixes(s.x, labels), axis=0)
    totals = st.reshape(_log_totals(prefixes, labels, np.maximum(times, 1), sizes), shape=(1, len(sizes), 1))
    suffixes = st.stack(_suffixes(s.x, labels, times, sizes), axis=0)
    occupied = np.exp(prefixes + suffixes - totals)
    within = (np.arange(steps)[:, None] < times)[:, :, None]
    return s.times(st.reshape(-ct, shape=(1, len(sizes), 1)), np.where(within, occupied, 0))


@takes("labels", "times", "sizes")
def _alignment_batch(level: Any, op: Any, payloads: Any, mapped: Any, params: Any) -> Any:
    """The sequences of all examples one after another."""
    x = moveaxis(spread(level, payloads[0], mapped[0]), 0, 1)
    shape = shape_of(x)

    def joined(v: Any) -> Any:
        v = memory.concrete(v.payload) if batched(level, v) else np.broadcast_to(v, (level.size, *v.shape))
        return st.reshape(v, shape=(shape[1] * shape[2], *v.shape[2:]))

    out = alignment_loss(st.reshape(x, shape=(shape[0], shape[1] * shape[2], shape[3])),
                         **{name: joined(v) for name, v in params.items()})
    return st.reshape(out, shape=shape[1:3])


# Emissions (T, N, positions) to -log of the probability of the labels (N, positions) in the first `times` steps.
alignment_loss = custom(_alignment_loss, _alignment_loss_vjp, saves=("x",), name="CtcLoss", batch=_alignment_batch)
