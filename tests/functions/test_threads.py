"""The number of threads of matrix products can be asked and set."""

from __future__ import annotations

import warnings

import pytest

import adjoint as ad
from adjoint.functions import threads


def test_the_number_of_threads_that_was_set_is_told():
    if threads._openblas() is None:
        pytest.skip("NumPy is built on another library")
    before = ad.get_num_threads()
    ad.set_num_threads(1)
    assert ad.get_num_threads() == 1
    ad.set_num_threads(before)
    assert ad.get_num_threads() == before


def test_a_library_that_cannot_be_told_is_a_warning(monkeypatch):
    monkeypatch.setattr(threads, "_openblas", lambda: None)
    assert ad.get_num_threads() >= 1
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        ad.set_num_threads(1)
    assert "no effect" in str(seen[0].message)


@pytest.mark.parametrize("threads", [0, -1, 1.5])
def test_a_number_of_threads_is_a_positive_integer(threads):
    with pytest.raises(RuntimeError, match="expects a positive integer"):
        ad.set_num_threads(threads)
