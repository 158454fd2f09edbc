"""Lists of firms: which rows, in which order, in which columns."""
