"""``broadsheet import``: the new project is the publication that the repository was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import portalocker
import pytest
from bs4 import BeautifulSoup

from broadsheet.command import main
from html_pages import text

WriteTree = Callable[[Path, Mapping[str, str | bytes]], Path]
Tree = Callable[[Path], dict[str, bytes]]

NOW = "2026-01-01 00:00 +0000"

CONFIG = """\
title: The Loom & Press
description: >
  Of weaving,
  "and" of print
url: "https://example.org"
baseurl: "/loom"
timezone: Asia/Tokyo
excerpt_separator: <!--cut-->
collections:
  essays: {output: true, title: Essays at Length}
  lexicon: {output: true, permalink: "/words/:name/"}
  silent: {output: false}
defaults:
  - scope: {path: ""}
    values: {layout: post, author: The Editors}
  - scope: {path: "", type: essays}
    values: {tags: [long], image: assets/lead.png}
  - scope: {path: _essays/deep}
    values: {description: From the depths.}
exclude: [vendor]
"""

AUTHORS = "ada:\n  name: Ada Exemplar # a comment that stays\n  bio: Weaves.\n"


def post(title: str, body: str = "Text.", **front_matter: str) -> str:
    lines = [f"title : {title}", *(f"{key}: {value}" for key, value in front_matter.items())]
    return "---\nlayout: post\n{}\n---\n\n{}\n".format("\n".join(lines), body)


ARCHIVE: Mapping[str, str | bytes] = {
    "_config.yml": CONFIG,
    "_data/authors.yml": AUTHORS,
    "_layouts/post.html": "{{ content }}",
    "_posts/2025-03-04-first.md": post(
        "First",
        "Above.\n\n<!--cut-->\n\n## A part\n\nBelow, with *emphasis*.\n\n## A part\n\n### 一節\n",
        author="ada",
        categories="news weaving",
    ),
    "_posts/2025-3-5-short-digits.markdown": post("Short digits"),
    "patterns/_posts/2025-03-06-in-a-folder.md": post("In a folder", category="old looms"),
    "_posts/2025-03-07-date-by-key.md": post("Date by key", date="2024-12-31 20:00:00 +0000"),
    "_posts/2025-03-08-no-zone.md": post("No zone", date="2025-03-08 09:00"),
    "_posts/2025-03-09-hidden.md": post("Not published", published="false"),
    "_posts/2025-03-10-draft.md": post("Draft by key", draft="true"),
    "_drafts/idea.md": post("Draft by folder"),
    "_posts/2031-01-01-later.md": post("Of the future"),
    "_posts/2025-03-11-moved.md": post(
        "Moved", permalink="/a%20place/:title/", redirect_from="[/old/, /older.html]"
    ),
    "_posts/2025-03-12-links.md": post(
        "Links",
        "An [essay](/loom/essays/plain.html#top), a [page](/about.html), a"
        " [file](/assets/data.csv), a [post]({% post_url 2025-03-04-first %}), an address of the"
        " [site](https://example.org/loom/essays/deep/er/one.html), [nowhere](/nowhere/), [out]"
        "(https://example.com/), a [query](/about.html?from=here#who).\n\n![map](/assets/lead.png) and ![map]({{ site.baseurl }}/assets/"
        "lead.png)\n\n{% highlight ruby %}\nputs 1\n{% endhighlight %}\n\n{% unknown tag %}",
    ),
    "_posts/2025-03-13-crlf.md": post("Lines", "One\ntwo.\n\n- a\n- b").replace("\n", "\r\n"),
    "_posts/2025-03-13-picture.md": post("Picture", "![It](beside.png)"),
    "_posts/2025-03-14-same-slug.md": post("Same", permalink="/same.html"),
    "_posts/2025-03-15-same-slug.md": post("Same again", permalink="/same.html"),
    "_posts/2025-03-16-broken.md": "---\ntitle: A: b\ntags: [x\n---\n\nText.\n",
    "_posts/2025-03-17-bare.md": "No front matter at all.\n",
    "_posts/2025-03-18-image.md": post("Map", image="{path: /assets/lead.png, alt: A map}"),
    "_essays/plain.md": post("Plain essay", date="2025-04-02", tags="[]", image="/assets/lead.png"),
    "_essays/deep/er/one.md": post("Deep essay", date="2025-04-03"),
    "_essays/2025-04-04-a name with space.md": post("Space"),
    "_essays/2025-04-05-warp-&-weft+more.md": post("Signs"),
    "_essays/2025-04-06-織機-café.md": post("Letters", "織機與紙。\n\n## 餘下的事\n\n**好**字。"),
    "_essays/index.md": post("An essay called index", date="2025-04-07"),
    "_essays/_0x00/2020-01-01-archived.md": post("Archived"),
    "_essays/figure.svg": "<svg/>",
    "_lexicon/warp.md": post("Warp", date="2025-05-01"),
    "_lexicon/weft.md": post("Weft", date="2025-05-02"),
    "_silent/2025-05-01-silent.md": post("Without output"),
    "index.md": post("Welcome", "Hello. See [the first](/news/weaving/2025/03/04/first.html)."),
    "about.md": post("About us", "### Who\n\nWe.\n\n### 誰\n\n##### Deeper\n\n### Who\n"),
    "guides/weaving.md": post("Weaving", "How *to*."),
    "plain.html": "---\ntitle: Plain\n---\n<h1>A page</h1>\n\n<p>Of *HTML*.</p>\n\n<pre>a\n\nb</pre>\n",
    "contact.md": post(
        "Contact", "Write.", permalink="/contact/us/", redirect_from="/old-contact/"
    ),
    "404.md": post("Lost", "Nothing *here*.", permalink="/404.html"),
    "feed.xml": "---\n---\n<x/>",
    "assets/lead.png": b"\x89PNG\r\n\x1a\n",
    "assets/data.csv": "a,b\n",
    "vendor/x.txt": "-",
    "_posts/beside.png": b"\x89PNG\r\n\x1a\nbeside",
}


PAGES = (
    "404.html",
    "about.html",
    "contact/us/index.html",
    "guides/weaving.html",
    "index.html",
    "plain.html",
)


@dataclass(frozen=True, kw_only=True)
class Sites:
    source: Path
    dest: Path
    old: Path
    new: Path
    said: str


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory, write_tree: WriteTree) -> Sites:
    """Import the archive; build the repository and the new project."""
    folder = tmp_path_factory.mktemp("import")
    source = write_tree(folder / "source", ARCHIVE)
    before = snapshot(source)
    with pytest.MonkeyPatch.context() as patch:
        lines: list[str] = []
        patch.setattr("builtins.print", lambda *words, **_: lines.append(" ".join(map(str, words))))
        assert main(["import", str(source), str(folder / "dest"), "--now", NOW]) == 0
        for one, out in ((source, "old"), (folder / "dest" / "docs", "new")):
            assert main(["build", str(one), str(folder / out), "--now", NOW, "-j", "1"]) == 0
    assert snapshot(source) == before
    return Sites(
        source=source,
        dest=folder / "dest",
        old=folder / "old",
        new=folder / "new",
        said="\n".join(lines),
    )


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def addresses(site: Path) -> set[str]:
    """Name what can be asked of a site, but what its programs bring along."""
    names = (path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())
    own = (
        "_static/",
        "_images/",
        "_downloads/",
        "_sources/",
        ".doctrees/",
        ".buildinfo",
        "objects.inv",
    )
    return {name for name in names if not name.startswith(own)} - {
        ".broadsheet",
        ".broadsheet.lock",
    }


def catalogue(site: Path) -> dict:
    return json.loads((site / "articles.json").read_text("utf-8"))


def articles(site: Path) -> list[dict]:
    return catalogue(site)["articles"]


def read(site: Path, address: str) -> str:
    return (site / address).read_text("utf-8") if address.endswith(("html", "xml")) else ""


def page(site: Path, address: str) -> BeautifulSoup:
    return BeautifulSoup(read(site, address), "html.parser")


def body(site: Path, address: str) -> BeautifulSoup:
    found = page(site, address).select_one("article")
    assert found is not None
    for link in found.select(".headerlink"):
        link.decompose()
    return found


# the publication


def test_every_address_is_that_of_the_repository(sites: Sites) -> None:
    assert addresses(sites.new) == addresses(sites.old)


def test_the_catalogue_is_that_of_the_repository(sites: Sites) -> None:
    def facts(site: Path) -> dict:
        ways = {"source", "words"}  # the words of the file's text, attributes included
        found = catalogue(site)
        kept = [{key: one[key] for key in one if key not in ways} for one in found.pop("articles")]
        return {**found, "articles": kept}

    assert facts(sites.new) == facts(sites.old)


def test_the_headings_of_articles_and_pages_have_their_ids(sites: Sites) -> None:
    pages = [unquote(one["address"]) for one in articles(sites.old)]
    for address in [*pages, *PAGES]:
        old = [
            tag.get("id") or tag.parent.get("id")
            for tag in body(sites.old, address).select("h2,h3,h4")
        ]
        new = {tag["id"] for tag in body(sites.new, address).select("[id]")}
        assert set(filter(None, old)) <= new, address


def test_the_text_of_articles_and_pages_is_the_same(sites: Sites) -> None:
    pages = {unquote(one["address"]) for one in articles(sites.old)}
    for address in sorted({*pages, *PAGES}):
        assert text(body(sites.new, address)) == text(body(sites.old, address)), address


def test_the_sidebar_and_the_front_page_are_those_of_the_repository(sites: Sites) -> None:
    for address in ("index.html", "latest/index.html", "about.html", "essays/plain.html"):
        old, new = (
            page(site, address).select(".sidebar-tree a") for site in (sites.old, sites.new)
        )
        # of a page of HTML with a heading of its own that is the title now
        renamed = [text(link).replace("A page", "Plain") for link in new]
        assert renamed == [text(link) for link in old]
        assert [link["href"] for link in new] == [link["href"] for link in old]


def test_listings_are_those_of_the_repository(sites: Sites) -> None:
    head = "broadsheet-listing-head"
    listings = [name for name in addresses(sites.old) if head in read(sites.old, name)]
    assert len(listings) == 22
    for address in listings:
        assert str(body(sites.new, address)) == str(body(sites.old, address)), address


def test_the_inventory_has_the_same_pages_by_the_names_of_their_new_files(sites: Sites) -> None:
    def documents(site: Path) -> dict[str, str]:
        packed = (site / "objects.inv").read_bytes().split(b"\n", 4)[4]
        lines = [line.split() for line in zlib.decompress(packed).decode().splitlines()]
        return {name: address for name, kind, _, address, *_ in lines if kind == "std:doc"}

    old, new = documents(sites.old), documents(sites.new)
    assert old.pop("contact") == new.pop("contact/us/index") == "contact/us/index.html"
    assert new == old


def test_the_sitemap_is_that_of_the_repository(sites: Sites) -> None:
    assert read(sites.new, "sitemap.xml") == read(sites.old, "sitemap.xml") != ""


def test_links_lead_where_they_led(sites: Sites) -> None:
    links = {
        text(link): link["href"] for link in body(sites.new, "2025/03/12/links.html").select("a")
    }
    wanted = {
        "essay": "../../../essays/plain.html#top",
        "page": "../../../about.html",
        "file": "../../../assets/data.csv",
        "post": "../../../news/weaving/2025/03/04/first.html",
        "site": "../../../essays/deep/er/one.html",
        "nowhere": "/nowhere/",
        "out": "https://example.com/",
        "query": "../../../about.html?from=here#who",
    }
    assert {name: links.get(name) for name in wanted} == wanted


def test_images_are_shown_from_the_files_that_are_copied(sites: Sites) -> None:
    pictures = body(sites.new, "2025/03/12/links.html").select("p img")
    found = [
        (sites.new / "2025/03/12" / str(one["src"])).resolve().read_bytes() for one in pictures
    ]
    assert found == [ARCHIVE["assets/lead.png"]] * 2


def test_former_addresses_lead_on(sites: Sites) -> None:
    for name in ("older.html", "old/index.html"):
        assert (sites.new / name).read_bytes() == (sites.old / name).read_bytes()


def test_the_new_project_is_built_without_a_warning_of_its_own(
    sites: Sites, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    main(["build", str(sites.dest / "docs"), str(tmp_path / "out"), "--now", NOW, "-j", "1"])
    warned = [line for line in capsys.readouterr().err.splitlines() if "WARNING" in line]
    of_sources = ("front matter: ", "no front matter", "the address 'same.html'", "no title")
    assert [line for line in warned if not any(one in line for one in of_sources)] == []


# the files


def test_the_files_of_the_new_project(sites: Sites) -> None:
    names = {name for name in snapshot(sites.dest) if not name.startswith("docs/_build")}
    assert names == {
        ".gitignore",
        ".readthedocs.yaml",
        "Makefile",
        "README.md",
        "requirements.txt",
        "docs/404.md",
        "docs/_extra/assets/data.csv",
        "docs/_extra/assets/lead.png",
        "docs/_extra/essays/figure.svg",
        "docs/_media/posts/beside.png",
        "docs/about.md",
        "docs/authors.yml",
        "docs/conf.py",
        "docs/contact/us/index.md",
        "docs/essays/2025-04-04-a name with space.md",
        "docs/essays/2025-04-05-warp-&-weft+more.md",
        "docs/essays/2025-04-06-織機-café.md",
        "docs/essays/_0x00/2020-01-01-archived.md",
        "docs/essays/deep/er/one.md",
        "docs/essays/index-article.md",
        "docs/essays/plain.md",
        "docs/guides/weaving.md",
        "docs/index.md",
        "docs/lexicon/warp.md",
        "docs/lexicon/weft.md",
        "docs/plain.md",
        "docs/posts/2025-03-04-first.md",
        "docs/posts/2025-03-07-date-by-key.md",
        "docs/posts/2025-03-08-no-zone.md",
        "docs/posts/2025-03-09-hidden.md",
        "docs/posts/2025-03-10-draft.md",
        "docs/posts/2025-03-11-moved.md",
        "docs/posts/2025-03-12-links.md",
        "docs/posts/2025-03-13-crlf.md",
        "docs/posts/2025-03-13-picture.md",
        "docs/posts/2025-03-14-same-slug.md",
        "docs/posts/2025-03-15-same-slug.md",
        "docs/posts/2025-03-16-broken.md",
        "docs/posts/2025-03-17-bare.md",
        "docs/posts/2025-03-18-image.md",
        "docs/posts/2025-3-5-short-digits.md",
        "docs/posts/2031-01-01-later.md",
        "docs/posts/_drafts/idea.md",
        "docs/posts/patterns/2025-03-06-in-a-folder.md",
    }


def test_an_article_that_lacks_nothing_stays_as_it_is_byte_for_byte(sites: Sites) -> None:
    for name in ("2025-03-04-first.md", "2025-03-13-crlf.md", "2025-03-09-hidden.md"):
        source = ARCHIVE[f"_posts/{name}"]
        data = source.encode() if isinstance(source, str) else source
        assert (sites.dest / "docs" / "posts" / name).read_bytes() == data
    assert (sites.dest / "docs" / "authors.yml").read_text("utf-8") == AUTHORS


def test_what_an_article_had_of_its_place_stands_in_its_front_matter(sites: Sites) -> None:
    docs = sites.dest / "docs"
    assert (docs / "posts/patterns/2025-03-06-in-a-folder.md").read_text("utf-8") == (
        "---\nlayout: post\ntitle : In a folder\ncategories: [patterns, old looms]\n---\n\nText.\n"
    )
    assert (docs / "essays/deep/er/one.md").read_text("utf-8") == (
        "---\nlayout: post\ntitle : Deep essay\ndate: 2025-04-03\n"
        "description: From the depths.\n---\n\nText.\n"
    )
    assert "published: false\n" in (docs / "essays/_0x00/2020-01-01-archived.md").read_text("utf-8")


def test_the_configuration_says_what_config_yml_said(sites: Sites) -> None:
    conf: dict = {}
    exec((sites.dest / "docs" / "conf.py").read_text("utf-8"), conf)
    assert conf["html_title"] == "The Loom & Press"
    assert conf["broadsheet_description"] == 'Of weaving, "and" of print'
    assert conf["broadsheet_menu"] == ["about", "contact/us/index", "plain"]
    assert conf["html_baseurl"] == "https://example.org/loom/"
    assert conf["broadsheet_timezone"] == "Asia/Tokyo"
    assert conf["broadsheet_excerpt_separator"] == "<!--cut-->"
    assert conf["broadsheet_front"] == "latest/index"
    assert conf["broadsheet_collections"] == {
        "posts": {
            "title": "Posts",
            "defaults": {
                "author": "The Editors",
                "permalink": "/:categories/:year/:month/:day/:title:output_ext",
            },
        },
        "essays": {
            "title": "Essays at Length",
            "defaults": {"author": "The Editors", "tags": ["long"]},
        },
        "lexicon": {
            "title": "Lexicon",
            "defaults": {"author": "The Editors", "permalink": "/words/:name/"},
        },
    }


def test_a_page_is_a_document_with_its_title_and_the_ids_of_its_headings(sites: Sites) -> None:
    assert (sites.dest / "docs" / "about.md").read_text("utf-8") == (
        "---\nauthor: The Editors\norphan: true\n---\n\n# About us\n\n## Who\n\nWe.\n\n"
        '<div id="誰"></div>\n\n## 誰\n\n### Deeper\n\n<div id="who-1"></div>\n\n## Who\n'
    )


def test_what_needs_an_eye_is_named_with_file_and_line(sites: Sites) -> None:
    where = str(sites.source)
    assert f"{where}/_posts/2025-03-12-links.md:6: link '/nowhere/' leads to nothing" in sites.said
    assert f"{where}/_posts/2025-03-12-links.md:14: tag 'unknown' is not known" in sites.said
    assert "made by the theme, which is not used, or no page of its own): feed.xml" in sites.said
    assert (
        "27 articles (2 with another text), 6 pages, 4 copied files written to"
        f" {sites.dest}; 2 things to look at"
    ) in sites.said


# dialect

DIALECT = """\
It's "quoted" -- plain...
{: .lead}

