"""Excerpts are cut by Jekyll's rule, and the page shows nothing of the separator."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from broadsheet.sources.excerpt import take_excerpt, without_separator

MORE = "<!--more-->"
EXCERPT = "<excerpt/>"


# The excerpt.


@pytest.mark.parametrize(
    ("body", "separator", "excerpt"),
    [
        ("One.\n\n<!--more-->\n\nTwo.\n", MORE, "One."),
        ("One. <!--more--> Two.\n", MORE, "One."),
        ("One.\n\n<excerpt/>\n\nTwo.\n", EXCERPT, "One."),
        ("One.\n<!--more-->\nTwo.\n<!--more-->\nThree.\n", MORE, "One."),
        ("\n\n<!--more-->\n\nTwo.\n", MORE, ""),
        ("One.\n\nTwo.\n", MORE, "One.\n\nTwo."),
        ("One.\n\nTwo.\n", "", "One.\n\nTwo."),
        ("", MORE, ""),
        ("One\ntwo.\n\nThree.\n", "\n\n", "One\ntwo."),
        ("\n \n\nOne.\n\nTwo.\n", "\n\n", "One."),
        ("\n  One.\n\nTwo.\n", "\n\n", "  One."),
        ("One.\n---\nTwo.\n", "\n---\n", "One."),
        ("Use `<!--more-->` so.\n", MORE, "Use `"),
    ],
)
def test_the_excerpt_is_the_text_above_the_first_separator(
    body: str, separator: str, excerpt: str
) -> None:
    assert take_excerpt(body, separator) == excerpt


TAIL = """
[unused]: /unused
[X]: /x "Title"
[img]:
  /img.png
  'Title'

```
[code]: /code
```

[^n]: A note with [a link].
    Its second line.

    Its second paragraph.

No note.

