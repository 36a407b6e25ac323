"""Links, images, addresses in angle brackets and references to footnotes (``link.rb``)."""

from __future__ import annotations

import re
from typing import NamedTuple

from markdown_it.token import Token

from broadsheet.sources.kramdown.attributes import NAME
from broadsheet.sources.kramdown.definitions import Link, normalised
from broadsheet.sources.kramdown.spans.reader import EVENT_IN_BRACKETS, Reader
from broadsheet.sources.kramdown.spans.text import characters
from broadsheet.sources.kramdown.tags import SPACE

_S = r"[ \t\n\r\f\v]"
_FOOTNOTE = re.compile(rf"\[\^({NAME})\]")
_SCHEME = re.compile(r"<(mailto|https?|ftps?):(?=[^\n])")
_MAIL = re.compile(r"<([\w.-]++@[\w.-]++)>")
_LABEL_START = re.compile(rf"{_S}*+\[")
_ANGLED = re.compile(r"\(<([^\n>]*+)>")
_IN_PARENTHESES = re.compile(rf"""(?P<open>\()|(?P<close>\))|{_S}(?=['"])""")
_TITLE_START = re.compile(rf"""{_S}*+(?P<quote>["'])""")
_TITLE_END = {quote: re.compile(rf"{quote}{_S}*+\)") for quote in "\"'"}
_ESCAPED = re.compile(r"""\\([\\.*_+`<>()\[\]{}#!:|"'$=-])""")


class _Target(NamedTuple):
    link: Link
    end: int


def read_footnote(reader: Reader) -> bool:
    """Read a reference to a footnote; one that is not defined is text."""
    found = _FOOTNOTE.match(reader.src, reader.at)
    if not found:
        return False
    if found[1] not in reader.definitions.footnotes:
        expected = f"expected a line {found[0]}: …"
        reader.problem(f"footnote {found[0]} is not defined ({expected}); shown as it stands")
        return reader.take(found[0])
    token = Token("footnote_ref", "sup", 0, meta={"name": found[1]})
    reader.notes = True
    reader.flush()
    reader.push(token)
    reader.at = found.end()
    reader.attach(token)
    return True


def read_autolink(reader: Reader) -> bool:
    """Read an address in angle brackets (``autolink.rb``)."""
    src, at = reader.src, reader.at
    if mail := _MAIL.match(src, at):
        return _write_autolink(reader, f"mailto:{mail[1]}", mail[1], mail.end())
    scheme = _SCHEME.match(src, at)
    if not scheme:
        return False
    end, line_end = reader.ahead(">", scheme.end() + 1), reader.ahead("\n", at)
    if end < 0 or -1 < line_end < end:
        return False
    address = src[at + 1 : end]
    return _write_autolink(reader, address, address.removeprefix("mailto:"), end + 1)


def _write_autolink(reader: Reader, href: str, text: str, end: int) -> bool:
    token = Token("link_open", "a", 1, markup="autolink", info="auto")
    token.attrs = {"href": characters(href)}
    reader.open("a", token)
    reader.add(characters(text))
    reader.at = end
    reader.close(Token("link_close", "a", -1, markup="autolink", info="auto"))
    return True


def read_link(reader: Reader) -> bool:
    """Read a link or an image; there is no link within either."""
    src, at = reader.src, reader.at
    sign = "![" if src[at] == "!" else "["
    after = src[at + len(sign) : at + len(sign) + 1]
    if not after or after == "^":
        return False
    kind = "a" if sign == "[" else "img"
    if reader.within("a", "img") and (kind == "a" or reader.within_many("img")):
        return reader.take(sign)
    return _read_bracketed(reader, sign, kind) or reader.take(sign)


def _read_bracketed(reader: Reader, sign: str, kind: str) -> bool:
    start = reader.at + len(sign)
    if not reader.may_open() or reader.ahead("]", start) < 0:
        return False
    mark = reader.mark()
    token = Token("link_open", "a", 1) if kind == "a" else Token("image", "img", 0)
    reader.open(kind, token)
    reader.at = start
    if not reader.read(_Brackets(), EVENT_IN_BRACKETS):
        reader.give_up(mark)
        return False
    text = _ESCAPED.sub(r"\1", reader.src[start : reader.at])
    target = _target(reader, text, reader.at + 1)
    if not target:
        end = reader.at
        reader.give_up(mark, end)
        _note_undefined(reader, text, end + 1)
        return False
    token.attrs = _attributes(target.link, "href" if kind == "a" else "src")
    token.meta = {"references": target.link.references} if target.link.references else {}
    if kind == "a":
        reader.close(Token("link_close", "a", -1))
        reader.at = reader.attached = target.end
    else:
        _write_image(reader, token, characters(text), target.end)
    return True