One[^7] and two[^3], and one[^7] again.

[^3]: Three, with *words*.
[^7]: Seven.

*[HTML]: Hyper Text

* contents
{:toc}

## HTML parts

Term
: Definition of HTML

| no | head |
| at | all |

**「引用」**字

> ### Within
> A quotation.

### Last {#end}

~~~ ruby
puts "code"
~~~
{: .numbered}

<div markdown="1">
*In* HTML.
</div>

A ~~struck~~ word, [a link](https://example.org){: target="_blank"}.
"""


def test_the_dialect_of_kramdown_shows_the_same_text(tmp_path: Path, write_tree: WriteTree) -> None:
    source = write_tree(tmp_path / "source", {"_posts/2025-01-01-a.md": post("A", DIALECT)})
    assert main(["import", str(source), str(tmp_path / "dest")]) == 0
    assert main(["build", str(source), str(tmp_path / "old")]) == 0
    assert main(["build", str(tmp_path / "dest" / "docs"), str(tmp_path / "new"), "-W"]) == 0
    old, new = (body(tmp_path / one, "2025/01/01/a.html") for one in ("old", "new"))
    notes = [[text(note) for note in page.select(NOTES)] for page in (old, new)]
    assert notes == [
        ["Seven. ↩ ↩2", "Three, with words. ↩"],
        ["[1] (1,2) Seven.", "[2] Three, with words."],
    ]
    assert {"html-parts", "within", "end"} <= {tag["id"] for tag in new.select("[id]")}
    for page in (old, new):
        for mark in page.select(f"{NOTES}, .footnote, .footnote-reference"):
            mark.decompose()
    assert text(new) == text(old)


def test_an_excerpt_ends_where_it_has_ended(
    tmp_path: Path, write_tree: WriteTree, capsys: pytest.CaptureFixture[str]
) -> None:
    loop = "{% for a in (1..2) %}\n\nText {{ a }}.\n\n{% endfor %}"
    hidden = "Text {% comment %}\n\nof none {% endcomment %} goes on\n\nand on."
    files = {
        "_posts/2025-01-01-looser.md": post("A", "* a\n* b\n  \n    c\n* d\n{: .x}\n\nMore."),
        "_posts/2025-01-02-tighter.md": post("B", "* one\n  * two\n\n* three\n  * four\n{: .x}"),
        "_posts/2025-01-03-liquid.md": post("C", loop),
        "_posts/2025-01-04-trimmed.md": post("D", hidden),
        "_posts/2025-01-05-written.md": post("E", "Text.", excerpt='"*Written* -- [so](/about)"'),
        "_posts/2025-01-06-marked.md": post(
            "F", "Text\n{: .x}\n\nand on.\n\n<!--cut-->\n\nMore.", excerpt_separator="<!--cut-->"
        ),
        "about.md": post("About"),
    }
    source = write_tree(tmp_path / "source", files)
    assert main(["import", str(source), str(tmp_path / "dest")]) == 0
    said = capsys.readouterr().out.splitlines()
    for one, out in ((source, "old"), (tmp_path / "dest" / "docs", "new")):
        assert main(["build", str(one), str(tmp_path / out)]) == 0
    old, new = ([one["excerpt"] for one in articles(tmp_path / out)] for out in ("old", "new"))
    assert new == old == ["Text and on.", "Written – so", "Text", "", "one two", "a b c d"]
    assert len(said) == 1
    tighter = tmp_path / "dest" / "docs" / "posts" / "2025-01-02-tighter.md"
    assert "\nexcerpt: |-\n  * one\n    * two\n---\n" in tighter.read_text("utf-8")


def test_a_page_that_ends_in_htm_leads_from_there_to_its_new_address(
    tmp_path: Path, write_tree: WriteTree, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {
        "one.htm": "---\ntitle: One\n---\n<p>Text.</p>\n",
        "one.md": "---\ntitle: Other\npermalink: /two.htm\n---\nSee [this](/three.htm).\n",
        "three.md": "---\ntitle: Three\npermalink: /three.htm\n---\nText.\n",
        "_posts/2025-01-01-a.htm": "---\ntitle: A\n---\n<p>Text.</p>\n",
    }
    source = write_tree(tmp_path / "source", files)
    assert main(["import", str(source), str(tmp_path / "dest")]) == 0
    said = capsys.readouterr().out.splitlines()
    assert f"{source}/three.md:1: its page is 'three.html' now; 'three.htm' leads there" in said
    assert main(["build", str(tmp_path / "dest" / "docs"), str(tmp_path / "new"), "-W"]) == 0
    for address in ("three.htm", "three.html", "2025/01/01/a.htm"):
        assert (tmp_path / "new" / address).is_file()
    assert "[this](three.md)" in (tmp_path / "dest" / "docs" / "two.md").read_text("utf-8")


def test_pages_that_give_way_to_listings_do_so_in_the_new_project(
    tmp_path: Path, write_tree: WriteTree, capsys: pytest.CaptureFixture[str]
) -> None:
    loop = "{% for post in paginator.posts %}{{ post.title }}{% endfor %}"
    files = {
        "_config.yml": "title: T\nurl: https://example.org\nbaseurl: /base\n",
        "_posts/2025-01-01-a.md": post("A", "[Red](/tags/red/), [blog](/blog/).", tags="red"),
        "index.md": post("Home", "Welcome."),
        "blog/index.html": post("Blog", loop),
        "paged.html": post("Pages", loop),
        "tags.md": "---\ntitle: Tags\npermalink: /tags/\n---\n",
        "years.md": "---\ntitle: Years\npermalink: /archive.html\n---\n",
        "categories.md": "---\ntitle: Sorts\n---\n",
    }
    source = write_tree(tmp_path / "source", files)
    assert main(["import", str(source), str(tmp_path / "dest")]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "not taken over (a listing stands in its place): blog/index.html, tags.md"
    assert len(said) == 2
    for one, out in ((source, "old"), (tmp_path / "dest" / "docs", "new")):
        assert main(["build", str(one), str(tmp_path / out), "-W"]) == 0
    old, new = ({*(tmp_path / out).rglob("*.html")} for out in ("old", "new"))
    names = [
        {path.relative_to(tmp_path / out) for path in found}
        for out, found in (("old", old), ("new", new))
    ]
    assert names[0] == names[1]
    for address in ("blog/index.html", "tags/index.html", "archive/index.html"):
        assert text(body(tmp_path / "new", address)) == text(body(tmp_path / "old", address))
    for address, to in {"paged.html": "blog/", "archive.html": "archive/"}.items():
        page = (tmp_path / "new" / address).read_text("utf-8")
        assert f'content="0; url={to}"' in page


NOTES = "aside.footnote, .footnotes li"

# the command


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["import", *arguments]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    return said.removeprefix("broadsheet: ").rstrip("\n")


def test_a_dry_run_says_the_same_and_writes_nothing(
    tmp_path: Path, write_tree: WriteTree, capsys: pytest.CaptureFixture[str]
) -> None:
    source = write_tree(tmp_path / "source", ARCHIVE)
    before = snapshot(tmp_path)
    assert main(["import", str(source), str(tmp_path / "dest"), "--dry-run", "--now", NOW]) == 0
    dry = capsys.readouterr().out
    assert snapshot(tmp_path) == before
    assert main(["import", str(source), str(tmp_path / "dest"), "--now", NOW]) == 0
    assert capsys.readouterr().out == dry.replace("would be written", "written")


def test_what_is_no_place_for_a_project_is_refused(
    tmp_path: Path, write_tree: WriteTree, capsys: pytest.CaptureFixture[str]
) -> None:
    source = str(write_tree(tmp_path / "source", {"_posts/2025-01-01-a.md": "A"}))
    full = str(write_tree(tmp_path / "full", {"a": "b"}))
    file, inside = f"{full}/a", f"{source}/new"
    empty = "expected an empty folder, or nothing"
    assert refused(capsys, source, full) == f"{full} is not empty ({empty})"
    assert refused(capsys, source, file) == f"{file} is a file ({empty})"
    assert refused(capsys, source, inside) == (
        f"{inside} lies inside SOURCE, which is never written to (expected another folder)"
    )
    assert refused(capsys, source, source).endswith("(expected another folder)")
    assert refused(capsys, full, f"{tmp_path}/new") == (
        f"{full} holds no Jekyll repository (expected _config.yml or _posts)"
    )
    assert refused(capsys, f"{source}/no", f"{tmp_path}/new") == (
        f"{source}/no does not exist (expected a Jekyll repository)"
    )
    assert not (tmp_path / "new").exists()


def test_an_interruption_leaves_nothing_half_made(
    tmp_path: Path, write_tree: WriteTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_tree(tmp_path / "source", ARCHIVE)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("broadsheet.command.import_.writing.copy", interrupted)
    assert main(["import", str(source), str(tmp_path / "dest")]) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


def test_what_a_killed_import_has_left_goes_with_the_next(
    tmp_path: Path, write_tree: WriteTree
) -> None:
    source = write_tree(tmp_path / "source", ARCHIVE)
    script = (
        "import os, signal, sys; from broadsheet.command import main\n"
        "from broadsheet.command.import_ import writing\n"
        "writing.copy = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "main(['import', *sys.argv[1:]])\n"
    )
    dest = tmp_path / "dest"
    arguments = [sys.executable, "-c", script, str(source), str(dest), "-j", "1"]
    assert subprocess.run(arguments, check=False).returncode == -signal.SIGKILL
    assert len(list(tmp_path.glob(".dest.*"))) == 1
    write_tree(tmp_path / ".dest.mine", {"kept": ""})
    write_tree(tmp_path / ".dest.other", {".importing": ""})
    with (tmp_path / ".dest.other" / ".importing").open("a") as at_work:
        portalocker.lock(at_work, portalocker.LOCK_EX)
        assert main(["import", str(source), str(dest)]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {
        "source", "dest", ".dest.mine", ".dest.other",
    }  # fmt: skip
    assert ".importing" not in snapshot(dest)


def test_an_empty_folder_may_be_filled_and_an_empty_repository_imported(
    tmp_path: Path, write_tree: WriteTree
) -> None:
    source = write_tree(tmp_path / "source", {"_config.yml": "", "about.md": post("About")})
    (tmp_path / "dest").mkdir()
    assert main(["import", str(source), str(tmp_path / "dest")]) == 0
    for one, out in ((source, "old"), (tmp_path / "dest" / "docs", "new")):
        assert main(["build", str(one), str(tmp_path / out), "-W"]) == 0
    listing = {"posts/index.html"}  # of the collection that waits for articles
    assert addresses(tmp_path / "new") == addresses(tmp_path / "old") | listing
    assert "docs/posts/.gitkeep" in snapshot(tmp_path / "dest")
    assert (tmp_path / "dest").stat().st_mode & 0o077 == 0o077 & ~umask()


def umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_the_root_leads_to_a_front_page_that_stands_elsewhere(
    tmp_path: Path, write_tree: WriteTree
) -> None:
    files = {
        "index.md": post("Welcome", "Hello.", permalink="/start/", redirect_from="/begin.html"),
        "_posts/2025-01-01-a.md": post("A", "To the [root](/), to the [start](/start/)."),
    }
    source = write_tree(tmp_path / "source", files)
    assert main(["import", str(source), str(tmp_path / "dest")]) == 0
    for one, out in ((source, "old"), (tmp_path / "dest" / "docs", "new")):
        assert main(["build", str(one), str(tmp_path / out), "-W"]) == 0
    old, new = tmp_path / "old", tmp_path / "new"
    assert addresses(new) == addresses(old)
    assert (new / "index.html").read_bytes() == (old / "index.html").read_bytes()
    links = body(new, "2025/01/01/a.html").select(".broadsheet-body a")
    assert [link["href"] for link in links] == ["../../../", "../../../start/index.html"]


def test_a_link_to_the_root_leads_to_the_front_page(tmp_path: Path, write_tree: WriteTree) -> None:
    files = {
        "_config.yml": "baseurl: /base\nurl: https://example.org\n",
        "_posts/2025-01-01-a.md": post("A", "[a](/) [b](/base/#x) [c](https://example.org/base/)"),
    }
    source = write_tree(tmp_path / "source", files)
    for dest, href in (("one", "../../../"), ("two", "../../../index.html")):
        assert main(["import", str(source), str(tmp_path / dest)]) == 0
        assert main(["build", str(tmp_path / dest / "docs"), str(tmp_path / f"{dest}-out")]) == 0
        links = body(tmp_path / f"{dest}-out", "2025/01/01/a.html").select(".broadsheet-body a")
        assert [link["href"] for link in links] == [href, f"{href}#x", href]
        write_tree(source, {"index.md": post("Welcome", "Hello.\n\n## X {#x}")})


def test_nothing_outside_the_repository_is_taken_over(
    tmp_path: Path, write_tree: WriteTree, tree: Tree
) -> None:
    write_tree(tmp_path, {"secret.txt": "secret", "secret.md": "---\n---\nsecret"})
    source = write_tree(
        tmp_path / "source",
        {
            "_posts/2025-01-01-a.md": post("A", "![x](../../secret.txt) ![y](/etc/passwd)\n"),
            "_config.yml": "title: x",
        },
    )
    (source / "link.txt").symlink_to(tmp_path / "secret.txt")
    (source / "_posts" / "2025-01-02-link.md").symlink_to(tmp_path / "secret.md")
    (source / "around").symlink_to(source, target_is_directory=True)
    assert main(["import", str(source), str(tmp_path / "dest")]) == 0
    assert [name for name, data in tree(tmp_path / "dest").items() if b"secret" in data] == [
        "docs/posts/2025-01-01-a.md"  # the words of its author
    ]


def test_what_cannot_be_read_is_named_and_the_rest_is_imported(
    tmp_path: Path, write_tree: WriteTree, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {
        "_posts/2025-01-01-a.md": post("A"),
        "_posts/2025-01-02-b.md": post("B"),
        "assets/a.png": "",
        "assets/b.png": "",
        "closed/_posts/2025-01-03-c.md": post("C"),
    }
    source = write_tree(tmp_path / "source", files)
    closed = [source / name for name in ("_posts/2025-01-02-b.md", "assets/b.png", "closed")]
    for path in closed:
        path.chmod(0)
    may_read = os.access(closed[0], os.R_OK)
    try:
        if may_read:
            pytest.skip("root may read everything")
        assert main(["import", str(source), str(tmp_path / "dest"), "--dry-run"]) == 0
        dry = capsys.readouterr().out
        assert main(["import", str(source), str(tmp_path / "dest")]) == 0
        assert main(["audit", str(source), "--output", str(tmp_path / "report")]) == 0
    finally:
        for path in closed:
            path.chmod(0o755)
    said = capsys.readouterr().out
    assert said == dry.replace("would be written", "written")
    assert {line.partition(":")[0] for line in said.splitlines()[:-1]} == {*map(str, closed)}
    assert "1 article (0 with another text), 0 pages, 1 copied file written" in said


def test_names_of_every_kind_have_the_addresses_that_they_had(
    tmp_path: Path, write_tree: WriteTree, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [
        "a\nb", "p%20q", "c:d", "h#i", "q?r", "-dash", " lead", "trail ", "emoji😀", "x" * 180,
        "README", "conf", "index", "dots.in.name", "UPPER", "upper", "tab\tx", "'\"", "<b>", "{x}",
    ]  # fmt: skip
    config = "permalink: pretty\ncollections: {_build: {output: true}, docs: {output: true}}\n"
    files = {
        "_config.yml": config,
        "docs/page.md": post("A page among the articles of a collection"),
        "README.md": post("A page"),
        "__build/a.md": post("Text"),
    }
    for number, name in enumerate(names, 1):
        files[f"_docs/{name}.md"] = post("Text", "See [it](/docs/conf/) and [it](/docs/nothing/).")
        files[f"_posts/2025-01-{number:02}-{name}.md"] = post("Text")
    source = write_tree(tmp_path / "source", files)
    assert main(["import", str(source), str(tmp_path / "dest")]) == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) == len(names) + 1
    for one, out in ((source, "old"), (tmp_path / "dest" / "docs", "new")):
        assert main(["build", str(one), str(tmp_path / out)]) == 0
    assert addresses(tmp_path / "new") == addresses(tmp_path / "old")


def test_what_is_hidden_has_its_address_where_it_is_asked_for(
    tmp_path: Path, write_tree: WriteTree
) -> None:
    source = write_tree(tmp_path / "source", ARCHIVE)
    assert main(["import", str(source), str(tmp_path / "dest"), "--unlisted", "--now", NOW]) == 0
    for one, out in ((source, "old"), (tmp_path / "dest" / "docs", "new")):
        options = ["--now", NOW, *(["--unlisted"] if one == source else [])]
        assert main(["build", str(one), str(tmp_path / out), *options]) == 0
    assert addresses(tmp_path / "new") == addresses(tmp_path / "old")
    assert (tmp_path / "new" / "essays" / "2020-01-01-archived.html").is_file()
