"""An excerpt as a small, balanced fragment of HTML for a card in a listing."""

from __future__ import annotations

import re
from functools import cache
from html import escape, unescape
from itertools import zip_longest
from typing import TYPE_CHECKING
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_block_plugin, attrs_plugin
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.myst_blocks import myst_block_plugin
from mdit_py_plugins.myst_role import myst_role_plugin

from broadsheet.rules.clean_html import UnreadableError, cleaned
from broadsheet.rules.html_elements import is_harmless, is_known
from broadsheet.rules.wiki_links import with_escaped_bars, with_wiki_links
from broadsheet.sources.kramdown import kramdown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

    from broadsheet.sources.kramdown.options import KramdownOptions

    Link = Callable[[str], str | None]
    Post = Callable[[str], tuple[str, str] | None]

_NOTE = re.compile(r"\[\^[^\]\s]+\]")
_NOTE_DEFINITION = re.compile(r"\[\^[^\]\s]+\]:")
_ATTRIBUTE_LIST = re.compile(r"\{(?:::?[^{}\n]*|#[\w:.-]+[^{}\n]*)\}")  # kramdown: {: .x}, {#id}
_ROLE_TARGET = re.compile(r"(?s)(?P<words>.*\S)\s*<(?P<name>[^<>]+)>\Z")  # `text <target>`
_UNSEEN = re.compile(r"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<![A-Z\[].*?(?:>|\Z)", re.DOTALL)
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)[^<>]*>")
_BREAK = re.compile(
    r"</?(?:p|div|br|li|ul|ol|tr|td|th|table|blockquote|pre|dl|dt|dd)\b[^<>]*>", re.IGNORECASE
)
_EMPTY = re.compile(
    r"<(p|a|strong|em|b|i|s|u|span|div|li|ul|ol|blockquote)(?:\s[^<>]*)?>\s*</\1>\n?"
)
_DEPTH = 8  # of empty elements in one another; deeper ones do no harm
_UNSAFE = re.compile(r"(?:javascript|vbscript|data|file):", re.IGNORECASE)
_IGNORED = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028\u2029\ufeff]")
_NOT_IN_URL = re.compile(r'[\x00-\x20"<>\\^`{|}\x7f]')


def render(
    markdown: str,
    *,
    link: Link,
    post: Post | None = None,
    dialect: KramdownOptions | None = None,
    wiki_links: bool = False,
    extensions: frozenset[str] = frozenset(),
) -> str:
    """Return the HTML of an excerpt: balanced, without ids, images, scripts and notes.

    The text is that of kramdown where *dialect* says so, else CommonMark with tables and
    strikethrough, and with those of MyST's *extensions* that have a meaning in a card. Headings become bold paragraphs, the text of a MyST role stays, directives go;
    so do kramdown's attribute lists. Of raw HTML what describes text stays, and the tag of no
    known element is shown as text.

    ``link`` takes a destination as it is written, without escapes, and returns an address;
    None, or an address that runs a script, leaves the text without a link.  ``post`` takes the
    name in a reference to an article, and returns its title and its address.
    """
    parser = _parser(extensions) if dialect is None else _kramdown(dialect)
    env: dict[str, object] = {}
    is_kramdown = wiki_links and dialect is not None
    parsed = parser.parse(with_escaped_bars(markdown) if is_kramdown else markdown, env)
    if wiki_links:
        for token in parsed:
            token.children = list(with_wiki_links(token.children or ()))
    tokens = list(_blocks(_plain(parsed), post))
    is_raw = any(_is_raw(token) for token in tokens)
    if not is_raw:
        for token in tokens:
            token.children = list(_linked(token.children or (), link))
    html = str(parser.renderer.render(tokens, parser.options, env))
    return _without_empty(_cleaned(html, link) if is_raw else html).strip()


def as_text(html: str) -> str:
    """Return the text of a fragment that :func:`render` made, on one line."""
    return " ".join(as_lines(html))


def as_lines(html: str) -> list[str]:
    """Return the same, each block on a line of its own."""
    lines = _BREAK.sub("\0", html).split("\0")
    plain = (" ".join(unescape(_TAG.sub("", line)).split()) for line in lines)
    return [line for line in plain if line]


