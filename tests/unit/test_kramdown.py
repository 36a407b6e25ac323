"""kramdown's grammar: what its constructs become, whatever the text, in a time like its length.

The cases are files in `kramdown/`: a title, the text, and the HTML that kramdown makes of it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.utils import read_fixture_file

from broadsheet.sources.kramdown import kramdown
from broadsheet.sources.kramdown.attributes import parse_attributes
from broadsheet.sources.kramdown.config import from_config
from broadsheet.sources.kramdown.contents import fill_contents
from broadsheet.sources.kramdown.definitions import Definitions, definitions_of, problems_of
from broadsheet.sources.kramdown.options import KramdownOptions, with_option
from html_compare import normal

CASES = Path(__file__).with_name("kramdown")
#: Pieces of every construct; any order of them is a text.
PIECES = [
    *"\n \t*-+_`~#>:|<{}[]()^$\\!.\"'=&　漢a1",
    *("* ", "1. ", "> ", "# ", "    ", "```\n", "~~~\n", "---\n", "|---|\n", "\n\n", ": ", "$$"),
    *("<div markdown='1'>", "<div>", "</div>", "<!--", "-->", "<![CDATA[", "<b>", "</b>", "<?"),
    *("{:.a}", "{:a: .b a}", "{:a}", "{::comment}", "{:/}", "{::options x='y' /}", "{:toc}"),
    *("[^1]: ", "[^1]", "[a]: b", "[a]", "![i](j)", "*[HTML]: ", "HTML", "* {:.a} ", "[ ] "),
]


def cases() -> list[tuple[str, str, str, str]]:
    return [
        (path.stem, title, text, html)
        for path in sorted(CASES.glob("*.md"))
        for _, title, text, html in read_fixture_file(path)
    ]


def parser(**options: object) -> MarkdownIt:
    markdown = MarkdownIt("commonmark").use(kramdown, KramdownOptions(**options))
    markdown.core.ruler.push("contents", fill_contents)
    return markdown


GFM, KRAMDOWN, FORMULAS = parser(), parser(input="kramdown"), parser(formulas=True)
#: By the names of files, whose texts others read as GFM.
PARSERS = {"blocks_of_kramdown": KRAMDOWN, "spans_of_kramdown": KRAMDOWN, "formulas": FORMULAS}


@pytest.mark.parametrize(("file", "title", "text", "html"), cases())
def test_a_construct_becomes_what_kramdown_makes_of_it(file, title, text, html):
    markdown = PARSERS.get(file, GFM)
    assert normal(markdown.render(text)) == normal(html), title


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_any_text_is_read_and_every_block_has_its_lines(text):
    for markdown in (GFM, KRAMDOWN):
        tokens = markdown.parse(text)
        markdown.render(text)
        last = text.count("\n") + 1
        for token in tokens:
            if token.nesting >= 0 and token.type != "footnotes_open":
                assert token.map is not None
                assert 0 <= token.map[0] < token.map[1] <= last + 1


@pytest.mark.parametrize(
    "piece",
    [
        "> ",
        "* ",
        "<div>",
        "<!--",
        "{:a\n",
        "$$ ",
        "~~~a\n",
        "a|b\n\n",
        "{::comment}\n",
        "[^1]: [^1]",
    ],
)
def test_the_same_mark_many_times_is_read_once(piece):
    # were it read anew for each, this would take minutes
    GFM.render(piece * 20_000)


def test_line_endings_and_tabs_are_those_of_any_editor():
    text = "One  \ntwo\n \t \n\tcode\n*\titem\n\n\tmore\n"
    assert GFM.render(text.replace("\n", "\r\n")) == GFM.render(text)


def test_a_block_names_the_lines_of_the_file():
    text = "# a\n\n> b\n> * c\n>   d\n\n[^1]: e\n\n    f[^1]\n"
    inline = [(one.content, one.map) for one in _inline(GFM.parse(text + "\nx[^1]\n"))]
    assert inline == [
        ("a", [0, 1]),
        ("b", [2, 3]),
        ("c\nd", [3, 5]),
        ("x[^1]", [10, 11]),
        ("e", [6, 7]),
        ("f[^1]", [8, 9]),
    ]


def _inline(tokens: list[Token]) -> list[Token]:
    return [token for token in tokens if token.type == "inline"]


def test_what_is_wrong_with_a_text_is_noted_with_its_line():
    assert problems("a\n\n{::comment}\n\n[^1]: b\n\n[l]: c\n[l]: c\n[l]: d\n\n|-|\n\n<div>\n") == [
        (2, "{::comment} is not closed by {:/comment}; shown as it stands"),
        (4, "nothing refers to the footnote [^1]; it is left out"),
        (8, "link [l] is defined before; this definition holds"),
        (10, "the table has no rows; it is shown as it stands"),
        (12, "<div> is not closed; all that follows is in it"),
    ]


def problems(text: str) -> list[tuple[int, str]]:
    env: dict[str, object] = {}
    GFM.parse(text, env)
    return [(line, message) for _, line, message in problems_of(definitions_of(env))]


#: What is wrong with a line of text, as it is said.
WRONG = {
    "a[^b]": "footnote [^b] is not defined (expected a line [^b]: …); shown as it stands",
    "![a][b]": "link [a][b] is not defined (expected a line [b]: …); shown as it stands",
    "*a{:.b}*": "{:.b} stands behind no element; shown as it stands",
    "a {::b /}": "{::b} is no extension of kramdown; shown as it stands",
    "a {::comment} b": "{::comment} is not closed by {:/comment}; shown as it stands",
    "a {:/comment}": "{:/comment} ends nothing; shown as it stands",
    "{::options a='b' /}": "a='b' sets no option of kramdown; it is left out",
    "a {::options a='b' /}": "a='b' sets no option of kramdown; it is left out",
    "a <div>": "<div> begins a block, and stands in a line; shown as it stands",
    "a </b>": "</b> ends nothing; shown as it stands",
    "type <name> *here*": "<name> is not closed; the rest of the paragraph is in it",
}


@pytest.mark.parametrize("text", WRONG)
@pytest.mark.parametrize("before", ["", "x\n*y\n~~z "])
def test_what_is_wrong_in_a_line_is_noted_once(text, before):
    found = problems(f"p\n\n> * {before.replace(chr(10), chr(10) + '>   ')}{text}\n")
    assert found == [(2 + before.count("\n"), WRONG[text])]


@pytest.mark.parametrize(
    "text",
    ["`[^a]`", r"\[^a]", "[sic] [citation needed]", "[1][2]", "a[b][c]", "{:a => 1}", "*a*{:.b}",
     "<br>", "<b>c</b>", "[a][]", "{: }", "[^a]: b[^a]\n\nc[^a]"],
)  # fmt: skip
def test_what_may_well_be_meant_is_not_noted(text):
    assert problems(f"a {text}\n" if ":" not in text[:5] else f"{text}\n") == []


def test_of_a_great_many_faults_the_first_are_noted():
    assert len(problems("[^b] </i> <p>\n" * 2000)) == 100
    assert len(problems("a [^b] <i>\n\n" * 3000)) == 1000


def test_the_contents_stand_where_the_text_wants_them():
    text = "* x\n{:toc .side}\n\n# A {#a}\n\n### *B* {#b}\n\n## C {#c}\n\n# D {#d}\n{:.no_toc}\n"
    assert normal(GFM.render(text).split("<h1")[0]) == normal(
        """<ul id="markdown-toc" class="side">
        <li><a href="#a" id="markdown-toc-a">A</a>
        <ul><li><a href="#b" id="markdown-toc-b"><em>B</em></a></li>
        <li><a href="#c" id="markdown-toc-c">C</a></li></ul></li></ul>"""
    )


def test_a_lone_image_that_stands_alone_is_a_figure():
    text = "![The quay](quay.jpg){:standalone .wide}\n{: #figure}\n"
    assert normal(GFM.render(text)) == normal(
        '<figure class="wide" id="figure"><img src="quay.jpg" alt="The quay" />'
        "<figcaption>The quay</figcaption></figure>"
    )


def test_a_list_of_attributes_is_read_once_however_often_it_refers_to_itself():
    definitions = Definitions(options=KramdownOptions())
    definitions.attribute_lists |= {"a": ".x b b", "b": ".y a #i"}
    assert parse_attributes('a .z k="v\\"w" #j', definitions) == {
        "class": "y x z",
        "id": "j",
        "k": 'v"w',
    }


def test_options_are_those_of_the_site():
    options = from_config(
        {
            "input": "kramdown",
            "toc_levels": "2..3",
            "smart_quotes": "apos,apos,quot,quot",
            "math_engine": None,
            "footnote_nr": "x",
            "unknown": 1,
        },
        lambda message, key: None,
    )
    assert options == KramdownOptions(
        input="kramdown", toc_levels=(2, 3), smart_quotes=("'", "'", '"', '"'), math=False
    )
    assert with_option(options, "unknown", 1) is None
