"""Lists as files: exactly what a list shows, as a workbook or as CSV, safe to open and traced."""
