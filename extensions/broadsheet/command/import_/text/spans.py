"""Spans as MyST writes them."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from broadsheet.command.import_.text.meaning import EXTERNAL, tag_of
from broadsheet.command.import_.text.settings import settings_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mdformat.renderer import RenderContext, RenderTreeNode
    from mdformat.renderer.typing import Render

#: What begins something in MyST wherever it stands in a line.
_SPECIAL = re.compile(r"[\\`*\[\]<]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)")
#: What ``replacements`` and ``smartquotes`` would make something else of.
_TYPOGRAPHIC = re.compile(
    r"""["']|\.(?=\.)|-(?=-)|\+(?=-)|\((?=(?:c|r|p|tm)\))|\?(?=\?{3})|!(?=!{3})|,(?=,)""", re.I
)
_SPACES = re.compile("[ \t]{2,}|\t")
_BRACED = re.compile(r"[\x00-\x20()<>]")


def _children(node: RenderTreeNode, context: RenderContext) -> str:
    return "".join(child.render(context) for child in node.children)


def _text(node: RenderTreeNode, context: RenderContext) -> str:
    settings = settings_of(context)
    text = escaped(node.content, settings.extensions)
    before, after = node.previous_sibling, node.next_sibling
    if text.startswith("{") and before and before.type in _BEARERS:
        text = f"\\{text}"
    if text.endswith("}") and after and after.type == "code_inline" and "{" in text:
        at = text.rindex("{")
        text = f"{text[:at]}\\{text[at:]}"
    if text.endswith("!") and after and after.type in {"link", "footnote_ref"}:
        text = f"{text[:-1]}\\!"
    return text


#: What an attribute list may follow.
_BEARERS = frozenset({"link", "image", "code_inline", "footnote_ref"})


def escaped(text: str, extensions: frozenset[str]) -> str:
    """Return *text* so that MyST reads it as it is."""
    text = _SPECIAL.sub(r"\\\g<0>", _SPACES.sub(" ", text))
    if "smartquotes" in extensions:
        text = _TYPOGRAPHIC.sub(r"\\\g<0>", text)
    if "dollarmath" in extensions:
        text = text.replace("$", "\\$")
    if "strikethrough" in extensions:
        text = text.replace("~", "\\~")
    return text.replace("\n\n", "&#10;&#10;")


def _code(node: RenderTreeNode, context: RenderContext) -> str:
    code = node.content
    runs = {len(run) for run in re.findall("`+", code)}
    fence = "`" * next(length for length in range(1, len(runs) + 2) if length not in runs)
    padded = code.startswith(("`", " ")) or code.endswith(("`", " "))
    written = f" {code} " if padded and code.strip() else code
    return f"{fence}{written}{fence}{attributes(node.attrs)}"


def attributes(attrs: Mapping[str, str | int | float]) -> str:
    """Return an attribute list, "" for none."""
    parts = [f"#{attrs['id']}"] if attrs.get("id") else []
    parts += [f".{name}" for name in str(attrs.get("class", "")).split()]
    parts += [
        f'{key}="{_quoted(str(value))}"'
        for key, value in sorted(attrs.items())
        if key not in {"id", "class"}
    ]
    return f"{{{' '.join(parts)}}}" if parts else ""


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _emphasis(marks: str, tag: str) -> Render:
    def emphasis(node: RenderTreeNode, context: RenderContext) -> str:
        text = _children(node, context)
        if settings_of(context).html_emphasis or not _flanks(node, text):
            return f"<{tag}>{text}</{tag}>"
        return f"{marks}{text}{marks}"

    return emphasis


def _flanks(node: RenderTreeNode, text: str) -> bool:
    """Tell whether marks beside *text* begin and end something (CommonMark 0.31, 6.2)."""
    before = _edge(node.previous_sibling, -1)
    after = _edge(node.next_sibling, 0)
    return _opens(text[:1], before) and _opens(text[-1:], after)


def _edge(node: RenderTreeNode | None, at: int) -> str:
    if node is None or node.type in {"softbreak", "hardbreak"}:
        return " "
    return node.content[at] if node.type == "text" and node.content else "."


def _opens(inside: str, outside: str) -> bool:
    if not inside or inside.isspace():
        return False
    return not _is_punctuation(inside) or outside.isspace() or _is_punctuation(outside)


def _is_punctuation(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "PS"


def _struck(node: RenderTreeNode, context: RenderContext) -> str:
    text = _children(node, context)
    if "strikethrough" in settings_of(context).extensions and _flanks(node, text):
        return f"~~{text}~~"
    return f"<del>{text}</del>"


def _link(node: RenderTreeNode, context: RenderContext) -> str:
    href, text = str(node.attrs.get("href", "")), _children(node, context)
    attrs = {key: value for key, value in node.attrs.items() if key not in {"href", "title"}}
    if node.meta.get(EXTERNAL):
        attrs["class"] = f"{attrs.get('class', '')} external".strip()
    if node.info == "auto" and not attrs:
        plain = "".join(child.content for child in node.children)
        if plain in {href, href.removeprefix("mailto:")} and not re.search(r"[\s<>]", plain):
            return f"<{plain}>"
    return f"[{text}]({_destination(href)}{_title(node)}){attributes(attrs)}"


def _destination(address: str) -> str:
    if not address or _BRACED.search(address):
        return f"<{re.sub(r'[<>]', lambda found: chr(92) + found[0], address)}>".replace("\n", " ")
    return re.sub(r"[\\]|&(?=#?\w+;)", r"\\\g<0>", address)


def _title(node: RenderTreeNode) -> str:
    title = node.attrs.get("title")
    return "" if title is None else f' "{_quoted(str(title))}"'


def _image(node: RenderTreeNode, context: RenderContext) -> str:
    alt = escaped(node.content, settings_of(context).extensions - {"smartquotes"})
    attrs = {key: value for key, value in node.attrs.items() if key not in {"src", "alt", "title"}}
    src = _destination(str(node.attrs.get("src", "")))
    return f"![{alt}]({src}{_title(node)}){attributes(attrs)}"


def _element(node: RenderTreeNode, context: RenderContext) -> str:
    opening, closing = node.nester_tokens or (None, None)
    if opening is None or closing is None:
        return ""
    return f"{tag_of(opening)}{_children(node, context)}{tag_of(closing)}"


def _math(node: RenderTreeNode, context: RenderContext) -> str:
    return f"${node.content.strip()}$"


def _footnote_ref(node: RenderTreeNode, context: RenderContext) -> str:
    name = str(node.meta["name"])
    return f"[^{settings_of(context).labels.get(name, name)}]"


def _raw(node: RenderTreeNode, context: RenderContext) -> str:
    return node.content


RENDERERS: Mapping[str, Render] = {
    "text": _text,
    "softbreak": lambda node, context: "\n",
    "hardbreak": lambda node, context: "\\\n",
    "code_inline": _code,
    "em": _emphasis("*", "em"),
    "strong": _emphasis("**", "strong"),
    "s": _struck,
    "link": _link,
    "image": _image,
    "html_inline": _raw,
    "html_span": _element,
    "abbr": _element,
    "math_inline": _math,
    "footnote_ref": _footnote_ref,
}
