"""The grammar of schemes: what may be written, and what must hold."""
