"""The executor for real rounds: one numpy kernel turns batches of ballots into counts, counts are
summed, and the tree of nodes is evaluated exactly on the counts."""
