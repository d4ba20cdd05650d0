"""`adjoint.random`: the default generator's seed and state, by the names of `torch.random`."""

from __future__ import annotations

from .core.rng import Generator as Generator
from .core.rng import default_generator as default_generator
from .functions.random import fork_rng as fork_rng
from .functions.random import get_rng_state as get_rng_state
from .functions.random import initial_seed as initial_seed
from .functions.random import manual_seed as manual_seed
from .functions.random import seed as seed
from .functions.random import set_rng_state as set_rng_state

__all__ = ["Generator", "default_generator", "fork_rng", "get_rng_state", "initial_seed", "manual_seed", "seed",
           "set_rng_state"]
