"""What the compiled kernels gain over NumPy and SciPy, and what their first use costs.

    python benchmarks/kernels.py [--rounds 20] [--json out.json] [--update docs/internals/kernels.md]

One core, the two taking turns, the fastest block of each counts. First uses are timed in fresh processes. There are no
targets.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import timeit
from collections.abc import Callable
from typing import Any

import eager  # pins the BLAS threads before NumPy is imported
import numpy as np
import report
import scipy.special as sp

from adjoint.native import kernels

NOTE = "One core of {cpu}; Python {python}, {packages}; float32. Lower is better."
COLUMNS = ("case", "kernel", "NumPy, SciPy", "unit", "ratio")
random = np.random.default_rng(0)

FIRST = """
import time, numpy as np
from adjoint.native import kernels
{before}
start = time.perf_counter()
{use}
print(time.perf_counter() - start)
"""
STEP = """
import time, adjoint as ad
F = ad.nn.functional
x, w, v = ad.ones(32, 64), ad.ones(256, 64, requires_grad=True), ad.ones(10, 256, requires_grad=True)
b, c, labels = ad.zeros(256), ad.zeros(10), ad.zeros(32, dtype=ad.int64)
def step():
    start = time.perf_counter()
    F.cross_entropy(F.linear(ad.relu(F.linear(x, w, b)), v, c), labels).backward()
    return time.perf_counter() - start
print(step() - step())
"""


def normal(*shape: int) -> Any:
    return random.standard_normal(shape, dtype=np.float32)


def cases() -> dict[str, tuple[Callable[[], Any], Callable[[], Any]]]:
    """The kernel and the other way, by what they do."""
    own = kernels.single
    found: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {}
    for m, k, n in ((32, 64, 256), (32, 256, 256), (32, 256, 10)):
        x, w, b, g = normal(m, k), normal(n, k), normal(n), normal(m, n)
        size = f"{m} x {k} x {n}"
        found[f"x @ w.T + b, {size}"] = lambda x=x, w=w, b=b: own.affine(x, w, b), lambda x=x, w=w, b=b: x @ w.T + b
        found[f"g @ w, {size}"] = lambda g=g, w=w: own.matmul(g, w), lambda g=g, w=w: g @ w
        found[f"g.T @ x, {size}"] = lambda g=g, x=x: own.matmul(g.T, x), lambda g=g, x=x: g.T @ x
    h = normal(32, 256)
    found["relu, 32 x 256"] = lambda: own.relu(h), lambda: np.maximum(h, 0)
    found["column sums, 32 x 256"] = lambda: own.column_sums(h), lambda: np.add.reduce(h, axis=0)
    many = normal(131072)
    for name, other in (("erf", sp.erf), ("ndtr", sp.ndtr), ("gelu", lambda x: x * sp.ndtr(x)), ("sigmoid", sp.expit),
                        ("softplus", lambda x: np.logaddexp(x, np.float32(0)))):
        kernel = getattr(own, name)
        found[f"{name}, 131,072"] = lambda kernel=kernel: kernel(many), lambda other=other: other(many)
    rows = normal(1024, 128)
    found["softmax, 1024 x 128"] = lambda: own.softmax(rows), lambda: sp.softmax(rows, axis=1)
    table, index = np.zeros((1024, 128), np.float32), random.integers(0, 1024, 1024)
    found["table[index] += rows, 1024 x 128"] = (lambda: own.add_rows(table, index, rows),
                                                 lambda: np.add.at(table, index, rows))
    return found


def compared(title: str, pair: tuple[Callable[[], Any], Callable[[], Any]], rounds: int) -> report.Row:
    timers = [timeit.Timer(f) for f in pair]
    best = [float("inf")] * 2
    for timer in timers:
        timer.timeit(3)  # compiles
    counts = [max(1, round(n * 0.01 / seconds)) for n, seconds in [timer.autorange() for timer in timers]]
    for _ in range(rounds):
        for i, (timer, count) in enumerate(zip(timers, counts, strict=True)):
            best[i] = min(best[i], timer.timeit(count) / count * 1e6)
    return {"case": title, "kernel": best[0], "NumPy, SciPy": best[1], "unit": "us", "ratio": best[0] / best[1]}


def first_use(title: str, program: str, rounds: int) -> report.Row:
    """Milliseconds, the fastest of fresh processes."""
    command = [sys.executable, "-c", program]
    times = [float(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
             for _ in range(rounds)]
    return {"case": title, "kernel": min(times) * 1e3, "unit": "ms"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20, help="blocks of each way per case")
    parser.add_argument("--json", metavar="FILE", help="write the rows there too (- is standard output)")
    parser.add_argument("--update", metavar="FILE", help="put the table between its markers in this Markdown file")
    args = parser.parse_args()
    eager.pin()
    rows = [compared(title, pair, args.rounds) for title, pair in cases().items()]
    tiny = np.ones(1, np.float32)
    call = lambda: kernels.single.relu(tiny), lambda: np.maximum(tiny, 0)
    rows.append(compared("a call: relu of one element", call, args.rounds))
    rows.append(first_use("first use: LLVM's import", FIRST.format(before="", use="import llvmlite.binding"), 5))
    for group, names in kernels.GROUPS.items():
        program = FIRST.format(before="from adjoint.native import engine; engine.host()",
                               use=f"kernels.single._compiled({names[0]!r})")
        rows.append(first_use(f"first use: {group} are compiled", program, 5))
    rows.append(first_use("first use: a network's first step, over its second", STEP, 5))
    packages = report.versions("numpy", "scipy", "llvmlite")
    note = NOTE.format(packages=", ".join(f"{k} {v}" for k, v in packages.items()), **report.machine())
    print(report.table(rows, COLUMNS), note, sep="\n\n")
    if args.json:
        report.write_json(args.json, rows, packages=packages)
    if args.update:
        report.update(args.update, "kernels", report.markdown(rows, COLUMNS) + "\n\n" + note)
    return 0


if __name__ == "__main__":
    sys.exit(main())
