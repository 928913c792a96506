"""The tables that a round is scored from: their columns, how they are read, what they become."""
