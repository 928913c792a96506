"""Generated rounds: a whole scheme, and everything that it is applied to."""

from tests.engine.strategies.case import Case, cases, random_cases

__all__ = ["Case", "cases", "random_cases"]
