"""One change to many firms: previewed row by row, guarded row by row, told row by row, and taken back."""
