"""``broadsheet import``: to every anchor of the repository a link leads in the new project, too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sphinx.cmd.build import build_main

from broadsheet.command import main

WriteTree = Callable[[Path, Mapping[str, str]], Path]

NOW = "2026-01-01 00:00 +0000"

CONFIG = 'title: Anchors\nurl: "https://example.org"\ntimezone: UTC\n'

#: By what a text is about: the text.
TEXTS = {
    "notes": """\
One[^aldus]{: #first}, two[^2], three[^Note-B], two again[^2], four[^note-2] and five[^註].

- An item[^item].

> A quotation[^said].

[^aldus]: First, with another[^2].

[^2]: Second.

    Of two paragraphs.

[^Note-B]: Third.

[^note-2]: Fourth.

[^註]: Fifth.

[^item]: Sixth.

[^said]: Seventh.
""",
    "numbers": "One[^1], two[^2], one[^1].\n\n[^1]: First.\n\n[^2]: Second.\n",
    "other-numbers": "One[^7], two[^03], one[^7].\n\n[^7]: First.\n\n[^03]: Second.\n",
    "contents": """\
* Contents
{:toc}

## The press

### A, *b* and `c`

### 一節

## The press

[Back](#markdown-toc), [on](#一節), [up](#the-press-1).
""",
    "plain-contents": "1. x\n{:toc .wide}\n\n## The press\n\n### A part\n\n[Back](#markdown-toc)\n",
    "contents-of-a-name": "1. x\n{:toc #overview .wide}\n\n## The press\n\n### A part\n",
    "contents-of-some": "* x\n{:toc}\n\n## The press\n\n> ## A part\n\n## No\n{: .no_toc}\n",
    "contents-below": "## The press\n\n### A part\n\n* x\n{:toc}\n\n## An end\n",
    "blocks": """\
A paragraph.
{: #paragraph}

Another, [up](#Plate_2) and [down](#圖).
{: #Plate_2}

> A quotation.
> {: #in-it}
{: #quotation}

- An item.
- Another.
{: #list}

- {: #item} An item.
- {: #Item .wide} Another.

1. One.
2. Two.
{: #Steps}

| a | b |
|---|---|
| 1 | 2 |
{: #table}

| a | b |
| 1 | 2 |
{: #Table.2}

```ruby
puts 1
```
{: #code}

    puts 2
{: #圖}

term
: Its meaning.
{: #Terms}

{:#own} term
: {:#meaning} Its meaning.

---
{: #rule}

{:of-lists: #of-a-list .wide}

By a list of attributes.
{: of-lists}
""",
    "terms": "{:auto_ids-of-}\nThe press\n: Prints.\n\n{:#Type} Type\n: Is set.\n",
    "spans": """\
`code`{: #code} *em*{: #em} **strong**{: #Strong} ~~no~~{: #no} [link](https://example.org){: #link}
[Link](https://example.org){: #The_link} `Code`{: #The_code}

![A map](https://example.org/a.png){: #map} ![A map](https://example.org/b.png){: #The_map}

<span id="span">A</span> <a name="name"></a> <a id="Anchor"></a> <sup id="sup">*b*</sup>

[back](#The_link), [back](#Anchor), [back](#name).
""",
    "elements": """\
<div id="Frame" markdown="1">

## The press

A paragraph.
{: #in-an-element}

</div>

<h2 id="html">A heading</h2>

<table id="table"><tr id="row"><td id="cell">A</td></tr></table>

<details id="more" markdown="1"><summary id="summary">More</summary>

### A part

</details>

<p markdown="1" id="p">A *word*.</p>

<pre id="pre">

a

</pre>
""",
    "headings": """\
## The press
## The press
## `code` and $$x$$
## [A link](https://example.org)
## Own {#Own:id.1}
## 2. 一節

> ## In a quotation
>
> ## Own {#quoted}

- ## In an item

- item

  ### In another

Underlined
----------
{: #underlined .wide}
""",
    "formulas": """\
$$
a = b
$$
{: #basel}

In a line $$x$${: #variable .wide}, and as it is $$y$$.

$$ c = d $$
{: #Second .wide}

1. An item.

   $$ e = f $$
   {: #in-an-item}

> $$ g $$
> {: #in-a-quotation}
""",
}

#: By options of kramdown: a text that they change.
OPTIONS = {
    "kramdown: {footnote_prefix: essay-}": "One[^a], two[^2].\n\n[^a]: First.\n\n[^2]: Second.\n",
    "kramdown: {input: kramdown}": "## 1. The -- press\n\n## 一節\n\n## Own {#own}\n\n## 1. The -- press\n",
    "kramdown: {auto_id_prefix: pre-}": "* x\n{:toc}\n\n## The press\n\n## The press\n\n## Own {#own}\n",
    "kramdown: {toc_levels: 2..3}": "* x\n{:toc}\n\n## The press\n\n### A part\n\n#### Deep\n",
    "markdown: CommonMark": "## The press\n\n## Own {#Own}\n\n## The press\n",
}


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory, write_tree: WriteTree) -> Path:
    """Build a repository with every text as an article and as a page, and what is made of it."""
    folder = tmp_path_factory.mktemp("anchors")
    files = {"_config.yml": CONFIG}
    for name, text in TEXTS.items():
        files |= {
            f"_posts/2025-01-01-{name}.md": f"---\ntitle: Article\n---\n\n{text}",
            f"{name}.md": f"---\ntitle: Page\n---\n\n{text}",
        }
    build_both(write_tree(folder / "source", files))
    return folder


def build_both(source: Path) -> None:
    """Build *source*, and import and build it, in folders beside it."""
    folder = source.parent
    assert main(["import", str(source), str(folder / "dest"), "--now", NOW]) == 0
    for one, out in ((source, "old"), (folder / "dest" / "docs", "new")):
        assert main(["build", str(one), str(folder / out), "--now", NOW, "-j", "1"]) == 0


def anchors(site: Path, address: str) -> list[str]:
    page = BeautifulSoup((site / address).read_text("utf-8"), "html.parser")
    article = page.select_one("article")
    assert article is not None
    return [str(tag["id"]) for tag in article.select("[id]")]


def lost(folder: Path, address: str) -> set[str]:
    old = set(anchors(folder / "old", address))
    assert old
    # a name that docutils has made up means nothing in either
    return {one for one in old - set(anchors(folder / "new", address)) if one != "id1"}


@pytest.mark.parametrize("name", TEXTS)
def test_an_imported_article_has_every_anchor(sites: Path, name: str) -> None:
    assert lost(sites, f"2025/01/01/{name}.html") == set()


@pytest.mark.parametrize("name", TEXTS)
def test_an_imported_page_has_every_anchor(sites: Path, name: str) -> None:
    assert lost(sites, f"{name}.html") == set()


def test_a_repeated_anchor_of_an_import_is_repeated_in_the_repository(sites: Path) -> None:
    for name in TEXTS:
        found = anchors(sites / "new", f"2025/01/01/{name}.html")
        assert len(found) == len(set(found)), name


@pytest.mark.parametrize("options", OPTIONS)
def test_an_import_keeps_anchors_that_options_have_changed(
    tmp_path: Path, write_tree: WriteTree, options: str
) -> None:
    text = OPTIONS[options]
    files = {
        "_config.yml": f"{CONFIG}{options}\n",
        "_posts/2025-01-01-a.md": f"---\ntitle: A\n---\n\n{text}",
        "a.md": f"---\ntitle: A\n---\n\n{text}",
    }
    build_both(write_tree(tmp_path / "source", files))
    assert lost(tmp_path, "2025/01/01/a.html") == set()
    assert lost(tmp_path, "a.html") == set()


def test_an_import_keeps_the_numbers_of_lines(tmp_path: Path, write_tree: WriteTree) -> None:
    text = (
        "```ruby\nputs 1\n```\n\n    plain\n\n"
        '```ruby\nputs 2\n```\n{: linenos="false" mark_lines="1"}\n'
    )
    options = "kramdown: {syntax_highlighter_opts: {block: {line_numbers: true, start_line: 7}}}"
    files = {
        "_config.yml": f"{CONFIG}{options}\n",
        "_posts/2025-01-01-a.md": f"---\ntitle: A\n---\n\n{text}",
        "b.md": f"---\ntitle: B\n---\n\n{text}",
    }
    build_both(write_tree(tmp_path / "source", files))
    for address in ("2025/01/01/a.html", "b.html"):
        old, new = (code(tmp_path / site / address) for site in ("old", "new"))
        assert new == old
        assert [numbers for numbers, _, _ in new] == [["7"], ["7"], []]


def code(path: Path) -> list[tuple[list[str], str, int]]:
    """Return of each block of code its numbers, its text, and how many lines are marked."""
    page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
    found = []
    for block in page.select("article .highlight pre"):
        numbers = [one.extract().get_text().strip() for one in block.select(".linenos")]
        found.append((numbers, block.get_text(), len(block.select(".hll"))))
    return found


def test_a_link_to_the_top_of_a_page_stays_one(tmp_path: Path, write_tree: WriteTree) -> None:
    text = "---\ntitle: A\n---\n\n[Up](#), [up](#top).\n"
    files = {"_config.yml": CONFIG, "_posts/2025-01-01-a.md": text, "a.md": text}
    build_both(write_tree(tmp_path / "source", files))
    for address in ("2025/01/01/a.html", "a.html"):
        page = BeautifulSoup((tmp_path / "new" / address).read_text("utf-8"), "html.parser")
        assert [link["href"] for link in page.select("article p a[class*=external]")] == [
            "#", "#top"
        ]  # fmt: skip


#: Ids that stand twice in a text, and in every text of a site.
REPEATED = """\
See [x], [x] and [again][x].

[x]: https://example.com/
{: #there .loud}

## Setup

## Setup {#other}

## The rest? {#other}

A paragraph.
{: #same}

Another, **bold**{: #same} and *slanting*{: #search}.
{: #same}

> ## In a quotation {#quoted}

| a | b |
|---|---|
| 1 | 2 |
{: #table}

term
: Its meaning.
{: #terms}

`code`{: #genindex} [to the terms](#terms), [to the heading](#other), [up](#setup)
"""


@pytest.mark.parametrize("one_pass", [True, False])
def test_ids_that_stand_twice_disturb_no_build_of_an_import(
    tmp_path: Path, write_tree: WriteTree, one_pass: bool
) -> None:
    links = "[1](/one.html#other), [2](/two.html#terms), [3](/2025/01/01/a.html#terms)"
    text = f"---\ntitle: A\n---\n\n{REPEATED}\n{links}\n"
    names = ("_posts/2025-01-01-a.md", "_posts/2025-01-02-b.md", "one.md", "two.md")
    source = write_tree(tmp_path / "source", {"_config.yml": CONFIG, **dict.fromkeys(names, text)})
    docs = tmp_path / "dest" / "docs"
    assert main(["import", str(source), str(tmp_path / "dest"), "--now", NOW]) == 0
    with (docs / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write(f"broadsheet_one_pass = {one_pass}\n")
    command = ["-W", "--keep-going", "-n", "-q", "-b", "html", str(docs), str(tmp_path / "new")]
    assert build_main(command) == 0
    assert main(["build", str(source), str(tmp_path / "old"), "--now", NOW, "-j", "1"]) == 0
    for address in ("2025/01/01/a.html", "one.html"):
        assert lost(tmp_path, address) == set()
        found = anchors(tmp_path / "new", address)
        assert len(found) == len(set(found)), address
