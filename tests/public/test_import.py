"""What `import adjoint` brings along, and what it leaves as it was."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

import adjoint as ad

HEAVY = ("scipy", "llvmlite", "matplotlib", "ml_dtypes", "optree", "torch", "jax", "cupy", "pandas", "IPython", "sympy")
# Of the standard library: each costs several milliseconds and NumPy needs none of them.
SLOW = ("asyncio", "multiprocessing", "unittest", "urllib.request", "http.client", "tkinter", "sqlite3", "email.parser")


def in_a_fresh_process(program: str) -> str:
    """What the program prints in a Python of its own, where warnings are errors."""
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env={**os.environ, "PYTHONPATH": str(Path(ad.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


@pytest.fixture(scope="module")
def brought_along() -> set[str]:
    """The modules that are loaded after `import adjoint` and were not after `import numpy`."""
    program = "import sys, numpy; before = set(sys.modules); import adjoint; print(*(set(sys.modules) - before))"
    return set(in_a_fresh_process(program).split())


@pytest.mark.parametrize("name", HEAVY)
def test_importing_adjoint_does_not_import_a_heavy_package(name: str, brought_along: set[str]) -> None:
    assert {module for module in brought_along if module.partition(".")[0] == name} == set()


@pytest.mark.parametrize("name", SLOW)
def test_importing_adjoint_does_not_import_a_slow_part_of_the_standard_library(
    name: str, brought_along: set[str]
) -> None:
    assert name not in brought_along


def test_an_ordinary_gradient_needs_no_heavy_package_either() -> None:
    program = (
        "import sys, adjoint as ad; x = ad.tensor([1., 2.], requires_grad=True); (x * x).sum().backward(); "
        f"print([m for m in {HEAVY!r} if m in sys.modules], x.grad.tolist())"
    )
    assert in_a_fresh_process(program) == "[] [2.0, 4.0]"


SETTINGS = ("numpy.geterr()", "numpy.get_printoptions()", "warnings.filters", "sys.getrecursionlimit()")


@pytest.mark.parametrize("state", SETTINGS)
def test_importing_adjoint_leaves_the_users_settings_alone(state: str) -> None:
    program = f"import sys, warnings, numpy; a = repr({state}); import adjoint; print(a == repr({state}))"
    assert in_a_fresh_process(program) == "True"


def test_the_version_is_that_of_the_installed_distribution() -> None:
    try:
        installed = metadata.version("adjoint")
    except metadata.PackageNotFoundError:
        pytest.skip("adjoint runs from its source here; it is not installed")
    assert ad.__version__ == installed
