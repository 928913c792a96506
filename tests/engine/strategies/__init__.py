"""Generated rounds: a whole scheme, and everything that it is applied to."""

from tests.engine.strategies.case import Case, cases

__all__ = ["Case", "cases"]
