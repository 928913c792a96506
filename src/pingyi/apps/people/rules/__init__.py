"""What needs no database: codes, periods, the separation of the three administrators."""
