"""Tables that come as spreadsheets and go back as spreadsheets: read, templates, marked files."""
