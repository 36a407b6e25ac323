"""Repositories as others keep them: of programs, of several authors, in Chinese, of formulas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from archive_edits import Said, build, picture
from broadsheet.command import main
from visible_text import visible

OPTIONS = {"--jobs": "1", "--now": "2026-01-01"}
CONFIG = "title: The Works\nurl: https://works.example\n"


class Site:
    """A repository that has been built."""

    def __init__(self, source: Path, said: Said) -> None:
        self.out = source.with_name("out")
        assert said.status == 0, said
        self.said = [one.replace(f"{source}/", "") for one in said.warnings]

    def page(self, address: str) -> Tag:
        html = (self.out / address).read_text("utf-8")
        found = BeautifulSoup(html, "html.parser").select_one("article[role=main]")
        assert found is not None
        return found

    def headings(self, address: str) -> list[tuple[str, str]]:
        """Return the tag and the words of each heading."""
        page = self.page(address)
        for mark in page.select(".headerlink"):
            mark.decompose()
        found = page.select("h1, h2, h3")
        return [(one.name, " ".join(one.get_text().split())) for one in found]

    def links(self, address: str) -> list[str]:
        body = self.page(address).select_one(".broadsheet-body") or self.page(address)
        return [str(one["href"]) for one in body.select("section a[href]:not(.headerlink)")]


@pytest.fixture
def site(tmp_path, write_tree) -> Callable[[Mapping[str, str | bytes]], Site]:
    def made(files: Mapping[str, str | bytes]) -> Site:
        source = write_tree(tmp_path / "source", {"_config.yml": CONFIG, **files})
        return Site(source, build(source, tmp_path / "out", OPTIONS))

    return made


def text(body: str, **matter: str) -> str:
    lines = "".join(f"{key}: {value}\n" for key, value in matter.items())
    return f"---\n{lines}---\n{body}\n"


# links


def test_what_names_a_host_or_a_known_scheme_leads_out_of_the_site(site):
    to = ["//cdn.example/a", "irc://chat.example/loom", "tel:+4930123", "GIT://git.example/a.git"]
    body = " ".join(f"[{at}]({one})" for at, one in enumerate([*to, "htts://a.example", "//"]))
    made = site({"_posts/2025-01-01-a.md": text(body, title="A")})
    to[-1] = "git://git.example/a.git"
    assert made.links("2025/01/01/a.html")[:4] == to
    assert [one.partition("link ")[2].partition(" ")[0] for one in made.said] == [
        "'htts://a.example'"
    ]


def test_the_top_of_a_page_is_there_under_both_its_names(site):
    made = site({"_posts/2025-01-01-a.md": text("[up](#top) and [up](#)", title="A")})
    assert (made.links("2025/01/01/a.html"), made.said) == (["#top", "#"], [])


def test_a_link_leads_to_a_text_that_jekyll_only_copies(site):
    made = site(
        {
            "guide.md": text("[the terms](terms.md#second)", title="Guide"),
            "terms.md": "Without front matter.\n",
        }
    )
    assert (made.links("guide.html"), made.said) == (["terms.md#second"], [])


def test_a_link_to_a_text_that_is_withheld_stays_as_a_link_that_leads_nowhere(site):
    made = site(
        {
            "guide.md": text("[the terms](terms.md)", title="Guide"),
            "terms.md": text("Not yet.", title="Terms", published="false"),
        }
    )
    assert made.links("guide.html") == ["/terms.md"]
    assert made.said == [
        "guide.md:4: WARNING: link '/terms.md' leads to no page of this site"
        " (expected one, or http(s)://…); left as it is [broadsheet.ref]"
    ]


@pytest.mark.parametrize("markdown", ["kramdown", "GFM"])
def test_an_anchor_is_one_of_its_page_and_no_name_of_sphinx(site, markdown):
    body = "[a](#other) [b](#modindex) [c](#search) [d](#old)\n\n## Search\n\n<a name='old'></a>"
    made = site(
        {
            "_config.yml": f"{CONFIG}markdown: {markdown}\n",
            "b.md": text(body, title="B"),
            "other.md": text("Text.", title="Other"),
            "_posts/2025-01-01-a.md": text(body, title="A"),
        }
    )
    for address in ("b.html", "2025/01/01/a.html"):
        assert made.links(address) == ["#other", "#modindex", "#search", "#old"]
    assert made.said == [
        f"{path}:4: WARNING: link '#{anchor}' leads to no heading and no anchor of this page"
        " (expected the id of one); left as it is [broadsheet.ref]"
        for path in ("_posts/2025-01-01-a.md", "b.md")
        for anchor in ("modindex", "other")
    ]


# titles


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("The Loom", "The *Loom*"),
        ("the loom", "The Loom!"),
        ("Loom", "How the Loom works"),
        ("Weaving | The Loom", "The Loom"),
        ("", "The `Loom`"),
        ("織機", "織機"),
    ],
)
def test_a_page_that_begins_with_its_title_shows_it_once(site, title, heading):
    matter = {"title": f'"{title}"'} if title else {"lang": "en"}
    made = site({"loom.md": text(f"# {heading} {{#own}}\n\nText.\n\n## Parts", **matter)})
    plain = heading.replace("*", "").replace("`", "")
    assert made.headings("loom.html") == [("h1", plain), ("h2", "Parts")]
    assert made.page("loom.html").select_one("#own h1") is not None


@pytest.mark.parametrize(
    ("title", "body", "headings"),
    [
        ("Loom", "# Heirloom", ["Loom", "Heirloom"]),
        ("Weaving, the loom", "# The loom", ["Weaving, the loom", "The loom"]),
        ("Loom", "## Loom", ["Loom", "Loom"]),
        ("Loom", "Text.\n\n# Loom", ["Loom", "Loom"]),
        ("!", "# ?", ["?"]),
        ("Loom", "> # Loom", ["Loom", "Loom"]),
    ],
)
def test_a_page_whose_body_says_something_else_shows_both(site, title, body, headings):
    made = site({"loom.md": text(body, title=f'"{title}"')})
    assert [words for _, words in made.headings("loom.html")] == headings


def test_an_article_shows_its_own_title_and_keeps_the_anchor_of_the_same_words_below(site):
    made = site(
        {
            "_posts/2025-01-01-a.md": text(
                "# The *Loom*\n\n[up](#the-loom)\n\n## Parts", title="The loom"
            ),
            "_posts/2025-01-01-b.md": text("# How the loom works", title="The loom"),
        }
    )
    assert made.headings("2025/01/01/a.html") == [("h1", "The loom"), ("h2", "Parts")]
    assert made.page("2025/01/01/a.html").select_one(".broadsheet-body #the-loom") is not None
    assert made.headings("2025/01/01/b.html") == [("h1", "The loom"), ("h2", "How the loom works")]
    assert made.said == []


# images


def test_an_image_for_all_articles_is_shown_with_none(site):
    config = f"{CONFIG}defaults: [{{scope: {{path: ''}}, values: {{image: /a.png}}}}]\n"
    made = site(
        {
            "_config.yml": config,
            "a.png": picture(1),
            "b.png": picture(2),
            "_posts/2025-01-01-a.md": text("Text.", title="A"),
            "_posts/2025-01-02-b.md": text("Text.", title="B", image="/b.png"),
        }
    )
    for address, shown in {"2025/01/01/a.html": 0, "2025/01/02/b.html": 1, "index.html": 1}.items():
        assert len(made.page(address).select("img")) == shown
    assert made.said == []


def test_an_image_for_all_articles_that_is_missing_is_named_once(site):
    config = f"{CONFIG}defaults: [{{scope: {{path: ''}}, values: {{image: /a.png}}}}]\n"
    posts = {f"_posts/2025-01-0{day}-a.md": text("Text.", title="A") for day in range(1, 4)}
    assert site({"_config.yml": config, **posts}).said == [
        "_posts/2025-01-01-a.md:1: WARNING: image 'a.png' is no file of the source (expected one);"
        " none is shown [broadsheet.image]"
    ]


# code and Liquid


def test_all_code_has_the_language_and_the_numbers_that_the_site_asks_for(site):
    options = "{default_lang: ruby, block: {line_numbers: true, start_line: 7}}"
    code = '    puts 1\n    puts 2\n\n~~~ c\nint a;\n~~~\n{: linenos="false"}'
    made = site(
        {
            "_config.yml": f"{CONFIG}kramdown: {{syntax_highlighter_opts: {options}}}\n",
            "_posts/2025-01-01-a.md": text(code, title="A"),
        }
    )
    blocks = made.page("2025/01/01/a.html").select("pre")
    assert [[n.get_text() for n in one.select(".linenos")] for one in blocks] == [["7", "8"], []]
    assert len(blocks[0].select(".nb")) == 2  # puts, in colour


def test_a_link_that_was_written_before_jekyll_4_leads_to_its_page_in_a_subfolder(site):
    tags = "[a]({{ site.baseurl }}{% post_url 2025-01-01-a %}) [b]({% link b.md %})"
    html = '<a href="{{site.baseurl}}{% link b.md %}">c</a>'
    made = site(
        {
            "_config.yml": f"{CONFIG}baseurl: /sub\n",
            "b.md": text(f"{tags} {html}", title="B"),
            "_posts/2025-01-01-a.md": text("Text.", title="A"),
        }
    )
    assert made.links("b.html") == ["2025/01/01/a.html", "#", "/sub/b.html"]
    assert made.said == []


def test_empty_front_matter_is_front_matter(site):
    made = site({"_posts/2025-01-01-a-loom.md": "---\n---\nText.\n"})
    assert made.headings("2025/01/01/a-loom.html")[0] == ("h1", "A Loom")
    assert [one.partition("WARNING: ")[2] for one in made.said] == [
        "no title (expected title: …); the file name gives 'A Loom' [broadsheet.title]"
    ]


def test_an_imported_page_shows_its_title_as_often_as_before(tmp_path, write_tree):
    pages = {
        "a.md": text("# The *Loom*\n\nText.\n\n## Parts", title="The loom"),
        "b.md": text("# Heirloom\n\n## Parts", title="Loom"),
        "c.md": text("# `Warps` & wefts {#own}\n\n### Parts", lang="en"),
    }
    source = write_tree(tmp_path / "source", {"_config.yml": CONFIG, **pages})
    assert main(["import", str(source), str(tmp_path / "new")]) == 0
    made = tmp_path / "new" / "docs"
    before = Site(source, build(source, tmp_path / "out", OPTIONS))
    after = Site(made, build(made, made.with_name("out"), OPTIONS))
    for name in ("a.html", "b.html", "c.html"):
        assert after.headings(name) == before.headings(name)
    assert after.page("c.html").select_one("#own") is not None


# articles in HTML


def test_an_article_may_be_html_as_those_are_that_came_from_a_database(site):
    body = (
        "<p>One {{ page.title }}, `{{ page.title }}`, *two*.</p>\n\n    <p>In.</p>\n<!--more-->\n\n"
        '    <h2 id="old">Kept</h2>\n<p>[a](b) $$x$$</p>'
    )
    made = site(
        {
            "_config.yml": f"{CONFIG}collections: {{notes: {{output: true}}}}\n",
            "_posts/2012-01-01-a.html": text(body, title="Loom", excerpt_separator="<!--more-->"),
            "_notes/b.html": text("<h1>Own</h1>", title="Note"),
            "_notes/copied.html": "<p>Without front matter.</p>\n",
            "_posts/2012-01-02-c.md": text("[a]({% post_url 2012-01-01-a %})", title="C"),
        }
    )
    page = made.page("2012/01/01/a.html")
    shown = page.select_one(".broadsheet-body section").decode_contents()
    assert "<p>One Loom, `Loom`, *two*.</p>" in shown
    assert '<h2 id="old">Kept</h2>\n<p>[a](b) $$x$$</p>' in shown
    headings = [("h1", "Loom"), ("h2", "Kept"), ("h2", "Cited by")]
    assert made.headings("2012/01/01/a.html") == headings
    assert made.headings("notes/b.html") == [("h1", "Note"), ("h1", "Own")]
    assert made.links("2012/01/02/c.html") == ["../01/a.html"]
    assert (made.out / "notes/copied.html").read_text() == "<p>Without front matter.</p>\n"
    assert "One Loom" in made.page("posts/index.html").get_text()
    assert "<p>In.</p>" not in made.page("posts/index.html").get_text()
    assert "Kept" not in made.page("posts/index.html").get_text()
    assert made.said == []


def test_an_imported_article_of_html_has_the_same_text(tmp_path, write_tree):
    body = "<p>One\n\n    two</p>\n<!--more-->\n\n    <p>three</p>\n\n<pre>\na\n\nb\n</pre>"
    post = text(body, title="Loom", excerpt_separator="<!--more-->")
    files = {"_config.yml": CONFIG, "_posts/2012-01-01-a.html": post}
    source = write_tree(tmp_path / "source", files)
    assert main(["import", str(source), str(tmp_path / "new")]) == 0
    made = tmp_path / "new" / "docs"
    before = Site(source, build(source, tmp_path / "out", OPTIONS))
    after = Site(made, build(made, made.with_name("out"), OPTIONS))
    for name in ("2012/01/01/a.html", "posts/index.html"):
        assert visible(str(after.page(name))) == visible(str(before.page(name)))
