"""What a voter or a checker can verify alone: codes, receipts, the tree over an opened box."""
