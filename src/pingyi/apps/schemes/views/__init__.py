"""Pages of schemes: each parses, makes one call, renders."""
