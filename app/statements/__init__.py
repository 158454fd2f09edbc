"""核对意见: what a firm says about what is believed of it, until the bureau decides."""
