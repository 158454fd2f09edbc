"""Service of commissioners: the record of a year, deeds, what firms say of it, the grade, and the allowance."""
