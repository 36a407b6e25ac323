from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.rules.excerpt_html import as_text, render
from broadsheet.sources.kramdown.options import KramdownOptions

ADDRESSES = {"b.md": "root:b/", "evil": "java\tscript:alert(1)", "a file.md": "/a file/"}


def link(destination: str) -> str | None:
    return destination if "://" in destination else ADDRESSES.get(destination)


CASES = {
    "a paragraph": ("One *two* **three** ~~four~~.",
        "<p>One <em>two</em> <strong>three</strong> <s>four</s>.</p>"),
    "nothing": ("", ""),
    "a heading": ("## Title {#id}\n\nText", "<p><strong>Title</strong></p>\n<p>Text</p>"),
    "a heading underlined": ("Title\n=====\n", "<p><strong>Title</strong></p>"),
    "an image": ("![alt](a.png) Text ![alt](b.png)", "<p> Text</p>"),
    "only an image": ("![alt](a.png)\n\nText", "<p>Text</p>"),
    "a linked image": ("[![alt](a.png)](https://example.org)", ""),
    "a link": ('[x](b.md "Title")', '<p><a href="root:b/" title="Title">x</a></p>'),
    "a link to nothing": ("[*x*](c.md) y", "<p><em>x</em> y</p>"),
    "a link with a space": ("[x](<a file.md>)", '<p><a href="/a%20file/">x</a></p>'),
    "a link by reference": ("[x]\n\n[x]: b.md", '<p><a href="root:b/">x</a></p>'),
    "a link that runs a script": ("[x](evil)", "<p>x</p>"),
    "an autolink": ("<https://example.org/ä>",
        '<p><a href="https://example.org/ä">https://example.org/ä</a></p>'),
    "emphasis cut off": ("One **two and", "<p>One **two and</p>"),
    "a list": ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"),
    "a quote": ("> said", "<blockquote>\n<p>said</p>\n</blockquote>"),
    "a rule": ("One\n\n---\n\nTwo", "<p>One</p>\n<p>Two</p>"),
    "code": ("```python\na < b\n```", "<pre><code>a &lt; b\n</code></pre>"),
    "a table": ("| a | b |\n|---|--:|\n| 1 | 2 |",
        "<table>\n<thead>\n<tr>\n<th>a</th>\n<th style=\"text-align:right\">b</th>\n</tr>\n</thead>"
        "\n<tbody>\n<tr>\n<td>1</td>\n<td style=\"text-align:right\">2</td>\n</tr>\n</tbody>\n"
        "</table>"),
    "a role": ("See {ref}`the part <part>` and {abbr}`CSS`.", "<p>See the part and CSS.</p>"),
    "a directive": ("```{note}\nText\n```\n\nMore", "<p>More</p>"),
    "a directive with colons, cut off": ("More\n\n:::{note}\nText", "<p>More</p>"),
    "a target and a comment": ("(here)=\n\n% not this\n\nText", "<p>Text</p>"),
    "a note": ("Text[^1] more.\n\n[^1]: the note\n    goes on\n\nLast", "<p>Text more.</p>\n<p>Last</p>"),
    "an attribute list": ("Text *x*{:.y}\n{: .lead #a}\n\nMore", "<p>Text <em>x</em></p>\n<p>More</p>"),
    "an attribute list in code": ("`{: .x}` `[^1]`",
        "<p><code>{: .x}</code> <code>[^1]</code></p>"),
    "a comment": ("One <!-- two -->three\n\n<!-- four\n\nfive", "<p>One three</p>"),
    "an element cut off": ("<div class=\"a\" id=\"b\">\n\nText <b>bold", "<div>\n<p>Text <b>bold</b></p>\n</div>"),
    "a closing tag too many": ("Text</div> more</b>", "<p>Text more</p>"),
    "a script": ("One <script>alert(1)</script> two", "<p>One  two</p>"),
    "a script cut off": ("One\n\n<script>\nalert(1)", "<p>One</p>"),
    "a frame": ("<iframe src=\"https://example.org\"></iframe>\n\nOne", "<p>One</p>"),
    "a listener": ("<span onclick=\"x()\" style=\"color:red\" title=\"t\">One</span>",
        '<p><span title="t">One</span></p>'),
    "a raw link": ('<a href="b.md" id="x">One</a> <a href="c.md">two</a> <a name="d"></a>'
        ' [three](b.md)', '<p><a href="root:b/">One</a> two  <a href="root:b/">three</a></p>'),
    "a raw link that runs a script": ('<a href="evil">One</a>', "<p>One</p>"),
    "a raw heading": ('<h2 id="a">One</h2>\n\nTwo', "<p><strong>One</strong></p>\n<p>Two</p>"),
    "a raw image": ('<p align="center">\n<img src="a.png">\n</p>\n\nOne', "<p>One</p>"),
    "an old element": ("<center><font color=red>One</font></center>", "One"),
    "a block in a paragraph": ("<p>One\n<ul><li>two", "<div>One\n<ul><li>two</li></ul></div>"),
    "words in angle brackets": ("Dear <fill in>,", "<p>Dear &lt;fill in&gt;,</p>"),
    "an unknown empty element": ("One <excerpt/> two", "<p>One  two</p>"),
    "Chinese": ("「一」**二**三", "<p>「一」<strong>二</strong>三</p>"),
}  # fmt: skip


