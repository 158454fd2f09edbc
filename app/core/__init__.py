"""What every domain stands on: database, clock, errors, fields, text. No domain, no web."""
