"""约谈: talks with the heads of units, from the month's schedule to what came of them."""