class _Brackets:
    """Counts brackets, and ends at that which closes the first (``LINK_BRACKET_STOP_RE``)."""

    def __init__(self) -> None:
        self.open = 1

    def __call__(self, reader: Reader) -> bool:
        src, at = reader.src, reader.at
        if src[at] == "]":
            self.open -= 1
        elif src[at] == "[" or src.startswith("![", at):
            self.open += 1
        else:
            return False
        # an image that was read took its closing bracket along
        return self.open == reader.spans[-1].images


def _attributes(link: Link, key: str) -> dict[str, str | int | float]:
    attrs: dict[str, str | int | float] = {**link.attrs, key: characters(link.href)}
    if link.title is not None:
        attrs["title"] = characters(link.title)
    return attrs


def _write_image(reader: Reader, token: Token, alt: str, end: int) -> None:
    """Write an image in place of what was read between its brackets."""
    reader.level -= 1
    reader.write_before(reader.spans.pop())
    token.content = alt
    token.children = [Token("text", "", 0, content=alt)] if alt else []
    token.attrs = {**token.attrs, "alt": ""}
    reader.push(token)
    reader.at = end
    reader.attach(token)
    if reader.spans:
        reader.spans[-1].images += 1


def _target(reader: Reader, text: str, at: int) -> _Target | None:
    """Return where a link leads of which the *text* has been read, if anywhere."""
    label_end, label = _label(reader, at)
    if label_end >= 0 or not reader.src.startswith("(", at):
        link = reader.definitions.links.get(normalised(label or text))
        return _Target(link, max(label_end, at)) if link else None
    return _inline_target(reader, at)


def _note_undefined(reader: Reader, text: str, at: int) -> None:
    """Note that a link has a label that nothing defines, but not where that is hardly a link."""
    label = _label(reader, at)[1].strip(SPACE) if reader.src.startswith("[", at) else ""
    if label and not text.isdigit() and not reader.src[reader.at - 1 : reader.at].isalnum():
        found = f"link [{text[:40]}][{label[:40]}] is not defined".replace("\n", " ")
        reader.problem(f"{found} (expected a line [{label[:40]}]: …); shown as it stands")


def _label(reader: Reader, at: int) -> tuple[int, str]:
    """Return the end of the label in brackets that stands here, or -1, and the label."""
    start = _LABEL_START.match(reader.src, at)
    end = reader.ahead("]", start.end()) if start else -1
    return (end + 1, reader.src[start.end() : end]) if start and end >= 0 else (-1, "")


def _inline_target(reader: Reader, at: int) -> _Target | None:
    """Return the address in parentheses, and the title behind it."""
    src = reader.src
    if angled := _ANGLED.match(src, at):
        href, end = angled[1], angled.end()
        if src.startswith(")", end):
            return _Target(Link(href=href), end + 1)
    else:
        href, end, closed = _in_parentheses(src, at)
        if closed:
            return _Target(Link(href=href), end)
    target = _with_title(reader, href, end)
    reader.patience -= 0 if target else end - at
    return target


def _in_parentheses(src: str, at: int) -> tuple[str, int, bool]:
    """Return an address, where it ends, and whether its parenthesis is closed there."""
    depth = 0
    end = at
    for found in _IN_PARENTHESES.finditer(src, at):
        end = found.end()
        if found["open"]:
            depth += 1
        elif found["close"]:
            depth -= 1
        if depth == 0 or not (found["open"] or found["close"]):
            break
    return src[at + 1 : end - 1].strip(SPACE), end, depth == 0


def _with_title(reader: Reader, href: str, at: int) -> _Target | None:
    start = _TITLE_START.match(reader.src, at)
    if not start:
        return None
    pattern = _TITLE_END[start["quote"]]
    end = reader.ahead(pattern, start.end() + 1)
    closing = pattern.match(reader.src, end) if end >= 0 else None
    if not closing:
        return None
    return _Target(Link(href=href, title=reader.src[start.end() : end]), closing.end())
