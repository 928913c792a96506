"""What every room stands on: audit, errors, transitions, the shared pages."""
