"""Units, posts, persons, accounts; who leads and who is in charge of whom."""
