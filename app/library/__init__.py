"""The policy library: a plan's text, its clauses, and what was read in them, for people to confirm."""