# --- Markdown ---------------------------------------------------------------------------------


class _Markdown(MarkdownIt):
    """Leaves destinations as they are written: ``link`` decides about them."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the name of the library
        return url

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the name of the library
        return True


@cache
def _kramdown(dialect: KramdownOptions) -> MarkdownIt:
    return _Markdown("commonmark").use(kramdown, dialect)


@cache
def _parser(extensions: frozenset[str]) -> MarkdownIt:
    """Return a parser as MyST has it (``myst_parser.parsers.mdit``), without its footnotes."""
    parser = _Markdown("commonmark").enable(["table", "strikethrough"])
    parser.use(colon_fence_plugin).use(myst_block_plugin).use(myst_role_plugin)
    parser.block.ruler.before("reference", "note_definition", _note_definition)
    parser.inline.ruler.before("link", "note", _note)
    parser.inline.ruler.before("myst_role", "attribute_list", _attribute_list)
    signs = extensions & {"smartquotes", "replacements"}
    parser.options["typographer"] = bool(signs)
    parser.enable(sorted(signs))
    if "dollarmath" in extensions:
        parser.use(dollarmath_plugin, allow_space=False, allow_digits=False)  # prices are none
    if "deflist" in extensions:
        parser.use(deflist_plugin)
    if "attrs_inline" in extensions:
        after = ("image", "code_inline", "link_close", "span_close")
        parser.use(attrs_plugin, after=after, spans=True, span_after="note")
    if "attrs_block" in extensions:
        parser.use(attrs_block_plugin)
    return parser


def _note(state: StateInline, silent: bool) -> bool:
    """Pass over ``[^1]``: its note is not in the card."""
    return _passed_over(_NOTE, state)


def _attribute_list(state: StateInline, silent: bool) -> bool:
    """Pass over ``{: .class}`` and ``{#id}``."""
    return _passed_over(_ATTRIBUTE_LIST, state)


def _passed_over(pattern: re.Pattern[str], state: StateInline) -> bool:
    match = pattern.match(state.src, state.pos, state.posMax)
    if match:
        state.pos = match.end()
    return match is not None


def _note_definition(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """Pass over ``[^1]: a note`` and the indented lines below it."""
    if state.is_code_block(first):
        return False
    begin = state.bMarks[first] + state.tShift[first]
    if not _NOTE_DEFINITION.match(state.src, begin, state.eMarks[first]):
        return False
    if not silent:
        line = first + 1
        while line < end and not state.isEmpty(line):
            line += 1
        while line < end and (state.isEmpty(line) or state.is_code_block(line)):
            line += 1
        state.line = line
    return True


def _plain(tokens: Iterable[Token]) -> Iterator[Token]:
    """Leave out the notes of kramdown, and all attributes that a card does not have."""
    in_notes = False
    for token in tokens:
        in_notes = in_notes or token.type == "footnotes_open"
        if not in_notes:
            for one in (token, *(token.children or ())):
                if one.attrs:
                    one.attrs = {key: value for key, value in one.attrs.items() if _stays(one, key)}
            yield token
        in_notes = in_notes and token.type != "footnotes_close"


def _stays(token: Token, name: str) -> bool:
    return is_harmless(name, token.attrs[name]) or name == "src" or token.type.startswith("html_")


def _blocks(tokens: Iterable[Token], post: Post | None) -> Iterator[Token]:
    """Turn the tokens of a document into those of a card."""
    heading = False
    for token in tokens:
        match token.type:
            case "heading_open" | "heading_close":
                heading = token.type == "heading_open"
                yield Token(
                    token.type.replace("heading", "paragraph"), "p", token.nesting, block=True
                )
            case "inline":
                children = _trimmed(list(_spans(token.children or (), post)))
                token.children = _strong(children) if heading else children
                yield token
            case "html_block":
                token.content = _known(_UNSEEN.sub("", token.content))
                yield token
            case "fence" if not token.info.lstrip().startswith("{"):
                token.info = ""  # no class in the card
                yield token
            case "math_block" | "math_block_label":
                yield Token(
                    "code_block", "code", 0, content=f"{token.content.strip()}\n", block=True
                )
            case "fence" | "colon_fence" | "hr" | "toc":
                continue
            case kind if not kind.startswith("myst_"):  # targets, comments, block breaks
                yield token


def _spans(tokens: Sequence[Token], post: Post | None) -> Iterator[Token]:
    for token, following in zip_longest(tokens, tokens[1:]):
        match token.type:
            case "image" | "footnote_ref":
                continue
            case "math_inline" | "math_inline_double":
                yield Token("code_inline", "code", 0, content=token.content)
            case "html_span_open" | "html_span_close" if not is_known(token.tag):
                if token.nesting > 0 and following.type != "html_span_close":  # as `<mark/>` has
                    words = (
                        f'{key}="{value}"' if value else key for key, value in token.attrs.items()
                    )
                    yield _text(f"<{' '.join([token.tag, *words])}>")
            case "myst_role":
                yield from _role(token, post)
            case "html_inline":
                token.content = _known(_UNSEEN.sub("", token.content))
                yield token
            case _:
                yield token


def _role(token: Token, post: Post | None) -> Iterator[Token]:
    """Yield the text of a role; that of a reference to an article is a link."""
    titled = _ROLE_TARGET.match(token.content)
    words, name = (titled["words"], titled["name"]) if titled else ("", token.content)
    is_post = token.meta.get("name", "").removeprefix("broadsheet:") in {"post", "any"}
    found = post(name.strip()) if post and is_post else None
    if found is None:
        yield _text(words or name)
        return
    title, address = found
    yield Token("link_open", "a", 1, attrs={"href": address}, meta={"is_address": True})
    yield _text(words or title)
    yield Token("link_close", "a", -1)


def _linked(tokens: Iterable[Token], link: Link) -> Iterator[Token]:
    """Give the links their addresses, and leave out those without one."""
    kept: list[bool] = []
    for token in tokens:
        if token.type == "link_open":
            href = str(token.attrs.get("href", ""))
            address = href if "is_address" in token.meta else _address(href, link)
            kept.append(address is not None)
            token.attrs["href"] = address or ""
        if token.type not in ("link_open", "link_close") or kept[-1]:
            yield token
        if token.type == "link_close":
            kept.pop()


def _trimmed(tokens: list[Token]) -> list[Token]:
    """Take away the spaces and line breaks that something dropped has left at the end."""
    while tokens and tokens[-1].type in ("text", "softbreak", "hardbreak"):
        tokens[-1].content = tokens[-1].content.rstrip()
        if tokens[-1].content:
            break
        tokens.pop()
    return tokens


def _strong(tokens: list[Token]) -> list[Token]:
    return [Token("strong_open", "strong", 1), *tokens, Token("strong_close", "strong", -1)]


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _address(destination: str, link: Link) -> str | None:
    address = link(destination)
    if address is None or _UNSAFE.match(_IGNORED.sub("", address)):
        return None
    return _NOT_IN_URL.sub(lambda char: quote(char[0]), address.strip())


# --- Raw HTML ---------------------------------------------------------------------------------


def _known(html: str) -> str:
    """Escape the tags of elements that do not exist: they are words in angle brackets."""
    return _TAG.sub(lambda tag: tag[0] if _is_element(tag) else escape(tag[0]), html)


def _is_element(tag: re.Match[str]) -> bool:
    return is_known(tag[1]) or tag[0].endswith("/>")


def _is_raw(token: Token) -> bool:
    raw = token.type in ("html_block", "html_inline") and "<" in token.content
    raw = raw or token.type in ("html_element_open", "html_span_open")
    return raw or any(_is_raw(child) for child in token.children or ())


def _cleaned(html: str, link: Link) -> str:
    try:
        return cleaned(html, lambda destination: _address(destination, link))
    except UnreadableError:
        return f"<p>{escape(as_text(html))}</p>"


def _without_empty(html: str) -> str:
    """Take away the elements that hold nothing any more."""
    for _ in range(_DEPTH):
        html, count = _EMPTY.subn("", html)
        if not count:
            break
    return html
