"""What bad input gets: one warning with its place, and every article is built all the same."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest

CONF = """
html_theme = "furo"
extensions = ["myst_parser", "broadsheet"]
broadsheet_now = "2026-01-01"
"""
GOOD = {
    "articles/2025-01-01-good.md": "---\ntitle: Good\nauthor: Ann Example\n---\n\nA good article.\n",
    "articles/2025-12-31-last.md": "---\ntitle: Last\nauthor: Ann Example\n---\n\nThe last one.\n",
}
NAMES = {"articles/2025-01-01-good": "Good", "articles/2025-12-31-last": "Last"}


@dataclass(frozen=True, kw_only=True)
class Case:
    """A faulty file, and what becomes of it."""

    content: str | bytes
    line: int = 1
    subtype: str = ""  #: "" for a file that is no fault after all
    found: str = ""  #: what the message says that was found
    instead: str = ""  #: what it says that happens now
    title: str = "Bad"
    date: str = "2025-06-01"
    shown: str = "The text of it."  #: stands on the page


TEXT = "\n---\n\nThe text of it.\n"
CASES = {
    "broken-quote": Case(
        content=f'---\ntitle: "Bad\nauthor: Ann Example{TEXT}', line=2, subtype="front_matter",
        found="'title: \"Bad'", instead="read line by line",
    ),
    "broken-tab": Case(
        content=f"---\ntitle: Bad\ntags:\n\t- a{TEXT}", line=4, subtype="front_matter",
        found="expected spaces instead of a tab", instead="read line by line",
    ),
    "broken-duplicate": Case(
        content=f"---\ntitle: Worse\nauthor: Ann Example\ntitle: Bad{TEXT}", line=4,
        subtype="front_matter", found="'title' appears again", instead="the later value counts",
    ),
    "broken-colon": Case(
        content=f"---\nauthor: Ann Example\ntitle: A: b{TEXT}", line=3, subtype="front_matter",
        found="'title: A: b'", instead="read line by line", title="A: b",
    ),
    "no-front-matter": Case(
        content="The text of it.\n", subtype="front_matter", found="no front matter",
        instead="taken from the file name", title="No Front Matter",
    ),
    "front-matter-list": Case(
        content=f"---\n- title\n- Bad{TEXT}", line=2, subtype="front_matter", found="is a list",
        instead="left out", title="Front Matter List",
    ),
    "front-matter-text": Case(
        content=f"---\njust a text{TEXT}", line=2, subtype="front_matter", found="is a text",
        instead="left out", title="Front Matter Text",
    ),
    "front-matter-without-an-end": Case(
        content="---\ntitle: Bad\n\nThe text of it.\n", line=1, subtype="front_matter",
        found="front matter has no end", instead="what follows it is the body",
        title="Front Matter Without An End",
    ),
    "missing-title": Case(
        content=f"---\nauthor: Ann Example{TEXT}", subtype="title", found="no title",
        instead="the file name gives 'Missing Title'", title="Missing Title",
    ),
    "title-is-a-list": Case(
        content=f"---\ntitle: [a, b]{TEXT}", line=2, subtype="title", found="title is a list",
        instead="left out", title="Title Is A List",
    ),
    "impossible-date": Case(
        content=f"---\ntitle: Bad\ndate: 2025-13-40{TEXT}", line=3, subtype="date",
        found="date '2025-13-40' is not a date", instead="using the file name's 2025-06-01",
    ),
    "zero-date": Case(
        content=f"---\ntitle: Bad\ndate: 0000-00-00 00:00:00 +0800{TEXT}", line=3,
        subtype="date", found="date '0000-00-00 00:00:00 +0800' is not a date",
        instead="using the file name's 2025-06-01",
    ),
    "date-is-a-map": Case(
        content=f"---\ntitle: Bad\ndate: {{a: b}}{TEXT}", line=3, subtype="date",
        found="is not a date", instead="using the file name's 2025-06-01",
    ),
    "expires-never": Case(
        content=f"---\ntitle: Bad\nexpiry_date: 2025-02-31{TEXT}", line=3, subtype="date",
        found="expiry_date '2025-02-31' is not a date", instead="it never expires",
    ),
    "author-without-a-name": Case(
        content=f"---\ntitle: Bad\nauthor: {{url: https://example.org}}{TEXT}", line=3,
        subtype="author", found="author is a map without a name", instead="left out",
    ),
    "image-is-a-number": Case(
        content=f"---\ntitle: Bad\nimage: 5{TEXT}", line=3, subtype="image",
        found="image is the number 5", instead="none is shown",
    ),
    "image-is-missing": Case(
        content=f"---\ntitle: Bad\nimage: none.png{TEXT}", line=3, subtype="image",
        found="image 'articles/none.png'", instead="none is shown",
    ),
    "image-leaves-the-source": Case(
        content=f"---\ntitle: Bad\nimage: ../../../etc/passwd{TEXT}", line=3, subtype="image",
        found="leaves the source", instead="none is shown",
    ),
    "tags-are-a-map": Case(
        content=f"---\ntitle: Bad\ntags: {{a: b}}{TEXT}", line=3, subtype="front_matter",
        found="tags is a map", instead="left out",
    ),
    "not-utf-8": Case(
        content=b"---\ntitle: Bad\n---\n\nThe text of it.\n\nCaf\xe9.\n", line=7,
        subtype="encoding", found="byte 0xe9 is not UTF-8", instead="shown as U+FFFD",
    ),
    "utf-16": Case(
        content="\ufeff---\ntitle: Bad\n---\n\nThe text of it.\n".encode("utf-16-le"),
        subtype="encoding", found="UTF-16", instead="read as UTF-16",
    ),
    "nul": Case(
        content=b"---\ntitle: Bad\n---\n\nThe text of \0it.\n", line=5, subtype="encoding",
        found="control character U+0000", instead="left out",
    ),
    "byte-order-mark": Case(content=f"\ufeff---\ntitle: Bad{TEXT}"),
    "crlf": Case(content=f"---\ntitle: Bad{TEXT}".replace("\n", "\r\n")),
    "empty": Case(
        content="", subtype="source", found="the file is empty", instead="without text is made",
        title="Empty", shown="",
    ),
    "blank": Case(
        content="\n \n", subtype="source", found="the file is empty",
        instead="without text is made", title="Blank", shown="",
    ),
    "only-front-matter": Case(content="---\ntitle: Bad\n---\n", shown=""),
    "slug-up": Case(
        content=f"---\ntitle: Bad\nslug: ../../../etc/passwd{TEXT}", line=3, subtype="address",
        found="slug '../../../etc/passwd'", instead="now '",
    ),
    "slug-absolute": Case(
        content=f"---\ntitle: Bad\nslug: /etc/passwd{TEXT}", line=3, subtype="address",
        found="slug '/etc/passwd'", instead="now 'etc-passwd'",
    ),
    "slug-nul": Case(
        content=f'---\ntitle: Bad\nslug: "a\\0b"{TEXT}', line=3, subtype="address",
        found="slug 'a\\x00b'", instead="now '",
    ),
    "slug-long": Case(
        content=f"---\ntitle: Bad\nslug: {'a' * 300}{TEXT}", line=3, subtype="address",
        found="slug 'aaa", instead="now 'aaa",
    ),
    "separator-is-a-number": Case(content=f"---\ntitle: Bad\nexcerpt_separator: 5{TEXT}"),
    "many-megabytes": Case(
        content=f"---\ntitle: Bad\n---\n\nThe text of it.\n{'a line ' * 1_500}\n" * 1
        + f"{'a plain line ' * 20_000}\n" * 40,
        subtype="source", found="10 MB", instead="built all the same",
    ),
}  # fmt: skip
PLACES = {name: f"articles/2025-06-01-{name}.md" for name in CASES}
WARNING = re.compile(
    r"(?P<path>.*?):(?P<line>\d+): WARNING: (?P<text>.*) \[broadsheet\.(?P<kind>\w+)\]"
)


@dataclass(frozen=True, kw_only=True)
class Output:
    outdir: Path
    warnings: tuple[str, ...]

    def of(self, path: str) -> list[str]:
        return [line for line in self.warnings if line.startswith(f"{path}:")]

    def page(self, docname: str) -> str:
        return unescape((self.outdir / f"{docname}.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module", params=[True, False], ids=["one pass", "ordinary"])
def output(request, tmp_path_factory, build, write_tree) -> Output:
    """Build one site of all cases: each file is to have its own warning and no other's."""
    files = {"conf.py": CONF, "index.md": "# Home\n", **GOOD}
    files |= {PLACES[name]: case.content for name, case in CASES.items()}
    source = write_tree(tmp_path_factory.mktemp("bad") / "site", files)
    built = build(source, confoverrides={"broadsheet_one_pass": request.param}, parallel=2)
    return Output(outdir=built.outdir, warnings=tuple(built.warnings.splitlines()))


