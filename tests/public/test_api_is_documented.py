"""Every public name exists, says what it returns, and shows an example. pytest itself runs the examples."""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import pkgutil
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import adjoint as ad

# Packages below the face: what they export is for the layers above them, not for users.
INTERNAL = {"core", "ops", "functions", "transforms", "tensor"}


def public_modules() -> list[ModuleType]:
    """adjoint and every module in it that has an `__all__`, those under a private or internal name left out."""
    found = [ad]
    for info in pkgutil.walk_packages(ad.__path__, "adjoint."):
        parts = info.name.split(".")[1:]
        if parts[0] in INTERNAL or any(part.startswith("_") for part in parts):
            continue
        module = importlib.import_module(info.name)
        if hasattr(module, "__all__"):
            found.append(module)
    return found


NAMES = [(module, name) for module in public_modules() for name in sorted(module.__all__)]
CALLABLES = [
    (module, name)
    for module, name in NAMES
    if callable(value := getattr(module, name, None))
    and value is not vars(np).get(name)  # NumPy's own, under our name
    and not (isinstance(value, type) and issubclass(value, Exception))
]


def label(value: object) -> str:
    return value.__name__ if isinstance(value, ModuleType) else str(value)


def test_there_is_something_public() -> None:
    assert {"tensor", "Tensor", "no_grad"} <= set(ad.__all__)


@pytest.mark.parametrize("module", public_modules(), ids=label)
def test_all_lists_no_name_twice(module: ModuleType) -> None:
    assert sorted(module.__all__) == sorted(set(module.__all__))


@pytest.mark.parametrize(("module", "name"), NAMES, ids=label)
def test_a_public_name_exists(module: ModuleType, name: str) -> None:
    assert hasattr(module, name)


@pytest.mark.parametrize(("module", "name"), CALLABLES, ids=label)
def test_a_public_name_has_a_docstring_with_an_example(module: ModuleType, name: str) -> None:
    doc = inspect.getdoc(getattr(module, name)) or ""
    assert doc, f"{module.__name__}.{name} has no docstring"
    assert ">>>" in doc, f"the docstring of {module.__name__}.{name} shows no example"


@pytest.mark.parametrize("name", [n for n, v in vars(ad.Tensor).items() if not n.startswith("_")])
def test_a_method_of_tensor_has_a_docstring(name: str) -> None:
    assert inspect.getdoc(getattr(ad.Tensor, name)), f"Tensor.{name} has no docstring"


def test_all_of_adjoint_has_what_every_family_names() -> None:
    source = ast.parse(Path(ad.__file__).read_text(encoding="utf-8"))
    families = [node.module for node in source.body if isinstance(node, ast.ImportFrom) and node.names[0].name == "*"]
    named = {name for family in families for name in importlib.import_module(f"adjoint.{family}").__all__}
    assert {name for name in named if name[0] != "_"} - set(ad.__all__) == set()


def wrapped_forms() -> list[Any]:
    """In-place forms, and functions that the hot path wraps: pytest does not find their examples in a module."""
    owners = (ad, ad.Tensor, ad.nn.functional, ad.special)
    names = [(owner, name) for owner in owners for name in dir(owner) if name[0] != "_"]
    forms = [inspect.getattr_static(owner, name) for owner, name in names]
    return [form for form in {id(form): form for form in forms}.values() if hasattr(form, "__wrapped__")]


@pytest.mark.parametrize("form", wrapped_forms(), ids=lambda form: form.__name__)
def test_the_example_of_a_wrapped_form_runs(form: Any) -> None:
    examples = doctest.DocTestParser().get_doctest(inspect.getdoc(form) or "", {}, form.__name__, None, 0)
    report: list[str] = []
    failed, _ = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(examples, out=report.append)
    assert not failed, "".join(report)


@pytest.mark.parametrize("module", public_modules(), ids=label)
def test_a_public_module_says_what_it_is_for(module: ModuleType) -> None:
    assert (module.__doc__ or "").strip()
