"""A publication as Liquid sees it: what templates ask, and what they are given."""