@pytest.mark.parametrize("name", CASES)
def test_bad_input_gets_one_warning_and_its_page(output, name):
    case, path = CASES[name], PLACES[name]
    said = output.of(path)
    if not case.subtype:
        assert said == []
    else:
        assert len(said) == 1, said
        match = WARNING.fullmatch(said[0])
        assert match, said
        assert (match["path"], int(match["line"]), match["kind"]) == (
            path, case.line, case.subtype,
        )  # fmt: skip
        assert case.found in match["text"]
        assert case.instead in match["text"]
        assert match["text"].index(case.found) < match["text"].rindex(case.instead)
    page = output.page(path.removesuffix(".md"))
    assert f"<h1>{case.title}</h1>" in page
    assert f'datetime="{case.date}T00:00:00+00:00"' in page
    assert case.shown in page


def test_no_warning_is_without_a_place_or_for_a_good_file(output):
    assert [line for line in output.warnings if not WARNING.fullmatch(line)] == []
    expected = sum(bool(case.subtype) for case in CASES.values())
    assert len(output.warnings) == expected


def test_all_articles_are_built_and_listed(output):
    catalogue = json.loads((output.outdir / "articles.json").read_text(encoding="utf-8"))
    assert {one["source"] for one in catalogue["articles"]} == {*GOOD, *PLACES.values()}
    for docname, title in NAMES.items():
        assert f"<h1>{title}</h1>" in output.page(docname)


