"""What stands at an address that leads on: a small page, and lists for hosts that can do better."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote, urlsplit

from sphinx.util.osutil import relative_uri

from broadsheet.publication.builders import PublicationBuilder
from broadsheet.publication.taken import REDIRECT_LISTS
from broadsheet.rules.digest import digest

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from broadsheet.model import Redirect

TEMPLATE = "broadsheet/redirect.html"


#: Characters that are quoted already, or need not be.
_SAFE = "%/?#&=:@+,;!$'()*~"


class Move(NamedTuple):
    """A redirect with its two ends, as addresses below the root of the host, quoted."""

    old: str
    new: str  #: or a whole address


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the pages and the lists; there are none, and none left, without redirects."""
    builder = app.builder
    if exception is not None or not isinstance(builder, PublicationBuilder):
        return
    redirects = builder.domain.catalogue.redirects
    titles = [_title(builder, one) for one in redirects]
    key = digest(builder.digests.all_but_texts, redirects, titles)
    if builder.staging.is_made("redirects", key):
        return
    # where a redirect stood there may be a page now
    others = builder.places.owners.keys() | builder.store.former
    others -= {one.address for one in redirects}
    with builder.staging.made_by(app, "redirects", others=others, key=key) as folder:
        for one, title in zip(redirects, titles, strict=True):
            path = folder / one.address
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_page(builder, one, title), encoding="utf-8")
        moves = [move for one in redirects for move in _moves(builder, one)]
        for name, text in zip(REDIRECT_LISTS, _lists(moves), strict=True) if moves else ():
            (folder / name).write_text(text, encoding="utf-8")


def _page(builder: PublicationBuilder, redirect: Redirect, title: str) -> str:
    target, site = _target(builder, redirect), builder.domain.catalogue.site
    link = canonical = target
    if not urlsplit(target).scheme:
        link = relative_uri(quote(redirect.address), target) or "./"
        canonical = site.url and site.url + _canonical(builder, redirect)
    context = {
        "title": title or target or site.title,
        "link": link,
        "canonical": canonical,
        "language": site.language,
    }
    return f"{builder.templates.render(TEMPLATE, context).strip()}\n"


def _target(builder: PublicationBuilder, redirect: Redirect) -> str:
    """Return where a redirect leads: below the root of the site, or a whole address."""
    if redirect.docname:
        return builder.get_target_uri(redirect.docname)
    base = builder.root_path
    if urlsplit(redirect.to).scheme:
        return redirect.to
    path = quote(redirect.to, safe=_SAFE)
    return path.removeprefix(base if path.startswith(base) else "/")


def _canonical(builder: PublicationBuilder, redirect: Redirect) -> str:
    """Return the same for those outside."""
    if redirect.docname:
        return builder.canonical_uri(redirect.docname)
    return _target(builder, redirect)


def _title(builder: PublicationBuilder, redirect: Redirect) -> str:
    domain = builder.domain
    article = domain.catalogue.by_docname.get(redirect.docname)
    one = article or domain.layout.pages.get(redirect.docname)
    if one:
        return one.title
    title = builder.env.titles.get(redirect.docname)
    return title.astext() if title else ""


def _moves(builder: PublicationBuilder, redirect: Redirect) -> Iterator[Move]:
    """Yield the redirect from each address at which hosts serve its file."""
    base, target = builder.root_path, _canonical(builder, redirect)
    new = target if urlsplit(target).scheme else base + target
    address = quote(redirect.address)
    yield Move(base + address, new)
    if address == "index.html" or address.endswith("/index.html"):
        yield Move(base + address.removesuffix("index.html"), new)
    elif address.endswith(".html"):
        yield Move(base + address.removesuffix(".html"), new)


def _lists(moves: list[Move]) -> Iterator[str]:
    """Yield what the files of :data:`REDIRECT_LISTS` hold, in their order.

    Lines of ``_redirects`` are those of Netlify and Cloudflare Pages; the second is for a
    ``map`` of nginx, the third for the interface of Read the Docs (``/redirects/``).
    """
    yield "".join(f"{one.old} {one.new} 301\n" for one in moves)
    yield "".join(f'"{_escaped(unquote(one.old))}" "{one.new}";\n' for one in moves)
    listed = [
        {"type": "exact", "from_url": one.old, "to_url": one.new, "http_status": 301}
        for one in moves
    ]
    yield f"{json.dumps(listed, indent=1)}\n"


def _escaped(text: str) -> str:
    """Return *text* as it stands between the quotation marks of nginx, which has unquoted it."""
    return text.replace("\\", "\\\\").replace('"', '\\"')