@pytest.mark.parametrize(("markdown", "html"), CASES.values(), ids=CASES.keys())
def test_an_excerpt_becomes_a_fragment(markdown, html):
    assert render(markdown, link=link) == html


#: Where kramdown reads something else than CommonMark; of all other cases, it makes the same.
OF_KRAMDOWN = {
    "a paragraph": "<p>One <em>two</em> <strong>three</strong> <del>four</del>.</p>",
    "a table": CASES["a table"][1].replace("text-align:", "text-align: "),
    "a role": "<p>See {ref}<code>the part &lt;part&gt;</code> and {abbr}<code>CSS</code>.</p>",
    "a directive with colons, cut off": "<p>More</p>\n<p>:::{note}\nText</p>",
    "a target and a comment": "<p>(here)=</p>\n<p>% not this</p>\n<p>Text</p>",
    "a comment": "<p>One three</p>\n<p>&lt;!– four</p>\n<p>five</p>",
    "an element cut off": "<div>\n\nText <b>bold\n</b></div>",
    "a closing tag too many": "<p>Text&lt;/div&gt; more&lt;/b&gt;</p>",
    "a block in a paragraph": "<div>One\n<ul><li>two\n</li></ul></div>",
}  # fmt: skip
MORE_OF_KRAMDOWN = {
    "quotation marks": ('"One" -- it\'s...', "<p>“One” – it’s…</p>"),
    "attributes": ('[x](b.md){: .a #b target="c"} **y**{:.z}\n{: .w style="x"}',
        '<p><a href="root:b/">x</a> <strong>y</strong></p>'),
    "several notes": ("One[^a].\n\n[^a]: Note.\n[^b]: Other.\n", "<p>One.</p>"),
    "contents": ("* x\n{:toc}\n\n## One\n", "<p><strong>One</strong></p>"),
    "an abbreviation": ("CSS\n\n*[CSS]: Sheets", '<p><abbr title="Sheets">CSS</abbr></p>'),
    "definitions": ("One\n: two", "<dl>\n<dt>One</dt>\n<dd>two</dd>\n</dl>"),
    "formulas": ("Then $$x<y$$.\n\n$$\nx\n$$",
        "<p>Then <code>x&lt;y</code>.</p>\n<pre><code>x\n</code></pre>"),
    "Markdown in HTML": ('<div class="a" markdown="1">\n*x*\n</div>', "<div>\n<p><em>x</em></p>\n</div>"),
    "a task": ("- [ ] one", "<ul>\n<li>one</li>\n</ul>"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_an_excerpt_of_kramdown_becomes_a_fragment(name):
    markdown, html = CASES[name]
    wanted = OF_KRAMDOWN.get(name, html)
    assert render(markdown, link=link, dialect=KramdownOptions()) == wanted


@pytest.mark.parametrize(
    ("markdown", "html"), MORE_OF_KRAMDOWN.values(), ids=MORE_OF_KRAMDOWN.keys()
)
def test_what_only_kramdown_has_is_read_in_an_excerpt(markdown, html):
    assert render(markdown, link=link, dialect=KramdownOptions()) == html


class Balance(HTMLParser):
    """Gathers what is open, and what no card may hold."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.faults: list[object] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag not in ("br", "wbr"):
            self.opened.append(tag)
        if tag in ("script", "style", "iframe", "img"):
            self.faults.append(tag)
        self.faults += [name for name, _ in attrs if name.startswith("on") or name == "id"]

    def handle_startendtag(self, tag, attrs):
        if tag not in ("br", "wbr"):
            self.faults.append(tag)

    def handle_endtag(self, tag):
        if not self.opened or self.opened.pop() != tag:
            self.faults.append(tag)


pieces = st.sampled_from([
    "<b>", "</b>", "<div id='a'>", "</div>", "<p onclick=x>", "</p>", "<script>", "<!--", "-->",
    "<table>", "<td>", "<a href='b.md'>", "</a>", "<br>", "<x>", "<![CDATA[", "<?a", "<img src=x>",
    "[a](b.md)", "![a](b)", "[^1]", "{: .a}", "{ref}`a`", "```{a}", "```", ":::", "# ", "> ", "- ",
    "**", "`", "\n", "\n\n", "    ", "|a|\n|-|\n", "[a]: b\n", "text", "{.a #b}\n", "$", "$$\n", "\n: ", "&amp;", "\x00", "(a)=\n",
])  # fmt: skip


OF_MYST = {
    "attributes": ('{.lead #x}\nA [link](b.md){.button}, a ![picture](a.png){width=3} and [a]{.b}.',
        '<p>A <a href="root:b/">link</a>, a  and <span>a</span>.</p>'),
    "typographic signs": ("\"One\" -- it's...", "<p>“One” – it’s…</p>"),
    "mathematics": ("$x^2$ and $$y$$\n\n$$\nz\n$$ (label)",
        "<p><code>x^2</code> and $<code>y</code>$</p>\n<pre><code>z\n</code></pre>"),
    "definitions": ("Term\n: What it means.", "<dl>\n<dt>Term</dt>\n<dd>What it means.</dd>\n</dl>"),
}  # fmt: skip
EXTENSIONS = frozenset((
    "attrs_block", "attrs_inline", "deflist", "dollarmath", "html_image", "replacements",
    "smartquotes",
))  # fmt: skip


@pytest.mark.parametrize(("markdown", "html"), OF_MYST.values(), ids=OF_MYST.keys())
def test_an_excerpt_may_use_extensions_of_myst_that_are_enabled(markdown, html):
    assert render(markdown, link=link, extensions=EXTENSIONS) == html
    assert render(markdown, link=link) != html


@given(st.lists(pieces, max_size=20).map("".join) | st.text())
def test_any_excerpt_becomes_a_balanced_fragment_without_scripts(markdown):
    ways = ({}, {"extensions": EXTENSIONS}, {"dialect": KramdownOptions()})
    for way in ways:
        balance = Balance(render(markdown, link=link, **way))
        assert (balance.opened, balance.faults) == ([], [])


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("<p>One <em>tw</em>o</p>\n<p>three</p>", "One two three"),
        ("<ul><li>one</li><li>two</li></ul>", "one two"),
        ("a<br/>b &amp; &lt;c&gt; &nbsp; d", "a b & <c> d"),
        ("<p>1 &lt; 2</p>", "1 < 2"),
    ],
)
def test_a_fragment_becomes_a_line_of_text(html, text):
    assert as_text(html) == text