def test_nothing_is_written_outside_the_output(output):
    around = {path.name for path in output.outdir.parent.iterdir()}
    assert around == {"site", "site-html", "site-html.doctrees"}


def test_the_warnings_come_again_in_the_next_build(tmp_path, build, write_tree):
    cases = ("impossible-date", "broken-colon", "nul")
    files = {"conf.py": CONF, "index.md": "# Home\n", **GOOD}
    source = write_tree(
        tmp_path / "site", files | {PLACES[name]: CASES[name].content for name in cases}
    )
    first = build(source)
    assert len(first.warnings.splitlines()) == 3
    assert build(source).warnings == first.warnings
    (source / PLACES["nul"]).write_text("---\ntitle: Bad\n---\n\nMended.\n", encoding="utf-8")
    mended = [line for line in first.warnings.splitlines() if PLACES["nul"] not in line]
    assert build(source).warnings.splitlines() == mended


def test_the_warnings_of_a_body_come_again_though_its_page_is_not_made_again(
    tmp_path, build, write_tree
):
    bodies = ["[x](nowhere.md)", "![x]()", "![x](none.png)", "{nowhere}`x`", "[x](#nowhere)"]
    files = {
        f"articles/2025-06-{number:02}-a.md": POST.format(title=number, more="") + f"\n{body}\n"
        for number, body in enumerate(bodies, 1)
    }
    source = write_tree(tmp_path / "site", {"conf.py": CONF, "index.md": "# Home\n", **files})
    first = build(source)
    assert [line.partition(" ")[0] for line in first.warnings.splitlines()] == [
        f"{path}:7:" for path in sorted(files)
    ]
    assert build(source, parallel=2).warnings == first.warnings
    assert build(source, outdir=tmp_path / "clean", parallel=2).warnings == first.warnings


# Jekyll's addresses, which front matter has a part in.

POST = "---\ntitle: {title}\n{more}---\n\nThe text of it.\n"
JEKYLL = {
    "conf.py": f"{CONF}broadsheet_jekyll = True\n",
    "_config.yml": "title: Log\n",
    "_posts/2025-01-01-good.md": POST.format(title="Good", more=""),
}
SLUGS = {
    "up": "../../../../../../etc/passwd",
    "absolute": "/etc/shadow",
    "nul": '"a\\0b"',
    "long": "a" * 300,
    "long-in-chinese": "長" * 300,
    "only-dots": "..",
}


