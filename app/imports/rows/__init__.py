"""The rows of a file against what is on file: cells read, rows matched, compared, sorted; nothing written."""
