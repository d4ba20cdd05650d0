"""Writing a graph: as DOT text for Graphviz, and as SVG with our own layout."""

from __future__ import annotations

from html import escape

from .collect import Box, Edge
from .layout import place

COLORS = {"leaf": "#d5e8f7", "op": "#eeeeee", "output": "#d9f0d3"}
CHARACTER, LINE, PAD, GAP, RISE = 7.3, 16.0, 8.0, 24.0, 34.0  # pixels


def dot(boxes: list[Box], edges: list[Edge]) -> str:
    """DOT: parents above children."""
    lines = ["digraph {", '  node [shape=box, style="filled,rounded", fontname="monospace", fontsize=11]']
    for i, b in enumerate(boxes):
        label = "\\n".join([_quoted(line) for line in (b.title, *b.lines)])
        lines.append(f'  n{i} [label="{label}", fillcolor="{COLORS[b.kind]}"]')
    for e in edges:
        label = f' [label="{_quoted(e.label)}", fontsize=9]' if e.label else ""
        lines.append(f"  n{e.source} -> n{e.target}{label}")
    return "\n".join([*lines, "}"])


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def svg(boxes: list[Box], edges: list[Edge]) -> str:
    """SVG: parents above children, arrows as smooth curves."""
    widths = [max(len(line) for line in (b.title, *b.lines)) * CHARACTER + 2 * PAD for b in boxes]
    heights = [(1 + len(b.lines)) * LINE + PAD for b in boxes]
    xs, layer, bends = place(widths, [(e.source, e.target) for e in edges], GAP)
    tall = [0.0] * (max(layer, default=0) + 1)
    for i, r in enumerate(layer):
        tall[r] = max(tall[r], heights[i])
    tops = [GAP]
    for h in tall:
        tops.append(tops[-1] + h + RISE)
    middle = [t + h / 2 for t, h in zip(tops, tall, strict=False)]
    xs = [x + GAP for x in xs]
    ends = [x + w / 2 for x, w in zip(xs, widths, strict=True)] + [x + GAP for b in bends for x, _ in b]
    width, height = max(ends, default=0.0) + GAP, tops[-1]
    out = [(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
           f'viewBox="0 0 {width:.0f} {height:.0f}" font-family="monospace" font-size="12">'),
           ('<defs><marker id="arrow" markerWidth="8" markerHeight="8" refX="7" refY="3" orient="auto">'
           '<path d="M0,0 L7,3 L0,6 z" fill="#555"/></marker></defs>')]
    for e, bend in zip(edges, bends, strict=True):
        points = [(xs[e.source], middle[layer[e.source]] + heights[e.source] / 2)]
        points += [(x + GAP, middle[r] + side * tall[r] / 2) for x, r in bend for side in (-1, 1)]
        points.append((xs[e.target], middle[layer[e.target]] - heights[e.target] / 2))
        out.append(f'<path d="{_curve(points)}" fill="none" stroke="#555" marker-end="url(#arrow)"/>')
        if e.label:
            (x0, y0), (x1, y1) = points[0], points[1]
            out.append(f'<text x="{(x0 + x1) / 2 + 3:.1f}" y="{(y0 + y1) / 2:.1f}" font-size="9" fill="#555">'
                       f"{escape(e.label)}</text>")
    for b, x, r, w, h in zip(boxes, xs, layer, widths, heights, strict=True):
        top = middle[r] - h / 2
        out.append(f'<rect x="{x - w / 2:.1f}" y="{top:.1f}" width="{w:.1f}" height="{h:.1f}" rx="5" '
                   f'fill="{COLORS[b.kind]}" stroke="#888"/>')
        for k, line in enumerate((b.title, *b.lines)):
            weight = ' font-weight="bold"' if k == 0 else ' fill="#333"'
            out.append(f'<text x="{x:.1f}" y="{top + PAD / 2 + LINE * (k + 0.75):.1f}" text-anchor="middle"{weight}>'
                       f"{escape(line)}</text>")
    return "\n".join([*out, "</svg>"])


def _curve(points: list[tuple[float, float]]) -> str:
    """A path through the points that leaves and arrives vertically."""
    (x, y), *rest = points
    text = f"M{x:.1f},{y:.1f}"
    for x1, y1 in rest:
        half = (y + y1) / 2
        text += f" C{x:.1f},{half:.1f} {x1:.1f},{half:.1f} {x1:.1f},{y1:.1f}"
        x, y = x1, y1
    return text
