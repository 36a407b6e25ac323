"""Listings, overviews, authors' pages and ``{post-list}``, as readers find them."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import html5lib
import pytest
from bs4 import BeautifulSoup, Tag

from broadsheet.command import main
from html_pages import one, target, text

CONF = """\
project = "The Sheet"
extensions = ["myst_parser", "broadsheet"]
html_title = "The Sheet"
html_theme = "furo"
html_baseurl = "https://example.org/"
broadsheet_collections = {
    "articles": {"title": "Long Reads"},
    "notes": {"title": "Notes", "folder": "short/notes"},
}
broadsheet_excerpt_separator = "<!--more-->"
broadsheet_page_size = 5
broadsheet_now = "2026-01-01 00:00 +0000"
"""

AUTHORS = """\
jane:
  name: Jane Doe
  aliases: [J. Doe, Jane M. Doe]
  url: https://jane.example.org/
  links:
    - label: Journal
      url: https://journal.example.org/@jane
  portrait: images/jane.png
  bio: Writes about *paper* & what replaced it.
firm: Roe, Doe and Partners
"""

BY_JANE = ("Jane Doe", "J. Doe", "jane", "Jane M. Doe and Richard Roe")
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)


def article(title: str, date: str, body: str = "", **front_matter: str) -> str:
    lines = [f"title: {title}", f"date: {date}"]
    lines += [f"{key}: {value}" for key, value in front_matter.items()]
    return "---\n{}\n---\n\n{}\n".format("\n".join(lines), body or f"{title}, in short.<!--more-->")


def sources() -> dict[str, str | bytes]:
    """Give 13 articles of one collection and 4 of another, two of the oldest pinned."""
    files: dict[str, str | bytes] = {
        "conf.py": CONF,
        "authors.yml": AUTHORS,
        "images/jane.png": PIXEL,
    }
    for number in range(1, 14):
        day = f"2025-{1 + number // 4:02}-{number:02}"
        files[f"articles/{day}-a{number}.md"] = article(
            f"Article {number}",
            day,
            author=BY_JANE[number % 4] if number > 4 else "Ann Other",
            tags="[ink, Hot Metal]" if number % 2 else "[ink]",
            categories="[History]" if number < 4 else "[]",
            pin="true" if number in {1, 2} else "false",
        )
    for number in range(1, 5):
        files[f"short/notes/2024-11-{number:02}-n{number}.md"] = article(
            f"Note {number}", f"2024-11-{number:02}", author="Roe, Doe and Partners"
        )
    return files


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    source: Path
    out: Path

    def page(self, name: str) -> BeautifulSoup:
        return BeautifulSoup((self.out / name).read_text("utf-8"), "html5lib")

    def article(self, name: str) -> Tag:
        return one(self.page(name), "article[role=main]")

    def titles(self, name: str) -> list[str]:
        """Return the titles of the cards on a page, in their order."""
        return [text(heading) for heading in self.article(name).select("h2")]

    def walk(self, name: str) -> Iterator[str]:
        """Give the pages of a listing, from the first one on, as a reader goes."""
        while name:
            yield name
            older = self.article(name).select("nav a[rel=next]")
            name = target(name, older[0]) if older else ""

    def counts(self, name: str) -> list[tuple[str, str, int]]:
        """Return title, address and count of each entry of an overview."""
        entries = [item.select("a")[0] for item in self.article(name).select("li")]
        counts = [text(link.find_next(class_=re.compile("count"))) for link in entries]
        return [
            (text(link), target(name, link), int(count))
            for link, count in zip(entries, counts, strict=True)
        ]

    def files(self) -> dict[str, bytes]:
        return {
            path.relative_to(self.out).as_posix(): path.read_bytes()
            for path in self.out.rglob("*.html")
            if "_previews" not in path.parts
        }


def make(folder: Path, files: dict[str, str | bytes], *options: str) -> Site:
    for name, content in files.items():
        path = folder / "source" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    site = Site(source=folder / "source", out=folder / "out")
    assert main(["build", str(site.source), str(site.out), "-j1", *options]) == 0
    return site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return make(tmp_path_factory.mktemp("listings"), sources(), "-W")


NEWEST_FIRST = [f"Article {number}" for number in range(13, 0, -1)] + [
    f"Note {number}" for number in range(4, 0, -1)
]
PINNED = ["Article 2", "Article 1"]


def test_the_first_page_has_what_is_left_over_and_the_pinned_articles_first(site):
    assert site.titles("index.html") == [*PINNED, *NEWEST_FIRST[:7]]


def test_the_pages_of_the_front_index_hold_every_article_once_newest_first(site):
    pages = list(site.walk("index.html"))
    assert pages == ["index.html", "page/2.html", "page/1.html"]
    listed = [title for page in pages for title in site.titles(page)]
    assert listed[len(PINNED) :] == NEWEST_FIRST


def test_page_one_has_the_oldest_articles(site):
    assert site.titles("page/1.html") == NEWEST_FIRST[-5:]
    assert site.titles("page/2.html") == NEWEST_FIRST[7:12]


@pytest.mark.parametrize(
    ("address", "headline", "titles"),
    [
        ("articles/index.html", "Long Reads", NEWEST_FIRST[:13]),
        ("notes/index.html", "Notes", NEWEST_FIRST[13:]),
        ("authors/jane/index.html", "Jane Doe", NEWEST_FIRST[:9]),
        ("authors/richard-roe/index.html", "Richard Roe", ["Article 11", "Article 7"]),
        ("authors/firm/index.html", "Roe, Doe and Partners", NEWEST_FIRST[13:]),
        ("authors/ann-other/index.html", "Ann Other", NEWEST_FIRST[9:13]),
        ("tags/ink/index.html", "ink", NEWEST_FIRST[:13]),
        ("tags/hot-metal/index.html", "Hot Metal", NEWEST_FIRST[0:13:2]),
        ("categories/history/index.html", "History", NEWEST_FIRST[10:13]),
        ("archive/2025/index.html", "2025", NEWEST_FIRST[:13]),
        ("archive/2024/11/index.html", "November 2024", NEWEST_FIRST[13:]),
        ("archive/2025/03/index.html", "March 2025", NEWEST_FIRST[2:6]),
    ],
)
def test_a_listing_holds_its_articles_and_no_others(site, address, headline, titles):
    assert text(one(site.page(address), "h1")) == headline
    listed = [title for page in site.walk(address) for title in site.titles(page)]
    pinned = [title for title in PINNED if title in titles]
    assert listed[: len(pinned)] == pinned
    # on the first page a pinned article is not said twice
    kept = listed[len(pinned) :]
    assert [title for title in kept if title not in pinned] == [
        title for title in titles if title not in pinned
    ]
    assert Counter(listed).keys() == set(titles)


def test_pages_below_a_listing_have_static_addresses(site):
    pages = {name for name in site.files() if "/page/" in f"/{name}"}
    assert pages == {
        "page/1.html", "page/2.html",
        "articles/page/1.html",
        "tags/ink/page/1.html",
        "archive/2025/page/1.html",
    }  # fmt: skip


def test_every_numbered_page_says_which_it_is_in_a_title_of_its_own(site):
    titles = [text(one(site.page(page), "head > title")) for page in site.walk("index.html")]
    assert len(set(titles)) == len(titles)


def test_the_head_of_a_page_names_the_pages_beside_it(site):
    def beside(page: str) -> list[tuple[str, str, str]]:
        links = site.page(page).select("head > link[rel=prev], head > link[rel=next]")
        return sorted((str(one["rel"][0]), target(page, one), str(one["title"])) for one in links)

    assert beside("archive/2025/page/1.html") == [("prev", "archive/2025/index.html", "2025")]
    assert beside("page/2.html") == [
        ("next", "page/1.html", "Page 1"),
        ("prev", "index.html", "The Sheet"),
    ]


def test_the_overviews_count_the_articles_of_each_listing(site):
    assert site.counts("authors/index.html") == [
        ("Ann Other", "authors/ann-other/index.html", 4),
        ("Jane Doe", "authors/jane/index.html", 9),
        ("Richard Roe", "authors/richard-roe/index.html", 2),
        ("Roe, Doe and Partners", "authors/firm/index.html", 4),
    ]
    assert site.counts("tags/index.html") == [
        ("Hot Metal", "tags/hot-metal/index.html", 7),
        ("ink", "tags/ink/index.html", 13),
    ]
    assert site.counts("categories/index.html") == [("History", "categories/history/index.html", 3)]
    archive = site.counts("archive/index.html")
    assert [(title.split()[0], address, count) for title, address, count in archive] == [
        ("2025", "archive/2025/index.html", 13),
        ("April", "archive/2025/04/index.html", 2),
        ("March", "archive/2025/03/index.html", 4),
        ("February", "archive/2025/02/index.html", 4),
        ("January", "archive/2025/01/index.html", 3),
        ("2024", "archive/2024/index.html", 4),
        ("November", "archive/2024/11/index.html", 4),
    ]


def test_a_card_has_title_byline_date_and_excerpt(site):
    card = next(
        heading.find_parent("section")
        for heading in site.article("index.html").select("h2")
        if text(heading) == "Article 11"
    )
    assert target("index.html", one(card, "h2 a")) == "articles/2025-03-11-a11.html"
    assert [text(link) for link in card.select("a[rel=author]")] == ["Jane Doe", "Richard Roe"]
    assert one(card, "time")["datetime"] == "2025-03-11T00:00:00+00:00"
    assert "Article 11, in short." in text(card)


def test_the_page_of_a_registered_author_says_who_that_is(site):
    page = site.article("authors/jane/index.html")
    head = one(page, "header")
    assert "Writes about paper & what replaced it." in text(head)
    assert [text(tag) for tag in head.select("em")] == ["paper"]  # the biography is Markdown
    portrait = one(head, "img")
    file = site.out / "authors" / "jane" / str(portrait["src"])
    assert file.resolve().read_bytes() == PIXEL
    assert portrait["alt"] == "Jane Doe"
    links = {str(link["href"]) for link in head.select("a[href^=http]")}
    assert links == {"https://jane.example.org/", "https://journal.example.org/@jane"}


def test_an_unknown_author_has_a_page_without_a_profile(site):
    head = one(site.article("authors/ann-other/index.html"), "header")
    assert head.select("img, a[href^=http]") == []


def test_every_alias_is_printed_as_the_registry_writes_the_name(site):
    names = {
        text(link)
        for path in site.files()
        for link in site.article(path).select("a[rel=author]")
    }  # fmt: skip
    assert names == {"Ann Other", "Jane Doe", "Richard Roe", "Roe, Doe and Partners"}


# publishing


@pytest.fixture
def copy(site: Site, tmp_path: Path) -> Site:
    """Copy the site, built: free to be changed."""
    shutil.copytree(site.source, tmp_path / "source")
    return make(tmp_path, {})


def publish(site: Site, number: int) -> set[str]:
    """Publish an article, the newest; return the pages whose bytes are not as before."""
    before = site.files()
    day = f"2025-04-{number:02}"
    (site.source / "articles" / f"{day}-a{number}.md").write_text(
        article(f"Article {number}", day, author="Ann Other", tags="[ink]"), "utf-8"
    )
    make(site.out.parent, {})
    after = site.files()
    assert before.keys() <= after.keys()
    return {name for name, content in after.items() if before.get(name) != content}


def test_publishing_rewrites_first_pages_and_neighbours_only(copy):
    assert publish(copy, 14) == {
        "articles/2025-04-14-a14.html",
        "articles/2025-04-13-a13.html",  # its new neighbour
        "index.html", "articles/index.html", "authors/ann-other/index.html", "tags/ink/index.html",
        "archive/2025/index.html", "archive/2025/04/index.html",
        "authors/index.html", "tags/index.html", "archive/index.html",  # which count
    }  # fmt: skip


def test_a_full_first_page_makes_one_numbered_page_and_leaves_all_older_ones(copy):
    publish(copy, 14)
    # the 15th of the collection, of the tag and of the year; the 19th of all
    changed = {name for name in publish(copy, 15) if "page/" in name}
    assert changed == {
        "articles/page/1.html", "articles/page/2.html",
        "tags/ink/page/1.html", "tags/ink/page/2.html",
        "archive/2025/page/1.html", "archive/2025/page/2.html",
    }  # fmt: skip
    assert copy.titles("articles/page/1.html") == NEWEST_FIRST[8:13]
    assert copy.titles("articles/page/2.html") == NEWEST_FIRST[3:8]


def test_a_listing_that_loses_its_last_article_goes(copy):
    before = copy.files()
    for path in (copy.source / "short" / "notes").iterdir():
        path.write_text(article("Moved", path.name[:10], author="Jane Doe"), "utf-8")
    make(copy.out.parent, {})
    assert before.keys() - copy.files().keys() == {"authors/firm/index.html"}
    assert "Roe, Doe and Partners" not in text(copy.article("authors/index.html"))


# excerpts

ODD_EXCERPTS = {
    "bold": "**Cut in bold <!--more--> here.**",
    "div": '<div class="x"><p>Cut in a division.\n\n<!--more-->\n\nRest.</p></div>',
    "table": "<table><tr><td>Cut in a table<!--more--></td></tr></table>",
    "quote": "> Cut in a quote\n> <!--more-->\n> Rest.",
    "list": "- Cut in a list\n  - deeper <!--more-->\n- Rest.",
    "fence": "```python\nprint('cut')\n<!--more-->\nprint('rest')\n```",
    "heading": "# Cut under a heading\n\nText.\n\n<!--more-->\n\nRest.",
    "closing": "</section></div></article> Closed what it did not open.<!--more-->",
    "script": "Text.<script>document.title = 'x'</script><!--more-->",
    "comment": "Text. <!-- never closed <!--more-->",
    "angle": "Fill in <fill in> and 1 < 2 & 3.<!--more-->",
    "link": "A [link](https://example.org/x) and [no [link](.<!--more-->",
    "linked": "See [the other](2025-01-01-bold.md) one.<!--more-->",
}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Site:
    files: dict[str, str | bytes] = {"conf.py": CONF.replace("_page_size = 5", "_page_size = 50")}
    files["short/notes/2024-01-01-x.md"] = article("Note", "2024-01-01")
    for number, (name, body) in enumerate(ODD_EXCERPTS.items(), 1):
        day = f"2025-01-{number:02}"
        files[f"articles/{day}-{name}.md"] = article(f"Odd {name}", day, body)
    return make(tmp_path_factory.mktemp("odd"), files)


def test_an_excerpt_that_is_cut_anywhere_harms_neither_its_card_nor_the_next(odd):
    page = odd.article("index.html")
    cards = [heading.find_parent("section") for heading in page.select("h2")]
    assert [len(card.select("h2, time")) for card in cards] == [2] * (len(ODD_EXCERPTS) + 1)
    assert [text(card.h2) for card in cards] == [
        *(f"Odd {name}" for name in reversed(ODD_EXCERPTS)),
        "Note",
    ]
    assert len({id(card.parent) for card in cards}) == 1


@pytest.mark.parametrize("page", ["index.html", "articles/index.html", "archive/2025/index.html"])
def test_a_listing_of_odd_excerpts_is_html_without_an_error(odd, page):
    parser = html5lib.HTMLParser()
    parser.parse((odd.out / page).read_text("utf-8"))
    assert parser.errors == []


def test_an_excerpt_shows_its_text_and_runs_no_script(odd):
    page = odd.article("index.html")
    said = text(page)
    for words in (
        "Cut in bold", "Cut in a division.", "Cut in a table", "Cut in a quote", "Cut in a list",
        "print('cut')", "Cut under a heading", "Closed what it did not open.",
        "Fill in <fill in> and 1 < 2 & 3.", "A link and",
    ):  # fmt: skip
        assert words in said
    assert "Rest." not in said
    assert page.select("script") == []


@pytest.mark.parametrize("page", ["index.html", "archive/2025/01/index.html"])
def test_a_link_in_an_excerpt_leads_on_from_whatever_page_shows_it(odd, page):
    links = [link for link in odd.article(page).select("a") if text(link) == "the other"]
    assert [target(page, link) for link in links] == ["articles/2025-01-01-bold.html"]


# post-list

POST_LISTS = {
    "": NEWEST_FIRST[:5],
    ":limit: 2": NEWEST_FIRST[:2],
    ":limit: 0": NEWEST_FIRST,
    ":collection: notes": NEWEST_FIRST[13:],
    ":collection: Long Reads\n:limit: 1": NEWEST_FIRST[:1],
    ":tag: Hot Metal\n:limit: 3": NEWEST_FIRST[0:6:2],
    ":tag: hot-metal\n:limit: 1": NEWEST_FIRST[:1],
    ":author: Richard Roe": ["Article 11", "Article 7"],
    ":author: jane\n:limit: 1": NEWEST_FIRST[:1],
    ":category: History": NEWEST_FIRST[10:13],
    ":category: History\n:tag: Hot Metal": ["Article 3", "Article 1"],
    ":collection: notes\n:tag: ink": [],
}


def test_a_post_list_shows_what_its_options_ask_for(tmp_path):
    files = sources()
    files["index.md"] = "# Front\n\n```{toctree}\nhand/page\n```\n"
    files["hand/page.md"] = "# Lists\n\n" + "\n".join(
        f"## Case {number}\n\n```{{post-list}}\n{options}\n```\n"
        for number, options in enumerate(POST_LISTS)
    )
    site = make(tmp_path, files, "-W")
    sections = site.article("hand/page.html").select("section[id^=case-]")
    shown = {
        options: [text(link) for link in section.select("section h2 a[href$='.html']")]
        for options, section in zip(POST_LISTS, sections, strict=True)
    }
    assert shown == POST_LISTS
    links = [one(card, "h2 a") for card in sections[7].select("section")]
    assert [target("hand/page.html", link) for link in links] == [
        "articles/2025-03-11-a11.html",
        "articles/2025-02-07-a7.html",
    ]


@pytest.mark.parametrize(
    "options", [":tag: nowhere", ":author: Nobody", ":collection: poems", ":category: none"]
)
def test_a_post_list_that_names_nothing_warns_with_its_line_and_is_empty(tmp_path, capfd, options):
    files = sources()
    files["index.md"] = f"# Front\n\nText.\n\n```{{post-list}}\n{options}\n```\n"
    site = make(tmp_path, files)
    warnings = capfd.readouterr().err.splitlines()
    assert len(warnings) == 1
    assert re.fullmatch(
        rf"{re.escape(str(site.source))}/index\.md:5: WARNING: .+ \[broadsheet\.ref\]", warnings[0]
    )
    assert options.split(": ")[1] in warnings[0]
    assert site.article("index.html").select("h2") == []


# the front index beside a page of the user's


def test_a_hand_written_front_page_stays_and_the_index_stands_beside_it(tmp_path):
    files = sources()
    files["index.md"] = "# By hand\n"
    site = make(tmp_path, files, "-W")
    assert text(one(site.page("index.html"), "h1")).startswith("By hand")
    pages = list(site.walk("latest/index.html"))
    assert pages == ["latest/index.html", "latest/page/2.html", "latest/page/1.html"]
    assert site.titles("latest/index.html") == [*PINNED, *NEWEST_FIRST[:7]]


# authors


def test_a_faulty_registry_is_named_with_its_line_and_costs_no_article(tmp_path, capfd):
    files = sources()
    files["authors.yml"] = "jane:\n  name: Jane Doe\n  links: 7\nodd: [1, 2]\n"
    site = make(tmp_path, files)
    lines = capfd.readouterr().err.splitlines()
    form = rf"{re.escape(str(site.source))}/authors\.yml:(\d+): WARNING: .+ \[broadsheet\.author\]"
    places = [re.fullmatch(form, line) for line in lines]
    assert [place[1] if place else line for place, line in zip(places, lines, strict=True)] == [
        "1",
        "4",
    ]
    assert len(json.loads((site.out / "articles.json").read_text("utf-8"))["articles"]) == 17
