"""The HTML of kramdown for tokens that markdown-it does not know (``converter/html.rb``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from broadsheet.sources.kramdown.definitions import Footnote, definitions_of
from broadsheet.sources.kramdown.tags import SPACE, VOID_ELEMENTS, escape_text, written_attributes

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

_SPACE = "\u00a0"
#: What a link back from a note can stand in.
_LINES = frozenset({"paragraph_close", "heading_close"})


def install(markdown: MarkdownIt) -> None:
    """Have *markdown* write what kramdown has and CommonMark has not."""
    for kind, rule in _RULES.items():
        markdown.add_render_rule(kind, rule)


# elements


def _element_open(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    token = tokens[at]
    end = " />" if token.tag in VOID_ELEMENTS else ">"
    line_feed = "\n" if token.block and token.meta.get("content") == "block" else ""
    return f"<{token.tag}{written_attributes(token.attrs)}{end}{line_feed}"


def _element_close(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    token = tokens[at]
    closing = "" if token.tag in VOID_ELEMENTS else f"</{token.tag}>"
    return f"{closing}\n" if token.block else closing


def _code(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    token = tokens[at]
    language = token.info.strip()
    named = f' class="language-{escape(language)}"' if language else ""
    content = escape(token.content.removesuffix("\n"), quote=False)
    return f"<pre{written_attributes(token.attrs)}><code{named}>{content}\n</code></pre>\n"


def _math_inline(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    token, rendered = tokens[at], definitions_of(env).options.math
    content = escape(token.content, quote=False)
    if rendered and not token.attrs:
        return rf"\({content}\)"
    return f"<span{_math_attributes(token, rendered)}>${content}$</span>"


def _math_block(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    token, rendered = tokens[at], definitions_of(env).options.math
    content = escape(token.content, quote=False)
    written = f"\\[{content}\\]\n" if rendered else f"$$\n{content}\n$$"
    if rendered and not token.attrs:
        return written
    return f"<div{_math_attributes(token, rendered)}>{written}</div>\n"


def _math_attributes(token: Token, rendered: bool) -> str:
    if rendered:
        return written_attributes(token.attrs)
    named = f"{token.attrs.get('class', '')} kdmath".lstrip()
    return written_attributes({**token.attrs, "class": named})


def _cell_close(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    """End a cell of a table; an empty one has a space in it."""
    space = "" if tokens[at - 1].content.strip(SPACE) else _SPACE
    return space + renderer.renderToken(tokens, at, options, env)


# footnotes


def _footnote_ref(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    meta, chosen = tokens[at].meta, definitions_of(env).options
    name = escape(chosen.footnote_prefix + meta["name"])
    repeated = f":{meta['reference']}" if meta["reference"] else ""
    text = escape_text(chosen.footnote_link_text.replace("%s", str(meta["number"])))
    return (
        f'<sup id="fnref:{name}{repeated}"><a href="#fn:{name}" class="footnote" rel="footnote"'
        f' role="doc-noteref">{text}</a></sup>'
    )


def _footnotes_open(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    first = definitions_of(env).options.footnote_nr
    start = f' start="{first}"' if first != 1 else ""
    return f'<div class="footnotes" role="doc-endnotes">\n<ol{start}>\n'


def _footnotes_close(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    return "</ol>\n</div>\n"


def _footnote_open(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    name = definitions_of(env).options.footnote_prefix + tokens[at].meta["name"]
    return f'<li id="fn:{escape(name)}">\n'


def _footnote_close(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    last = at - 1
    if definitions_of(env).options.footnote_backlink_inline:
        while tokens[last].nesting < 0 and tokens[last].type not in _LINES:
            last -= 1
    linked = tokens[last].type in _LINES and _note_ending_at(tokens, last, env) is not None
    links = "" if linked else f"<p>{_back_links(_note_before(tokens, at, env), env, '')}</p>\n"
    return f"{links}</li>\n"


def _line_close(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    """End a paragraph or a heading; the last one of a note has the links back."""
    closing = renderer.renderToken(tokens, at, options, env)
    note = _note_ending_at(tokens, at, env) if at + 1 < len(tokens) else None
    return closing if note is None else _back_links(note, env, _SPACE) + closing


def _note_ending_at(tokens: Sequence[Token], at: int, env: EnvType) -> Footnote | None:
    """Return the note whose last line ends here, if its links back stand in a line."""
    following = at + 1
    if tokens[following].nesting >= 0:
        return None
    if definitions_of(env).options.footnote_backlink_inline:
        while tokens[following].nesting < 0 and tokens[following].type != "footnote_close":
            following += 1
            if following == len(tokens):
                return None
    elif tokens[at].type != "paragraph_close":
        return None
    return _note_before(tokens, at, env) if tokens[following].type == "footnote_close" else None


def _note_before(tokens: Sequence[Token], at: int, env: EnvType) -> Footnote:
    while tokens[at].type != "footnote_open":
        at -= 1
    return definitions_of(env).footnotes[tokens[at].meta["name"]]


def _back_links(note: Footnote, env: EnvType, space: str) -> str:
    """Return a link to each place that refers to *note*."""
    chosen = definitions_of(env).options
    if not chosen.footnote_backlink:
        return ""
    text = escape_text(chosen.footnote_backlink)
    name = escape(chosen.footnote_prefix + note.name)
    more = (
        _back_link(f"{name}:{number}", f"{text}<sup>{number + 1}</sup>")
        for number in range(1, note.references)
    )
    return space + _SPACE.join([_back_link(name, text), *more])


def _back_link(name: str, text: str) -> str:
    return f'<a href="#fnref:{name}" class="reversefootnote" role="doc-backlink">{text}</a>'


_RULES: Mapping[str, Any] = {
    "html_element_open": _element_open,
    "html_element_close": _element_close,
    "html_span_open": _element_open,
    "html_span_close": _element_close,
    "code_block": _code,
    "fence": _code,
    "td_close": _cell_close,
    "th_close": _cell_close,
    "math_inline": _math_inline,
    "math_block": _math_block,
    "footnote_ref": _footnote_ref,
    "footnotes_open": _footnotes_open,
    "footnotes_close": _footnotes_close,
    "footnote_open": _footnote_open,
    "footnote_close": _footnote_close,
    "paragraph_close": _line_close,
    "heading_close": _line_close,
}
