"""`adjoint.backends`: the switches of PyTorch's libraries that programs set before they start. None of them is here.

The switches can be set and read, and change nothing; what asks whether a library is there is told that it is not.
"""

from __future__ import annotations

from . import cuda as cuda
from . import cudnn as cudnn
from . import mps as mps
