"""Cross-domain pages: home, board, expiry, open questions. Read only."""
