"""The spans of kramdown."""
