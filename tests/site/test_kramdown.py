"""Pages of a Jekyll repository: kramdown's dialect, and all that its tokens become."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from archive_edits import build

CASES = Path(__file__).with_name("kramdown_pages.md")
NOW = {"--now": "2026-01-01"}


def cases() -> dict[str, tuple[str, str]]:
    """Return the cases by title: Markdown, and the HTML of the body."""
    parts = re.split(r"^\.\n", CASES.read_text("utf-8"), flags=re.MULTILINE)
    titles, texts, pages = parts[0::3], parts[1::3], parts[2::3]
    return {
        title.strip(): (text, page) for title, text, page in zip(titles, texts, pages, strict=False)
    }


def made(folder, write_tree, posts, config="title: The Sheet\n"):
    """Build a repository of *posts*; return what the command said, and the bodies of the pages."""
    files = {
        f"_posts/2025-01-{number:02}-a.md": f"---\ntitle: A page\n---\n{text}"
        for number, text in enumerate(posts, 1)
    }
    source = write_tree(folder / "source", {"_config.yml": config, **files})
    said = build(source, folder / "out", NOW)
    return said, [
        body((folder / f"out/2025/01/{number:02}/a.html").read_text("utf-8"))
        for number in range(1, len(posts) + 1)
    ]


def body(page: str) -> str:
    """Return the HTML of an article, without the section that its title opens."""
    found = re.search(
        r'<div class="broadsheet-body">\n<section id="a-page">\n(.*)</section>\n\n</div>\n<footer',
        page,
        re.DOTALL,
    )
    assert found is not None
    return re.sub(r'<a class="headerlink".*?</a>', "", found[1])


@pytest.fixture(scope="module")
def pages(tmp_path_factory, write_tree):
    texts = [text for text, _ in cases().values()]
    _, bodies = made(tmp_path_factory.mktemp("site"), write_tree, texts)
    return dict(zip(cases(), bodies, strict=True))


@pytest.mark.parametrize("title", cases())
def test_a_text_of_kramdown_becomes_a_page(pages, title):
    assert pages[title] == cases()[title][1].lstrip("\n")


def test_every_page_is_html_with_each_id_once(pages):
    for page in pages.values():
        ids = [tag["id"] for tag in BeautifulSoup(page, "html5lib").select("[id]")]
        assert len(ids) == len(set(ids))


def test_a_language_that_is_unknown_is_warned_of_once_a_build(tmp_path, write_tree):
    text = "\n```nonsuch\nx\n```\n\n`y`{:.language-neither} `z`{:.language-plaintext}\n"
    said, _ = made(tmp_path, write_tree, [text, f"First.\n{text}"])
    source = tmp_path / "source"
    wanted = (
        f"{source}/_posts/2025-01-01-a.md:5: WARNING: code is in 'nonsuch', which is no known "
        "language; shown without colours [broadsheet.language]",
        f"{source}/_posts/2025-01-01-a.md:9: WARNING: code is in 'neither', which is no known "
        "language; shown without colours [broadsheet.language]",
    )
    assert said.warnings == wanted
    path = source / "_posts/2025-01-02-a.md"
    path.write_text(path.read_text("utf-8") + "More.\n", "utf-8")
    assert build(source, tmp_path / "out", NOW).warnings == wanted  # one page of two made again
    assert build(source, tmp_path / "out", NOW).warnings == wanted  # none


NOTICED = """\
---
title: Noticed
---
Text[^a] and[^b].

[^a]: A note.
[^c]: Left out.

* Go on at{:.c}
  by *typing*{:.b} a <name>

