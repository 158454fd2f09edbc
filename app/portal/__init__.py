"""企业门户: what a firm sees of itself and of what the bureau believes, and what it can say about it."""
