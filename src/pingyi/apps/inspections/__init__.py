"""Inspections (督查): the plan, the visits, the circular, the objection, entries of the ledger."""
