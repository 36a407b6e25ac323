"""Parsing articles: MyST on the body, the title from the front matter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from docutils import nodes
from markdown_it import MarkdownIt
from markdown_it.token import Token
from myst_parser.parsers.mdit import create_md_parser
from myst_parser.parsers.sphinx_ import MystParser

from broadsheet.model import HTML_ENDINGS, Subtype
from broadsheet.publication import html_pages, liquid
from broadsheet.publication.domain import domain_of
from broadsheet.publication.figures import FIGURES, make_figures
from broadsheet.publication.headings import TITLE, Title, set_headings
from broadsheet.publication.kramdown import ANCHOR, KramdownRenderer
from broadsheet.publication.media import MEDIA, Media, find_images
from broadsheet.publication.problems import LINES_ABOVE, PATH, warn
from broadsheet.publication.renderer import ArticleRenderer, JekyllRenderer
from broadsheet.publication.site_links import ENVIRONMENT, lead_home
from broadsheet.rules.destinations import Place, is_known_elsewhere, subpath_of
from broadsheet.rules.heading_ids import HeadingIds
from broadsheet.rules.heading_tokens import IDS, set_ids
from broadsheet.rules.wiki_links import with_escaped_bars, with_roles, with_wiki_links
from broadsheet.sources.excerpt import without_separator
from broadsheet.sources.kramdown import kramdown
from broadsheet.sources.kramdown.contents import fill_contents
from broadsheet.sources.kramdown.definitions import KEY as KRAMDOWN
from broadsheet.sources.kramdown.definitions import OPTIONS, definitions_of, problems_of
from broadsheet.sources.kramdown.formulas import with_formulas

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore
    from myst_parser.config.main import MdParserConfig
    from sphinx.environment import BuildEnvironment

    from broadsheet.sources.kramdown.options import KramdownOptions


class PublicationParser(MystParser):
    """MyST's parser, which an article reaches with its dialect and title settled.

    Every other document passes as it stands.
    """

    _markdown: MarkdownIt | None = None

    def parse(self, inputstring: str, document: nodes.document) -> None:
        """Parse *inputstring*, the whole text of a file, into *document*."""
        env: BuildEnvironment = document.settings.env
        domain = domain_of(env)
        article = domain.catalogue.by_docname.get(env.docname)
        if article is not None:
            text = _blank(inputstring, article.body_line)
            text = without_separator(text, article.excerpt_separator)
            title, is_html = article.title, article.path.endswith(HTML_ENDINGS)
        elif (page := domain.layout.pages.get(env.docname)) is not None:
            text = _blank(inputstring, page.body_line)
            title, is_html = page.title, page.is_html
        else:
            text = with_roles(inputstring) if domain.options.wiki_links else inputstring
            super().parse(text, document)
            _know_anchors_in_html(inputstring, document)
            return
        # made once (2 % of a build): in one pass, one parser reads all articles of a process
        markdown = self._markdown = self._markdown or _markdown(
            env, domain.layout.kramdown, jekyll=domain.options.jekyll
        )
        markdown.options["document"] = document
        about = {
            TITLE: Title(title, article is not None),
            IDS: HeadingIds(),
            PATH: str(document["source"]),
        }
        about |= {ENVIRONMENT: env, **_about_pictures(env)}
        about |= {OPTIONS: with_formulas(domain.layout.kramdown, _values(env))}
        if article is None and page is not None and page.is_moved:
            text = ""
        text = liquid.rendered(env, text, about)
        if domain.options.wiki_links and domain.layout.kramdown:
            text = with_escaped_bars(text)
        markdown.render("" if is_html else text, about)
        if KRAMDOWN in about:
            _report_kramdown(about)
        else:
            _know_anchors_in_html(text, document)
        if is_html:
            has_title = article is not None
            html_pages.add(document, title, text, liquid.line_of(about), has_title=has_title)


def _know_anchors_in_html(text: str, document: Any) -> None:
    """Have links lead to the ids in HTML, too, from this document and from others.

    MyST knows those of headings, which come first.
    """
    if "id=" not in text and "name=" not in text:
        return
    slugs = getattr(document, "myst_slugs", {})
    for raw in document.findall(nodes.raw):
        for anchor in ANCHOR.findall(raw.astext()):
            slugs.setdefault(anchor, (raw.line, anchor, ""))
    if slugs:
        env: BuildEnvironment = document.settings.env
        env.metadata[env.docname]["myst_slugs"] = slugs


def _values(env: BuildEnvironment) -> Mapping[str, Any]:
    """Return the front matter of the article or page at work."""
    domain, docname = domain_of(env), env.docname
    article = domain.catalogue.by_docname.get(docname)
    return (article or domain.layout.pages[docname]).front_matter


def _about_pictures(env: BuildEnvironment) -> dict[str, Any]:
    """Return what the rules for images are told of the article or page at work."""
    domain, docname = domain_of(env), env.docname
    values = _values(env)
    place = Place(
        path=env.doc2path(docname, False).as_posix(),
        address=domain.address_of(docname) if domain.options.jekyll else "",
        subpath=subpath_of(values),
    )
    return {
        MEDIA: Media(env=env, docname=docname, place=place),
        FIGURES: domain.options.figures and values.get("figures") is not False,
    }


def _blank(text: str, body_line: int) -> str:
    """Empty the lines above the body, so that every line keeps its number."""
    lines = text.split("\n")
    return "\n" * (body_line - 1) + "\n".join(lines[body_line - 1 :])


def _markdown(
    env: BuildEnvironment, options: KramdownOptions | None, *, jekyll: bool
) -> MarkdownIt:
    config: MdParserConfig = env.myst_config  # type: ignore[attr-defined] # by MyST
    if options is None:
        config = _with_extensions(config, domain_of(env).options.syntax)
        markdown = create_md_parser(config, JekyllRenderer if jekyll else ArticleRenderer)
        # nothing reads MyST's count of words; ours is in the catalogue (3 % of a build)
        markdown.core.ruler.disable("wordcount", ignoreInvalid=True)
        # a body has no front matter left; without its blank lines one could seem to begin
        markdown.disable("front_matter", ignoreInvalid=True)
    else:
        markdown = MarkdownIt("commonmark", renderer_cls=KramdownRenderer)
        markdown.use(kramdown, options)
        markdown.options["myst_config"] = config
    markdown.core.ruler.after("block", "broadsheet_lines", liquid.restore_lines)
    if domain_of(env).options.wiki_links:
        markdown.core.ruler.after("inline", "broadsheet_wiki_links", _read_wiki_links)
    markdown.core.ruler.push("broadsheet_heading_ids", set_ids)  # before the title is one
    if options is not None:
        markdown.core.ruler.push("kramdown_contents", fill_contents)
    markdown.core.ruler.push("broadsheet_headings", set_headings)
    markdown.core.ruler.push("broadsheet_schemes", _lower_schemes)
    markdown.core.ruler.push("broadsheet_site_links", lead_home)
    if jekyll:
        markdown.core.ruler.push("broadsheet_addresses", _mark_addresses)
    markdown.core.ruler.push("broadsheet_images", _report_images)
    markdown.core.ruler.push("broadsheet_media", find_images)
    markdown.core.ruler.push("broadsheet_figures", make_figures)
    if options is not None:
        markdown.core.ruler.push("broadsheet_problems", _settle_problems)
    return markdown


def _with_extensions(config: MdParserConfig, extensions: Set[str]) -> MdParserConfig:
    """Return a configuration of MyST with more extensions.

    Formulas that they bring leave prices alone, "$5 and $6".
    """
    changes: dict[str, Any] = {"enable_extensions": config.enable_extensions | extensions}
    if "dollarmath" in extensions - config.enable_extensions:
        changes |= {"dmath_allow_space": False, "dmath_allow_digits": False}
    return config.copy(**changes)


def _settle_problems(state: StateCore) -> None:
    """Have what kramdown's grammar notices name a line of the file; each text is one of several."""
    definitions_of(state.env).settle(state.env[PATH], state.env.get(LINES_ABOVE) or 0)


