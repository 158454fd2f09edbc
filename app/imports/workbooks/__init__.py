"""The workbooks that an import gives out: blank ones to fill in, and those that come back with their faults."""
