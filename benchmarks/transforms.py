"""Speed of function transforms beside torch.func, HIPS autograd and JAX without jit: the same programs, in one run.

    python benchmarks/transforms.py [--cases rosenbrock,hessian] [--rounds 15] [--json out.json] [--update README.md]

Every case is written once, as a function of a library: its transforms and its array module. adjoint runs on ndarrays
with NumPy's own functions, and again on tensors with its own. The libraries take turns, block by block, and the
fastest block of each counts. `ratio` is the slower of our two over the fastest of the libraries that the target names;
JAX stands beside for comparison. What is not installed is left out. Exits with 1 where a target is missed.
"""

from __future__ import annotations

import os

# Before NumPy and torch are imported, or they have their threads already.
os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from importlib import import_module
from itertools import pairwise
from typing import Any

import numpy as np
import report
from eager import Namespace, compare, pin

NOTE = (
    "One core of {cpu}; Python {python}, {packages}; float64. Lower is better; ratio is the slower of adjoint's two "
    "columns over the fastest that the target names."
)


@dataclass
class Library:
    """What the cases need of a library."""

    name: str
    distribution: str
    xp: Any  # its NumPy
    array: Callable[[Any], Any]
    grad: Callable[..., Any]
    jacobian: Callable[..., Any]
    hessian: Callable[..., Any]
    vmap: Callable[..., Any] | None
    number: Callable[[float], Any] = float  # what a function of one number is called with


def ours() -> Library:
    ad = import_module("adjoint")
    return Library("adjoint", "adjoint", np, np.asarray, ad.grad, ad.jacobian, ad.hessian, ad.vmap)


def ours_on_tensors() -> Library:
    ad = import_module("adjoint")
    tensor = lambda a: ad.tensor(a, dtype=ad.float64)
    return Library("on tensors", "adjoint", ad, tensor, ad.grad, ad.jacobian, ad.hessian, ad.vmap, tensor)


def torch_func() -> Library:
    torch = import_module("torch")
    torch.set_num_threads(1)
    func = torch.func
    tensor = lambda a: torch.tensor(a, dtype=torch.float64)
    return Library("torch.func", "torch", torch, tensor, func.grad, func.jacrev, func.hessian, func.vmap, tensor)


def hips() -> Library:
    autograd = import_module("autograd")
    xp = import_module("autograd.numpy")
    return Library("autograd", "autograd", xp, np.asarray, autograd.grad, autograd.jacobian, autograd.hessian, None)


def jax() -> Library:
    jax = import_module("jax")
    jax.config.update("jax_enable_x64", True)
    return Library("jax", "jax", jax.numpy, jax.numpy.asarray, jax.grad, jax.jacrev, jax.hessian, jax.vmap)


LIBRARIES = {
    "adjoint": ours,
    "on tensors": ours_on_tensors,
    "torch.func": torch_func,
    "autograd": hips,
    "jax": jax,
}
OURS = ("adjoint", "on tensors")

Case = Callable[[Library], Callable[[], Any] | None]
CASES: dict[str, tuple[str, float, tuple[str, ...], Case]] = {}


def case(key: str, title: str, target: float, *beside: str) -> Callable[[Case], Case]:
    """Registers a function of the library that returns what is timed, with its target beside the libraries named."""

    def register(build: Case) -> Case:
        CASES[key] = (title, target, beside, build)
        return build

    return register


# Gradients of small functions -----------------------------------------------------------------------------------------


@case("rosenbrock", "gradient of Rosenbrock-3", 0.5, "torch.func", "autograd")
def rosenbrock(lib: Library) -> Callable[[], Any]:
    def f(x: Any) -> Any:
        return sum(100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(2))

    g, x = lib.grad(f), lib.array([0.3, -0.7, 1.1])
    return lambda: g(x)


@case("fifty", "gradient of a function of 50 ops, n = 4", 0.5, "torch.func", "autograd")
def fifty(lib: Library) -> Callable[[], Any]:
    xp = lib.xp

    def f(x: Any) -> Any:
        y = x
        for _ in range(7):
            y = xp.sin(y) * x
            y = xp.exp(-y * y)
            y = y + xp.tanh(x)
        return xp.sum(y)

    g, x = lib.grad(f), lib.array([0.1, -0.4, 0.7, 1.3])
    return lambda: g(x)


@case("nested", "grad nested eight deep, tanh(sin x)", 1.0, "torch.func")
def nested(lib: Library) -> Callable[[], Any]:
    xp = lib.xp
    g: Callable[..., Any] = reduce(lambda f, _: lib.grad(f), range(8), lambda x: xp.tanh(xp.sin(x)))
    x = lib.number(0.5)
    return lambda: g(x)


# A small network: 8-32-32-4, tanh -------------------------------------------------------------------------------------

SIZES = (8, 32, 32, 4)


