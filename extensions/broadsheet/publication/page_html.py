"""HTML of pages: Sphinx's, with the attributes that nodes bring for their elements."""

from __future__ import annotations

from typing import Any

from sphinx.writers.html5 import HTML5Translator

from broadsheet.publication.media import HTML


class PageTranslator(HTML5Translator):
    """Write the attributes that a node has in ``html`` into its tag."""

    def starttag(
        self, node: Any, tagname: str, suffix: str = "\n", empty: bool = False, **attributes: Any
    ) -> str:
        """Return a start tag, with the attributes of *node* in HTML."""
        if brought := node.get(HTML):
            attributes |= brought
        return str(super().starttag(node, tagname, suffix, empty, **attributes))
