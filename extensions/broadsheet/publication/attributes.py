"""Nodes with the attributes that authors have written of them."""

from __future__ import annotations

from collections.abc import Set
from typing import TYPE_CHECKING

from broadsheet.publication.elements import HTML
from broadsheet.publication.renderer import JekyllRenderer
from broadsheet.rules.heading_tokens import IDS
from broadsheet.sources.kramdown.definitions import definitions_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from docutils import nodes
    from markdown_it.tree import SyntaxTreeNode

    from broadsheet.sources.kramdown.options import KramdownOptions

#: No attribute at all.
NOTHING: Set[str] = frozenset()


class AttributesRenderer(JekyllRenderer):
    """What all renderings of kramdown's tokens have in common."""

    @property
    def _options(self) -> KramdownOptions:
        return definitions_of(self.md_env).options

    def _fill(
        self, node: nodes.Element, token: SyntaxTreeNode, without: Set[str] = NOTHING
    ) -> None:
        """Add *node*, made of *token*, with its attributes but some, and fill it."""
        self._describe(node, token, without)
        outer = self.current_node
        outer.append(node)
        self.current_node = node
        self.render_children(token)
        self.current_node = outer

    def _add(self, node: nodes.Element, token: SyntaxTreeNode, without: Set[str] = NOTHING) -> None:
        """Add *node*, made of *token*, with its attributes but some."""
        self._describe(node, token, without)
        self.current_node.append(node)

    def _describe(self, node: nodes.Element, token: SyntaxTreeNode, without: Set[str]) -> None:
        if place := token.map:
            node.line = self.document.current_line = place[0]
        node.source = self.document["source"]
        if attributes := token.attrs:
            self._give(node, {key: str(value) for key, value in attributes.items()}, without)

    def _give(
        self, node: nodes.Element, attributes: Mapping[str, str], without: Set[str] = NOTHING
    ) -> None:
        """Give *node* what is written: classes and id as docutils has them, the rest as HTML."""
        written: dict[str, str] = {}
        for key, value in attributes.items():
            if key in without:
                continue
            if key == "id":
                self._identify(node, value)
            elif key == "class" and "language-" not in value:
                node["classes"] += value.split()
            else:
                written[key] = value
        if written:
            node[HTML] = written

    def _identify(self, node: nodes.Element, id_: str) -> None:
        """Give *node* an id as it is written; of several elements the first has it."""
        if self._is_free(id_):
            node["ids"].insert(0, id_)
            self.document.ids[id_] = node

    def _is_free(self, id_: str) -> bool:
        """Tell whether no element has had an id so far, and have links lead to it."""
        used = self.md_env[IDS].used
        if not id_ or id_ in used or id_ in self.document.ids:
            return False
        used.add(id_)
        self._heading_slugs.setdefault(id_, (self.document.current_line, id_, ""))
        return True
