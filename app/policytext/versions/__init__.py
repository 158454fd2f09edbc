"""Stage 4: two versions of one document side by side, clause by clause and word by word."""
