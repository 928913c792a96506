"""The score: ballots, figures and events in; exact, explained, reproducible scores out.

Nothing here imports Django, and nothing here uses floating point: values are integers and
fractions from the moment they are read (see ``numbers``).
"""
