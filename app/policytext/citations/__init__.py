"""Which other documents a plan names, and as what."""
