"""The validity report: how far a result may be trusted. It stands beside the result and never
changes it."""
