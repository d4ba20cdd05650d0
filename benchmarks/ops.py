"""Forward and backward of ordinary operations beside PyTorch, on four numbers and on 131,072: where time is lost.

    python benchmarks/ops.py [--ops gelu,topk] [--rounds 6] [--json out.json]

One core, the two libraries taking turns, the fastest block of each counts. Rows come with the worst ratio first; there
are no targets. On few elements the calls count, on many the kernels: NumPy's, which are not fused.
"""

from __future__ import annotations

import argparse
from types import ModuleType
from typing import Any

import eager  # pins the BLAS threads before NumPy is imported
import numpy as np
import report

NOTE = "One core of {cpu}; Python {python}, {packages}. Microseconds; a ratio is adjoint's time over torch's."
COLUMNS = ("operation", "few, adjoint", "few, torch", "ratio", "many, adjoint", "many, torch", "ratio of many")

# x, y: vectors; p: a positive one; m: a matrix; row: one of its rows' length; b: a stack; i, k: indices; on: a mask.
OPERATIONS = """
x + y; x * y; x / y; x ** 2; x ** 3; p ** 1.5; -x; 2 - x; m + row; m * row; x * s
T.exp(x); T.log(p); T.sqrt(p); T.sin(x); T.tanh(x); T.sigmoid(x); T.erf(x); x.abs(); T.atan2(x, y)
T.relu(x); F.leaky_relu(x); F.elu(x); F.gelu(x); F.silu(x); F.softplus(x); x.clamp(-1, 1); T.maximum(x, y)
T.where(on, x, y); T.where(on, x, 0.0); T.lerp(x, y, 0.5); T.addcmul(x, y, p)
x.sum(); m.sum(0); m.sum(1); m.mean(0); m.var(); m.std(0); x.max(); m.max(1).values; m.prod(1); x.cumsum(0); x.norm()
F.softmax(m, 1); F.log_softmax(m, 1); T.logsumexp(m, 1); F.layer_norm(m, m.shape[1:])
x[1]; x[1:3]; m[:, 1:3]; x[i]; x[on]; T.gather(m, 1, k); F.embedding(i, m)
T.cat([x, y]); T.stack([x, y]); m.reshape(-1); m.t(); b.permute(2, 0, 1); x[:, None]; row.expand(m.shape)
m.unbind(0)[0]; T.sort(x).values; T.topk(m, 2).values; T.flip(x, [0]); T.roll(x, 1); T.tril(m); m.diagonal()
m @ m.t(); m @ row; b @ b.transpose(1, 2); T.einsum('bij,bkj->bik', b, b); F.linear(m, m); T.outer(row, row)
F.mse_loss(x, y); F.cross_entropy(m, classes); F.binary_cross_entropy_with_logits(x, on.float())
F.conv2d(image, kernel); F.max_pool2d(image, 2); F.avg_pool2d(image, 2); T.fft.rfft(x)
x.double(); x.clone(); x.detach()
"""


def operands(T: ModuleType, n: int, rows: int, columns: int) -> dict[str, Any]:
    random = np.random.default_rng(0)

    def leaf(*shape: int) -> Any:
        return T.tensor(random.standard_normal(shape, dtype=np.float32), requires_grad=True)

    size = 4 if n == 4 else 32
    return {
        "T": T, "F": T.nn.functional, "x": leaf(n), "y": leaf(n), "s": leaf(), "m": leaf(rows, columns),
        "p": T.tensor(np.abs(random.standard_normal(n, dtype=np.float32)) + 0.1, requires_grad=True),
        "row": leaf(columns), "b": leaf(max(2, rows // 16), 4 if n == 4 else 64, 4 if n == 4 else 128),
        "i": T.tensor(random.integers(0, rows, rows)), "k": T.tensor(random.integers(0, columns, (rows, columns))),
        "on": T.tensor(random.random(n) < 0.5), "classes": T.tensor(random.integers(0, columns, rows)),
        "image": leaf(2, 4, size, size), "kernel": leaf(4, 4, 3, 3)}


def statement(T: ModuleType, names: dict[str, Any], expression: str) -> str:
    """Forward, and backward from ones where there is something to differentiate."""
    out = eval(expression, dict(names))
    if not out.requires_grad:
        return expression
    names["ct"] = T.ones_like(out).detach()
    names["leaves"] = [v for v in names.values() if isinstance(v, T.Tensor) and v.requires_grad]
    return f"({expression}).backward(ct)\nfor leaf in leaves: leaf.grad = None"


def timed(expression: str, modules: list[ModuleType], sizes: tuple[int, int, int], rounds: int) -> list[float]:
    def build(T: ModuleType) -> tuple[str, dict[str, Any]]:
        names = operands(T, *sizes)
        return statement(T, names, expression), names

    return eager.compare(build, modules, rounds)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ops", help="comma-separated parts of the operations to time")
    parser.add_argument("--rounds", type=int, default=6, help="blocks of each library per operation")
    parser.add_argument("--json", metavar="FILE", help="write the rows there too (- is standard output)")
    args = parser.parse_args()
    eager.pin()
    modules = [eager.load(name) for name in ("adjoint", "torch")]
    parts = args.ops.split(",") if args.ops else [""]
    rows: list[report.Row] = []
    for expression in [e.strip() for e in OPERATIONS.replace("\n", ";").split(";") if e.strip()]:
        if any(part in expression for part in parts):
            few = timed(expression, modules, (4, 4, 4), args.rounds)
            many = timed(expression, modules, (131072, 256, 512), args.rounds)
            rows.append(dict(zip(COLUMNS, (expression, *few, few[0] / few[1], *many, many[0] / many[1]))))
    rows.sort(key=lambda row: -max(row["ratio"], row["ratio of many"]))
    packages = ", ".join(f"{k} {v}" for k, v in report.versions("numpy", "adjoint", "torch").items())
    print(report.table(rows, COLUMNS), NOTE.format(packages=packages, **report.machine()), sep="\n\n")
    if args.json:
        report.write_json(args.json, rows)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
