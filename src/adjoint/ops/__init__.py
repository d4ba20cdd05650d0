"""The mathematics: one block an op, one file a family."""
