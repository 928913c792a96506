"""The box: casting, spent marks, envelopes, opening, receipts, reconciliation."""
