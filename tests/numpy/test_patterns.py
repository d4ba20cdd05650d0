"""The sparsity pattern of every NumPy function of the cases_*.py files has all of its derivatives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import adjoint as ad

from .test_numpy_functions import ALL, leaves

REAL = [p for p in ALL if p.values[0].order and all(a.dtype.kind == "f" for a in p.values[0].args)
        and sum(a.size for a in p.values[0].args) <= 60]


@pytest.mark.parametrize("case", REAL)
@pytest.mark.filterwarnings("ignore")
def test_the_pattern_has_every_derivative(case: Any) -> None:
    def f(*args: Any) -> Any:
        found = [leaf for leaf in leaves(case.fn(*args)) if getattr(leaf, "dtype", np.dtype(int)).kind in "fc"]
        parts = [part(leaf) for leaf in found for part in (np.real, np.imag)]
        return np.concatenate([np.reshape(part, (-1,)) for part in parts])

    pattern = ad.jacobian_sparsity(f, tuple(range(len(case.args))))(*case.args).toarray()
    columns = []
    for i, x in enumerate(case.args):
        for k in range(x.size):
            tangents = [np.zeros_like(a) for a in case.args]
            tangents[i].reshape(-1)[k] = 1.0
            columns.append(np.asarray(ad.jvp(f, case.args, tuple(tangents))[1]).reshape(-1))
    jacobian = np.stack(columns, axis=1) if columns else np.zeros(pattern.shape)
    assert not np.any((np.abs(jacobian) > 1e-12 * np.max(np.abs(jacobian), initial=0)) & ~pattern)
