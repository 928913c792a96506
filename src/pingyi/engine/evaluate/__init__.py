"""From counts to scores, grades, awards and ranks: exact, column by column."""
