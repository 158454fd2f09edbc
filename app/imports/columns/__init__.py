"""What the columns of a file stand for: its heading found, a meaning proposed, decided by a person, remembered."""
