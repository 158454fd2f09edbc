"""Firms: identity, contacts, who looks after them; the firm page's frame."""
