"""Stage 3c: what a plan promises to whom, on what condition and in what amount; and a draft rule for each promise."""
