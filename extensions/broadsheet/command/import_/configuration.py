"""The ``conf.py`` of the new project."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from broadsheet.command.import_.plan import EXTRA, REGISTRY
from broadsheet.publication.code import lexer_name
from broadsheet.rules.templates import LATEST

if TYPE_CHECKING:
    from broadsheet.command.import_.plan import Plan, Stream


#: Characters of a list that stands on one line.
_LINE = 72


def written(
    plan: Plan, extensions: Collection[str], *, registry: bool, copied: Collection[str]
) -> str:
    """Return the text of ``conf.py``.

    *extensions* are MyST's that the articles need, and *copied* the folders of copied files.
    """
    return "\n".join(_lines(plan, extensions, registry=registry, copied=copied)) + "\n"


def _lines(
    plan: Plan, extensions: Collection[str], *, registry: bool, copied: Collection[str]
) -> Iterator[str]:
    archive = plan.archive
    site, identity = archive.site, archive.identity
    yield _docstring(identity.title)
    yield ""
    yield "import os"
    yield ""
    yield f"project = html_title = {_literal(identity.title)}"
    yield f"language = {_literal(identity.language)}"
    yield ""
    yield 'extensions = ["myst_parser", "broadsheet"]'
    yield f"exclude_patterns = {_literal(['_build', *sorted(copied)])}"
    if extensions:
        yield "# What the articles need of MyST's extensions."
        yield f"myst_enable_extensions = {_literal(sorted(extensions))}"
    yield "# Texts that were written for Jekyll have no others."
    yield "broadsheet_myst_extensions = []"
    if "strikethrough" in extensions:
        yield "# MyST warns that only HTML has it."
        yield 'suppress_warnings = ["myst.strikethrough"]'
    language = site.kramdown.code_language if site.kramdown else ""
    yield "# The language of a block of code that names none."
    yield f"highlight_language = {_literal(lexer_name(language) or 'none')}"
    yield "# MyST makes typographic quotation marks where it is told to; Sphinx need not."
    yield "smartquotes = False"
    yield ""
    yield 'html_theme = "furo"'
    yield "# Read the Docs says where it serves the pages."
    yield f'html_baseurl = os.environ.get("READTHEDOCS_CANONICAL_URL", {_literal(identity.url)})'
    yield "html_copy_source = False"
    yield "html_show_copyright = False"
    yield "html_use_index = False"
    yield "html_domain_indices = False"
    if EXTRA in copied:
        yield "# Files at the addresses that they have always had."
        yield f'html_extra_path = ["{EXTRA}"]'
    yield 'sitemap_url_scheme = "{link}"'
    yield ""
    yield f"broadsheet_collections = {_literal({one.name: _stream(one) for one in plan.streams})}"
    options = {
        "description": (identity.description, ""),
        "menu": ([path.removesuffix(".md") for path in plan.menu], []),
        "timezone": (site.timezone, "UTC"),
        "excerpt_separator": (site.excerpt_separator, "\n\n"),
        "front": (_listing(plan), "index"),
        "drafts": (site.show_drafts, False),
        "future": (site.future, False),
        "authors": (REGISTRY if registry else "", REGISTRY),
    }
    for name, (value, default) in options.items():
        if value != default and (value or name != "authors"):
            yield f"broadsheet_{name} = {_literal(value)}"


def _listing(plan: Plan) -> str:
    """Return the page of all articles: another page may be the front page."""
    has_front = plan.front or "index.md" in plan.pages.values()
    settled = plan.archive.front
    return (settled if settled != "index" else LATEST) if has_front else "index"


def _docstring(title: str) -> str:
    plain = " ".join(title.replace("\\", "").replace('"', "").split())
    return f'"""Configuration of the publication {plain}."""'


def _stream(stream: Stream) -> dict[str, Any]:
    details: dict[str, Any] = {"title": stream.title}
    if stream.folder != stream.name:
        details["folder"] = stream.folder
    defaults = {**stream.defaults}
    if stream.permalink:
        defaults["permalink"] = stream.permalink
    if defaults:
        details["defaults"] = defaults
    return details


def _literal(value: Any, indent: str = "") -> str:
    """Return a value as Python writes it, a mapping on several lines."""
    if isinstance(value, Mapping):
        deeper = f"{indent}    "
        items = (
            f"{deeper}{_literal(key)}: {_literal(one, deeper)},\n" for key, one in value.items()
        )
        return f"{{\n{''.join(items)}{indent}}}" if value else "{}"
    if isinstance(value, list):
        parts = [_literal(one, indent) for one in value]
        if sum(map(len, parts)) < _LINE:
            return f"[{', '.join(parts)}]"
        return "[\n{}{}]".format("".join(f"{indent}    {one},\n" for one in parts), indent)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)  # which Python reads as JSON does
    return repr(value)
