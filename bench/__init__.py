"""Measurements, each a command a person can repeat; the tables are in bench/README.md."""
