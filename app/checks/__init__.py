"""Checks (体检): one firm, many rules; findings, gaps, and what is still to be asked."""
