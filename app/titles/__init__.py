"""Titles: certifications held, the ladder they place a firm on, and their expiry."""
