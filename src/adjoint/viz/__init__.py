"""Pictures of recorded graphs: `graph(y)` shows itself in a notebook, and gives DOT and SVG text.

`collect` reads the tape, `layout` places boxes in layers, `draw` writes the two formats.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ..errors import RangeError
from . import collect, draw

__all__ = ["Graph", "graph"]


class Graph:
    """The operations that led to some tensors: `nodes` (the first parents of all first) and `edges` between them.

    >>> import adjoint as ad
    >>> g = ad.viz.graph(ad.ones(2, requires_grad=True) * 3)
    >>> [node.title for node in g.nodes]
    ['leaf', 'Mul', 'output']
    """

    def __init__(self, nodes: list[collect.Box], edges: list[collect.Edge]) -> None:
        self.nodes = nodes
        self.edges = edges

    @property
    def dot(self) -> str:
        """The graph in Graphviz's language."""
        return draw.dot(self.nodes, self.edges)

    @property
    def svg(self) -> str:
        """The picture."""
        return draw.svg(self.nodes, self.edges)

    def _repr_svg_(self) -> str:
        return self.svg

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the picture (`.svg`) or the DOT text (`.dot`, `.gv`) to a file."""
        ending = os.path.splitext(os.fspath(path))[1]
        if ending not in (".svg", ".dot", ".gv"):
            raise RangeError(f"Graph.save writes .svg, .dot or .gv files, not {ending!r}")
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.svg if ending == ".svg" else self.dot)

    def __repr__(self) -> str:
        return f"<adjoint.viz.Graph of {len(self.nodes)} nodes and {len(self.edges)} edges>"


def graph(outputs: Any, *, names: Mapping[str, Any] | None = None, values: bool = False,
          max_nodes: int = 2000) -> Graph:
    """The graph of the operations that led to a tensor (or several): op names and shapes; values too, if asked.

    `names` gives tensors names to be shown by, `{"w": w}`; so does a module's `dict(model.named_parameters())`. Values
    are those that the tape kept. GradientError if a tensor is not tracked, RangeError above `max_nodes`.

    >>> import adjoint as ad
    >>> x, w = ad.tensor([1., 2.]), ad.ones(2, requires_grad=True)
    >>> print(ad.viz.graph((x * w).exp(), names={"w": w}).dot)  # doctest: +ELLIPSIS
    digraph {
    ...
    """
    tensors = list(outputs) if isinstance(outputs, (tuple, list)) else [outputs]
    nodes, edges = collect.collect(tensors, dict(names or {}), values, max_nodes)
    return Graph(nodes, edges)
