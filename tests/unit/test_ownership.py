"""Whose an address is, where several want it."""

from __future__ import annotations

import pytest

from broadsheet.model import NO_DATE, Article
from broadsheet.rules.ownership import Taken, settle_addresses

TAKEN = Taken(
    documents={"about": "about.md", "Über": "Über.rst", "essays/hand": "essays/hand.rst"},
    files={
        "_static": "style sheets and scripts",
        "articles.json": "the catalogue",
        "_static/css/own.css": "_static/css/own.css",
        "assets/a.pdf": "assets/a.pdf",
        "LICENSE": "LICENSE",
    },
)


def article(path, address=""):
    docname = path.rpartition(".")[0]
    return Article(
        path=path, docname=docname, address=address, digest="", body_line=1, title="", slug="",
        date=NO_DATE, instant=0, collection="",
    )  # fmt: skip


def settled(*addresses, taken=TAKEN):
    """Return the addresses that a.md, b.md … get, and what is said of each that moved."""
    articles = [article(f"{name}.md", one) for name, one in zip("abcdef", addresses, strict=False)]
    found, _, problems = settle_addresses(articles, taken)
    assert [one.path for one in found] == [one.path for one in articles]
    said = {one.path[0]: one.message.removeprefix("the address ") for one in problems}
    return [one.address for one in found], said


EXPECTED = "(expected one page for each); now at"


@pytest.mark.parametrize(
    ("address", "found", "now"),
    [
        ("about.html", "belongs to about.md", "about-2.html"),
        ("ABOUT.html", "belongs to about.md", "ABOUT-2.html"),
        ("ÜBER.HTML", "belongs to Über.rst", "ÜBER-2.HTML"),
        ("assets/a.pdf", "belongs to assets/a.pdf", "assets/a-2.pdf"),
        ("articles.json", "belongs to the catalogue", "articles-2.json"),
        ("license", "belongs to LICENSE", "license-2"),
        ("_static", "belongs to style sheets and scripts", "_static-2"),
        ("assets", "is a folder of assets/a.pdf", "assets-2"),
        *(
            (
                f"{part}{rest}",
                f"runs through {part!r}, which belongs to {owner}",
                f"{beside}{rest}",
            )
            for part, rest, owner, beside in [
                ("about.html", "/deep/index.html", "about.md", "about-2.html"),
                ("_static", "/x.html", "style sheets and scripts", "_static-2"),
                ("_static", "/css/x.html", "style sheets and scripts", "_static-2"),
                ("_Static", "/css/own.css/x.html", "style sheets and scripts", "_Static-2"),
                ("_static", "/css/own.css", "style sheets and scripts", "_static-2"),
                ("ÜBER.HTML", "/straße.html", "Über.rst", "ÜBER-2.HTML"),
                ("assets/a.pdf", "/x.html", "assets/a.pdf", "assets/a-2.pdf"),
            ]
        ),
    ],
)
def test_an_article_is_not_put_where_something_else_is(address, found, now):
    assert settled(address) == ([now], {"a": f"{address!r} {found} {EXPECTED} {now!r}"})


@pytest.mark.parametrize(
    "address", ["about/index.html", "assets/b.pdf", "static/x.html", "About.htm", "index.html"]
)
def test_an_article_keeps_an_address_beside_them(address):
    assert settled(address) == ([address], {})


def test_of_a_file_and_a_folder_with_one_name_the_first_by_path_is_there():
    assert settled("x.html", "x.html/y.html", "X.html/y.html", "x.html/z/index.html") == (
        ["x.html", "x-2.html/y.html", "X-3.html/y.html", "x-2.html/z/index.html"],
        {
            name: f"'{folder}/{rest}' runs through '{folder}', which belongs to a.md"
            f" {EXPECTED} '{now}'"
            for name, folder, rest, now in [
                ("b", "x.html", "y.html", "x-2.html/y.html"),
                ("c", "X.html", "y.html", "X-3.html/y.html"),
                ("d", "x.html", "z/index.html", "x-2.html/z/index.html"),
            ]
        },
    )
    assert settled("x.html/y/z.html", "x.html", "x.html/y") == (
        ["x.html/y/z.html", "x-2.html", "x.html/y-2"],
        {
            "b": f"'x.html' is a folder of a.md {EXPECTED} 'x-2.html'",
            "c": f"'x.html/y' is a folder of a.md {EXPECTED} 'x.html/y-2'",
        },
    )


def test_a_number_that_somebody_has_is_passed_over():
    assert settled("about-2.html", "about-3.html/x.html", "about.html", "About.html")[0] == [
        "about-2.html", "about-3.html/x.html", "about-4.html", "About-5.html",
    ]  # fmt: skip


def test_an_article_without_an_address_stands_where_the_builder_puts_it():
    assert settled("b.html", "", "") == (
        ["b.html", "b-2.html", ""],
        {"b": f"'b.html' belongs to a.md {EXPECTED} 'b-2.html'"},
    )
    assert settled("", "a.html")[0] == ["", "a-2.html"]
    folders = Taken(file_of=lambda docname: f"{docname}/index.html", documents={"p": "p.md"})
    assert settled("a.html", "", "p.html", "p/index.html", "b", taken=folders)[0] == [
        "a.html", "", "p.html", "p/index-2.html", "b-2",
    ]  # fmt: skip


def test_an_article_has_no_document_name_of_a_hand_written_page():
    (found,), _, (problem,) = settle_addresses([article("essays/hand.md")], TAKEN)
    assert (found.docname, found.address) == ("essays/hand.md", "")
    assert problem.message == (
        f"the address 'essays/hand' belongs to essays/hand.rst {EXPECTED} 'essays/hand.md'"
    )


def test_ten_thousand_articles_with_one_address_all_have_their_own():
    articles = [article(f"{number:05}.md", "x.html") for number in range(10_000)]
    found, _, problems = settle_addresses(articles, TAKEN)
    assert len({one.address for one in found}) == len(problems) + 1 == 10_000
    assert found[-1].address == "x-10000.html"
