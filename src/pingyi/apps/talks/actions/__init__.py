"""What can be done with programmes and talks, by the noun that it is done to."""
