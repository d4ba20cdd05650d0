"""Eager speed beside PyTorch: the same public operators on both, in one run, on one core.

    python benchmarks/eager.py [--cases mlp,chain] [--rounds 15] [--json out.json] [--update README.md]

Every case is written once, as a function of the module: `T` is adjoint or torch. The two take turns, block by block,
and the fastest block of each counts. The garbage collector runs, as it does in a user's program. The million-op chain
runs in a process of its own per module, because its memory is measured. Exits with 1 where a target is missed.
"""

from __future__ import annotations

import os

# Before NumPy and torch are imported, or they have their threads already.
os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import argparse
import gc
import importlib
import json
import subprocess
import sys
import time
import timeit
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import report

BLOCK_SECONDS = 0.03
NOTE = "One core of {cpu}; Python {python}, {packages}. Lower is better; ratio is the first over the second."

Namespace = dict[str, Any]
Build = Callable[[ModuleType], tuple[str, Namespace]]
CASES: dict[str, tuple[str, float, Build]] = {}


def case(key: str, title: str, target: float) -> Callable[[Build], Build]:
    """Registers a function of the module that returns a statement and the names it needs."""

    def register(build: Build) -> Build:
        CASES[key] = (title, target, build)
        return build

    return register


# One op on tiny tensors -----------------------------------------------------------------------------------------------


def leaf(T: ModuleType, values: Any) -> Any:
    return T.tensor(values, dtype=T.float32, requires_grad=True)


def operands(T: ModuleType) -> Namespace:
    return {"T": T, "x": leaf(T, [0.1, 0.2, 0.3, 0.4]), "y": leaf(T, [0.5, 0.6, 0.7, 0.8])}


@case("add", "x + y, four float32", 0.5)
def add(T: ModuleType) -> tuple[str, Namespace]:
    return "x + y", operands(T)


@case("mul", "x * y, four float32", 0.5)
def mul(T: ModuleType) -> tuple[str, Namespace]:
    return "x * y", operands(T)


@case("sin", "sin(x), four float32", 0.5)
def sin(T: ModuleType) -> tuple[str, Namespace]:
    return "T.sin(x)", operands(T)


@case("scale", "x * 2, four float32", 0.5)
def scale(T: ModuleType) -> tuple[str, Namespace]:
    return "x * 2", operands(T)


@case("mul0d", "x * y, 0-d", 0.6)
def mul0d(T: ModuleType) -> tuple[str, Namespace]:
    return "x * y", {"x": leaf(T, 0.5), "y": leaf(T, 1.5)}


@case("sum", "x.sum(), four float32", 0.7)
def total(T: ModuleType) -> tuple[str, Namespace]:
    return "x.sum()", operands(T)


@case("index", "x[1], four float32", 0.7)
def index(T: ModuleType) -> tuple[str, Namespace]:
    return "x[1]", operands(T)


# Small programs, forward and backward ---------------------------------------------------------------------------------


@case("chain", "chain of 100 ops, forward and backward", 0.6)
def chain(T: ModuleType) -> tuple[str, Namespace]:
    x, c = leaf(T, [0.1, 0.2, 0.3, 0.4]), leaf(T, [0.5, 0.6, 0.7, 0.8])

    def step() -> None:
        x.grad = c.grad = None
        y = x
        for _ in range(25):
            y = y + c
            y = y * c
            y = T.sin(y)
            y = y * 0.5
        y.sum().backward()

    return "step()", {"step": step}


@case("rosenbrock", "Rosenbrock-3 gradient", 0.5)
def rosenbrock(T: ModuleType) -> tuple[str, Namespace]:
    x = leaf(T, [0.3, -0.7, 1.1])

    def step() -> None:
        x.grad = None
        value = 0.0
        for i in range(2):
            value = value + 100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2
        value.backward()

    return "step()", {"step": step}


# Training steps -------------------------------------------------------------------------------------------------------

SIZES = ((64, 256), (256, 256), (256, 10))


