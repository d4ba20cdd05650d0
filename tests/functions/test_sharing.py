"""Memory that forked processes share."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import adjoint as ad


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_what_a_forked_process_writes_is_seen_and_a_derivative_does_not_see_it() -> None:
    program = """
import os, adjoint as ad
x = ad.ones(2).share_memory_().requires_grad_()
y = (x * x).sum()
if os.fork() == 0:
    x.detach().fill_(5.0)
    os._exit(0)
os.wait()
y.backward()
print(x.tolist(), x.grad.tolist())
"""
    environment = {**os.environ, "PYTHONPATH": str(Path(ad.__file__).parents[1])}
    command = [sys.executable, "-c", program]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[5.0, 5.0] [2.0, 2.0]"


def test_a_shared_tensor_keeps_its_views_and_its_history() -> None:
    x = ad.ones(3, requires_grad=True)
    y = x * 2
    part = y[1:]
    assert y.share_memory_() is y
    assert part.is_shared()
    with ad.no_grad():
        part[0] = 7.0
    assert y.tolist() == [2.0, 7.0, 2.0]
    y.sum().backward()
    assert x.grad is not None


def test_a_view_is_not_shared_without_its_base() -> None:
    with pytest.raises(RuntimeError, match="is a view"):
        ad.ones(3)[1:].share_memory_()


def test_a_tensor_that_was_set_shares_memory_with_its_source() -> None:
    x, y = ad.arange(4.0), ad.zeros(2)
    old = y[:1]
    y.set_(x, 1, (2,), (2,))
    x[1] = 7.0
    y[1] = 9.0
    assert y.tolist() == [7.0, 9.0]
    assert x.tolist() == [0.0, 7.0, 2.0, 9.0]
    assert old.tolist() == [0.0]
    assert y.set_().shape == (0,)


def test_a_tracked_tensor_cannot_be_set() -> None:
    with pytest.raises(RuntimeError, match="not differentiable"):
        ad.ones(2, requires_grad=True).set_(ad.ones(2))
