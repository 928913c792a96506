"""Forms: what was typed, parsed. Whether it may be done is up to the actions."""
