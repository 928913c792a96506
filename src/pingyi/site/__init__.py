"""The site: settings, root addresses, the servers."""
