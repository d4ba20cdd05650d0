"""What programs ask about devices before they start, and the switches that they set, work on a CPU."""

from __future__ import annotations

import adjoint as ad
import adjoint.backends.cudnn as cudnn


def test_there_is_no_accelerator_of_any_kind():
    kinds = (ad.cuda, ad.backends.mps, ad.backends.cudnn, ad.accelerator)
    assert not any(kind.is_available() for kind in kinds)
    assert ad.accelerator.current_accelerator() is None
    assert ad.device("cuda" if ad.cuda.is_available() else "cpu").type == "cpu"


def test_switches_of_libraries_that_are_not_here_can_be_set():
    assert cudnn is ad.backends.cudnn
    before = cudnn.benchmark, cudnn.deterministic, ad.backends.cuda.matmul.allow_tf32
    cudnn.benchmark, cudnn.deterministic, ad.backends.cuda.matmul.allow_tf32 = True, True, True
    assert ad.backends.cudnn.benchmark
    cudnn.benchmark, cudnn.deterministic, ad.backends.cuda.matmul.allow_tf32 = before
