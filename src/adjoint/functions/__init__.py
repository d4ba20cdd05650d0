"""PyTorch's names, arguments and dtype rules over the ops: one family a file."""
