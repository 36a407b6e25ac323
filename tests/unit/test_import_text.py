"""From kramdown to MyST: what stays, what is written anew, and that it means the same."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.command.import_.text.convert import Converted, Dialect, convert
from broadsheet.command.import_.text.tokens import Target
from broadsheet.sources.kramdown.options import KramdownOptions

CASES = Path(__file__).with_name("imports") / "text.md"
DIALECT = Dialect(
    options=KramdownOptions(),
    extensions=frozenset({
        "attrs_block", "attrs_inline", "deflist", "dollarmath", "replacements", "smartquotes",
        "strikethrough", "tasklist",
    }),
)  # fmt: skip


def cases() -> list[tuple[str, str, str]]:
    texts = re.split(r"^=====\n", CASES.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [tuple(re.split(r"^\.\n", text, flags=re.MULTILINE))[:3] for text in texts]  # type: ignore[misc]


def targets(destination: str, is_image: bool) -> Target:
    if destination.startswith("/moved"):
        return Target(f"../new{destination}", f"..{destination}")
    if destination.startswith("/file"):
        return Target(f"..{destination}", f"..{destination}", external=True)
    return Target(destination, destination)


def converted(text: str, separator: str = "<!--more-->") -> Converted:
    return convert(text, DIALECT, targets, separator=separator)


@pytest.mark.parametrize(("title", "text", "expected"), cases(), ids=lambda part: part[:60])
def test_a_text_of_kramdown_is_written_in_myst(title: str, text: str, expected: str) -> None:
    made = converted(text)
    assert made.text == expected
    assert made.faults == ()


def test_links_and_images_lead_to_their_new_places_and_the_rest_of_the_line_stays() -> None:
    text = (
        'A   [link](/moved/a.html "t"), an ![image](/moved/b.png), a [file](/file.pdf),\n'
        "a [reference][r], `[code](/moved/a.html)`.\n\n[r]: /moved/c.html\n"
    )
    assert converted(text).text == (
        'A [link](../new/moved/a.html "t"), an ![image](../new/moved/b.png),'
        " a [file](../file.pdf){.external},\n"
        "a [reference](../new/moved/c.html), `[code](/moved/a.html)`.\n\n[r]: ../new/moved/c.html\n"
    )
    plain = "A   [link](/moved/a.html) and   a [file](/file.pdf).\n"
    assert converted(plain).text == (
        "A   [link](../new/moved/a.html) and   a [file](../file.pdf){.external}.\n"
    )


def test_html_that_myst_would_read_as_a_paragraph_stands_in_a_directive() -> None:
    made = converted("Before.\n\n<custom-el>*x*</custom-el>\n\nAfter.\n")
    assert made.text == ("Before.\n\n```{raw} html\n<custom-el>*x*</custom-el>\n```\n\nAfter.\n")
    assert [fault.line for fault in made.faults] == [2]


def test_what_myst_cannot_say_at_all_is_html() -> None:
    made = converted('Before.\n\none\ntwo\n: defined\n: again\n{: .x key="v"}\n\nAfter.\n')
    assert made.text == (
        'Before.\n\n<dl class="x" key="v">\n<dt>one</dt>\n<dt>two</dt>\n<dd>defined</dd>\n'
        "<dd>again</dd>\n</dl>\n\nAfter.\n"
    )
    assert made.faults == ()


def test_a_formula_in_what_stands_as_html_is_mathml() -> None:
    made = converted('- One with $$x$$.\n{: key="v"}\n')
    assert made.text.startswith('<ul key="v">\n<li>One with <math')
    assert made.faults == ()


def test_the_mark_of_an_excerpt_that_cannot_stay_where_it_is_stands_behind_its_block() -> None:
    made = converted("> Quoted\n> <!--more-->\n> on.\n{: .a}\n\nMore.\n")
    assert made.text == "{.a}\n> Quoted\n>\n> on.\n\n<!--more-->\n\nMore.\n"
    assert [fault.line for fault in made.faults] == [0]


def test_common_mark_of_a_repository_stays_but_where_myst_adds_something() -> None:
    common = Dialect(options=None, extensions=frozenset())
    text = "Plain *text*.\n\n% no comment\n\n{not}`a role`\n"
    made = convert(text, common, targets, separator="")
    assert made.text == "Plain *text*.\n\n\\% no comment\n\n\\{not}`a role`\n"


def test_an_empty_text_stays_empty() -> None:
    assert converted("").text == ""
    assert converted("\n\n").text == "\n\n"


def test_a_text_of_650_kb_is_converted_in_a_time_linear_in_its_length() -> None:
    part = 'It\'s a [link](/moved/a.html) -- **「x」**字.\n{: .a}\n\n> "Quoted"\n\n- a\n- b\n\n'
    started = time.process_time()
    converted(part * 800)
    short = time.process_time() - started
    started = time.process_time()
    converted(part * 8_000)
    assert time.process_time() - started < 30 * short + 1


PIECES = st.sampled_from(
    ["*", "**", "_", "`", "[", "]", "(", ")", "<", ">", "{:", "}", "{::", "|", "$$", "~~", "\n",
     "\n\n", "\n: ", "    ", "- ", "1. ", "> ", "# ", "a", "b ", "é", "字", "「", "」", "\"", "'", "&amp;",
     "---", "--", "...", "<div>", "</div>", "<!--", "-->", "[^1]", "[^1]: ", "*[a]: x", "![", "{#x}",
     "{:toc}", "{: .x}", "<b>", "</b>", "\\", "%", "+++", "(x)=", ":::", "```", "~~~", "\t", "<br>"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join))
@settings(max_examples=300)
def test_any_text_is_converted_without_an_exception(text: str) -> None:
    made = converted(text)
    assert isinstance(made.text, str)
