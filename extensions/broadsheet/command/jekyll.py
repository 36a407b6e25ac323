"""The Sphinx configuration of a Jekyll repository: from ``_config.yml`` alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from broadsheet.sources.jekyll import JekyllSite

#: MyST's additions to Markdown that would read something else into old text.
NEW_SYNTAX = ("myst_line_comment", "myst_block_break", "myst_target", "myst_role")


def configuration(site: JekyllSite, folder: str) -> dict[str, Any]:
    """Return what stands in no ``conf.py``; a site without a title has the name of its *folder*."""
    url = f"{site.url}{site.baseurl}".rstrip("/") if site.url else ""
    title = site.title or folder
    return {
        "extensions": ["broadsheet"],
        "project": title,
        "html_title": title,
        "html_theme": "furo",
        "html_baseurl": f"{url}/" if url else "",
        "html_copy_source": False,
        "html_show_copyright": False,
        "html_use_index": False,
        "html_domain_indices": False,
        "language": site.language,
        "source_suffix": dict.fromkeys(site.markdown_ext, "markdown"),
        "smartquotes": False,  # half of reading's time on long texts
        "myst_disable_syntax": list(NEW_SYNTAX),
        "sitemap_url_scheme": "{link}",
        "broadsheet_jekyll": True,
        "broadsheet_future": site.future,
    }
