"""Write docs/op_modes.md: for every op, where its value, its derivatives and its batching come from.

    python docs/generate_op_modes.py
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import adjoint.ops
from adjoint.core.batch_rules import word
from adjoint.transforms import series_linalg, series_rules

PAGE = Path(__file__).with_name("op_modes.md")

HEAD = """# Ops and modes

<!-- Written by docs/generate_op_modes.py from what is registered; do not edit. -->

Every op of `adjoint.ops`, by file, and where each mode gets its result from. The public functions are compositions of
these. "From" says that the mode is derived from what the op states; "given" that the op states it itself.

| | |
|---|---|
| value | the function on arrays: NumPy's, SciPy's, or our own |
| reverse | the vector-Jacobian product |
| forward | the tangent; an explicit vjp is transposed where no tangent rule is given |
| batching | under `vmap`: a word of `core/batch_rules.py`, a function of the op's own, or a loop over the examples |
| series | under `jet`: a recurrence of its own (`transforms/series_*.py`), or from the tangent |
| pattern | under `jacobian_sparsity`: which elements of the operands an element of the result may depend on |

"Zero" is the derivative of a piecewise constant op; "error" is a `MissingRule` or `LinAlgError` that says what to do.
"""

REVERSE = {"elementwise": "from the partials", "linear": "from the transpose", "structural": "from the transpose",
           "bilinear": "from the transposes", "reduction": "from the partial", "custom": "given", "constant": "zero"}
FORWARD = {"elementwise": "from the partials", "linear": "the op itself", "structural": "the op itself",
           "bilinear": "product rule", "reduction": "from the partial", "constant": "zero"}


def value(op: Any) -> str:
    """Whose function it is."""
    module = getattr(op.fn, "__module__", None) or getattr(op.fn, "path", "numpy")
    return {"numpy": "NumPy", "scipy": "SciPy"}.get(module.split(".")[0], "own")


def reverse(op: Any) -> str:
    """Where the vector-Jacobian product comes from."""
    if refuses(op):
        return "error"
    partials = getattr(op, "partials", ())
    missing = [i for i, p in enumerate(partials) if p is None]
    places = [("first", "second", "third", "fourth")[i] for i in missing]
    return REVERSE[op.kind] + (f"; error in the {' and '.join(places)} operand" if missing else "")


def forward(op: Any) -> str:
    """Where the tangent comes from."""
    if refuses(op):
        return "error"
    if op.kind != "custom":
        return FORWARD[op.kind]
    return "from the vjp" if op.forward is None else "given"


def batching(op: Any) -> str:
    """What vmap does."""
    return "loop" if op.batch is None else word(op.batch) or "given"


def series(op: Any) -> str:
    """Where Taylor coefficients come from."""
    if refuses(op):
        return "error"
    if not op.differentiable:
        return "zero"
    if op.op_name in series_rules.RULES:
        return "given"
    if op.op_name in series_rules.LINEAR or op.kind in ("linear", "structural"):
        return "the op itself"
    return "product rule" if op.kind == "bilinear" else "from the tangent"


def sparsity(op: Any) -> str:
    """Which elements of a result a sparsity pattern ties to which of the operands."""
    if not op.differentiable:
        return "none"
    if op.elementwise and op.kind != "structural":
        return "at its place"
    if op.linear or op.kind == "bilinear":
        return "from the map"
    return "along the axes" if hasattr(op.batch, "counted") else "in blocks" if hasattr(op.batch, "own") else "all"


def refuses(op: Any) -> bool:
    """Whether its derivative only raises the error that says why there is none."""
    return op.differentiable and getattr(getattr(op, "pull", None), "refused", False)


RECURRENCES = (series_rules, series_linalg)  # the files that enter them

MODES: dict[str, Callable[[Any], str]] = {
    "value": value, "reverse": reverse, "forward": forward, "batching": batching, "series": series,
    "pattern": sparsity}


def families() -> dict[str, list[Any]]:
    """The ops of each file, in the order in which they stand there."""
    found: dict[str, list[Any]] = {}
    seen = set()
    for m in pkgutil.iter_modules(adjoint.ops.__path__):
        module = importlib.import_module(f"adjoint.ops.{m.name}")
        for call in vars(module).values():
            op = getattr(call, "op", None)
            if op is not None and _home(op, call, module) and op.op_name not in seen:
                seen.add(op.op_name)
                found.setdefault(m.name, []).append(op)
    return found


def _home(op: Any, call: Any, module: Any) -> bool:
    """Whether the op is defined in this file and not imported into it."""
    source = Path(module.__file__).read_text(encoding="utf-8")
    name = next(k for k, v in vars(module).items() if v is call)
    return any(line.startswith((f"{name} =", f"{name}:")) for line in source.splitlines())


def page() -> str:
    """The text of docs/op_modes.md."""
    lines = [HEAD]
    for family, ops in families().items():
        lines += [f"## {family}", "", f"| op | kind | {' | '.join(MODES)} |", "|---" * (2 + len(MODES)) + "|"]
        lines += [f"| `{op.op_name}` | {op.kind} | {' | '.join(cell(op) for cell in MODES.values())} |" for op in ops]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
