"""Pingyi (评议): the accountability cycle of an institution, from standard to close-out."""

__version__ = "0.1.0"
