"""Jekyll's filters, and Liquid's where python-liquid's differ (lib/jekyll/filters.rb)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from html import escape, unescape
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast
from unicodedata import normalize
from urllib.parse import quote, quote_plus, urlsplit

from liquid.filter import with_context
from liquid.undefined import is_undefined

from broadsheet.sources.liquid.arrays import ARRAY_FILTERS
from broadsheet.sources.liquid.running import FaultError
from broadsheet.sources.liquid.values import Moment, as_moment, inspected, printed, strftime
from broadsheet.sources.permalinks import slugify as slug_of
from broadsheet.sources.unseen import without_unseen

if TYPE_CHECKING:
    from liquid import RenderContext

    from broadsheet.sources.liquid.host import Host
    from broadsheet.sources.liquid.running import Context

_CJK = "\u1100-\u11ff\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3038-\u303b\u3041-\u3096\u309d-\u30fa\u30fc-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003134f"
_CJK_LETTER = re.compile(f"[{_CJK}]")
_OTHER_WORD = re.compile(rf"[^{_CJK}\s]+")
_URI_SAFE = ":/?#[]@!$&'()*+,;=-._~%"


def _host(context: RenderContext) -> Host:
    return cast("Context", context).run.host


# addresses (lib/jekyll/filters/url_filters.rb)


@with_context
def relative_url(value: Any, *, context: RenderContext) -> Any:
    """Put the base path of the site before an address."""
    if value is None or is_undefined(value):
        return None
    text = _address(value)
    if _is_absolute(text):
        return text
    base = _host(context).baseurl
    return quote("".join(map(_rooted, (base, text))), safe=_URI_SAFE)


@with_context
def absolute_url(value: Any, *, context: RenderContext) -> Any:
    """Put the whole address of the site before an address."""
    if value is None or is_undefined(value) or _is_absolute(_address(value)):
        return None if is_undefined(value) else value
    return _host(context).url + relative_url(value, context=context)


def strip_index(value: Any) -> Any:
    """Take ``index.html`` from the end of an address."""
    return re.sub(r"/index\.html?$", "/", printed(value))


def _address(value: Any) -> str:
    return printed(value["url"] if isinstance(value, Mapping) and "url" in value else value)


def _is_absolute(address: str) -> bool:
    try:
        return bool(urlsplit(address).scheme)
    except ValueError:
        return False


def _rooted(part: str) -> str:
    return part if not part or part.startswith("/") else f"/{part}"


# dates (lib/jekyll/filters/date_filters.rb)


@with_context
def date(value: Any, form: Any = None, *, context: RenderContext) -> Any:
    """Write a date by a pattern; what is none stays as it is (liquid, standardfilters.rb)."""
    if is_undefined(value) or form is None or is_undefined(form) or not printed(form):
        return value
    moment = _moment(value, context)
    return value if moment is None else strftime(moment, printed(form))


def _moment(value: Any, context: RenderContext) -> Moment | None:
    host = _host(context)
    now = Moment.of(host.now(), host.zone) if _needs_now(value) else _NEVER
    return as_moment(value, host.zone, now)


def _needs_now(value: Any) -> bool:
    """Tell whether a date is reckoned from today: ``now``, ``10:30``, ``Friday``."""
    return isinstance(value, str) and not re.match(r"\s*\d{4}-\d|\s*\d{5,}\s*$", value)


_NEVER = Moment(1, 1, 1)


def _dated(form: str) -> Callable[..., Any]:
    @with_context
    def written(value: Any, kind: Any = None, style: Any = None, *, context: RenderContext) -> Any:
        if value is None or is_undefined(value) or not printed(value):
            return value
        moment = _certain(value, context)
        pattern = form
        if kind == "ordinal":
            day = f"{moment.day}{_ordinal(moment.day)}"
            month = form.split()[1] if form.startswith("%d") else ""
            pattern = f"{month} {day}, %Y" if style == "US" else f"{day} {month} %Y"
        return strftime(moment, pattern)

    return written


def _certain(value: Any, context: RenderContext) -> Moment:
    moment = _moment(value, context)
    if moment is None:
        message = f"{printed(value)[:60]!r} is not a date"
        raise FaultError(message)
    return Moment.of(moment, _host(context).zone)


def _ordinal(day: int) -> str:
    if 11 <= day <= 13:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


# texts


def xml_escape(value: Any) -> str:
    """Escape what XML treats as special."""
    return escape(printed(value), quote=False).replace('"', "&quot;")


def html_escape(value: Any) -> str:
    """Escape as Ruby's CGI.escapeHTML does."""
    return escape(printed(value), quote=False).replace('"', "&quot;").replace("'", "&#39;")


def escape_once(value: Any) -> str:
    """Escape what is not escaped."""
    return html_escape(unescape(printed(value)))


def uri_escape(value: Any) -> str:
    """Escape what no address may hold."""
    return quote(printed(value), safe=_URI_SAFE)


def normalize_whitespace(value: Any) -> str:
    """Have one blank between words."""
    return " ".join(printed(value).split())


def number_of_words(value: Any, mode: Any = None) -> int:
    """Count words; with ``cjk`` or ``auto`` each character of Chinese and the like is one."""
    text = printed(value)
    letters = len(_CJK_LETTER.findall(text)) if mode in ("cjk", "auto") else 0
    if mode == "cjk" or letters:
        return letters + len(_OTHER_WORD.findall(text))
    return len(text.split())


