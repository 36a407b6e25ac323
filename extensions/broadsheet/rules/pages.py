"""Where the pages of a Jekyll repository stand: by the names of their files, or by permalink."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from posixpath import basename, dirname, splitext
from typing import TYPE_CHECKING, Any

from broadsheet.sources import permalinks

if TYPE_CHECKING:
    from broadsheet.rules.redirects import Fault

#: Hand-written pages that the sidebar names unless it is told which.
_IN_MENU = 12


def page_file(path: str, values: Mapping[str, Any], style: str, fault: Fault) -> str:
    """Return the file below the output of the page that is written in the file *path*.

    The ``permalink`` of its front matter decides, else the *style* of the site, which is its
    ``permalink`` (lib/jekyll/page.rb).
    """
    folder, name = dirname(path), splitext(basename(path))[0].rstrip(".")
    value = values.get("permalink")
    if value is not None and not isinstance(value, str):
        fault("permalink", f"permalink is {str(value)[:60]!r} (expected a text); left out")
    own = value.strip() if isinstance(value, str) else ""
    ending = permalinks.output_ext(own, permalinks.page_ending(path))
    pattern = own or permalinks.page_pattern(style, name)
    url, unsafe = permalinks.safe(permalinks.expand_page(pattern, folder, name, ending))
    # filling a pattern takes ".." out in silence, as in Jekyll: so look before
    unsafe = (permalinks.safe(own)[1] if own else "") or unsafe
    if unsafe:
        found = f"permalink {own[:80]!r}" if own else f"the address of {path!r}"
        fault("permalink", f"{found} {unsafe}; now {url!r}")
    if url.endswith("/"):
        url += "index"  # with the page's own ending, unlike an article's (page.rb, destination)
    return permalinks.output_path(url, ending).lstrip("/")


def usual_menu(docnames: Iterable[str]) -> tuple[str, ...]:
    """Return the pages that the sidebar of a Jekyll repository names: the first at its top."""
    top = (name for name in sorted(docnames) if "/" not in name and name not in {"index", "404"})
    return tuple(top)[:_IN_MENU]
