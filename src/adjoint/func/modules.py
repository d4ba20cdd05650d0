"""Modules as functions of their parameters: functional_call, and the stacked state of an ensemble."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..functions.joining import stack
from ..nn.module import Module

if TYPE_CHECKING:
    from .._tensor import Tensor


def functional_call(module: Module, parameter_and_buffer_dicts: dict[str, Tensor] | Sequence[dict[str, Tensor]],
                    args: Any = None, kwargs: dict[str, Any] | None = None, *, tie_weights: bool = True,
                    strict: bool = False) -> Any:
    """What the module gives for `args` with these tensors in the places of its parameters and buffers.

    The module is as it was afterwards. One that has a tensor under several names gets the new one under all of them,
    unless `tie_weights` is False. With `strict` the names must be all of the module's, and no others.

    >>> import adjoint as ad
    >>> layer = ad.nn.Linear(2, 1)
    >>> state = {"weight": ad.ones(1, 2), "bias": ad.zeros(1)}
    >>> ad.func.functional_call(layer, state, ad.tensor([1., 2.]))
    tensor([3.])
    """
    if isinstance(parameter_and_buffer_dicts, dict):
        state = dict(parameter_and_buffer_dicts)
    elif isinstance(parameter_and_buffer_dicts, Sequence):
        state = {}
        for each in parameter_and_buffer_dicts:
            if not isinstance(each, dict):
                raise ValueError("Expected all elements of parameter_and_buffer_dicts to be dictionaries")
            if state.keys() & each.keys():
                raise ValueError(f"{sorted(state.keys() & each.keys())} appeared in multiple dictionaries; behavior of "
                                 "functional call is ambiguous")
            state.update(each)
    else:
        raise ValueError("Expected parameter_and_buffer_dicts to be a dict, or a list/tuple of dicts, but got "
                         f"{type(parameter_and_buffer_dicts)}")
    places = _places(module)
    unknown = [name for name in state if name not in places]
    if tie_weights:
        state = _tied(places, state)
    missing = [name for name in places if name not in state]
    if strict and (unknown or missing):
        lines = [f"Unexpected key(s): {_quoted(unknown)}."] if unknown else []
        lines += [f"Missing key(s): {_quoted(missing)}."] if missing else []
        raise RuntimeError(f"Error(s) in reparametrizing for {type(module).__name__}:\n\t" + "\n\t".join(lines))
    args = () if args is None else args if isinstance(args, tuple) else (args,)
    before = [(kind, key, kind[key]) for name, (kind, key) in places.items() if name in state]
    try:
        for name, value in state.items():
            if name in places:
                kind, key = places[name]
                kind[key] = value
        Module.epoch += 1
        return module(*args, **(kwargs or {}))
    finally:
        for kind, key, value in before:
            kind[key] = value
        Module.epoch += 1


def _places(module: Module) -> dict[str, tuple[dict[str, Any], str]]:
    """Every parameter and buffer by its dotted name (shared ones under each of theirs): the dictionary that has it."""
    found: dict[str, tuple[dict[str, Any], str]] = {}
    for path, m in module._paths(""):
        for kind in (m._parameters, m._buffers):
            for key, value in kind.items():
                if value is not None:
                    found[f"{path}.{key}" if path else key] = (kind, key)
    return found


def _tied(places: dict[str, tuple[dict[str, Any], str]], state: dict[str, Any]) -> dict[str, Any]:
    """The state with each tensor under all names of the one that it replaces."""
    names: dict[int, list[str]] = {}
    for name, (kind, key) in places.items():
        names.setdefault(id(kind[key]), []).append(name)
    made = dict(state)
    for group in names.values():
        given = [name for name in group if name in state]
        if len({id(state[name]) for name in given}) > 1:
            raise ValueError(f"functional_call got multiple values for keys {given}, which are tied. Consider using "
                             "tie_weights=False")
        if given:
            made.update(dict.fromkeys(group, state[given[0]]))
    return made


def _quoted(names: list[str]) -> str:
    return ", ".join([f"'{name}'" for name in names])


def stack_module_state(models: Sequence[Module]) -> tuple[dict[str, Any], dict[str, Any]]:
    """(parameters, buffers) of models of one class, each name's tensors stacked in a new leaf: an ensemble for vmap.

    >>> import adjoint as ad
    >>> models = [ad.nn.Linear(2, 1) for _ in range(3)]
    >>> params, buffers = ad.func.stack_module_state(models)
    >>> run = lambda p, x: ad.func.functional_call(models[0], p, x)
    >>> ad.vmap(run, in_dims=(0, None))(params, ad.ones(5, 2)).shape
    adjoint.Size([3, 5, 1])
    """
    models = list(models)
    if not models:
        raise RuntimeError("stack_module_state: Expected at least one model, got 0.")
    if len({m.training for m in models}) > 1:
        raise RuntimeError("stack_module_state: Expected all models to have the same training/eval mode.")
    if len({type(m) for m in models}) > 1:
        raise RuntimeError("stack_module_state: Expected all models to be of the same class.")
    parameters = [dict(m.named_parameters()) for m in models]
    buffers = [dict(m.named_buffers()) for m in models]
    return ({name: _stacked([p[name] for p in parameters]) for name in parameters[0]},
            {name: _stacked([b[name] for b in buffers]) for name in buffers[0]})


def _stacked(tensors: list[Any]) -> Any:
    tracked = {t.requires_grad for t in tensors}
    if len(tracked) > 1:
        raise RuntimeError("Expected tensors from each model to have the same .requires_grad")
    return stack([t.detach() for t in tensors]).requires_grad_(tracked.pop())


__all__ = ["functional_call", "stack_module_state"]