def _report_kramdown(about: dict[str, Any]) -> None:
    """Report what is wrong with a text in kramdown, once all of it has been read."""
    problems = problems_of(definitions_of(about))
    for path, line, message in problems[:MOST_FAULTS]:
        warn(Subtype.KRAMDOWN, message, location=f"{path}:{line + 1}")
    if len(problems) > MOST_FAULTS:
        path, line, _ = problems[MOST_FAULTS]
        more = "more of this kind from here on, which is not named one by one"
        warn(Subtype.KRAMDOWN, more, location=f"{path}:{line + 1}")


#: Faults of kramdown's grammar in one text that are named one by one.
MOST_FAULTS = 30


def _report_images(state: StateCore) -> None:
    """Report images that cannot be shown: without an address, or not closed."""
    path, above = state.env[PATH], state.env.get(LINES_ABOVE) or 0
    for token in state.tokens:
        if token.type == "inline" and "![" in token.content:
            first_line = above + (token.map or [0])[0] + 1
            token.children = list(_shown(token.children or [], path, first_line))


def _shown(children: Sequence[Token], path: str, line: int) -> Iterator[Token]:
    """Yield what is left of *children* where every faulty image has become its text."""
    for child in children:
        line += child.type in {"softbreak", "hardbreak"}
        location = f"{path}:{line}"
        src = unquote(str(child.attrGet("src") or ""))
        if child.type == "image" and not _ADDRESS.match(src):
            found = f"the address {src[:60]!r}, which is none" if src else "no address"
            message = f"image {child.content[:60]!r} has {found} (expected one in the brackets)"
            warn(Subtype.IMAGE, f"{message}; its text is shown", location=location)
            yield Token("text", "", 0, content=child.content, level=child.level)
            continue
        if child.type == "text" and (faulty := _UNCLOSED_IMAGE.search(child.content)):
            message = f"{faulty.group()[:60]!r} is no image (expected ![text](address))"
            warn(Subtype.IMAGE, f"{message}; shown as it stands", location=location)
        yield child


