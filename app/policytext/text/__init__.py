"""Stage 1: a file or a paste becomes text, kept as it is, and a clean reading of it that knows where it came from."""