@pytest.mark.parametrize("key", ["slug", "permalink"])
def test_an_address_that_leaves_the_site_is_made_harmless(tmp_path, build, write_tree, key):
    posts = {
        f"_posts/2025-06-{day:02}-{name}.md": POST.format(title=name, more=f"{key}: {value}\n")
        for day, (name, value) in enumerate(SLUGS.items(), 1)
    }
    built = build(write_tree(tmp_path / "site", {**JEKYLL, **posts}))
    said = [WARNING.fullmatch(line) for line in built.warnings.splitlines()]
    assert all(said), built.warnings
    # a permalink begins with a slash, at the root of the site
    faulty = [path for path in sorted(posts) if key == "slug" or "-absolute" not in path]
    assert [(one["path"], one["line"], one["kind"]) for one in said if one] == [
        (path, "3", "address") for path in faulty
    ]
    articles = json.loads((built.outdir / "articles.json").read_text("utf-8"))["articles"]
    titles = {
        re.search("<h1>(.*?)</h1>", page.read_text(encoding="utf-8"))[1]
        for one in articles
        if (page := built.outdir / unquote(one["address"]))
    }
    assert titles == {"Good", *SLUGS}
    assert {path.name for path in tmp_path.iterdir()} == {
        "site", "site-html", "site-html.doctrees",
    }  # fmt: skip


def test_of_two_articles_with_one_address_the_later_by_name_moves(tmp_path, build, write_tree):
    posts = {
        "_posts/2025-06-01-a.md": POST.format(title="First", more="slug: same\n"),
        "_posts/2025-06-01-b.md": POST.format(title="Second", more="slug: same\n"),
        "_posts/2025-06-01-c.md": POST.format(title="Third", more="slug: SAME\n"),
    }
    built = build(write_tree(tmp_path / "site", {**JEKYLL, **posts}))
    first, second = built.warnings.splitlines()
    assert first.startswith("_posts/2025-06-01-b.md:")
    assert "'2025/06/01/same.html' belongs to _posts/2025-06-01-a.md" in first
    assert first.endswith("now at '2025/06/01/same-2.html' [broadsheet.address]")
    assert second.startswith("_posts/2025-06-01-c.md:")
    assert second.endswith("[broadsheet.address]")
    pages = {
        path.name: re.search("<h1>(.*?)</h1>", path.read_text(encoding="utf-8"))[1]
        for path in (built.outdir / "2025/06/01").glob("*.html")
    }
    assert sorted(pages.values()) == ["First", "Second", "Third"]
    assert (pages["same.html"], pages["same-2.html"]) == ("First", "Second")
    # for file systems that fold case
    assert len({name.casefold() for name in pages}) == 3


