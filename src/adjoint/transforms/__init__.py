"""Interpretations of recorded programs."""
