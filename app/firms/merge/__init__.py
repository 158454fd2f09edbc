"""Firms entered twice: found, compared, merged field by field, and taken apart again."""
