"""What it costs to have a library: seconds that its import adds to NumPy's, and MB that installing it takes.

    python benchmarks/footprint.py [--rounds 10] [--json out.json] [--update README.md]

Compares adjoint with those of torch, jax and autograd that are installed. An import is timed in a fresh process, after
NumPy's own, with bytecode cached; processes take turns and the fastest counts. A size is that of the files which the
wheels unpack to, the distribution's and those of everything that it requires, bytecode left out.
Exits with 1 if adjoint's import misses its target.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import report
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

TARGET_SECONDS = 0.05
COLUMNS = ("library", "version", "import over NumPy's, s", "own files, MB", "with dependencies, MB", "distributions")
LIBRARIES = ("adjoint", "torch", "jax", "autograd")
PROGRAM = "import time; import numpy; a = time.perf_counter(); import {}; print(time.perf_counter() - a)"
NOTE = "{cpu}; Python {python}. NumPy's own import took {numpy:.3f} s."


def import_seconds(names: list[str], rounds: int) -> dict[str, float]:
    """Fastest import of each after NumPy's; the first round only fills the bytecode caches."""
    best = dict.fromkeys(names, float("inf"))
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    for r in range(rounds + 1):
        for name in names:
            program = PROGRAM.replace("import numpy; ", "") if name == "numpy" else PROGRAM
            command = [sys.executable, "-c", program.format(name)]
            run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=environment)
            taken = float(run.stdout)
            best[name] = min(best[name], taken) if r else best[name]
    return best


def closure(name: str, seen: dict[str, metadata.Distribution] | None = None) -> dict[str, metadata.Distribution]:
    """The distribution and everything it requires here, extras left out."""
    seen = {} if seen is None else seen
    key = canonicalize_name(name)
    if key not in seen:
        seen[key] = distribution = metadata.distribution(name)
        for line in distribution.requires or ():
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                closure(requirement.name, seen)
    return seen


def size(name: str) -> float:
    """MB of one distribution's files, or of its package folder where that is installed in place."""
    files = [Path(str(file.locate())) for file in metadata.distribution(name).files or ()]
    in_place = [file for file in files if file.suffix == ".pth"]
    if in_place:
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        files += Path(spec.origin).parent.rglob("*")
    return sum(file.stat().st_size for file in files if file.suffix != ".pyc" and file.is_file()) / 1e6


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10, help="processes per library")
    parser.add_argument("--json", metavar="FILE", help="write the rows there too (- is standard output)")
    parser.add_argument("--update", metavar="FILE", help="put the table between its markers in this Markdown file")
    args = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

    installed = report.versions(*LIBRARIES)
    if "adjoint" not in installed:
        parser.error("adjoint is not installed here, so that its requirements are unknown: pip install -e '.[peers]'")
    taken = import_seconds(["numpy", *installed], args.rounds)
    rows: list[report.Row] = []
    for name, version in installed.items():
        needed = closure(name)
        numbers = (name, version, taken[name], size(name), sum(map(size, needed)), len(needed))
        rows.append(dict(zip(COLUMNS, numbers)))
    note = NOTE.format(numpy=taken["numpy"], **report.machine())
    print(report.table(rows, COLUMNS), note, sep="\n\n")
    if args.json:
        report.write_json(args.json, rows, numpy_seconds=taken["numpy"])
    if args.update:
        report.update(args.update, "footprint", report.markdown(rows, COLUMNS) + "\n\n" + note)
    return int(taken["adjoint"] > TARGET_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
