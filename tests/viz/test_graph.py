"""The picture of a graph: boxes with names, shapes and values, edges, text that is escaped."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest

import adjoint as ad
from adjoint.viz.layout import place

SVG = "{http://www.w3.org/2000/svg}"


def leaf(*shape):
    return ad.ones(*shape, requires_grad=True)


def texts(svg):
    return [t.text for t in ElementTree.fromstring(svg).iter(SVG + "text")]


def test_boxes_have_names_and_shapes():
    x, w = ad.ones(4, 3), leaf(3, 2)
    g = ad.viz.graph((x @ w).exp().sum(), names={"w": w})
    assert [(b.kind, b.title, *b.lines) for b in g.nodes] == [
        ("leaf", "w", "3 x 2 float32"), ("op", "Mm", "4 x 2 float32"), ("op", "Exp", "4 x 2 float32"),
        ("op", "Sum", "scalar float32"), ("output", "output", "scalar float32")]
    assert [(e.source, e.target) for e in g.edges] == [(0, 1), (1, 2), (2, 3), (3, 4)]


def test_a_broadcast_is_a_label_not_a_box():
    g = ad.viz.graph(leaf(2, 3) + leaf(3))
    assert sorted(b.lines for b in g.nodes if b.kind == "leaf") == [("2 x 3 float32",), ("3 float32",)]
    assert {e.label for e in g.edges} == {"", "expand"}


def test_values_are_shown_on_request():
    x = ad.tensor(3.0, requires_grad=True)
    g = ad.viz.graph(x.exp() * 2, values=True)
    assert "3." in g.nodes[0].lines
    assert any("20.08" in line for b in g.nodes if b.title == "Exp" for line in b.lines)
    assert all(len(b.lines) == 1 for b in ad.viz.graph(x.exp()).nodes)


def test_text_is_escaped():
    x = leaf(2)
    g = ad.viz.graph(x * 2, names={'<w> & "q"\\': x})
    assert '<w> & "q"\\' in texts(g.svg)
    assert '<w> & \\"q\\"\\\\' in g.dot


def test_it_shows_itself_in_a_notebook_and_saves(tmp_path):
    g = ad.viz.graph(leaf(2) * 2)
    assert g._repr_svg_() == g.svg
    g.save(tmp_path / "g.svg")
    g.save(tmp_path / "g.dot")
    assert (tmp_path / "g.dot").read_text().startswith("digraph {")
    with pytest.raises(RuntimeError, match="png"):
        g.save(tmp_path / "g.png")


def test_functions_hooks_and_several_outputs_have_their_place():
    class Two(ad.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2, x * 3

        @staticmethod
        def backward(ctx, a, b):
            return a * 2 + b * 3

    x = leaf(2)
    a, b = Two.apply(x)
    a.register_hook(lambda g: g)
    g = ad.viz.graph([a.exp(), b])
    assert [n.title for n in g.nodes] == ["leaf", "Two", "Exp", "output 0", "output 1"]
    assert {e.label for e in g.edges} == {"", "output 0", "output 1"}


def test_boxes_of_a_layer_do_not_overlap():
    x = leaf(3)
    ys = [x * k for k in range(6)]
    total = sum((y.exp() * ys[-1] for y in ys), x)
    root = ElementTree.fromstring(ad.viz.graph(total).svg)
    boxes = [tuple(float(r.get(k)) for k in ("x", "y", "width", "height")) for r in root.iter(SVG + "rect")]
    width, height = float(root.get("width")), float(root.get("height"))
    for i, (x0, y0, w, h) in enumerate(boxes):
        assert 0 <= x0
        assert x0 + w <= width
        assert y0 + h <= height
        for x1, y1, v, k in boxes[:i]:
            assert x0 + w <= x1 or x1 + v <= x0 or y0 + h <= y1 or y1 + k <= y0


def test_layers_follow_the_edges():
    _, layer, bends = place([10.0] * 5, [(0, 1), (1, 2), (0, 2), (3, 4), (2, 4)], 5.0)
    assert layer == [0, 1, 2, 2, 3]
    assert [len(b) for b in bends] == [0, 0, 1, 0, 0]


def test_a_tensor_without_history_and_a_huge_graph_are_refused():
    with pytest.raises(RuntimeError, match="does not require grad"):
        ad.viz.graph(ad.ones(2))
    y = leaf(1)
    for _ in range(50):
        y = y * 1.5
    with pytest.raises(RuntimeError, match="max_nodes=20"):
        ad.viz.graph(y, max_nodes=20)
