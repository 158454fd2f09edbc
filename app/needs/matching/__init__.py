"""Bringing a need to those who can help: suggestions with reasons, referrals with results."""
