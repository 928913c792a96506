"""Pages of this room. Each view parses, makes one call, renders."""
