"""Stage 3b: who has to do what a clause says — 牵头、责任、配合单位 — and which units of a district that is."""
