"""The text of an article: from the dialect of the repository to MyST's."""
