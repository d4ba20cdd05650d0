"""From which sizes on, and to which, a kernel does the work. The sizes are part of what is computed: a kernel's last
digits may be others than NumPy's. LLVM's import and a group's compilation take 0.04 to 0.15 s, once in a process."""

# Products of matrices: multiplications (beyond, two of OpenBLAS's threads win), the depth (the terms of a sum are added
# in order), and the lines that fill a good part of a tile.
LEAST_WORK, MOST_WORK = 2**15, 2**21
MOST_DEPTH = 1024
LEAST_LINES = 8

SCORES = 256  # in a loss of classes, the least
MANY = 4096  # elements of an array, the least; of what is computed exactly, only to compile
LONG = 2**16  # elements from which other threads of Python may run meanwhile
