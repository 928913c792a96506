"""The report of a round, as one HTML file that prints well."""
