"""The layers that pyproject.toml draws are those of the source."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "adjoint"
HEAVY = {"scipy", "llvmlite", "matplotlib", "ml_dtypes", "optree", "torch", "jax", "cupy", "pandas", "IPython", "sympy"}


def imports_at_the_top(path: Path) -> set[str]:
    """Names of the top-level packages that a module imports when it is imported: not inside functions."""
    found: set[str] = set()
    pending: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            pending.extend(node.orelse)
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.partition(".")[0])
        pending.extend(ast.iter_child_nodes(node))
    return found


def test_imports_go_down_the_layers() -> None:
    pytest.importorskip("importlinter")
    program = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    result = subprocess.run(
        [sys.executable, "-c", program, "--no-cache"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(SOURCE.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_module_at_the_root_has_its_layer() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    drawn = {
        name.strip(" ()") for contract in contracts for layer in contract["layers"] for name in layer.split(":")
    }
    there = {path.stem for path in SOURCE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert there - drawn - {"__init__"} == set()


# adjoint.scipy is the part that is imported for SciPy's sake.
LIGHT = [path for path in sorted(SOURCE.rglob("*.py")) if SOURCE / "scipy" not in path.parents]


@pytest.mark.parametrize("path", LIGHT, ids=lambda path: str(path.relative_to(SOURCE)))
def test_nothing_heavy_is_imported_at_the_top_of_a_module(path: Path) -> None:
    assert imports_at_the_top(path) & HEAVY == set()
