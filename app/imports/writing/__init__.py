"""Writing an import, and taking it back: everything or nothing, every row told its fate."""
