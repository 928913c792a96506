"""The ledger (台账): everything that anyone owes, from its finding to its verified close-out."""
