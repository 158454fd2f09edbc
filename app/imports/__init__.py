"""Workbooks and CSV files on their way in: reading → columns → rows → writing; workbooks is what is given back."""
