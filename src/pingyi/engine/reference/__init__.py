"""The reference executor: ballots one by one, plain Python, exact; obviously right, not fast.

It shares the grammar and the tables with the counted executor and nothing else, so that the two
check each other.
"""

from pingyi.engine.reference.execute import execute

__all__ = ["execute"]
