"""What firms need: told, judged for clarity, published, handed on and brought to an end."""
