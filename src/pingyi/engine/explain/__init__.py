"""Why a score is what it is: the tree of rule, basis, inputs and exact values, down to ballots."""
