"""Reverse mode as PyTorch documents it: seeds, accumulation, retained graphs and retained gradients."""
from __future__ import annotations

import warnings

import pytest

import adjoint as ad


def leaf(*values):
    return ad.tensor(values if len(values) > 1 else values[0], requires_grad=True)


def test_grad_is_none_before_backward_and_accumulates_after():
    x = leaf(1.0, 2.0)
    assert x.grad is None
    (x * x).sum().backward()
    (x * x).sum().backward()
    assert x.grad.tolist() == [4.0, 8.0]
    x.grad.zero_()
    x.sum().backward()
    assert x.grad.tolist() == [1.0, 1.0]


def test_accumulation_keeps_the_identity_of_grad():
    x = leaf(1.0, 2.0)
    x.sum().backward()
    kept = x.grad
    x.sum().backward()
    assert x.grad is kept
    assert kept.tolist() == [2.0, 2.0]


def test_grad_can_be_assigned_and_checks_what_it_is_given():
    x = leaf(1.0, 2.0)
    x.grad = ad.tensor([5.0, 5.0])
    x.sum().backward()
    assert x.grad.tolist() == [6.0, 6.0]
    x.grad = None
    assert x.grad is None
    with pytest.raises(RuntimeError):
        x.grad = ad.ones(3)
    with pytest.raises(RuntimeError):
        x.grad = ad.ones(2, dtype=ad.float64)
    with pytest.raises(TypeError):
        x.grad = 1.0


def test_gradients_share_no_memory_with_each_other_or_with_the_seed():
    x, y = leaf(1.0, 2.0), leaf(3.0, 4.0)
    seed = ad.ones(2)
    (x + y).backward(seed)
    x.grad.zero_()
    assert y.grad.tolist() == [1.0, 1.0]
    assert seed.tolist() == [1.0, 1.0]
    z = leaf(1.0, 2.0)
    (z * x.detach()).sum().backward()
    z.grad.zero_()
    assert x.tolist() == [1.0, 2.0]


def test_a_nonscalar_without_a_seed_is_refused():
    with pytest.raises(RuntimeError, match="grad can be implicitly created only for scalar outputs"):
        (leaf(1.0, 2.0) * 2).backward()


@pytest.mark.parametrize("shape", [(), (1,), (1, 1, 1)])
def test_any_one_element_shape_counts_as_scalar(shape):
    x = ad.ones(shape, requires_grad=True)
    (3 * x).backward()
    assert x.grad.shape == shape
    assert x.grad.item() == 3.0


def test_a_seed_makes_a_vector_jacobian_product():
    x = leaf(1.0, 2.0, 3.0)
    (x * x).backward(gradient=ad.tensor([1.0, 0.5, 0.1]))
    assert x.grad.tolist() == pytest.approx([2.0, 2.0, 0.6])


def test_a_seed_of_the_wrong_shape_names_both_shapes():
    x = leaf(1.0, 2.0, 3.0)
    message = r"Mismatch in shape: grad_output\[0\] has a shape of .*2.* and output\[0\] has a shape of .*3"
    with pytest.raises(RuntimeError, match=message):
        (x * x).backward(ad.ones(2))


def test_an_integer_seed_tensor_serves_but_a_bare_number_does_not():
    x = leaf(2.0)
    (x * x).backward(ad.tensor(1))
    assert x.grad.item() == 4.0
    with pytest.raises(TypeError):
        (x * x).backward(1)


def test_a_second_backward_needs_a_retained_graph():
    x = leaf(1.0, 2.0)
    y = (x * x).sum()
    y.backward()
    with pytest.raises(RuntimeError, match="Trying to backward through the graph a second time"):
        y.backward()
    y = (x * x).sum()
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad.tolist() == [6.0, 12.0]


def test_a_graph_in_which_nothing_was_saved_may_run_again():
    x = leaf(1.0, 2.0)
    y = x.sum()
    y.backward()
    y.backward()
    assert x.grad.tolist() == [2.0, 2.0]


def test_a_freed_part_that_two_losses_share_is_found():
    x = leaf(1.0, 2.0)
    shared = x.exp()
    shared.sum().backward()
    with pytest.raises(RuntimeError, match="second time"):
        (shared * 3).sum().backward()


