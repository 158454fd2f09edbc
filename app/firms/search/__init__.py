"""Finding firms: what is asked for, as an address says it, and the text by which a firm is found."""
