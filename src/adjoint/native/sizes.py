"""From which sizes on a kernel does the work, and to which: part of what it computes, since its last digits may differ
from NumPy's. LLVM's import and the compilation of a kernel take some 0.1 s, once in a process."""

LEAST, MOST = 2**15, 2**21  # multiplications in a product of matrices: beyond, two of OpenBLAS's threads win
SCORES = 256  # in a loss of classes
MANY = 4096  # elements of an array; of what is computed exactly smaller ones go this way too, once the kernel is there
