"""Schemes: how a round is scored, from a practice pack to a sealed version."""
