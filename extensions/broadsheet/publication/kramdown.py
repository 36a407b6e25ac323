"""Pages of kramdown's tokens: each has its node, and keeps the attributes that are written."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

from docutils import nodes

from broadsheet.model import Subtype
from broadsheet.publication.attributes import AttributesRenderer
from broadsheet.publication.code import OWN, code_block, language_of, lexer_name
from broadsheet.publication.elements import (
    ENDNOTE,
    FOOT,
    HTML,
    NUMBER,
    TIGHT,
    backlinks,
    endnotes,
    html_element,
    scene_break,
)
from broadsheet.publication.media import ABSENT, absent_image
from broadsheet.publication.problems import PATH, warn
from broadsheet.sources.kramdown.definitions import definitions_of

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from markdown_it.tree import SyntaxTreeNode

_OF_LINK = frozenset(("href", "title", "class", "id"))
_OF_IMAGE = frozenset(("src", "alt"))
_OF_CODE = frozenset((*OWN, "class"))
_OF_ABBREVIATION = frozenset(("title",))


#: An id in HTML, or the name of an anchor, to which a link can lead.
ANCHOR = re.compile(r"""<(?:[a-zA-Z][^<>]*?\sid|a\s[^<>]*?\bname)=["']?([^"'\s<>]+)""")


class KramdownRenderer(AttributesRenderer):
    """MyST's renderer for the tokens of kramdown's grammar.

    It runs for every token of an archive: where it can it does without what MyST may need.
    """

    # blocks

    def render_paragraph(self, token: SyntaxTreeNode) -> None:
        """Add a paragraph; a hidden one is a line of a tight list."""
        if token.hidden:
            self.render_children(token)
        else:
            self._fill(nodes.paragraph(), token)

    def render_inline(self, token: SyntaxTreeNode) -> None:
        """Add a line, which in a cell or a tight item is a paragraph without tags."""
        if isinstance(self.current_node, nodes.TextElement):
            self.render_children(token)
        elif token.children:
            self._fill(_with(nodes.paragraph(), TIGHT), token)

    def render_heading(self, token: SyntaxTreeNode) -> None:
        """Add a heading: its classes and attributes are those of the line, its id the section's."""
        attributes = {key: str(value) for key, value in token.attrs.items() if key != "id"}
        token.attrs.clear()
        outer = self.current_node
        super().render_heading(token)
        if self.current_node is not outer:  # it is the section, now
            title: Any = self.current_node[0]
            self._give(title, attributes)
            return
        rubric: Any = outer[-1]
        self._give(rubric, attributes)

    def render_bullet_list(self, token: SyntaxTreeNode) -> None:
        """Add a list."""
        self._fill(nodes.bullet_list(bullet="*"), token)

    def render_ordered_list(self, token: SyntaxTreeNode) -> None:
        """Add a numbered list."""
        self._fill(nodes.enumerated_list(enumtype="arabic", prefix="", suffix="."), token)

    def render_list_item(self, token: SyntaxTreeNode) -> None:
        """Add an item."""
        self._fill(nodes.list_item(), token)

    def render_blockquote(self, token: SyntaxTreeNode) -> None:
        """Add a quotation."""
        self._fill(nodes.block_quote(), token)

    def render_hr(self, token: SyntaxTreeNode) -> None:
        """Add a break between scenes."""
        self._add(scene_break(), token)

    def render_html_element(self, token: SyntaxTreeNode) -> None:
        """Add an element of HTML, with what stands in it."""
        written = {key: str(value) for key, value in token.attrs.items()}
        element = html_element("", name=token.tag, block=token.block)
        self._describe(element, token, token.attrs.keys())
        element[HTML] = written  # all: as it is written, it is HTML
        if "id" in written and not self._is_free(written["id"]):
            del written["id"]
        if token.tag == "a" and "name" in written:
            self._is_free(written["name"])
        outer = self.current_node
        outer.append(element)
        self.current_node = element
        self.render_children(token)
        self.current_node = outer

    render_html_span = render_html_element
    render_html_element_open = render_html_element
    render_html_span_open = render_html_element

    def render_html_block(self, token: SyntaxTreeNode) -> None:
        """Add HTML as it stands."""
        raw = nodes.raw("", token.content, format="html")
        self._add(raw, token)
        if "=" in token.content:
            for anchor in ANCHOR.findall(token.content):
                self._is_free(anchor)

    render_html_inline = render_html_block

    # code

    def render_fence(self, token: SyntaxTreeNode) -> None:
        """Add a block of code."""
        if self.is_directive(token.info):
            super().render_fence(token)
        else:
            self.render_code_block(token)

    def render_code_block(self, token: SyntaxTreeNode) -> None:
        """Add a block of code; a class names its language, for scripts of the author's own."""
        attributes = {key: str(value) for key, value in token.attrs.items()}
        language = language_of(token.info or "", attributes.get("class", ""))
        lexer = self._lexer(language or self._options.code_language, token)
        block = code_block(token.content, lexer, attributes, self._options.line_numbers)
        self._add(block, token, _OF_CODE)
        block["classes"] += _without_language(attributes)
        if language:
            block[HTML] = {**block.get(HTML, {}), "class": f"language-{language}"}

    def render_code_inline(self, token: SyntaxTreeNode) -> None:
        """Add a piece of code in a line."""
        node = nodes.literal(token.content, token.content)
        self._add(node, token, _OF_CODE)
        if not token.attrs:
            return
        attributes = {key: str(value) for key, value in token.attrs.items()}
        node["classes"] += _without_language(attributes)
        if language := language_of("", attributes.get("class", "")):
            node[HTML] = {**node.get(HTML, {}), "class": f"language-{language}"}
            lexer = self._lexer(language, token)
            if lexer != "none":
                node["language"] = lexer
                node["classes"].append("code")

    def _lexer(self, language: str, token: SyntaxTreeNode) -> str:
        lexer = lexer_name(language)
        if lexer is None:
            line = (token.map or (1,))[0]
            message = f"code is in {language[:40]!r}, which is no known language"
            location = f"{self.md_env[PATH]}:{line}"
            warn(Subtype.LANGUAGE, f"{message}; shown without colours", location=location)
        return lexer or "none"

    # tables and definition lists

    def render_table(self, token: SyntaxTreeNode) -> None:
        """Add a table, of any parts in any number."""
        parts = token.children or []
        columns = max((len(row.children) for part in parts for row in part.children), default=1)
        table = nodes.table(classes=["colwidths-auto"])
        group = nodes.tgroup(cols=columns)
        group += [nodes.colspec(colwidth=100 // columns) for _ in range(columns)]
        table.append(group)
        self._add(table, token)
        outer, self.current_node = self.current_node, group
        self.render_children(token)
        self.current_node = outer

    def render_thead(self, token: SyntaxTreeNode) -> None:
        """Add the rows above a table."""
        self._fill(nodes.thead(), token)

    def render_tbody(self, token: SyntaxTreeNode) -> None:
        """Add rows of a table."""
        self._fill(nodes.tbody(), token)

    def render_tfoot(self, token: SyntaxTreeNode) -> None:
        """Add the rows under a table."""
        self._fill(_with(nodes.tbody(), FOOT), token)

    def render_tr(self, token: SyntaxTreeNode) -> None:
        """Add a row."""
        self._fill(nodes.row(), token)

    def render_td(self, token: SyntaxTreeNode) -> None:
        """Add a cell."""
        cell = nodes.entry()
        self._fill(cell, token)
        if not cell.children:
            cell.append(_with(nodes.paragraph("", "\xa0"), TIGHT))

    render_th = render_td

    def render_dl(self, token: SyntaxTreeNode) -> None:
        """Add a definition list: each item has one or more terms, then definitions."""
        outer, definitions = self.current_node, nodes.definition_list()
        self._add(definitions, token)
        item = nodes.definition_list_item()
        for child in token.children or []:
            is_begun = item.children and isinstance(item[-1], nodes.definition)
            if not item.children or (child.type == "dt" and is_begun):
                item = nodes.definition_list_item()
                definitions.append(item)
            self.current_node = item
            self._fill(nodes.term() if child.type == "dt" else nodes.definition(), child)
        self.current_node = outer

    # spans

    def render_em(self, token: SyntaxTreeNode) -> None:
        """Add an emphasis."""
        self._fill(nodes.emphasis(), token)

    def render_strong(self, token: SyntaxTreeNode) -> None:
        """Add a strong emphasis."""
        self._fill(nodes.strong(), token)

    def render_s(self, token: SyntaxTreeNode) -> None:
        """Add what is struck through."""
        self._fill(html_element("", name="del", html={}), token)

    def render_abbr(self, token: SyntaxTreeNode) -> None:
        """Add an abbreviation, with what it means."""
        title = str(token.attrs.get("title", ""))
        self._fill(nodes.abbreviation("", "", explanation=title), token, _OF_ABBREVIATION)

    def render_hardbreak(self, token: SyntaxTreeNode) -> None:
        """Break the line."""
        self.current_node.append(html_element("", name="br", html={}))
        self.current_node.append(nodes.Text("\n"))

    def render_link(self, token: SyntaxTreeNode) -> None:
        """Add a link; where MyST knows an attribute not, it is one of HTML."""
        attributes = {key: str(value) for key, value in token.attrs.items()}
        for key in attributes.keys() - {"href", "title", "class"}:
            del token.attrs[key]
        super().render_link(token)
        node: Any = self.current_node[-1]
        if "id" in attributes:
            self._identify(node, attributes["id"])
        if written := {key: one for key, one in attributes.items() if key not in _OF_LINK}:
            node[HTML] = written

    def render_image(self, token: SyntaxTreeNode) -> None:
        """Add an image; its size is as it is written."""
        alt = self.renderInlineAsText(token.children or [])
        made = absent_image if token.meta.get(ABSENT) else nodes.image
        self._add(made("", uri=str(token.attrs.get("src", "")), alt=alt), token, _OF_IMAGE)

    # notes

    def render_footnote_ref(self, token: SyntaxTreeNode) -> None:
        """Add a reference to a note: ``fnref:name``, and ``fnref:name:1`` where it is repeated."""
        name, repeat = self._note_name(token), token.meta["reference"]
        number = self._options.footnote_link_text.replace("%s", str(token.meta["number"]))
        node = _with(nodes.footnote_reference("", number, refid=f"fn:{name}"), ENDNOTE)
        self._add(node, token)
        self._identify(node, f"fnref:{name}:{repeat}" if repeat else f"fnref:{name}")

    def render_footnotes(self, token: SyntaxTreeNode) -> None:
        """Add the notes where they are asked for (`{:footnotes}`), or keep them for the end.

        A directive has its notes there, too.
        """
        node = endnotes("", start=self._options.footnote_nr)
        if token.next_sibling is not None:
            self._fill(node, token)
            return
        outer, self.current_node = self.current_node, node
        self.render_children(token)
        self.current_node = outer
        self._notes += node.children

    def setup_render(self, options: dict[str, Any], env: MutableMapping[str, Any]) -> None:
        """Begin a text, which has no notes so far."""
        super().setup_render(options, env)
        self._notes: list[Any] = []
        self._named: list[tuple[nodes.Element, str]] = []  # all notes, wherever they stand

    def _render_finalise(self) -> None:
        """End the article with its notes, whatever section ends it.

        Only now all texts are read that may refer to one, those of directives included.
        """
        for note, name in self._named:
            self._lead_back(note, name)
        if self._notes:
            node = endnotes("", start=self._options.footnote_nr)
            node += sorted(self._notes, key=_number)
            self._level_to_section.get(1, self.document).append(node)
        super()._render_finalise()

    def render_footnote(self, token: SyntaxTreeNode) -> None:
        """Add a note."""
        node = _with(nodes.footnote(), ENDNOTE)
        node[NUMBER] = token.meta["number"]
        node.append(nodes.label("", str(token.meta["number"])))
        self._fill(node, token, token.attrs.keys())  # which kramdown drops, too
        self._identify(node, f"fn:{self._note_name(token)}")
        self._named.append((node, token.meta["name"]))

    def _lead_back(self, note: nodes.Element, name: str) -> None:
        """End a note with its way back, in its last paragraph (``footnote_content``)."""
        count = definitions_of(self.md_env).footnotes[name].references
        first = f"fnref:{self._options.footnote_prefix}{name}"
        targets = [first, *(f"{first}:{number}" for number in range(1, count))]
        note["backrefs"] = targets
        sign = unescape(self._options.footnote_backlink)
        if not sign:
            return
        last: Any = note[-1]
        ends = isinstance(last, nodes.paragraph)
        if self._options.footnote_backlink_inline:
            while not (ends := _is_line(last)) and last.children:
                last = last[-1]
        if not ends:
            last = nodes.paragraph()
            note.append(last)
        last.append(backlinks("", targets=targets, sign=sign, spaced=ends))

    def _note_name(self, token: SyntaxTreeNode) -> str:
        return f"{self._options.footnote_prefix}{token.meta['name']}"

    # mathematics

    def render_math_inline(self, token: SyntaxTreeNode) -> None:
        """Add a formula in a line."""
        if self._options.math:
            self._add(nodes.math(token.content, token.content), token)
        else:
            self._add_tex(token, "span", f"${token.content}$")

    def render_math_block(self, token: SyntaxTreeNode) -> None:
        """Add a formula."""
        text = token.content.strip("\n")
        if self._options.math:
            self._add(nodes.math_block(text, text, nowrap=False, number=None), token)
        else:
            self._add_tex(token, "div", f"$$\n{text}\n$$")

    def _add_tex(self, token: SyntaxTreeNode, name: str, text: str) -> None:
        """Add a formula as it is written, for a script of the author's own."""
        classes = f"{token.attrs.get('class', '')} kdmath".lstrip()
        element = html_element("", text, name=name, block=token.block)
        self._add(element, token, token.attrs.keys())
        element[HTML] = {**{key: str(one) for key, one in token.attrs.items()}, "class": classes}


def _number(note: Any) -> int:
    return int(note[NUMBER])


def _is_line(node: nodes.Node) -> bool:
    """Tell a paragraph or a heading, in which a note can end."""
    is_cell = isinstance(node.parent, nodes.entry)
    return isinstance(node, (nodes.paragraph, nodes.rubric)) and not is_cell


def _without_language(attributes: Mapping[str, str]) -> list[str]:
    """Return the classes of code but that which names its language."""
    classes = attributes.get("class", "").split()
    return [one for one in classes if not one.startswith("language-")]


def _with(node: nodes.Element, mark: str) -> nodes.Element:
    """Return *node* with a *mark* that tells how HTML writes it."""
    node[mark] = True
    return node
