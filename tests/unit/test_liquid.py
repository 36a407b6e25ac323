"""Templates give what Jekyll gives; what cannot be done stays, and code is no Liquid."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.rules.liquid.known import Question
from broadsheet.sources.liquid.scan import Kind, scan
from liquid_site import FILES, PAGE, PATH, Case, cases, publication, rendered

HERE = Path(__file__).parent
BY_JEKYLL = HERE / "liquid_by_jekyll.txt"  # tests/corpus has Jekyll itself render them
BY_US = HERE / "liquid_by_us.txt"

BLOCK = "<div>\n\n{{ page.title }}\n\n  <p>x</p>\n</div>\n"
FAULTY = "a\n{% nope %} {{ b | nope }}"


@pytest.fixture(scope="module")
def liquid(tmp_path_factory, write_tree):
    root = tmp_path_factory.mktemp("liquid")
    more = {"_includes/block.html": BLOCK, "_includes/faulty.html": FAULTY}
    write_tree(root, {**FILES, **more, PATH: f"---\n{PAGE}---\n"})
    return publication(root)


def named(case: Case) -> str:
    return case.title


@pytest.mark.parametrize("case", cases(BY_JEKYLL), ids=named)
def test_a_template_gives_what_it_gives_in_jekyll(liquid, case):
    result = rendered(liquid, case.template)
    assert result.text.rstrip("\n") == case.expected
    assert result.warnings == []


@pytest.mark.parametrize("case", cases(BY_US), ids=named)
def test_what_cannot_be_done_stays_in_the_text_with_a_warning(liquid, case):
    expected, _, warnings = case.expected.partition("\n! ")
    result = rendered(liquid, case.template)
    assert result.text.rstrip("\n") == expected.rstrip("\n")
    assert result.warnings == warnings.split("\n! ") * bool(warnings)


def test_a_template_tells_what_it_asked(liquid):
    template = "{{ site.title }}{% include p.html %}{{ site.notes.size }}{{ 'now' | date: '%Y' }}"
    assert rendered(liquid, f"{template}{{% post_url 2025-01-01-x %}}").asked == {
        Question("config"),
        Question("file", "_includes/p.html"),
        Question("articles", "notes"),
        Question("now"),
        Question("post", "2025-01-01-x"),
    }


def test_a_line_of_the_rendered_text_has_its_line_of_the_source(liquid):
    template = (
        "one\n{% comment %}\n\n{% endcomment %}\nfive\n"
        "{% for i in (1..2) %}\nseven\n{% endfor %}\nnine\n{{ 'a\nb' }}\ntwelve"
    )
    result, _ = liquid.page("/t.html", template)
    lines = result.text.split("\n")
    found = [(line, result.lines.source(number) + 1) for number, line in enumerate(lines) if line]
    assert found == [
        ("one", 1), ("five", 5), ("seven", 7), ("seven", 7), ("nine", 9), ("a", 10), ("b", 10),
        ("twelve", 12),
    ]  # fmt: skip


# hostile templates


ENDLESS = {
    "a loop": "{% for i in (1..1000000000) %}x{% endfor %}",
    "an empty loop": "{% for i in (1..1000000000) %}{% endfor %}",
    "loops in loops": "{% for i in (1..1000) %}" * 5 + "{% endfor %}" * 5,
    "a text that doubles": "{% assign a = 'x' %}{% for i in (1..99) %}"
    "{% assign a = a | append: a %}{% endfor %}",
    "a number that grows": "{% assign a = 9 %}{% for i in (1..99) %}"
    "{% assign a = a | times: a %}{% endfor %}",
    "a range": "{{ (1..1000000000) | join }}",
    "a range beyond addresses": "{{ (1..99999999999999999999999) | size }}",
    "a capture": "{% capture x %}{% for i in (1..900000) %}aaaaaaaaaaaaaaaa{% endfor %}{% endcapture %}",
    "a table": "{% tablerow i in (1..100000000) %}x{% endtablerow %}",
    "a file in itself": "{% include tree.html of=-1 %}",
}


@pytest.mark.parametrize("template", ENDLESS.values(), ids=ENDLESS)
def test_a_template_without_an_end_is_given_up(liquid, template):
    started = time.process_time()
    result = rendered(liquid, f"above {template} below {{{{ page.title }}}}")
    assert time.process_time() - started < 20
    assert result.text.startswith("above ")
    assert " below " in result.text
    assert len(result.warnings) == 1


def test_no_text_is_lost_beside_a_template_that_is_given_up(liquid):
    words = "word " * 1_000_000
    result = rendered(liquid, f"{words}{ENDLESS['a capture']}{words}{{{{ page.title }}}} end")
    assert result.text.startswith(words)
    assert result.text.endswith(f"{words}{{{{ page.title }}}} end")
    assert len(result.warnings) == 1


@pytest.mark.parametrize(
    "text",
    ["{{" * 100_000, "{%" * 100_000, "{{ '" * 50_000, "{% raw %}" * 20_000, "`{{ " * 50_000,
     "```\n{{\n" * 20_000, "{% comment %}" * 20_000, "{% highlight x %}" * 20_000,
     "{% if x %}" * 10_000, "{% endif %}" * 10_000, "    {{ x }}\n\n" * 10_000],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_a_text_of_nothing_but_openings_is_soon_read(text):
    started = time.process_time()
    assert "".join(piece.text for piece in scan(text) if piece.kind is Kind.TEXT) is not None
    assert time.process_time() - started < 10


@given(st.lists(st.sampled_from([
    "{{", "}}", "{%", "%}", "-", " ", "\n", "x", "page.title", "|", "date", ":", "'", '"', "`",
    "```\n", "~~~", "raw", "endraw", "if", "endif", "for i in (1..3)", "endfor", "else",
    "highlight ruby", "endhighlight", "comment", "endcomment", "include p.html", "assign a = 1",
    "    ", "> ", "* ", "{", "}", "中", "case x", "when 1", "endcase", "capture y", "endcapture",
    "break", "cycle 'a'", "..", "[", "]", "=", ",", "<b>",
])).map("".join))  # fmt: skip
def test_no_text_whatever_crashes(liquid, text):
    result = rendered(liquid, text)
    if "{{" not in text and "{%" not in text:
        assert result.text == text
        assert result.warnings == []
