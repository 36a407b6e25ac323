"""The HTML builders: permalinks, and pages made only when what they show has changed."""

from __future__ import annotations

from sphinx.builders.dirhtml import DirectoryHTMLBuilder

from broadsheet.publication.builders.pages import PublicationBuilder

__all__ = ["ArticleDirectoryBuilder", "ArticleHTMLBuilder", "PublicationBuilder"]


class ArticleHTMLBuilder(PublicationBuilder):
    """``html``: pages by the name of their document, articles at their addresses."""

    name = "html"


class ArticleDirectoryBuilder(PublicationBuilder, DirectoryHTMLBuilder):
    """``dirhtml``: the same, each page as the index of a folder."""

    name = "dirhtml"

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """Return the address of a page; that of the 404 page is the one that hosts look for."""
        return "404.html" if docname == "404" else super().get_target_uri(docname, typ)

    def usual_file_of(self, pagename: str) -> str:
        """Return the file of a page: that of the 404 page is the one that hosts look for."""
        is_file = pagename in {"index", "404"} or pagename.endswith("/index")
        return super().usual_file_of(pagename if is_file else f"{pagename}/index")