#: A path, or an address that begins with its scheme: ``[https://a.org/b.png](c`` is neither.
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|(?![^?#]*://).")

#: What Markdown leaves of an image that it cannot read.
_UNCLOSED_IMAGE = re.compile(r"!\[[^\]\n]*\](?:[([]\S*)?")


def _read_wiki_links(state: StateCore) -> None:
    """Make references of what is written ``[[slug]]``."""
    for token in state.tokens:
        if token.children and "[[" in token.content:
            token.children = list(with_wiki_links(token.children))


def _lower_schemes(state: StateCore) -> None:
    """Write ``HTTPS://`` in lower case (RFC 3986, section 3.1), as MyST expects it."""
    for child in _children(state):
        attribute = {"link_open": "href", "image": "src"}.get(child.type, "")
        scheme, colon, rest = str(child.attrGet(attribute) or "").partition(":")
        if colon and scheme.isascii() and scheme.isalpha() and not scheme.islower():
            child.attrSet(attribute, f"{scheme.lower()}:{rest}")


def _mark_addresses(state: StateCore) -> None:
    """Keep MyST from looking up as labels what Jekyll takes for addresses."""
    for child in _children(state):
        if child.type != "link_open":
            continue
        target = str(child.attrGet("href") or "")
        if target.startswith(("%7B%7B", "%7B%25", "{{", "{%")):
            child.attrJoin("class", "external")  # Liquid, which is reported as such
        elif target in {"#", "#top"}:
            child.attrJoin("class", "external")  # the top of any page (HTML, 7.4.6.4)
        elif is_known_elsewhere(target):
            child.info = "auto"  # as in angle brackets: MyST knows but four schemes, and no "//"
        elif re.match(r"[^#./:][^:]*$", target):
            child.attrSet("href", f"./{target}")  # a path, which no anchor looks like


def _children(state: StateCore) -> Iterator[Token]:
    for token in state.tokens:
        yield from token.children or ()
