"""Numbers with names: pi, e, inf, nan, and newaxis for indexing."""

from __future__ import annotations

import math

__all__ = ["pi", "e", "inf", "nan", "newaxis"]

pi = math.pi
e = math.e
inf = math.inf
nan = math.nan
newaxis = None
