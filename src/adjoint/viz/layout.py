"""Placing boxes in layers, parents above children: ranks by longest path, few crossings, short edges.

Sugiyama's method: an edge over several layers gets a bend in each of them; the order within layers is improved by
sweeps that move each item to the mean position of its neighbours; then items slide towards their neighbours as far as
those beside them allow.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

SWEEPS = 8


def place(widths: Sequence[float], edges: Sequence[tuple[int, int]],
          gap: float) -> tuple[list[float], list[int], list[list[tuple[float, int]]]]:
    """(x of each box's middle, its layer, for each edge the (x, layer) of its bends).

    Boxes are numbered so that every edge goes from a smaller number to a larger.
    """
    rank = _ranks(len(widths), edges)
    sizes = list(widths)
    chains: list[list[int]] = []
    segments: list[tuple[int, int]] = []
    for a, b in edges:
        chain = [a]
        for layer in range(rank[a] + 1, rank[b]):
            chain.append(len(sizes))
            sizes.append(0.0)
            rank.append(layer)
        chain.append(b)
        chains.append(chain)
        segments.extend(pairwise(chain))
    layers: list[list[int]] = [[] for _ in range(max(rank, default=-1) + 1)]
    for item, layer in enumerate(rank):
        layers[layer].append(item)
    above: list[list[int]] = [[] for _ in sizes]
    below: list[list[int]] = [[] for _ in sizes]
    for a, b in segments:
        above[b].append(a)
        below[a].append(b)
    _order(layers, above, below)
    x = _positions(layers, above, below, sizes, gap)
    bends = [[(x[i], rank[i]) for i in chain[1:-1]] for chain in chains]
    return x[:len(widths)], rank[:len(widths)], bends


def _ranks(n: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """The layer of each box: below all its parents; a box without parents just above its first child."""
    rank = [0] * n
    parents = [0] * n
    for a, b in sorted(edges, key=lambda e: e[1]):
        rank[b] = max(rank[b], rank[a] + 1)
        parents[b] += 1
    first: dict[int, int] = {}
    for a, b in edges:
        first[a] = min(first.get(a, rank[b]), rank[b])
    return [first[i] - 1 if not parents[i] and i in first else r for i, r in enumerate(rank)]


def _order(layers: list[list[int]], above: list[list[int]], below: list[list[int]]) -> None:
    """Sort each layer by the mean position of the neighbours, down and up in turn."""
    position = {item: float(i) for layer in layers for i, item in enumerate(layer)}
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        neighbours = above if down else below
        for layer in layers if down else layers[::-1]:
            layer.sort(key=lambda item: _mean([position[k] for k in neighbours[item]], position[item]))
            for i, item in enumerate(layer):
                position[item] = float(i)


def _positions(layers: list[list[int]], above: list[list[int]], below: list[list[int]], sizes: list[float],
               gap: float) -> list[float]:
    x = [0.0] * len(sizes)
    for layer in layers:
        at = 0.0
        for item in layer:
            x[item] = at + sizes[item] / 2
            at += sizes[item] + gap
    for sweep in range(SWEEPS):
        for layer in layers if sweep % 2 == 0 else layers[::-1]:
            wanted = [_mean([x[k] for k in (above[i] + below[i])], x[i]) for i in layer]
            _slide(layer, wanted, x, sizes, gap)
    least = min([x[i] - sizes[i] / 2 for i in range(len(sizes))], default=0.0)
    return [v - least for v in x]


def _slide(layer: list[int], wanted: list[float], x: list[float], sizes: list[float], gap: float) -> None:
    """Give each item its wanted place, in order and without overlap: the mean of packing from either side."""
    right: list[float] = []
    for i, item in enumerate(layer):
        least = right[-1] + (sizes[layer[i - 1]] + sizes[item]) / 2 + gap if right else wanted[i]
        right.append(max(wanted[i], least))
    left = [0.0] * len(layer)
    for i in range(len(layer) - 1, -1, -1):
        last = i == len(layer) - 1
        most = wanted[i] if last else left[i + 1] - (sizes[layer[i + 1]] + sizes[layer[i]]) / 2 - gap
        left[i] = min(wanted[i], most)
    for item, a, b in zip(layer, left, right, strict=True):
        x[item] = (a + b) / 2


def _mean(values: list[float], default: float) -> float:
    return sum(values) / len(values) if values else default