def network(lib: Library) -> tuple[list[Any], Callable[[Any, Any], Any]]:
    """Its parameters and its function."""
    xp, random = lib.xp, np.random.default_rng(0)
    parameters = []
    for n, m in pairwise(SIZES):
        parameters += [lib.array(random.standard_normal((n, m)) / n**0.5), lib.array(random.standard_normal(m) / 10)]

    def forward(p: Any, x: Any) -> Any:
        h = xp.tanh(x @ p[0] + p[1])
        h = xp.tanh(h @ p[2] + p[3])
        return h @ p[4] + p[5]

    return parameters, forward


def example(lib: Library, *shape: int) -> Any:
    return lib.array(np.random.default_rng(1).standard_normal(shape))


@case("jacobian", "Jacobian of an MLP 8-32-32-4", 1.0, "torch.func")
def jacobian(lib: Library) -> Callable[[], Any]:
    p, forward = network(lib)
    j, x = lib.jacobian(lambda x: forward(p, x)), example(lib, 8)
    return lambda: j(x)


@case("hessian", "Hessian of its loss, 8 by 8", 1.0, "torch.func")
def hessian(lib: Library) -> Callable[[], Any]:
    p, forward = network(lib)
    h, x = lib.hessian(lambda x: lib.xp.sum(forward(p, x) ** 2)), example(lib, 8)
    return lambda: h(x)


@case("per-sample", "its per-sample gradients, batch 32", 1.0, "torch.func")
def per_sample(lib: Library) -> Callable[[], Any] | None:
    if lib.vmap is None:
        return None
    p, forward = network(lib)

    def loss(p: Any, x: Any, y: Any) -> Any:
        return lib.xp.sum((forward(p, x) - y) ** 2)

    g = lib.vmap(lib.grad(loss), (None, 0, 0))
    x, y = example(lib, 32, 8), example(lib, 32, 4)
    return lambda: g(p, x, y)


# Taking turns ---------------------------------------------------------------------------------------------------------


def measured(key: str, libraries: list[Library], rounds: int) -> report.Row:
    """One line of the table."""
    title, target, beside, build = CASES[key]
    runs = {lib.name: build(lib) for lib in libraries}
    there = [lib for lib in libraries if runs[lib.name] is not None]
    agree(title, {lib.name: runs[lib.name]() for lib in there})  # type: ignore[misc]

    def statement(lib: Any) -> tuple[str, Namespace]:
        return "run()", {"run": runs[lib.name]}

    times = dict(zip([lib.name for lib in there], compare(statement, there, rounds)))  # type: ignore[arg-type]
    peers = [times[name] for name in beside if name in times]
    own = [times[name] for name in OURS if name in times]
    ratio = max(own) / min(peers) if own and peers else None
    ok = None if ratio is None else ratio <= target
    return {"case": title, **times, "unit": "us", "ratio": ratio, "target": target, "ok": ok}


def agree(title: str, results: dict[str, Any]) -> None:
    """Stops the run where the libraries do not compute the same."""
    (first, expected), *others = [
        (name, [np.asarray(r) for r in (result if isinstance(result, list) else [result])])
        for name, result in results.items()
    ]
    for name, values in others:
        if not all(np.allclose(a, b, rtol=1e-9, atol=1e-9) for a, b in zip(expected, values, strict=True)):
            raise SystemExit(f"{title}: {name} gives another result than {first}")


def installed(names: list[str]) -> list[Library]:
    """The libraries that can be imported; the others are named."""
    found = []
    for name in names:
        try:
            found.append(LIBRARIES[name]())
        except ModuleNotFoundError as missing:
            print(f"{name} is left out: {missing}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", default=",".join(CASES), help="comma-separated: " + ", ".join(CASES))
    parser.add_argument("--libraries", default=",".join(LIBRARIES), help="comma-separated, in the table's order")
    parser.add_argument("--rounds", type=int, default=15, help="blocks of each library per case")
    parser.add_argument("--json", metavar="FILE", help="write the rows there too (- is standard output)")
    parser.add_argument("--update", metavar="FILE", help="put the table between its markers in this Markdown file")
    args = parser.parse_args()
    wanted, names = args.cases.split(","), args.libraries.split(",")
    if unknown := (set(wanted) - set(CASES)) | (set(names) - set(LIBRARIES)):
        parser.error(f"no such case or library: {', '.join(sorted(unknown))}")
    pin()
    libraries = installed(names)
    rows = [measured(key, libraries, args.rounds) for key in CASES if key in wanted]
    packages = report.versions("numpy", *dict.fromkeys(lib.distribution for lib in libraries))
    note = NOTE.format(packages=", ".join(f"{k} {v}" for k, v in packages.items()), **report.machine())
    columns = ("case", *(lib.name for lib in libraries), "unit", "ratio", "target", "ok")
    print(report.table(rows, columns), note, sep="\n\n")
    if args.json:
        report.write_json(args.json, rows, packages=packages)
    if args.update:
        report.update(args.update, "transforms", report.markdown(rows, columns) + "\n\n" + note)
    return int(any(row["ok"] is False for row in rows))


if __name__ == "__main__":
    sys.exit(main())
