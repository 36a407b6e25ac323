"""Configuration of Broadsheet's own publication: the manual, the colophon and the journal."""

import os

from broadsheet import __version__

project = "Broadsheet"
author = "The Broadsheet authors"
project_copyright = "2026, The Broadsheet authors"
version = release = __version__
language = "en"

extensions = ["myst_parser", "broadsheet"]

exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = "Broadsheet"
# Read the Docs says where it serves the pages; a build at home needs no address but a sitemap does.
html_baseurl = os.environ.get(
    "READTHEDOCS_CANONICAL_URL", "https://broadsheet.readthedocs.io/en/latest/"
)
html_copy_source = False
sitemap_url_scheme = "{link}"

broadsheet_collections = {"articles": {"title": "Journal"}}

linkcheck_retries = 2
