"""A vote being held: scheme version, targets, channels, items, windows, locks, rehearsal."""
