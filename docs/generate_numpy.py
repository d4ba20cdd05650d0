"""Write docs/numpy.md: the table of every NumPy function and what a traced value meets in it.

    python docs/generate_numpy.py
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import numpy as np

from adjoint.numpy import coverage

PAGE = Path(__file__).with_name("numpy.md")

MEANING = {
    "differentiable": "a derivative of every order, in reverse and forward mode, of tensors and of arrays",
    "constant": "computed; the result is piecewise constant, an index, a count, a truth value: the derivative is zero",
    "write": "writes into a traced array like `x[key] = y`; into a plain ndarray it refuses to write a traced value",
    "plain": "about shapes, dtypes, texts or files, not about values",
    "refused": "raises `MissingRule` for a value that is differentiated, and says what to use",
    "alias": "another name of the function that stands beside it",
}

HEAD = '''# NumPy's functions

<!-- Written by docs/generate_numpy.py from what is registered; do not edit. -->

A function written with `import numpy as np` is differentiated as it stands: NumPy hands its functions over to the
traced values that they meet.

```python
>>> import numpy as np
>>> import adjoint as ad
>>> ad.grad(lambda x: np.sum(np.sin(x) * x))(np.array([0.0, 1.0]))
array([0.        , 1.38177329])

```

These are all of the functions and ufuncs that NumPy {version} lets others override, but for those of strings.
{count} of them are differentiable, aliases and piecewise constant ones not counted; each is checked against finite
differences to second order, by the cases in `tests/numpy`.
'''

TAIL = '''
What NumPy does not hand over raises an error that names the remedy, instead of losing the derivative:

| where a number is needed | use |
|---|---|
| `np.array([x[0], x[1]])`, `np.asarray(x)` | `np.stack([x[0], x[1]])`, or `like=x`, or `adjoint.numpy.array` |
| `np.sum(a, initial=x)`, `np.pad(a, 1, constant_values=x)` of a plain `a` | `adjoint.numpy.sum`, `adjoint.numpy.pad` |
| `np.select(c, a, default=x)`, `np.interp(a, b, c, left=x)` | `adjoint.numpy.select`, `adjoint.numpy.interp` |
| `table[i]`, `np.take(table, i)` with an index of `vmap` | `adjoint.numpy.at(table)[i].get()`, or `take` |
| `np.arange(x, 3.0)` | `x + np.arange(n)`, or `like=x` |
| `np.ascontiguousarray(x)`, `np.asfortranarray(x)`, `np.require(x)` | `np.copy(x)`, or `like=x` |
| `np.random.normal(x)` | `x + np.random.normal()` |
| `"%.3f" % x` | `f"{x:.3f}"` |
| `np.full(n, x)` | `np.broadcast_to(x, n)`, `np.full_like(y, x)` of a traced y, or `like=x` |
| `a[0] = x`, `a += x`, `out=a` for an ndarray `a` | `a = np.zeros_like(x)` of a traced x, or `np.where`, `np.stack` |
| `a[0] = x`, in JAX `a = a.at[0].set(x)` | `a = adjoint.numpy.at(a)[0].set(x)` |
| `float(x)`, `math.exp(x)` | `x` itself, `np.exp(x)` |
| `np.vectorize(f)` | `adjoint.numpy.vectorize(f)` |
'''


def version() -> str:
    """The version of NumPy whose functions the page lists."""
    return ".".join(np.__version__.split(".")[:2])


def page() -> str:
    """The text of docs/numpy.md."""
    rows = coverage.table()
    lines = [HEAD.format(version=version(), count=len(coverage.differentiable())),
             "| what | functions | means |", "|---|---|---|"]
    for role in coverage.ROLES:
        n = sum(row.role == role for row in rows)
        lines.append(f"| {role} | {n} | {MEANING[role]} |")
    for space, group in groupby(rows, key=lambda row: row.name.rsplit(".", 1)[0]):
        lines += ["", f"## {space}", "", "| function | what | |", "|---|---|---|"]
        lines += [f"| `{row.name}` | {row.role} | {row.note} |" for row in group]
    return "\n".join(lines) + "\n" + TAIL


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
