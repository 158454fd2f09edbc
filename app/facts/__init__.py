"""The fact ledger: figures and dated records of a firm, each with source and recorded time."""