CLAIMED = {
    "jekyll": {
        **JEKYLL,
        "about.md": "---\ntitle: By hand\n---\n\nText.\n",
        "index.md": "---\ntitle: Home\n---\n\nText.\n",
        "assets/sheet.txt": "A sheet.\n",
        "assets/by-hand.html": "<p>By hand.</p>\n",
    },
    "sphinx": {
        "conf.py": f'{CONF}html_baseurl = "https://example.org/"\nsitemap_url_scheme = "{{link}}"\n'
        'html_static_path = ["own"]\nhtml_extra_path = ["extra"]\nhtml_additional_pages = {"more": '
        '"page.html"}\n',
        "index.md": "# Home\n\n```{toctree}\nabout\n```\n",
        "about.md": "# By hand\n",
        "own/own.css": "p { color: black }\n",
        "extra/assets/sheet.txt": "A sheet.\n",
        "extra/assets/by-hand.html": "<p>By hand.</p>\n",
    },
}
CLAIMS = (
    "/about.html", "/About.html", "/about/", "/about.html/deep/", "/index.html", "/assets/sheet.txt",
    "/assets/by-hand.html", "/assets/by-hand.html/x.html", "/_static/furo.css", "/_static/own.css",
    "/_static/x.html", "/_images/x.html", "/articles.json", "/sitemap.xml", "/objects.inv",
    "/.doctrees/x.html", "/genindex.html", "/genindex/", "/more.html", "/own/place.html",
    "/own/place.html/x.html", "/own/a.html/x.html", "/own/a.html",
)  # fmt: skip


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
@pytest.mark.parametrize("kind", CLAIMED)
def test_an_article_never_stands_where_something_else_does(
    tmp_path, build, tree, write_tree, kind, builder
):
    source = write_tree(tmp_path / "site", CLAIMED[kind])
    without = tree(build(source, builder=builder, outdir=tmp_path / "without").outdir)
    folder = "_posts" if kind == "jekyll" else "articles"
    claims = {
        f"{folder}/2025-06-{day:02}-a.md": (f"Claim {day}", permalink)
        for day, permalink in enumerate(CLAIMS, 1)
    }
    write_tree(source, {
        path: POST.format(title=title, more=f"permalink: {permalink}\n")
        for path, (title, permalink) in claims.items()
    })  # fmt: skip
    built = build(source, builder=builder, outdir=tmp_path / "with")
    after = tree(built.outdir)

    # nothing is lost
    assert without.keys() <= after.keys()
    ours = {name for name in without if name.startswith(("_static/", "assets/", "_downloads/"))}
    assert {name for name in ours if without[name] != after[name]} == set()
    for name in {"index.html", "about.html", "about/index.html", "404.html"} & without.keys():
        assert b"<h1>Claim" not in after[name]

    # each has its page, and what could not be had is said
    articles = json.loads(after["articles.json"])["articles"]
    page = {one["source"]: unquote(one["address"]) for one in articles if one["source"] in claims}
    moved = {}
    for path, (title, permalink) in claims.items():
        file = page[path] + "index.html" * page[path].endswith("/")
        assert f"<h1>{title}</h1>".encode() in after[file]
        if file != permalink.lstrip("/") + "index.html" * permalink.endswith("/"):
            moved[path] = file
    said = [WARNING.fullmatch(line) for line in built.warnings.splitlines()]
    assert all(said), built.warnings
    assert [(one["path"], one["line"], one["kind"]) for one in said if one] == [
        (path, "1", "address") for path in moved
    ]
    for line, file in zip(built.warnings.splitlines(), moved.values(), strict=True):
        assert line.endswith(f"(expected one page for each); now at {file!r} [broadsheet.address]")
    free = {"/own/place.html", "/own/a.html/x.html"}
    free |= {"/about.html", "/genindex.html"} if builder == "dirhtml" else {"/about/", "/genindex/"}
    if (kind, builder) != ("sphinx", "html"):
        free.add("/more.html")
    assert {claims[path][1] for path in claims.keys() - moved.keys()} == free

    again = build(source, builder=builder, outdir=tmp_path / "parallel", parallel=2)
    assert (again.warnings, tree(again.outdir)) == (built.warnings, after)


@pytest.mark.parametrize("flow", [True, False], ids=["one pass", "ordinary"])
def test_of_two_files_with_one_document_name_the_later_by_name_moves(
    tmp_path, build, write_tree, flow
):
    files = {
        "conf.py": CONF,
        "index.md": "# Home\n",
        **GOOD,
        "articles/2025-06-01-a.markdown": POST.format(title="First", more=""),
        "articles/2025-06-01-a.md": POST.format(title="Second", more=""),
    }
    built = build(
        write_tree(tmp_path / "site", files),
        confoverrides={
            "broadsheet_one_pass": flow,
            "source_suffix": {".md": "markdown", ".markdown": "markdown"},
        },
    )
    # Sphinx has seen the pair, too, before there was a catalogue
    (said,) = re.findall(r".*\[broadsheet\..*", built.warnings)
    assert said.startswith("articles/2025-06-01-a.md:1: WARNING: ")
    assert "belongs to articles/2025-06-01-a.markdown" in said
    assert said.endswith("[broadsheet.address]")
    titles = {
        re.search("<h1>(.*?)</h1>", path.read_text(encoding="utf-8"))[1]
        for path in built.outdir.glob("articles/2025-06-01-*.html")
    }
    assert titles == {"First", "Second"}


REGISTRY = {
    "a text": "Ann Example\n",
    "a tab": "ann:\n\tname: Ann Example\n",
    "a number for a name": "ann:\n  name: [5]\n",
    "not UTF-8": b"ann:\n  name: Ann Ex\xe9mple\n",
}


@pytest.mark.parametrize("text", REGISTRY.values(), ids=REGISTRY)
def test_a_faulty_registry_of_authors_is_named_and_costs_no_article(
    tmp_path, build, write_tree, text
):
    files = {"conf.py": CONF, "index.md": "# Home\n", **GOOD, "authors.yml": text}
    built = build(write_tree(tmp_path / "site", files))
    (said,) = built.warnings.splitlines()
    assert re.match(r"authors\.yml:\d+: WARNING: .* \[broadsheet\.\w+\]", said)
    for docname, title in NAMES.items():
        page = (built.outdir / f"{docname}.html").read_text(encoding="utf-8")
        assert f"<h1>{title}</h1>" in page
        assert ">Ann Example</a>" in page


