"""The ledger as a table that comes in: its columns, and what becomes of its rows."""
