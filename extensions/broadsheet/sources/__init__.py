"""Reading what stands in a source folder; nothing here knows of Sphinx."""