```{note}
A[^d] note[^e].

[^e]: Here.
[^f]: Left out, too.
```
"""
IN_LIQUID = "---\ntitle: B\n---\n{% if page.title %}\na\n{% endif %}\nb[^a]\n\n[^b]: c\n"


def undefined(name):
    return f"footnote [^{name}] is not defined (expected a line [^{name}]: …); shown as it stands"


def unused(name):
    return f"nothing refers to the footnote [^{name}]; it is left out"


#: What is said of these two, by their lines.
SAID = {
    "_posts/2025-01-01-a.md": {
        4: undefined("b"),
        7: unused("c"),
        9: "{:.c} stands behind no element; shown as it stands",
        10: "<name> is not closed; the rest of the paragraph is in it",
        13: undefined("d"),
        16: unused("f"),
    },
    "_posts/2025-01-02-b.md": {7: undefined("a"), 9: unused("b")},
}
CONF = 'extensions = ["broadsheet"]\nhtml_theme = "furo"\nbroadsheet_jekyll = True\n'


def said_of(source):
    return tuple(
        f"{source}{path}:{line}: WARNING: {message} [broadsheet.kramdown]"
        for path, lines in SAID.items()
        for line, message in lines.items()
    )


@pytest.fixture
def noticed(tmp_path, write_tree):
    files = {"_config.yml": "title: The Sheet\n", "_posts/2025-01-01-a.md": NOTICED,
             "_posts/2025-01-02-b.md": IN_LIQUID}  # fmt: skip
    return write_tree(tmp_path / "source", files)


@pytest.mark.parametrize("processes", ["1", "2"])
def test_what_kramdown_s_reading_notices_is_said_in_every_build(tmp_path, noticed, processes):
    wanted = tuple(sorted(said_of(f"{noticed}/")))
    options = {**NOW, "--jobs": processes}
    assert build(noticed, tmp_path / "out", options).warnings == wanted
    assert build(noticed, tmp_path / "out", options).warnings == wanted
    (noticed / "_posts/2025-01-03-c.md").write_text("---\ntitle: C\n---\nFine.\n", "utf-8")
    assert build(noticed, tmp_path / "out", options).warnings == wanted


@pytest.mark.parametrize("one_pass", [True, False])
def test_what_kramdown_s_reading_notices_is_said_in_both_flows(noticed, request, one_pass):
    build_site = request.getfixturevalue("build")
    (noticed / "conf.py").write_text(CONF, "utf-8")
    built = build_site(noticed, confoverrides={"broadsheet_one_pass": one_pass})
    assert tuple(built.warnings.splitlines()) == said_of("")


def test_a_text_that_is_full_of_faults_names_the_first(tmp_path, write_tree):
    said, (page,) = made(tmp_path, write_tree, ["".join(f"a[^{n}]\n" for n in range(40))])
    path = f"{tmp_path}/source/_posts/2025-01-01-a.md"
    assert len(said.warnings) == 31
    assert (
        f"{path}:34: WARNING: more of this kind from here on, which is not named one by one "
        "[broadsheet.kramdown]"
    ) in said.warnings
    assert page.count("[^") == 40


def test_code_that_its_lexer_cannot_read_is_shown_without_a_warning(tmp_path, write_tree):
    said, (page,) = made(tmp_path, write_tree, ["```json\n{ ... }\n```\n\n```python\n$ pip\n```\n"])
    assert said.warnings == ()
    assert page.count('class="err"') > 0


def test_a_page_with_formulas_loads_no_script_for_them(tmp_path, write_tree):
    made(tmp_path, write_tree, ["$$x$$\n", "None.\n"])
    scripts = [
        re.findall(r"<script[^>]*src=[^>]*>", (tmp_path / f"out/2025/01/0{day}/a.html").read_text())
        for day in (1, 2)
    ]
    assert scripts[0] == scripts[1]
    assert not any("//" in one for one in scripts[0])


def test_a_formula_that_is_not_understood_is_shown_as_it_is_written(tmp_path, write_tree):
    said, (page,) = made(tmp_path, write_tree, ["One.\n\nOf $$\\frac{1<$$ two.\n"])
    assert said.warnings == (
        f"{tmp_path}/source/_posts/2025-01-01-a.md:6: WARNING: formula '\\\\frac{{1<' is not "
        "understood (Unexpected end of input in a macro argument, expected '}' at end of input: "
        "\\frac{1<); shown as it is written [broadsheet.math]",
    )
    assert '<code class="tex">\\frac{1&lt;</code>' in page


@pytest.mark.parametrize(
    ("config", "shown"),
    [
        ("title: x\n", "<p>“A” – <em>b</em>c</p>\n"),
        ("markdown: kramdown\nkramdown: {typographic_symbols: {}}\n", "<p>“A” – <em>b</em>c</p>\n"),
        (
            "kramdown:\n  smart_quotes: apos,apos,quot,quot\n",
            "<p>&quot;A&quot; – <em>b</em>c</p>\n",
        ),
        ("markdown: CommonMark\n", "<p>&quot;A&quot; -- <em>b</em>c{:.x}</p>\n"),
    ],
)
def test_the_configuration_says_how_a_text_is_read(tmp_path, write_tree, config, shown):
    text = '"A" -- *b*{:.x}c\n'.replace("{:.x}c", "c" if "Common" not in config else "c{:.x}")
    _, (page,) = made(tmp_path, write_tree, [text], config)
    assert page == shown


def test_pages_are_made_again_when_the_configuration_reads_them_otherwise(tmp_path, write_tree):
    made(tmp_path, write_tree, ["One\ntwo\n"])
    config = tmp_path / "source/_config.yml"
    config.write_text("title: The Sheet\nkramdown:\n  hard_wrap: true\n", "utf-8")
    build(tmp_path / "source", tmp_path / "out", NOW)
    assert (
        body((tmp_path / "out/2025/01/01/a.html").read_text("utf-8")) == "<p>One<br />\ntwo</p>\n"
    )


def test_headings_have_the_ids_of_kramdown_s_own_parser_where_it_is_asked_for(tmp_path, write_tree):
    text = "## 1. Ünï *x*\n\n## 中文\n\n## 1. n x\n\nterm\n: x\n{:auto_ids-t-}\n"
    config = "kramdown: {input: kramdown, auto_id_prefix: p-}\n"
    _, (page,) = made(tmp_path, write_tree, [text], config)
    ids = re.findall(r' id="((?:p|t)-[^"]*)"', page)
    assert ids == ["p-n-x", "p-section", "p-n-x-1", "t-term"]


def test_a_card_shows_what_kramdown_reads(tmp_path, write_tree):
    made(tmp_path, write_tree, ['"One" *two*{: .b}[^1].\n{: .c}\n\nMore.\n\n[^1]: Note.\n'])
    listing = (tmp_path / "out/posts/index.html").read_text("utf-8")
    assert "<p>“One” <em>two</em>.</p>" in listing


def test_a_hand_written_page_is_read_by_kramdown_too(tmp_path, write_tree):
    files = {"_config.yml": "title: x\n", "about.md": "---\ntitle: About\n---\n*Us*{: .we}[^1]\n\n"
             "[^1]: All.\n\n[A post](#none)\n", "_posts/2025-01-01-a.md": "---\ntitle: A\n---\nOne.\n"}  # fmt: skip
    said = build(write_tree(tmp_path / "source", files), tmp_path / "out", NOW)
    page = (tmp_path / "out/about.html").read_text("utf-8")
    assert '<em class="we">Us</em>' in page
    assert '<li id="fn:1"><p>All.' in page
    assert len(said.warnings) == 1  # of the anchor


BOOK = """\
---
title: Book
---
A *word*[^n] in <kbd>HTML</kbd><br>here and again[^n]; H<sub>2</sub>O.

