"""Amounts and questions that a policy leaves open: what they wait for, what they block, and supplying them."""
