"""From which sizes on, and to which, a kernel does the work. The sizes are part of what is computed: a kernel's last
digits may be others than NumPy's."""

FEW = 256  # elements in the first array of a loss of classes or a product of matrices, the least
MANY = 4096  # elements in any other kernel's first array, the least
LONG = 2**16  # elements from which other threads of Python may run meanwhile

# Products of matrices: multiplications (beyond, two of OpenBLAS's threads win), the depth (the terms of a sum are added
# in order), and the lines that fill a good part of a tile.
LEAST_WORK, MOST_WORK = 2**15, 2**21
MOST_DEPTH = 1024
LEAST_LINES = 8