<div markdown="1">
In a box.
</div>

* * *

Term
: Meaning[^m]

| a | b |
|---|--:|
| c | $$x$$ |
|===
| e |   |

- tight
- list

HTML

*[HTML]: Hyper Text

[^n]: The note.

    Of two.
[^m]: Another.
"""


@pytest.mark.parametrize("builder", ["latex", "text", "epub", "man", "texinfo", "singlehtml"])
def test_other_builders_make_sense_of_what_kramdown_has(tmp_path, write_tree, builder, request):
    build_site = request.getfixturevalue("build")
    conf = (
        'extensions = ["broadsheet"]\nhtml_theme = "furo"\nbroadsheet_jekyll = True\n'
        'project = "Book"\nversion = "1"\nepub_copyright = "x"\n'
        'latex_documents = [("index", "book.tex", "Book", "A", "howto")]\n'
        'source_suffix = {".md": "markdown"}\n'
    )
    files = {"conf.py": conf, "_config.yml": "title: Book\n",
             "index.md": f"{BOOK}\n"}  # fmt: skip
    result = build_site(write_tree(tmp_path / "source", files), builder=builder)
    assert "unknown node type" not in result.warnings
    assert "Traceback" not in result.warnings
    suffixes = {"latex": "book.tex", "text": "index.txt", "epub": "index.xhtml",
                "man": "book.1", "texinfo": "*.texi", "singlehtml": "index.html"}  # fmt: skip
    (path,) = result.outdir.rglob(suffixes[builder])
    written = path.read_text("utf-8")
    for word in ("word", "HTML", "In a box", "Term", "Meaning", "tight", "The note", "Of two"):
        assert word in written
    if builder == "latex":
        assert r"\begin{footnote}[1]" in written
        assert r"\textsubscript{2}" in written
        assert "↩" not in written


MANUAL = Path(__file__).parents[2] / "docs" / "manual" / "jekyll.md"
#: What each example of the manual becomes, in part.
SHOWN = {
    "Attributes": ('<em class="loud">', 'class="lead" id="opening" lang="en"', 'target="_blank"',
                   'loading="lazy"'),
    "HTML": ('<div class="note">', "<strong>Markdown</strong>", "<p>*No* Markdown", "<x-chart",
             "<!-- "),
    "Footnotes": ('id="fnref:1:1"', 'id="fn:aldus"', "<li>Its lines are indented.</li>"),
    "Lists, and lists of definitions": ("task-list-item-checkbox", "<dt>Typesetter</dt>"),
    "Tables": ("<tfoot>", '<table class="sheets', "</tbody>\n<tbody>"),
    "Contents": ('<ol class="arabic simple" id="markdown-toc">', '<h2 class="no_toc">'),
    "Code": ('<span class="linenos">1</span>', 'class="hll"', "highlight-ruby"),
    "Formulas": ("<mi>π</mi>", "<mtable"),
    "Words and signs": ("“Quotes” – and dashes — and dots…", '<abbr title="A program', "<del>",
                        "«Guillemets»", "<hr "),
}  # fmt: skip


def test_the_examples_of_the_manual_become_what_it_says(tmp_path, write_tree):
    section = MANUAL.read_text("utf-8").partition("\n## The Markdown of articles\n")[2]
    parts = re.split(r"^### (.*)\n", section.partition("\n(redirects)=")[0], flags=re.MULTILINE)[1:]
    examples = {
        title: re.findall(r"^(`{3,})markdown\n(.*?)^\1$", text, re.MULTILINE | re.DOTALL)
        for title, text in zip(parts[0::2], parts[1::2], strict=True)
    }
    assert examples.keys() == SHOWN.keys()
    texts = [example for found in examples.values() for _, example in found]
    assert len(texts) == len(SHOWN)
    said, pages = made(tmp_path, write_tree, texts)
    assert said.warnings == ()
    missing = [
        (title, part)
        for (title, shown), page in zip(SHOWN.items(), pages, strict=True)
        for part in shown
        if part not in page
    ]
    assert missing == []


@pytest.mark.parametrize("grammar", ["kramdown", "CommonMark"])
def test_a_fence_that_names_no_directive_is_code(tmp_path, write_tree, grammar):
    text = "```{r}\nplot(1)\n```\n\n```{note}\nMind.\n```\n"
    config = f"title: The Sheet\nmarkdown: {grammar}\n"
    said, (page,) = made(tmp_path, write_tree, [text], config)
    soup = BeautifulSoup(page, "html5lib")
    assert said.warnings == ()
    assert [one.text for one in soup.select("pre")] == ["plot(1)\n"]
    assert [one.text.split() for one in soup.select(".admonition")] == [["Note", "Mind."]]
