"""Boards 门户: what the public reads without signing in."""
