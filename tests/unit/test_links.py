from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.rules.links import article_links

CASES = {
    "a relative path": ("[x](../b.md)", ("../b.md",)),
    "an absolute path": ("[x](/about/)", ("/about/",)),
    "a fragment behind a path": ("[x](b.md#part)", ("b.md#part",)),
    "a title": ('[x](b.md "Title (b)")', ("b.md",)),
    "a title on the next line": ("[x](b.md\n'Title')", ("b.md",)),
    "angle brackets": ("[x](<a file.md>)", ("a file.md",)),
    "parentheses": ("[x](a_(b).md)", ("a_(b).md",)),
    "escapes and entities": (r"[x](a\(b.md?c&amp;d)", ("a(b.md?c&d",)),
    "percent signs stay": ("[x](a%20b.md)", ("a%20b.md",)),
    "a file name with a date and a colon": ("[x](2025-11-05-a:b.md)", ("2025-11-05-a:b.md",)),
    "a definition": ("[x][id]\n\n[id]: b.md\n", ("b.md",)),
    "a definition with a title": ('[id]: <b.md> "Title"\n', ("b.md",)),
    "a definition in a quote": ("> [id]: b.md\n", ("b.md",)),
    "a definition is first": ("[id]: b.md\n\n[x](c.md)", ("b.md", "c.md")),
    "a note is no definition": ("[^1]: b.md\n", ()),
    "prose behind a colon": ("[note]: this is prose\n", ()),
    "in order, each once": ("[x](b.md) [y](a.md) [z](b.md)", ("b.md", "a.md")),
    "a scheme": ("[x](https://example.org) [y](HTTPS://example.org) [z](mailto:a@b.c)", ()),
    "an escaped scheme": (r"[x](https\://example.org/b.md) [y](b.md)", ("b.md",)),
    "the site itself": ("[x](http://example.org/a)", ()),
    "another host": ("[x](//example.org/b.md)", ()),
    "the page itself": ("[x](#part) [y](?q=1) [z]()", ()),
    "an image": ("![x](b.png) [y](c.md)", ("c.md",)),
    "a linked image": ("[![x](b.png)](c.md)", ("c.md",)),
    "brackets in the text": ("[a [b] c](d.md)", ("d.md",)),
    "an escaped bracket": (r"\[x](b.md) [y\](c.md) z](d.md)", ("d.md",)),
    "no opening bracket": ("x](b.md)", ()),
    "an opening bracket in another paragraph": ("[x\n\ny](b.md)", ()),
    "Liquid": ("[x]({% post_url 2025-11-05-a %}#b)", ("{% post_url 2025-11-05-a %}#b",)),
    "Liquid's variables": ("[x]({{ site.url }}/b)", ("{{ site.url }}/b",)),
    "a code span": ("`[x](b.md)` [y](c.md) ``[z](d.md) ` ``", ("c.md",)),
    "a lone backtick": ("a ` b [y](c.md)\n\n`", ("c.md",)),
    "a fence": ("```\n[x](b.md)\n```\n[y](c.md)", ("c.md",)),
    "a fence of tildes around one of backticks": ("~~~ md\n```\n~~~\n[x](b.md)", ("b.md",)),
    "a shorter run in a fence": ("````\n```\n[x](b.md)\n````\n[y](c.md)", ("c.md",)),
    "an open fence": ("[y](c.md)\n```\n[x](b.md)\n", ("c.md",)),
    "a quoted fence": ("> ```\n> [x](b.md)\n> ```\n\n[y](c.md)", ("c.md",)),
    "a directive of prose": ("```{note}\n[x](b.md)\n```\n[y](c.md)", ("b.md", "c.md")),
    "code in a directive": ("````{note}\n```\n[x](b.md)\n```\n````\n[y](c.md)", ("c.md",)),
    "a directive of code": ("```{code-block} md\n[x](b.md)\n```\n[y](c.md)", ("c.md",)),
    "a comment": ("<!-- [x](b.md) --> [y](c.md)", ("c.md",)),
    "Liquid's code": ("{% highlight md %}[x](b.md){% endhighlight %} [y](c.md)", ("c.md",)),
}


@pytest.mark.parametrize(("markdown", "links"), CASES.values(), ids=CASES.keys())
def test_the_links_of_an_article_to_its_site(markdown, links):
    assert article_links(markdown) == links


@given(st.text(alphabet="[](){}<>!:#`~\\ \n\"'ab/.%-^"))
def test_any_text_has_links_that_stay_on_the_site(text):
    assert all(link and not link.startswith(("//", "#", "?")) for link in article_links(text))


@pytest.mark.parametrize(
    "piece", ["[x](", "](a ", "]({{a}}", "[x](a(", "](a '", "`", "[a]: b ", "<!--", "\\", "[x](a)`"]
)
def test_a_long_malformed_text_is_read_in_one_go(piece):
    assert article_links(piece * 5000 + "[y](b.md)") is not None


def test_a_link_to_the_address_of_the_site_is_one_of_its_links():
    text = "[x](https://example.org/loom/a.html#b) [y][z] [w](https://example.org/)\n\n[z]: http://example.org/loom/\n"
    found = ("https://example.org/loom/a.html#b", "http://example.org/loom/")
    assert article_links(text, "https://example.org/loom/") == found
