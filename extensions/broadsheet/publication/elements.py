"""What kramdown has and docutils has not, and what HTML becomes of it.

There are few nodes of our own.  Where docutils has a like, that is used, so that every writer
knows it, and :class:`ArticleTranslator` writes of it what kramdown does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    Visitor = Callable[[Any, Any], None]

#: The attribute of a node that holds those of its HTML element, besides ``class`` and ``id``.
HTML = "html"

#: The attribute of a paragraph that has no tags: it is all of an item or a cell.
TIGHT = "tight"

#: The attribute of rows that stand under a table.
FOOT = "foot"

#: The attribute of footnotes and their references that are written as kramdown writes them.
ENDNOTE = "endnote"

#: The attribute of such a footnote that holds its number.
NUMBER = "number"

#: What Sphinx gives for the source of a title, or of another part that it renders by itself.
PART = "<partial node>"

#: Elements that have no content, and no end tag (HTML Living Standard, section 13.1.2).
VOID = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
))  # fmt: skip

#: What LaTeX has for some elements, before their content and after it.
_LATEX: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "b": (r"\textbf{", "}"),
        "br": ("\\\\\n", ""),
        "cite": (r"\emph{", "}"),
        "code": (r"\texttt{", "}"),
        "em": (r"\emph{", "}"),
        "i": (r"\emph{", "}"),
        "kbd": (r"\texttt{", "}"),
        "q": ("``", "''"),
        "small": (r"{\small ", "}"),
        "strong": (r"\textbf{", "}"),
        "sub": (r"\textsubscript{", "}"),
        "sup": (r"\textsuperscript{", "}"),
        "u": (r"\underline{", "}"),
    }
)


class html_element(nodes.General, nodes.Inline, nodes.TextElement):  # noqa: N801 - a node
    """An element of HTML, of blocks or in a line: its ``name``, its attributes in ``html``."""


class scene_break(nodes.General, nodes.Element):  # noqa: N801 - a node
    """A rule across the page; docutils' transition may stand only between paragraphs."""


class endnotes(nodes.General, nodes.Element):  # noqa: N801 - a node
    """The footnotes of an article, at its end; ``start`` is the number of the first."""


class backlinks(nodes.Inline, nodes.Element):  # noqa: N801 - a node
    """The way back from a note: ``targets``, the ids of its references, and the ``sign``."""


def register(app: Sphinx) -> None:
    """Make the nodes known to all writers."""
    passed, skipped = (_pass, _pass), (_skip, None)
    as_transition = (_visit_transition, _depart_transition)
    element = {"latex": (_start_latex, _end_latex), "text": (_line, _pass)}
    _add(app, html_element, (_start, _end), passed, **element)
    _add(app, scene_break, (_rule, _pass), as_transition)
    _add(app, endnotes, (_start_notes, _end_notes), passed)
    _add(app, backlinks, (_way_back, None), skipped)
    app.add_post_transform(UnwrapAttributes)
    app.connect("doctree-read", clean_contents, priority=600)  # after the collectors (500)


def _add(
    app: Sphinx,
    node: type[nodes.Element],
    html: tuple[Visitor, Visitor | None],
    others: tuple[Visitor, Visitor | None],
    **special: tuple[Visitor, Visitor | None],
) -> None:
    handlers = {**dict.fromkeys(("latex", "text", "man", "texinfo"), others), **special}
    # in one process there may be several builds
    app.add_node(node, override=True, html=html, **handlers)


def clean_contents(app: Sphinx, doctree: nodes.document) -> None:
    """Keep out of the contents what the headings themselves have: elements, ids, attributes."""
    env: BuildEnvironment = app.env
    contents = env.tocs.get(env.docname)
    if contents is None:
        return
    for element in list(contents.findall(html_element)):
        element.replace_self(element.children)
    for reference in contents.findall(nodes.reference):
        for node in reference.findall(nodes.Element, include_self=False):
            node["ids"] = []
            node.attributes.pop(HTML, None)


class UnwrapAttributes(SphinxPostTransform):
    """Leave to a table, or a formula, what is its own: Furo gives it to the wrapper, too."""

    formats = ("html",)
    default_priority = 501  # after Furo has wrapped them (500)

    def run(self, **kwargs: Any) -> None:
        """Take ids, classes and attributes from the wrappers."""
        for wrapper in self.document.findall(nodes.container):
            own = {"table-wrapper", "math-wrapper"}.intersection(wrapper["classes"])
            if own:
                wrapper.attributes.update({"ids": [], "names": [], "classes": sorted(own)})
                wrapper.attributes.pop(HTML, None)


