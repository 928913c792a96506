"""A scored round as a folder or file that anyone can recompute to identical bytes."""