def slugify(value: Any, mode: Any = None) -> Any:
    """Make a text fit for an address (lib/jekyll/utils.rb, slugify)."""
    if value is None or is_undefined(value):
        return None
    text, mode = printed(value), mode if isinstance(mode, str) else "default"
    if mode == "raw":
        return re.sub(r"\s+", "-", text).strip("-").lower()
    if mode in ("default", "pretty"):
        return slug_of(text, pretty=mode == "pretty")
    if mode in ("ascii", "latin"):
        text = normalize("NFKD", text) if mode == "latin" else text
        text = "".join(char for char in text if mode == "ascii" or char.isascii())
        return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-").lower()
    return text.lower()


def truncatewords(value: Any, count: Any = 15, end: Any = "...") -> str:
    """Cut a text behind so many words (liquid, standardfilters.rb)."""
    text, number = printed(value), max(1, to_integer(count))
    words = text.split(None, min(number, len(text)))
    return text if len(words) <= number else " ".join(words[:number]) + printed(end)


def split(value: Any, by: Any = " ") -> list[str]:
    """Part a text as Ruby does, without empty parts at the end."""
    text, separator = printed(value), printed(by)
    if separator == " ":
        return text.split()
    parts = text.split(separator) if separator else list(text)
    while parts and not parts[-1]:
        parts.pop()
    return parts


def strip_html(value: Any) -> str:
    """Leave out tags, and scripts, styles and comments with what they hold."""
    return re.sub(r"<[^<>]*>", "", without_unseen(printed(value)))


def to_integer(value: Any) -> int:
    """Return the number that a value begins with, 0 for none, as Ruby's ``to_i`` does."""
    if isinstance(value, int | float):
        return int(value)
    found = re.match(r"\s*[+-]?\d{1,300}", printed(value))
    return int(found[0]) if found else 0


@with_context
def markdownify(value: Any, *, context: RenderContext) -> str:
    """Render Markdown, in the dialect of the site."""
    return _host(context).markdown(printed(value))


def smartify(value: Any) -> str:
    """Have typographic quotes, dashes and dots."""
    from markdown_it import MarkdownIt

    rules = ["entity", "html_inline", "replacements", "smartquotes"]
    markdown = MarkdownIt("zero", {"typographer": True, "html": True}).enable(rules)
    return str(markdown.renderInline(printed(value)))


def inspect(value: Any) -> str:
    """Show a value as Ruby does, for a look at it."""
    return xml_escape(inspected(value))


@with_context
def jsonify(value: Any, *, context: RenderContext) -> str:
    """Write a value as JSON."""
    spend = cast("Context", context).run.budget.spend
    return json.dumps(_plain(value, spend), ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any, spend: Callable[[int], None], depth: int = 0) -> Any:
    spend(1)
    if value is None or is_undefined(value) or depth > 30:
        return None
    if isinstance(value, Mapping):
        return {printed(key): _plain(item, spend, depth + 1) for key, item in value.items()}
    if isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Iterable):
        return [_plain(item, spend, depth + 1) for item in value]
    return printed(value)


def rounded(value: Any, digits: Any = 0) -> Any:
    """Round a number, halves away from zero (liquid, standardfilters.rb)."""
    number = Decimal(repr(value) if isinstance(value, float) else to_integer(value))
    if isinstance(value, str) and (found := re.match(r"\s*[+-]?\d{1,300}(?:\.\d{1,300})?", value)):
        number = Decimal(found[0].strip())
    places = min(max(to_integer(digits), 0), 50)
    result = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return float(result) if places else int(result)


def join(value: Any, by: Any = " ") -> str:
    """Put the items of a list together."""
    items = value if isinstance(value, list | tuple | range) else [value]
    return printed(by).join(map(printed, items))


def array_to_sentence_string(value: Any, connector: Any = "and") -> str:
    """Put the items of a list together as a sentence does."""
    items = [printed(item) for item in value] if isinstance(value, list | tuple) else []
    if len(items) < 3:
        return f" {printed(connector)} ".join(items)
    return f"{', '.join(items[:-1])}, {printed(connector)} {items[-1]}"


FILTERS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        **ARRAY_FILTERS,
        "absolute_url": absolute_url,
        "array_to_sentence_string": array_to_sentence_string,
        "cgi_escape": lambda value: quote_plus(printed(value)),
        "date": date,
        "date_to_long_string": _dated("%d %B %Y"),
        "date_to_rfc822": _dated("%a, %d %b %Y %H:%M:%S %z"),
        "date_to_string": _dated("%d %b %Y"),
        "date_to_xmlschema": _dated("%Y-%m-%dT%H:%M:%S%:z"),
        "escape": html_escape,
        "escape_once": escape_once,
        "h": html_escape,
        "inspect": inspect,
        "join": join,
        "jsonify": jsonify,
        "markdownify": markdownify,
        "normalize_whitespace": normalize_whitespace,
        "number_of_words": number_of_words,
        "relative_url": relative_url,
        "round": rounded,
        "slugify": slugify,
        "smartify": smartify,
        "split": split,
        "strip_html": strip_html,
        "strip_index": strip_index,
        "to_integer": to_integer,
        "truncatewords": truncatewords,
        "uri_escape": uri_escape,
        "xml_escape": xml_escape,
    }
)
