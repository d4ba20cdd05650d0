"""What every test runs under: one BLAS thread, and examples that hypothesis draws the same way each time."""

from __future__ import annotations

import os

# Two BLAS threads beside a busy neighbour make a small product eighty times slower. Read when NumPy is first imported.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
os.environ.setdefault("MPLBACKEND", "Agg")

from hypothesis import HealthCheck, settings

settings.register_profile(
    "adjoint",
    derandomize=True,  # the same examples in every run: a failure is there tomorrow too
    deadline=None,  # nothing is timed: machines are shared
    database=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("adjoint")
