"""The images of a text: the files that they mean, and how a page shows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote, unquote

from docutils import nodes
from myst_parser.mdit_to_docutils.base import DocutilsRenderer
from sphinx.util.osutil import relative_uri

from broadsheet.model import Subtype
from broadsheet.publication.domain import domain_of
from broadsheet.publication.elements import HTML
from broadsheet.publication.problems import LINES_ABOVE, PATH, warn
from broadsheet.rules import destinations
from broadsheet.rules.destinations import Place, is_elsewhere, on_site
from broadsheet.sources.folders import link_fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token
    from markdown_it.tree import SyntaxTreeNode
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from broadsheet.publication.builders import PublicationBuilder

#: What the rule is told of the text, in the environment of markdown-it: its :class:`Media`.
MEDIA = "broadsheet_media"

#: Marks the token of an image whose file is missing.
ABSENT = "broadsheet_absent"


class absent_image(nodes.General, nodes.Inline, nodes.Element):  # noqa: N801 - a node
    """An image whose file is missing: no dependency, and nothing to copy."""


def register(app: Sphinx) -> None:
    """Make the node known to all writers: those of HTML write the image, the others its text."""
    others = dict.fromkeys(("latex", "text", "man", "texinfo"), (_visit_text, _depart))
    app.add_node(absent_image, override=True, html=(_visit_html, _depart), **others)


def _visit_html(writer: Any, node: nodes.Element) -> None:
    named = {key: node[key] for key in ("alt", "title") if node.get(key) is not None}
    writer.body.append(writer.emptytag(node, "img", "", src=node["uri"], **named))


def _visit_text(writer: Any, node: nodes.Element) -> None:
    writer.visit_Text(nodes.Text(node["alt"]))


def _depart(writer: Any, node: nodes.Element) -> None:
    """Write nothing more."""


# reading


@dataclass(frozen=True, kw_only=True)
class Media:
    """Where the images of one text are looked for."""

    env: BuildEnvironment
    docname: str
    place: Place
    #: What has been said to be missing.
    missing: set[str] = field(default_factory=set)

    def find(self, src: str) -> str | None:
        """Return the file of the source that *src* means, "" for one elsewhere, None for none.

        In a Jekyll repository an image is what its address leads to; a file that only stands
        beside the text comes after that.
        """
        domain = domain_of(self.env)
        below = on_site(src, domain.layout.site.url)
        if is_elsewhere(below) or (below.endswith(".*") and not self.place.address):
            return ""  # Sphinx knows the other, a choice of files
        copied = domain.layout.static_paths
        for address in destinations.addresses(below, self.place) if self.place.address else ():
            domain.note_media(self.docname, address)
            if address in copied:
                return copied[address]
        for path in destinations.paths(below, self.place):
            if self._is_file(path):
                return path
            domain.note_media(self.docname, path)
            if self.docname not in self.env.found_docs:  # Sphinx would read a document each time
                self.env.note_dependency(path)
        return "" if is_elsewhere(src) else None

    def remote(self, src: str) -> str:
        """Return the address of *src* where all media are elsewhere; "" where they are not."""
        address = destinations.with_subpath(src, self.place.subpath)
        return address if is_elsewhere(address) else ""

    def _is_file(self, path: str) -> bool:
        try:
            file = self.env.srcdir / path
            return file.is_file() and not link_fault(self.env.srcdir, path)
        except OSError:  # a name that no file system takes
            return False


def find_images(state: StateCore) -> None:
    """Have each image name its file by the path from the source folder; report missing ones."""
    media: Media | None = state.env.get(MEDIA)
    if media is None or "![" not in state.src:
        return
    for token in state.tokens:
        if token.type == "inline" and "![" in token.content:
            for image, line in _images(token):
                _settle(image, media, line, state.env)


def _images(inline: Token) -> Iterator[tuple[Token, int]]:
    """Yield the images of a paragraph that may be files, with their lines in it."""
    line = (inline.map or [0])[0] + 1
    for child in inline.children or ():
        line += child.type in {"softbreak", "hardbreak"}
        if child.type == "image":
            yield child, line


def _settle(image: Token, media: Media, line: int, env: Mapping[str, Any]) -> None:
    src = str(image.attrGet("src") or "")
    path = media.find(remote := media.remote(src) or src)
    if path:
        image.attrSet("src", f"/{path}")
    elif path == "":
        image.attrSet("src", remote)
    else:
        image.meta[ABSENT] = True
        shown = unquote(src)
        if src not in media.missing:
            media.missing.add(src)
            message = f"image {shown[:80]!r} is no file of the source (expected one)"
            location = f"{env[PATH]}:{(env.get(LINES_ABOVE) or 0) + line}"
            warn(Subtype.IMAGE, f"{message}; its text is shown", location=location)


class MediaRenderer(DocutilsRenderer):
    """What MyST's renderer makes of an image that has been looked for."""

    def render_image(self, token: SyntaxTreeNode) -> None:
        """Render an image, or what is left of one whose file is missing."""
        super().render_image(token)
        if token.meta.get(ABSENT):
            image = cast("nodes.image", self.current_node.pop())
            self.current_node.append(absent_image("", **image.attributes))


# writing


def dress(builder: PublicationBuilder, docname: str, images: Iterable[nodes.image]) -> None:
    """Prepare the images of a page: addresses of copied files, sizes, loading when needed.

    The first is loaded at once, the others when a reader comes near them. Of the other
    documents of a Sphinx project only the addresses are ours.
    """
    domain = builder.domain
    served = domain.layout.served
    is_ours = docname in domain.catalogue.by_docname or docname in domain.layout.pages
    if not is_ours and not served:
        return
    base = builder.get_target_uri(docname)
    for number, image in enumerate(images):
        attributes: dict[str, Any] = {"loading": "lazy", "decoding": "async"} if number else {}
        attributes |= {"title": image["title"]} if image.get("title") else {}
        if "?" not in image.get("candidates", "?"):
            path = image["uri"]
            if is_ours and not ({"width", "height", "scale"} & image.attributes.keys()):
                attributes |= builder.sizes.attributes(path)
            if path in served and "scale" not in image:  # of which Sphinx asks the file
                image["uri"] = relative_uri(base, quote(served[path]))
                image["candidates"] = {"?": image["uri"]}
        if attributes and is_ours:
            image[HTML] = attributes | image.get(HTML, {})


def images_of(doctree: nodes.Node) -> list[nodes.image]:
    """Return the images of a document in their order, at a fraction of the cost of ``findall``."""
    found: list[nodes.image] = []
    waiting: list[nodes.Node] = [doctree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, nodes.image):
            found.append(node)
        elif node.children:
            waiting.extend(node.children)
    return found[::-1]  # the last of the children has come first


def needs_processing(images: Iterable[nodes.image]) -> bool:
    """Tell whether Sphinx has anything to do to them: to choose a file, to link to a larger one."""
    sizes = {"scale", "width", "height"}
    return any("?" not in one["candidates"] or sizes & one.attributes.keys() for one in images)
