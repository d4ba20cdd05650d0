"""Every ufunc of scipy.special by its op: dispatch imports this module when the first of them meets a face."""

from __future__ import annotations

import scipy.special as sc

from ..core import registry
from ..core.op import Later
from ..ops import arithmetic, exponential, special
from . import special_bessel as special_bessel
from . import special_distributions as special_distributions
from . import special_elementary
from . import special_elliptic as special_elliptic
from . import special_equations as special_equations
from . import special_error as special_error
from . import special_gamma as special_gamma
from . import special_hypergeometric as special_hypergeometric
from . import special_integrals as special_integrals
from . import special_inverses as special_inverses
from . import special_polynomials as special_polynomials
from .special_parts import refused, speaks_for

# Ufuncs of which no derivative is known that SciPy's functions could compute, and why.
REFUSED = {
    "chndtridf": "the noncentral chi-square distribution's derivative in its degrees of freedom has no closed form",
    "nctdtridf": "the noncentral t distribution's derivative in its degrees of freedom has no closed form",
    "ncfdtridfn": "the noncentral F distribution's derivative in its degrees of freedom has no closed form",
    "ncfdtridfd": "the noncentral F distribution's derivative in its degrees of freedom has no closed form",
    "pro_cv": "the derivative of a spheroidal eigenvalue is an integral over its eigenfunction",
    "obl_cv": "the derivative of a spheroidal eigenvalue is an integral over its eigenfunction",
}
refused(*[name for name in REFUSED if not name.endswith("_cv")])

for op in list(registry.by_name.values()):  # those that adjoint.ops names as "scipy.special.x"
    if isinstance(op.fn, Later) and op.fn.path.startswith("scipy.special."):
        speaks_for(getattr(sc, op.op_name), op.call)
for ufunc, call in {
    sc.expit: exponential.sigmoid, sc.log_expit: exponential.log_sigmoid, sc.logit: exponential.logit,
    sc.entr: exponential.entr, sc.xlogy: exponential.xlogy, sc.xlog1py: exponential.xlog1py,
    sc.exp2: exponential.exp2, sc.expm1: exponential.expm1, sc.log1p: exponential.log1p, sc.cbrt: arithmetic.cbrt,
    sc.ndtr: special.ndtr, sc.erf: special.erf, sc.round: special_elementary.scipy_round,
}.items():
    speaks_for(ufunc, call)
