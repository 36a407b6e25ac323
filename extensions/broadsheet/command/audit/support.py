"""What Broadsheet makes of Jekyll's parts: the one place where the audit looks it up.

A test holds the tables of Liquid to what renders it, which takes a tenth of a second to load.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from broadsheet.sources.kramdown.formulas import FORMULA_KEYS

#: Tags of Liquid, and of Jekyll, that an article may use.
LIQUID_TAGS = frozenset({
    "assign", "break", "capture", "case", "comment", "continue", "cycle", "decrement",
    "else", "elsif", "for", "highlight", "if", "ifchanged", "include", "include_cached", "include_relative",
    "increment", "link", "post_url", "raw", "tablerow", "unless", "when",
    "endcapture", "endcase", "endcomment", "endfor", "endhighlight", "endif",
    "endifchanged", "endraw",
    "endtablerow", "endunless",
})  # fmt: skip

#: Filters of Liquid, and of Jekyll.
LIQUID_FILTERS = frozenset({
    "abs", "append", "at_least", "at_most", "capitalize", "ceil", "compact", "concat", "date",
    "default", "divided_by", "downcase", "escape", "escape_once", "first", "floor", "join", "last",
    "lstrip", "map", "minus", "modulo", "newline_to_br", "plus", "prepend", "remove",
    "remove_first", "replace", "replace_first", "reverse", "round", "rstrip", "size", "slice",
    "sort", "sort_natural", "split", "strip", "strip_html", "strip_newlines", "times", "truncate",
    "truncatewords", "uniq", "upcase", "url_decode", "url_encode", "where",
    "absolute_url", "array_to_sentence_string", "cgi_escape", "date_to_long_string",
    "date_to_rfc822", "date_to_string", "date_to_xmlschema", "find", "find_exp", "group_by",
    "group_by_exp", "jsonify", "markdownify", "normalize_whitespace", "number_of_words", "pop",
    "push", "relative_url", "shift", "slugify", "smartify", "strip_index", "to_integer", "unshift",
    "uri_escape", "where_exp", "xml_escape",
    "base64_decode", "base64_encode", "base64_url_safe_decode", "base64_url_safe_encode",
    "find_index", "h", "has", "inspect", "reject", "remove_last", "replace_last", "sum",
})  # fmt: skip

#: Constructs of the dialect that have no effect, each with what happens to it, by the kind of
#: the source: a Sphinx project is read by MyST's grammar, which has none of kramdown's additions.
UNSUPPORTED: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "jekyll": {},
        "sphinx": dict.fromkeys(
            (
                "abbreviation",
                "attribute list definition",
                "attribute list of a block",
                "attribute list of a span",
                "comment ({::comment})",
                "end of a block (^)",
                "heading left out of it (.no_toc)",
                "markdown in HTML",
                "options ({::options})",
                "scene break of a lone - or *",
                "table of contents ({:toc})",
                "table without a header",
                "verbatim text ({::nomarkdown})",
            ),
            "it is kramdown's, and MyST does not know it",
        ),
    }
)

#: Extensions of kramdown: ``{::comment}``.
EXTENSIONS = frozenset({"comment", "nomarkdown", "options"})

#: Front-matter keys that Broadsheet reads.
KEYS = frozenset({
    *FORMULA_KEYS,
    "aliases", "author", "author_email", "authors", "categories", "category", "date",
    "description", "draft", "excerpt", "excerpt_separator", "expiry_date", "figures", "image", "image_alt",
    "image_caption", "lang", "language", "last_modified_at", "layout", "listed", "media_subpath",
    "modified",
    "part", "permalink", "pin", "published", "redirect_from", "redirect_to", "series", "slug", "tag",
    "tags", "title", "unlisted", "updated",
})  # fmt: skip


class Counterpart(StrEnum):
    """What takes the place of a plug-in."""

    SAME = "same"  #: Broadsheet does the same
    THEME = "theme"  #: it serves the look of the site, which is Broadsheet's own
    NONE = "none"  #: nothing does


class Plugin(NamedTuple):
    """A plug-in of Jekyll."""

    counterpart: Counterpart
    text: str  #: what is there instead, or what is lost


_SAME = {
    "jekyll-archives": "listings by tag, category, year and month, at addresses of their own",
    "jekyll-auto-authors": "pages of authors",
    "jekyll-commonmark": "the Markdown of MyST",
    "jekyll-commonmark-ghpages": "the Markdown of MyST",
    "jekyll-default-layout": "articles have their layout",
    "jekyll-include-cache": "include_cached is read as include",
    "jekyll-optional-front-matter": "the title is made of the file's name",
    "jekyll-paginate": "listings have pages, at addresses of their own",
    "jekyll-paginate-v2": "listings have pages, at addresses of their own",
    "jekyll-redirect-from": "redirect_from and redirect_to are honoured",
    "jekyll-relative-links": "links to source files lead to their pages",
    "jekyll-sitemap": "sitemap.xml",
    "jekyll-toc": "Furo's table of contents",
    "kramdown-parser-gfm": "the Markdown of GitHub Pages",
    "octopress-paginate": "listings have pages, at addresses of their own",
}
_THEME = {
    "github-pages": "the builder of GitHub Pages",
    "jekyll-analytics": "scripts of the theme",
    "jekyll-assets": "style sheets and scripts of the theme",
    "jekyll-coffeescript": "scripts of the theme",
    "jekyll-compress-html": "the form of the pages",
    "jekyll-minifier": "the form of the pages",
    "jekyll-remote-theme": "the theme",
    "jekyll-sass-converter": "style sheets of the theme",
    "jekyll-tailwindcss": "style sheets of the theme",
}
_NONE = {
    "jekyll-admin": "the editor in the browser",
    "jekyll-avatar": "the tag avatar",
    "jekyll-feed": "the feed of the newest articles",
    "jekyll-gist": "the tag gist",
    "jekyll-github-metadata": "site.github",
    "jekyll-last-modified-at": "dates of change taken from Git; last_modified_at in the front"
    " matter is read",
    "jekyll-mentions": "links made of @names",
    "jekyll-og-image": "preview images that are drawn for each article",
    "jekyll-polyglot": "the site in several languages",
    "jekyll-readme-index": "README.md as the page of its folder",
    "jekyll-scholar": "bibliographies and citations",
    "jekyll-seo-tag": "descriptions of the pages for search engines and social media",
    "jekyll-spaceship": "its additions to Markdown",
    "jekyll-titles-from-headings": "titles taken from the first heading",
    "jekyll-twitter-plugin": "the tag twitter",
    "jekyll-youtube": "the tag youtube",
    "jemoji": "emoji written as :names:",
}
PLUGINS: Mapping[str, Plugin] = MappingProxyType({
    **{name: Plugin(Counterpart.SAME, text) for name, text in _SAME.items()},
    **{name: Plugin(Counterpart.THEME, text) for name, text in _THEME.items()},
    **{name: Plugin(Counterpart.NONE, text) for name, text in _NONE.items()},
})  # fmt: skip

#: Files that a plug-in makes, and that links may name.
MADE_BY_PLUGINS: Mapping[str, str] = MappingProxyType({
    "jekyll-feed": "feed.xml",
    "jekyll-sitemap": "sitemap.xml",
})  # fmt: skip
