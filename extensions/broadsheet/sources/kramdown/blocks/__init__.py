"""The blocks of kramdown."""