def batch(T: ModuleType, size: int) -> tuple[Any, Any]:
    random = np.random.default_rng(0)
    images = random.standard_normal((size, 64), dtype=np.float32)
    return T.tensor(images), T.tensor(random.integers(0, 10, size))


def mlp(T: ModuleType, size: int) -> tuple[str, Namespace]:
    """Three layers written out: linear, relu, cross entropy, and the update in place."""
    random = np.random.default_rng(1)
    weights = [leaf(T, random.standard_normal((n, m), dtype=np.float32) / m**0.5) for m, n in SIZES]
    biases = [leaf(T, np.zeros(n, dtype=np.float32)) for _, n in SIZES]
    parameters = weights + biases
    x, labels = batch(T, size)
    F = T.nn.functional

    def step() -> None:
        h = x
        for weight, bias in zip(weights[:-1], biases[:-1]):
            h = T.relu(F.linear(h, weight, bias))
        loss = F.cross_entropy(F.linear(h, weights[-1], biases[-1]), labels)
        loss.backward()
        with T.no_grad():
            for p in parameters:
                p.sub_(0.01 * p.grad)
                p.grad = None

    return "step()", {"step": step}


def network(T: ModuleType, size: int) -> tuple[str, Namespace]:
    """The same step as people write it: nn.Sequential and optim.SGD."""
    nn = T.nn
    T.manual_seed(0)
    model = nn.Sequential(nn.Linear(64, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 10))
    criterion = nn.CrossEntropyLoss()
    optimiser = T.optim.SGD(model.parameters(), lr=0.01)
    x, labels = batch(T, size)

    def step() -> None:
        optimiser.zero_grad()
        criterion(model(x), labels).backward()
        optimiser.step()

    return "step()", {"step": step}


for _size, _target in ((32, 0.7), (512, 1.0)):
    case(f"mlp{_size}", f"MLP 64-256-256-10 step, batch {_size}", _target)(partial(mlp, size=_size))
    case(f"nn{_size}", f"the same with nn and optim.SGD, batch {_size}", _target)(partial(network, size=_size))


# A million ops --------------------------------------------------------------------------------------------------------


PHASES = ("forward", "backward", "free")


def resident(field: str) -> float | None:
    """MB of this process's memory by its name in /proc/self/status: VmRSS now, VmHWM at its peak; None elsewhere."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith(field)) / 1024


def growth(field: str, before: float | None) -> float | None:
    now = resident(field)
    return None if now is None or before is None else now - before


def million(T: ModuleType, n: int) -> dict[str, float | None]:
    """Seconds of forward, backward and freeing of a chain of n ops, and the memory it takes and leaves behind."""
    x = leaf(T, [0.1, 0.2, 0.3, 0.4])
    (x * 0.999 + x).sum().backward()  # whatever is set up on first use is not the chain's
    x.grad = None
    before = resident("VmRSS")
    times = [time.perf_counter()]
    y = x
    for _ in range(n // 2):
        y = y * 0.999
        y = y + x
    times.append(time.perf_counter())
    loss = y.sum()
    loss.backward()
    times.append(time.perf_counter())
    peak = growth("VmHWM", before)
    del y, loss
    times.append(time.perf_counter())
    assert x.grad is not None
    return {**dict(zip(PHASES, np.diff(times).tolist())), "peak": peak, "left": growth("VmRSS", before)}


def million_rows(modules: list[str], n: int, repeats: int) -> list[report.Row]:
    """The rows of the long chain, each module measured in fresh processes of its own."""
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in modules}
    for _ in range(repeats):
        for name in modules:
            command = [sys.executable, __file__, "--child", name, "--ops", str(n)]
            out = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
            runs[name].append(json.loads(out))
    best = {name: min(results, key=seconds) for name, results in runs.items()}
    title = f"chain of {n:,} ops"
    for name in modules:
        print(f"{title}, {name}: " + ", ".join(f"{part} {best[name][part]:.2f} s" for part in PHASES))
    rows = [row(f"{title}: forward, backward, freed", "s", 0.5, {name: seconds(best[name]) for name in modules})]
    if all(best[name]["peak"] is not None for name in modules):
        rows.append(row(f"{title}: memory", "MB", 0.5, {name: best[name]["peak"] for name in modules}))
        rows.append(row(f"{title}: memory left when freed", "MB", None, {name: best[name]["left"] for name in modules}))
    else:
        print("memory is not measured on this system: it has no /proc/self/status")
    return rows


def seconds(result: dict[str, float]) -> float:
    return sum(result[part] for part in PHASES)


# Taking turns ---------------------------------------------------------------------------------------------------------


def compare(build: Build, modules: list[ModuleType], rounds: int) -> list[float]:
    """Microseconds per statement in each module: blocks alternate, the fastest block counts."""
    timers, counts = [], []
    for module in modules:
        statement, names = build(module)
        timer = timeit.Timer(statement, setup=gc.enable, globals=names)
        timer.timeit(5)
        number, elapsed = timer.autorange()
        timers.append(timer)
        counts.append(max(1, round(number * BLOCK_SECONDS / elapsed)))
    best = [float("inf")] * len(modules)
    for _ in range(rounds):
        for i, (timer, count) in enumerate(zip(timers, counts)):
            best[i] = min(best[i], timer.timeit(count) / count * 1e6)
    return best


def row(title: str, unit: str, target: float | None, results: dict[str, float]) -> report.Row:
    """One line of the table: the results by module's name, and how the first of two stands to the second."""
    ratio = None
    if target is not None and len(results) == 2:
        ours, peer = results.values()
        ratio = ours / peer
    ok = None if ratio is None else ratio <= target
    return {"case": title, **results, "unit": unit, "ratio": ratio, "target": target, "ok": ok}