class ArticleTranslator(HTML5Translator):
    """Sphinx's HTML, with what authors have written of HTML and what is kramdown's."""

    def encode(self, text: object) -> str:
        """Escape *text* as docutils does, whose ``str.translate`` takes 6 % of a build."""
        written = str(text)
        for code, reference in self.special_characters.items():  # "&" comes first
            if (sign := chr(code)) in written:
                written = written.replace(sign, reference)
        return written

    def starttag(
        self, node: Any, tagname: str, suffix: str = "\n", empty: bool = False, **attributes: Any
    ) -> str:
        """Return a start tag, with the attributes of *node* in HTML."""
        written = node.get(HTML)
        if written:
            attributes = _joined(attributes, written)
        return str(super().starttag(node, tagname, suffix, empty, **attributes))

    def visit_reference(self, node: nodes.Element) -> None:
        """Begin a link; one to an article says where the preview of it is."""
        # here, and not in a transform, which would walk over each document once more
        previews = getattr(self.builder, "previews", None)
        if previews and node.get("refuri") and self.document["source"] != PART:
            found = previews.of_link(node["refuri"], self.builder.current_docname)
            if found:
                node[HTML] = {**node.get(HTML, {}), **found}
        super().visit_reference(node)

    def visit_paragraph(self, node: nodes.paragraph) -> None:
        """Write no tags where there are none in kramdown's."""
        if TIGHT not in node:
            super().visit_paragraph(node)

    def depart_paragraph(self, node: nodes.paragraph) -> None:
        """Write no tags where there are none in kramdown's."""
        if TIGHT not in node:
            super().depart_paragraph(node)

    def visit_tbody(self, node: nodes.Element) -> None:
        """Begin rows of a table."""
        self.body.append(self.starttag(node, "tfoot" if FOOT in node else "tbody"))

    def depart_tbody(self, node: nodes.Element) -> None:
        """End rows of a table."""
        self.body.append("</tfoot>\n" if FOOT in node else "</tbody>\n")

    # notes, as kramdown has them (lib/kramdown/converter/html.rb, convert_footnote and below)

    def visit_footnote_reference(self, node: nodes.Element) -> None:
        """Write the number of a note, raised."""
        if ENDNOTE not in node:
            super().visit_footnote_reference(node)
            return
        link = {"class": "footnote", "href": f"#{node['refid']}", "rel": "footnote"}
        self.body.append(self.starttag(node, "sup", ""))
        self.body.append(f"{_tag('a', {**link, 'role': 'doc-noteref'})}{escape(node.astext())}")
        self.body.append("</a></sup>")
        raise nodes.SkipNode

    def visit_footnote(self, node: nodes.footnote) -> None:
        """Begin a note."""
        if ENDNOTE not in node:
            super().visit_footnote(node)
            return
        self.body.append(self.starttag(node, "li", ""))

    def depart_footnote(self, node: nodes.footnote) -> None:
        """End a note."""
        if ENDNOTE not in node:
            super().depart_footnote(node)
            return
        self.body.append("</li>\n")

    def visit_label(self, node: nodes.label) -> None:
        """Leave numbering to the list."""
        if ENDNOTE in node.parent:
            raise nodes.SkipNode
        super().visit_label(node)


def _joined(attributes: Mapping[str, Any], written: Mapping[str, str]) -> dict[str, Any]:
    """Return the attributes of a tag: the writer's, and over them what authors have *written*."""
    joined = {name.lower(): value for name, value in attributes.items()}
    for name, value in written.items():
        if name == "class":
            # here, docutils takes none of them for the name of a language
            joined["classes"] = [*joined.get("classes", ()), *value.split()]
        elif name == "style" and "style" in joined:
            joined["style"] = f"{joined['style'].rstrip('; ')}; {value}"
        else:
            joined[name] = value
    return joined


def _tag(name: str, attributes: Mapping[str, object], end: str = ">") -> str:
    written = "".join(f' {key}="{escape(str(value))}"' for key, value in attributes.items())
    return f"<{name}{written}{end}"


def _pass(writer: Any, node: Any) -> None:
    """Write nothing for the node itself."""


def _skip(writer: Any, node: Any) -> None:
    raise nodes.SkipNode


def _start(writer: Any, node: Any) -> None:
    name = node["name"]
    end = " />" if name in VOID and not node.children else ">"
    writer.body.append(_tag(name, node[HTML], end))


def _end(writer: Any, node: Any) -> None:
    if node["name"] not in VOID or node.children:
        writer.body.append(f"</{node['name']}>")
    if node.get("block"):
        writer.body.append("\n")


def _start_latex(writer: Any, node: Any) -> None:
    writer.body.append(_LATEX.get(node["name"], ("", ""))[0])


def _end_latex(writer: Any, node: Any) -> None:
    writer.body.append(_LATEX.get(node["name"], ("", ""))[1])


def _line(writer: Any, node: Any) -> None:
    if node["name"] == "br":
        writer.add_text("\n")


def _rule(writer: Any, node: Any) -> None:
    writer.body.append(writer.emptytag(node, "hr", CLASS="docutils"))


def _visit_transition(writer: Any, node: Any) -> None:
    writer.visit_transition(node)


def _depart_transition(writer: Any, node: Any) -> None:
    writer.depart_transition(node)


def _start_notes(writer: Any, node: Any) -> None:
    if not isinstance(writer, ArticleTranslator):
        return
    start = {} if node["start"] == 1 else {"start": node["start"]}
    writer.body.append(_tag("div", {"class": "footnotes", "role": "doc-endnotes"}))
    writer.body.append(f"\n{_tag('ol', start)}\n")


def _end_notes(writer: Any, node: Any) -> None:
    if isinstance(writer, ArticleTranslator):
        writer.body.append("</ol>\n</div>\n")


def _way_back(writer: Any, node: Any) -> None:
    if isinstance(writer, ArticleTranslator):  # others have it at the number
        for number, target in enumerate(node["targets"], 1):
            link = {"href": f"#{target}", "class": "reversefootnote", "role": "doc-backlink"}
            raised = f"<sup>{number}</sup>" if number > 1 else ""
            space = "\xa0" if number > 1 or node["spaced"] else ""
            writer.body.append(f"{space}{_tag('a', link)}{escape(node['sign'])}{raised}</a>")
    raise nodes.SkipNode
