"""What a publication makes of its articles; nothing here knows of Sphinx."""