def pin() -> None:
    """Keeps this process and its children on one core, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def load(name: str) -> ModuleType:
    module = importlib.import_module(name)
    if name == "torch":
        module.set_num_threads(1)
    return module


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", help="comma-separated: " + ", ".join([*CASES, "million"]))
    parser.add_argument("--modules", default="adjoint,torch", help="one or two modules with PyTorch's names")
    parser.add_argument("--rounds", type=int, default=15, help="blocks of each module per case")
    parser.add_argument("--ops", type=int, default=1_000_000, help="length of the long chain")
    parser.add_argument("--repeats", type=int, default=2, help="processes per module for the long chain")
    parser.add_argument("--json", metavar="FILE", help="write the rows there too (- is standard output)")
    parser.add_argument("--update", metavar="FILE", help="put the table between its markers in this Markdown file")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    args = parser.parse_args()
    pin()
    if args.child:
        print(json.dumps(million(load(args.child), args.ops)))
        return 0

    names = args.modules.split(",")
    wanted = args.cases.split(",") if args.cases else [*CASES, "million"]
    if unknown := set(wanted) - {*CASES, "million"}:
        parser.error(f"no such case: {', '.join(sorted(unknown))}; there are {', '.join([*CASES, 'million'])}")
    rows: list[report.Row] = []
    if "million" in wanted:  # first, while this process is small and the machine's memory is free
        rows += million_rows(names, args.ops, args.repeats)
    modules = [load(name) for name in names]
    timed = [key for key in CASES if key in wanted]
    for key in timed:
        title, target, build = CASES[key]
        rows.append(row(title, "us", target, dict(zip(names, compare(build, modules, args.rounds)))))
    rows.sort(key=lambda r: r["unit"] != "us")
    packages = report.versions("numpy", *names)
    note = NOTE.format(packages=", ".join(f"{k} {v}" for k, v in packages.items()), **report.machine())
    columns = ("case", *names, "unit", "ratio", "target", "ok")
    print(report.table(rows, columns), note, sep="\n\n")
    if args.json:
        report.write_json(args.json, rows, packages=packages)
    if args.update:
        report.update(args.update, "eager", report.markdown(rows, columns) + "\n\n" + note)
    return int(any(r["ok"] is False for r in rows))


if __name__ == "__main__":
    sys.exit(main())
