"""Importing firms and annual figures from workbooks and CSV files: read, map, preview, apply, undo."""
