"""Rounds 轮次: a run of a scheme, from the notice to the archive."""
