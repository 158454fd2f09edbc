"""走访: planned, recorded on a phone with or without a signal, and what firms answered there."""
