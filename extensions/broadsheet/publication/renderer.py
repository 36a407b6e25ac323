"""What becomes of the tokens of an article: MyST's nodes, with the ids of kramdown."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from docutils.parsers.rst import directives
from myst_parser.mdit_to_docutils.sphinx_ import SphinxRenderer
from sphinx import addnodes
from sphinx.util.nodes import clean_astext

from broadsheet.publication import liquid
from broadsheet.publication.code import code_block, language_of, lexer_name
from broadsheet.publication.domain import domain_of
from broadsheet.publication.figures import FigureRenderer
from broadsheet.publication.headings import give_id
from broadsheet.publication.media import MediaRenderer
from broadsheet.publication.problems import LINES_ABOVE, PATH
from broadsheet.rules.destinations import split_destination
from broadsheet.rules.heading_tokens import ID, IDS

if TYPE_CHECKING:
    from docutils import nodes
    from markdown_it.tree import SyntaxTreeNode


class ArticleRenderer(MediaRenderer, FigureRenderer, SphinxRenderer):
    """MyST's renderer, which tells the rules where the text of a directive stands.

    Headings get the ids that the rules have noted.
    """

    def generate_heading_target(
        self, token: SyntaxTreeNode, level: int, node: nodes.Element, title_node: nodes.Element
    ) -> None:
        """Have a reference to a heading's id (``[words](#id)``) lead to it, too."""
        super().generate_heading_target(token, level, node, title_node)
        if id_ := token.meta.get(ID, ""):
            give_id(self.document, node, id_, self.md_env[IDS].used)
            self._heading_slugs.setdefault(id_, (node.line, id_, clean_astext(title_node)))

    def render_heading(self, token: SyntaxTreeNode) -> None:
        """Keep the level of a heading that opens no section, as in a quotation."""
        outer = self.current_node
        super().render_heading(token)
        if self.current_node is outer:
            rubric: Any = outer[-1]
            rubric["heading-level"] = max(2, rubric["level"])  # the article's title is the first

    def copy_attributes(
        self, token: SyntaxTreeNode, node: nodes.Element, *args: Any, **kwargs: Any
    ) -> None:
        """Have an id (``{#Plate_2}``) as it is written, before what docutils makes of it."""
        super().copy_attributes(token, node, *args, **kwargs)
        id_ = str(token.attrs.get("id", ""))
        if id_ and node["names"] and id_ not in self.document.ids:
            node["ids"].insert(0, id_)
            self.document.ids[id_] = node

    def render_link_unknown(self, token: SyntaxTreeNode) -> None:
        """Add a link; to an article, as MyST makes it, but without a look at the disk.

        Its look takes 1 % of a build where each article has two links.
        """
        domain, docname = domain_of(self.sphinx_env), self.sphinx_env.docname
        written = self.md.normalizeLinkText(str(token.attrGet("href") or ""))
        destination = self._handle_relative_docs(written)
        path, _, anchor = destination.partition("#")
        folder = posixpath.dirname(self.sphinx_env.doc2path(docname, False).as_posix())
        named = path[1:] if path.startswith("/") else posixpath.join(folder, path)
        article = domain.catalogue.by_path.get(posixpath.normpath(named))
        if article is not None:
            lead: dict[str, Any] = {
                "refdomain": "doc",
                "reftarget": article.docname,
                "reftargetid": anchor or None,
            }
        elif self._is_address(path):
            lead = {"refdomain": None, "reftarget": destination}
        else:
            super().render_link_unknown(token)
            return
        explicit = token.info != "auto" and bool(token.children)
        node = addnodes.pending_xref(refdoc=docname, reftype="myst", refexplicit=explicit, **lead)
        self._process_wrap_node(node, token, explicit, ["xref", "myst"], path)

    def _is_address(self, path: str) -> bool:
        """Tell whether an article is known to stand there."""
        return False

    def nested_render_text(self, text: str, lineno: int, *args: Any, **kwargs: Any) -> None:
        """Render the text of a directive, or of a file that one takes in."""
        around = {key: self.md_env.get(key) for key in (PATH, LINES_ABOVE, liquid.LINES)}
        here = {PATH: str(self.document["source"]), LINES_ABOVE: lineno, liquid.LINES: None}
        self.md_env.update(here)
        try:
            super().nested_render_text(text, lineno, *args, **kwargs)
        finally:
            self.md_env.update(around)


class JekyllRenderer(ArticleRenderer):
    """The same for a Jekyll repository, whose fences were there before any directive.

    One that names a directive, as ``{note}``, is this directive.  ``{r}`` and all others are code.
    """

    def _is_address(self, path: str) -> bool:
        articles = domain_of(self.sphinx_env).catalogue.by_address
        address = split_destination(path)[0]
        return address.startswith("/") and unquote(address).strip("/") in articles

    def render_fence(self, token: SyntaxTreeNode) -> None:
        """Run a directive, or add a block of code."""
        if self.is_directive(token.info) or not token.info.startswith("{"):
            super().render_fence(token)
            return
        lexer = lexer_name(language_of(token.info, ""))
        block = code_block(token.content, lexer or "none", {})
        self.add_line_and_source_path(block, token)
        self.current_node.append(block)

    def is_directive(self, info: str) -> bool:
        """Tell whether the words behind a fence name a directive that there is."""
        name = info.partition(" ")[0]
        if not (name.startswith("{") and name.endswith("}")):
            return False
        found = directives.directive(name[1:-1], self.language_module_rst, self.document)
        return name == "{eval-rst}" or found[0] is not None
