"""Stage 2: the clean text becomes a tree of clauses with paths, headings apart from bodies, and tables."""