[a link]: <https://example.org/>
[x]: /later
"""


@pytest.mark.parametrize(
    ("head", "carried"),
    [
        ("No link.", []),
        ("[x]", ['[X]: /x "Title"']),
        ("[text][ x ]", ['[X]: /x "Title"']),
        ("![alt][img]", ["[img]:\n  /img.png\n  'Title'"]),
        ("[![alt][img]][x]", ['[X]: /x "Title"', "[img]:\n  /img.png\n  'Title'"]),
        ("[code]", []),
        ("[x]\n\n[x]: /own", []),
        (
            "Text.[^n]",
            [
                "[^n]: A note with [a link].\n    Its second line.\n\n    Its second paragraph.",
                "[a link]: <https://example.org/>",
            ],
        ),
    ],
)
def test_the_definitions_that_an_excerpt_uses_are_carried_over(
    head: str, carried: list[str]
) -> None:
    assert take_excerpt(f"{head}\n{MORE}\n{TAIL}", MORE) == "\n\n".join([head, *carried])


@pytest.mark.parametrize(
    ("head", "tail", "closing"),
    [
        ("{% highlight py %}\na", "{% endhighlight %}", ["{% endhighlight %}"]),
        ("{%- highlight py -%}\na", "{%- endhighlight -%}", ["{% endhighlight %}"]),
        ("{% highlight py %}a{% endhighlight %}", "", []),
        ("{% if a %}{% for b in c %}", "", ["{% endfor %}", "{% endif %}"]),
        ("{% raw %}{% if a %}", "{% endraw %}", ["{% endraw %}"]),
        ("{% raw %}{% if a %}{% endraw %}", "", []),
        ("{% custom %}", "{% endcustom %}", ["{% endcustom %}"]),
        ("{% include a.html %}", "", []),
        ("```py\na", "```", ["```"]),
        ("~~~~\n~~~", "~~~~", ["~~~~"]),
        ("```\n~~~", "```", ["```"]),
        ("```\na\n````", "", []),
        ("``` a ``` b", "", []),
        ("{% if a %}\n```", "```\n{% endif %}", ["```", "{% endif %}"]),
        ("```\n{% if a %}", "{% endif %}\n```", ["{% endif %}", "```"]),
    ],
)
def test_what_the_separator_cuts_open_is_closed(head: str, tail: str, closing: list[str]) -> None:
    assert take_excerpt(f"{head}\n{MORE}\n{tail}", MORE) == "\n".join([head, *closing])


# The page.


@pytest.mark.parametrize(
    ("body", "page"),
    [
        ("One.\n\n@\n\nTwo.\n", "One.\n\n\n\nTwo.\n"),
        ("One.\n\n@\nTwo *glued*.\n\nThree.\n", "One.\n\n\nTwo *glued*.\n\nThree.\n"),
        ("One.\n@\nTwo.\n", "One.\n\nTwo.\n"),
        ("One.\n   @  \nTwo.\n", "One.\n\nTwo.\n"),
        ("@\n\nTwo.\n", "\n\nTwo.\n"),
        ("One.\n@", "One.\n"),
        ("@", ""),
        ("One.\n@\nTwo.\n@\nThree. @ Four.\n", "One.\n\nTwo.\n\nThree. Four.\n"),
    ],
)
@pytest.mark.parametrize("separator", [MORE, EXCERPT, "<!-- more -->", "<more>", "[more]"])
def test_a_separator_alone_on_its_line_leaves_an_empty_line(
    body: str, page: str, separator: str
) -> None:
    assert without_separator(body.replace("@", separator), separator) == page


@pytest.mark.parametrize(
    ("body", "page"),
    [
        ("One. @ Two.", "One. Two."),
        ("One.@ Two.", "One. Two."),
        ("One. @Two.", "One. Two."),
        ("One.@Two.", "One. Two."),
        ("one@, two", "one, two"),
        ("(@one)", "(one)"),
        ("一。@二。", "一。二。"),
        ("一@two", "一two"),
        ("_One._ @ _Two._", "_One._ _Two._"),
        ("_One._@_Two._", "_One._ _Two._"),
        ("**一。**@**二。**", "**一。** **二。**"),
        ("One. @\nTwo.", "One.\nTwo."),
        ("One.  @\nTwo.", "One.\nTwo."),
        ("One.@  \nTwo.", "One.  \nTwo."),
        ("One.\n@ Two.", "One.\nTwo."),
        ("@    Two.", "Two."),
        ("| a @ | b |", "| a | b |"),
    ],
)
def test_a_separator_inside_a_paragraph_neither_glues_nor_spreads_its_neighbours(
    body: str, page: str
) -> None:
    assert without_separator(body.replace("@", MORE), MORE) == page


@pytest.mark.parametrize(
    ("body", "page"),
    [
        ("> a\n@\n> b", "> a\n>\n> b"),
        ("> a\n> @\n> b", "> a\n>\n> b"),
        ("> a\n\n@\n\n> b", "> a\n\n\n\n> b"),
        ("> a\n@\nb", "> a\n\nb"),
        (">> a\n@\n>> b", ">> a\n>>\n>> b"),
        ("- > a\n@\n  > b", "- > a\n  >\n  > b"),
        ("> a @ b", "> a b"),
        ("> @ b", "> b"),
        ("- a @ b", "- a b"),
        ("- @ b", "- b"),
        ("- a @\n- b", "- a\n- b"),
        ("- a\n  @\n  b", "- a\n\n  b"),
        ("- @\n- b", "\n- b"),
        ("- @\n  b", "-\n  b"),
        ("Text\n- @", "Text\n"),
        ("> 1. @", ">"),
        ("# @\ntext", "\ntext"),
        ("# Title @\ntext", "# Title\ntext"),
    ],
)
@pytest.mark.parametrize("separator", [MORE, EXCERPT])
def test_quotes_and_lists_survive_the_separator_in_them(
    body: str, page: str, separator: str
) -> None:
    assert without_separator(body.replace("@", separator), separator) == page


@pytest.mark.parametrize(
    ("body", "page"),
    [
        ("Write `@` so.\n\n@\n\nTwo.", "Write `@` so.\n\n\n\nTwo."),
        ("Write ``a ` @`` so.", "Write ``a ` @`` so."),
        (r"No \` code @ here \`.", r"No \` code here \`."),
        ("No ` code\n\n@\n\nhere `.", "No ` code\n\n\n\nhere `."),
        ("Code `over\ntwo @ lines`.", "Code `over\ntwo @ lines`."),
        ("```\n@\n```\n\n@\n\nTwo.", "```\n@\n```\n\n\n\nTwo."),
        ("~~~ html\na @ b\n~~~\n@", "~~~ html\na @ b\n~~~\n"),
        ("- a\n\n  ```\n  @\n  ```\n\n  @\n", "- a\n\n  ```\n  @\n  ```\n\n\n"),
        ("Write:\n\n    @\n\n@\n\nTwo.", "Write:\n\n    @\n\n\n\nTwo."),
        ("1. a\n\n   @\n\n   b", "1. a\n\n\n\n   b"),
        ("@\n```\n@\n```\n@", "\n```\n@\n```\n"),
        ("{% highlight html %}\n@\n{% endhighlight %}\n@", None),
    ],
)
def test_code_shows_the_separator(body: str, page: str | None) -> None:
    page = page if page is not None else "{% highlight html %}\n@\n{% endhighlight %}\n"
    for separator in (MORE, EXCERPT):
        expected = page.replace("@", separator)
        assert without_separator(body.replace("@", separator), separator) == expected


@pytest.mark.parametrize(
    "separator",
    [
        *("", "\n\n", "\n\n\n", "---", "\n---\n", "***", "。", ".", "## More", "<hr>", "<br />"),
        *("</p>", '<a id="more"></a>', "{% include more.html %}", "{{ more }}", "[More](/more)"),
    ],
)
def test_a_separator_that_means_something_else_too_stays(separator: str) -> None:
    body = f"One.\n\n{separator}\n\nTwo {separator} three.\n\n\nFour.\n"
    assert without_separator(body, separator) == body


def test_words_are_a_separator_only_on_a_line_of_their_own() -> None:
    body = "To read more is good.\n\nread more\n\nTwo.\n"
    assert without_separator(body, "read more") == "To read more is good.\n\n\n\nTwo.\n"


def test_a_separator_of_several_lines_leaves_as_many() -> None:
    assert without_separator("One.\n<!--\nmore\n-->\nTwo.\n", "<!--\nmore\n-->") == (
        "One.\n\n\n\nTwo.\n"
    )


@pytest.mark.parametrize("separator", [MORE, EXCERPT])
def test_a_text_glued_under_the_separator_is_rendered_as_a_text(separator: str) -> None:
    page = without_separator(f"One.\n\n{separator}\nTwo *words*.\n", separator)
    assert MarkdownIt().render(page) == "<p>One.</p>\n<p>Two <em>words</em>.</p>\n"


PIECES = st.sampled_from([
    *(MORE, MORE, "\n", "\n", "\n\n", " ", "  ", "    ", "\t", "> ", "- ", "1. ", "# ", "a", "b."),
    *("中", "。", "`", "``", "```", "~~~", "_", "**", "\\", "|", "---", "<div>", "</div>", "\r"),
    *("[x]", "[x]: /y", "[^n]", "[^n]: z", "{% highlight a %}", "{% endhighlight %}", "{% raw %}"),
])  # fmt: skip
BODIES = st.lists(PIECES, max_size=40).map("".join)


@given(BODIES | st.text(), st.sampled_from([MORE, "\n\n", "a", "[x]", "---", "`"]) | st.text())
def test_no_body_and_no_separator_break_the_cut(body: str, separator: str) -> None:
    excerpt, page = take_excerpt(body, separator), without_separator(body, separator)
    assert page.count("\n") == body.count("\n")
    assert excerpt == excerpt.rstrip()


@given(BODIES)
def test_only_the_separator_marks_and_blanks_are_lost(body: str) -> None:
    def words(text: str) -> list[str]:
        return re.findall(r"[a-z。中/]", text.replace(MORE, ""))

    assert words(without_separator(body, MORE)) == words(body)


@given(BODIES.filter(lambda body: not re.search(r"`|~~~|    |\t|highlight", body)))
def test_without_code_no_trace_is_left(body: str) -> None:
    assert MORE not in without_separator(body, MORE)


@given(BODIES)
def test_a_body_without_the_separator_is_the_page(body: str) -> None:
    body = body.replace(MORE, "")
    assert without_separator(body, MORE) == body
