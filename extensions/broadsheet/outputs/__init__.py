"""What a build writes besides the documents; the modules are siblings."""
