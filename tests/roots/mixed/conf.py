project = "Mixed"
html_title = "The Mixed Review"
html_theme = "furo"
html_baseurl = "https://example.org/review/"
sitemap_url_scheme = "{link}"
extensions = ["myst_parser", "broadsheet"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
broadsheet_collections = {
    "articles": {"title": "Articles"},
    "notes": {"title": "Notes", "folder": "notes"},
}
broadsheet_excerpt_separator = "<!--more-->"
broadsheet_page_size = 3
broadsheet_now = "2026-01-01 00:00 +0000"
version = release = "1"
copyright = "2026, nobody"