def test_mistakes_in_the_configuration_are_listed_together_and_stop_the_build(
    tmp_path, build, write_tree
):
    from sphinx.errors import ConfigError

    wrong = 'broadsheet_page_size = 0\nbroadsheet_timezone = "Mars"\n'
    source = write_tree(tmp_path / "site", {"conf.py": CONF + wrong, "index.md": "# Home\n"})
    with pytest.raises(ConfigError) as refused:
        build(source)
    assert str(refused.value).splitlines()[1:] == [
        "- broadsheet_page_size = 0 (expected 1 or more)",
        "- broadsheet_timezone = 'Mars' (expected e.g. 'Asia/Hong_Kong')",
    ]


FAULTY_IMAGES = """\
---
title: Images
---

On ![]() 5.

```{note} On ![]() 7
On ![this] 8.

:::{tip}
> On ![]() 11.
:::
```

```{include} ../parts/part.txt
```

On ![]() 18.
"""


# MyST, in its include
@pytest.mark.filterwarnings("ignore:.*BuildEnvironment.app:PendingDeprecationWarning")
@pytest.mark.parametrize("flow", [True, False], ids=["one pass", "ordinary"])
def test_a_faulty_image_is_named_by_its_line_in_whatever_it_stands(
    tmp_path, build, write_tree, flow
):
    files = {
        "conf.py": f"{CONF}\nmyst_enable_extensions = ['colon_fence']\n"
        "exclude_patterns = ['parts']\n",
        "index.md": "# Home\n",
        "articles/2025-01-01-images.md": FAULTY_IMAGES,
        "parts/part.txt": "A part.\n\nOn ![]() 3.\n",
    }
    source = write_tree(tmp_path / "site", files)
    built = build(source, confoverrides={"broadsheet_one_pass": flow})
    places = [line.partition(": WARNING")[0] for line in built.warnings.splitlines()]
    article = "articles/2025-01-01-images.md"
    expected = {*(f"{article}:{line}" for line in (5, 7, 8, 11, 18)), "parts/part.txt:3"}
    assert sorted(places) == sorted(expected)


def test_a_page_of_jekyll_that_is_not_utf_8_is_built(tmp_path, build, write_tree):
    about = b"---\ntitle: About\n---\n\nCaf\xe9 and \0 more.\n"
    built = build(write_tree(tmp_path / "site", {**JEKYLL, "about.md": about}))
    assert {WARNING.fullmatch(line)["kind"] for line in built.warnings.splitlines()} == {"encoding"}
    assert "Caf\ufffd and  more." in (built.outdir / "about.html").read_text(encoding="utf-8")


FALLS_OVER = """\
from docutils.parsers.rst import Directive


class FallOver(Directive):
    def run(self):
        raise ZeroDivisionError("of all things")


def setup(app):
    app.add_directive("fall-over", FallOver)
"""


def test_a_text_on_which_a_parser_falls_over_is_shown_as_it_stands(tmp_path, build, write_tree):
    article = "---\ntitle: Bad\ndate: 2025-06-01\n---\n\nBefore.\n\n```{fall-over}\n```\n\nAfter.\n"
    files = {
        "conf.py": f"extensions = ['myst_parser', 'broadsheet']\nhtml_theme = 'furo'\n{FALLS_OVER}",
        "index.md": "# Home\n",
        "articles/2025-06-01-bad.md": article,
        "articles/2025-06-02-good.md": POST.format(title="Good", more=""),
    }
    built = build(write_tree(tmp_path / "site", files))
    assert built.warnings == (
        "articles/2025-06-01-bad.md:1: WARNING: the text cannot be read (ZeroDivisionError:"
        " of all things); shown as it stands [broadsheet.source]\n"
    )
    page = (built.outdir / "articles" / "2025-06-01-bad.html").read_text(encoding="utf-8")
    assert [part in page for part in ("<h1>Bad</h1>", "Before.", "{fall-over}", "After.")] == [
        True
    ] * 4
    assert (built.outdir / "articles" / "2025-06-02-good.html").is_file()
