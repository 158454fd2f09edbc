"""Policies and the rule book: documents, rules, and their versions by effective date."""
