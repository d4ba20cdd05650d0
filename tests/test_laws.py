"""The laws find wrong rules: each kind of mistake is reported, and a right rule is not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import adjoint as ad
from adjoint.extend import custom, elementwise, linear

X = np.array([0.3, 0.8, 1.7])


def square_for_the_laws(x: Any) -> Any:
    return x * x


def double_for_the_laws(x: Any) -> Any:
    return x + x


def product_for_the_laws(x: Any, y: Any) -> Any:
    return x * y


def parts_for_the_laws(x: Any) -> Any:
    return x * 2, x * 3


def clobbered(ct: Any, x: Any) -> Any:
    ct *= 2
    return ct


def rounded(ct: Any, x: Any) -> Any:
    return (2 * ct).astype(np.float32) if type(ct) is np.ndarray else 2 * ct


def frozen(x: Any) -> Any:
    return 2 * (x.detach() if isinstance(x, ad.Tensor) else x)


def first_only(ct: Any, s: Any) -> Any:
    return 2 * ct[0] if ct[1] is None else 2 * ct[0] + 3 * ct[1] if ct[0] is not None else 0 * ct[1]


WRONG = {
    "a wrong factor": (lambda: elementwise(square_for_the_laws, lambda x: 3 * x), (X,), "the rule gives"),
    "a derivative that cannot be differentiated": (
        lambda: elementwise(square_for_the_laws, frozen), (X,), "the rule gives"),
    "a rule that writes to its cotangent": (lambda: linear(double_for_the_laws, clobbered), (X,), "."),
    "a rule that changes the dtype": (lambda: custom(square_for_the_laws, lambda ct, s: 2.0 * ct * np.float64(1) * s.x,
                                                     saves=("x",)), (X,), None),
    "operands in the wrong order": (
        lambda: elementwise(product_for_the_laws, lambda x: x, lambda y: y), (X, X[::-1].copy()), "the rule gives"),
    "a derivative declared to be none": (
        lambda: elementwise(product_for_the_laws, lambda y: y, None), (X, X), "no derivative in its second operand"),
    "a result that is forgotten when it is alone": (lambda: custom(parts_for_the_laws, first_only), (X,), "gradient 0"),
    "infinity times zero": (
        lambda: custom(square_for_the_laws, lambda ct, s: 2 * ct * s.x, saves=("x",)), (X,), "zero cotangent"),
}


@pytest.mark.parametrize("mistake", [m for m in WRONG if WRONG[m][2]])
def test_a_wrong_rule_is_found(mistake: str) -> None:
    make, operands, message = WRONG[mistake]
    with pytest.raises((AssertionError, ValueError, ad.errors.MissingRule), match=message):
        ad.laws.check_op(make(), *operands)


def test_a_right_rule_passes() -> None:
    ad.laws.check_op(elementwise(square_for_the_laws, lambda x: 2 * x), X)
    ad.laws.check_op(elementwise(square_for_the_laws, lambda x: 2 * x), X + 1j)
    ad.laws.check_op(linear(double_for_the_laws, lambda ct, x: 2 * ct), X)
    ad.laws.check_op(elementwise(product_for_the_laws, lambda y: y, lambda x: x), X, X[:, None])


def test_operands_are_asked_for_where_none_can_be_made() -> None:
    with pytest.raises(TypeError, match="give double_for_the_laws operands"):
        ad.laws.check_op(linear(double_for_the_laws, lambda ct, x: 2 * ct))