def test_backward_returns_none():
    x = leaf(2.0)
    assert (x * x).backward() is None
    assert ad.autograd.backward((x * x,)) is None


def test_retain_graph_follows_create_graph():
    x = leaf(2.0)
    y = x**3
    ad.autograd.grad(y, x, create_graph=True)
    ad.autograd.grad(y, x)
    with pytest.raises(RuntimeError, match="second time"):
        ad.autograd.grad(y, x)


def test_an_untracked_output_says_so():
    message = "element 0 of tensors does not require grad and does not have a grad_fn"
    with pytest.raises(RuntimeError, match=message):
        ad.tensor(1.0).backward()
    with pytest.raises(RuntimeError, match=message):
        ad.autograd.grad(ad.tensor(1.0), leaf(1.0))


def test_a_leaf_may_be_its_own_output():
    x = leaf(3.0)
    x.backward()
    assert x.grad.item() == 1.0
    (g,) = ad.autograd.grad(x, x)
    assert g.item() == 1.0


def test_several_outputs_add_up_with_their_seeds():
    x = leaf(1.0, 2.0)
    ad.autograd.backward([x * 2, (x * x).sum()], [ad.tensor([1.0, 10.0]), None])
    assert x.grad.tolist() == [4.0, 24.0]
    (g,) = ad.autograd.grad([x * 2, x * 3], [x], [ad.ones(2), ad.ones(2)])
    assert g.tolist() == [5.0, 5.0]


def test_the_same_output_twice_counts_twice():
    x = leaf(3.0)
    y = x * x
    (g,) = ad.autograd.grad([y, y], x)
    assert g.item() == 12.0


def test_inputs_limits_which_grads_are_touched_even_to_a_nonleaf():
    a, b = leaf(1.0), leaf(2.0)
    m = a * b
    (m * m).backward(inputs=[a])
    assert a.grad.item() == 8.0
    assert b.grad is None
    (a * b * b).backward(inputs=b)
    assert a.grad.item() == 8.0
    assert b.grad.item() == 4.0
    with pytest.raises(RuntimeError, match="empty"):
        (a * b).backward(inputs=[])


def test_retain_grad_keeps_a_nonleaf_gradient():
    x = leaf(2.0)
    m = x * x
    m.retain_grad()
    m.retain_grad()
    assert m.retains_grad
    assert not m.is_leaf
    (3 * m).backward()
    assert m.grad.item() == 3.0
    with pytest.raises(RuntimeError):
        ad.tensor(1.0).retain_grad()


def test_reading_an_unretained_nonleaf_gradient_warns_and_gives_none():
    m = leaf(2.0) * 2
    m.backward()
    with pytest.warns(UserWarning, match="not a leaf Tensor"):
        assert m.grad is None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert leaf(1.0).grad is None


def test_only_leaves_receive_a_gradient():
    x = leaf(2.0)
    m = x * x
    (m * m).backward()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert m.grad is None
    assert x.grad.item() == 32.0


def test_broadcasting_is_undone_in_the_gradient():
    a, b = ad.ones(3, 1, requires_grad=True), ad.ones(1, 4, requires_grad=True)
    c = ad.ones((), requires_grad=True)
    (a * b + c).sum().backward()
    assert a.grad.tolist() == [[4.0]] * 3
    assert b.grad.tolist() == [[3.0] * 4]
    assert c.grad.item() == 12.0


def test_a_gradient_has_the_dtype_of_its_tensor():
    x, y = leaf(1.0, 2.0), ad.tensor([3.0, 4.0], dtype=ad.float64, requires_grad=True)
    (x * y).sum().backward()
    assert (x.grad.dtype, y.grad.dtype) == (ad.float32, ad.float64)


def test_a_complex_gradient_is_the_conjugate_one():
    z = ad.tensor(1.0 + 2.0j, requires_grad=True)
    z.abs().square().backward()
    assert complex(z.grad.item()) == pytest.approx(2.0 + 4.0j, rel=1e-5)
    with pytest.raises(RuntimeError, match="grad can be implicitly created only for real scalar outputs"):
        (z * z).backward()


def test_a_graph_of_two_to_the_hundred_paths_is_walked_once():
    x = leaf(1.0)
    y = x
    for _ in range(100):
        y = 0.5 * (y + y)
    y.backward()
    assert x.grad.item() == 1.0
