"""Pages at the box, for officers: each parses, makes one call, renders."""
