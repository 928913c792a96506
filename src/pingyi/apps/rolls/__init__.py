"""Who may vote: head counts, codes, slips; never a person."""
