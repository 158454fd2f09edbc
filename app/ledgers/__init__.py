"""帮扶和培育发展台账: measures, promises, visits and needs in one ledger, each line from where it was written."""
