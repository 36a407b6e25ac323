"""``broadsheet import SOURCE DEST``: a project of its own made of a Jekyll repository."""
