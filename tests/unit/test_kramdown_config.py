"""What `_config.yml` says of kramdown is read as kramdown reads it."""

from __future__ import annotations

import pytest

from broadsheet.sources.jekyll import read_site
from broadsheet.sources.kramdown.config import from_config
from broadsheet.sources.kramdown.formulas import with_formulas
from broadsheet.sources.kramdown.options import KramdownOptions


def read(value):
    faults = []
    options = from_config(value, lambda message, key: faults.append((key, message)))
    return options, faults


@pytest.mark.parametrize(
    ("values", "formulas"),
    [
        ({}, False),
        ({"math": True}, True),
        ({"use_math": "yes"}, True),
        ({"mathjax": "https://example.org/MathJax.js"}, True),
        ({"mathjax": {"enable": True}}, True),
        ({"mathjax": {"enable": False}}, False),
        ({"math": None, "katex": True}, True),
        ({"math": False, "katex": True}, False),
        ({"enable_math": "false"}, False),
    ],
)
def test_a_theme_s_key_makes_formulas_of_single_dollars(values, formulas):
    for options in (KramdownOptions(), KramdownOptions(math=False)):
        found = with_formulas(options, values)
        assert (found.formulas, found.math) == (formulas, options.math or formulas)
    of_all = KramdownOptions(formulas=True)
    assert with_formulas(of_all, values).formulas == (formulas or not any(values))
    assert with_formulas(None, values) is None


def test_a_silent_configuration_gives_jekyll_s_defaults():
    assert read(None) == read({}) == (KramdownOptions(), [])


@pytest.mark.parametrize(
    ("value", "options"),
    [
        ({"input": "kramdown"}, KramdownOptions(input="kramdown")),
        ({"input": "gfm"}, KramdownOptions(input="GFM")),
        ({"hard_wrap": True}, KramdownOptions(hard_wrap=True)),
        ({"auto_ids": False}, KramdownOptions(auto_ids=False)),
        ({"auto_ids": "false"}, KramdownOptions(auto_ids=False)),
        ({"toc_levels": "2..3"}, KramdownOptions(toc_levels=(2, 3))),
        ({"toc_levels": "2,4"}, KramdownOptions(toc_levels=(2, 4))),
        ({"toc_levels": [1, 2, 3]}, KramdownOptions(toc_levels=(1, 2, 3))),
        ({"toc_levels": 2}, KramdownOptions(toc_levels=(2,))),
        ({"footnote_nr": "7"}, KramdownOptions(footnote_nr=7)),
        ({"footnote_backlink": ""}, KramdownOptions(footnote_backlink="")),
        (
            {"smart_quotes": "apos,apos,quot,quot"},
            KramdownOptions(smart_quotes=("'", "'", '"', '"')),
        ),
        ({"smart_quotes": [39, 39, 34, 34]}, KramdownOptions(smart_quotes=("'", "'", '"', '"'))),
        ({"math_engine": None}, KramdownOptions(math=False)),
        ({"math_engine": "katex"}, KramdownOptions()),
        ({"header_links": True, "transliterated_header_ids": True}, KramdownOptions()),
        ({"syntax_highlighter": "rouge", "syntax_highlighter_opts": {}}, KramdownOptions()),
        ({"syntax_highlighter_opts": "rouge"}, KramdownOptions()),
        (
            {"syntax_highlighter_opts": {"default_lang": "c", "line_numbers": True}},
            KramdownOptions(code_language="c", line_numbers=1),
        ),
        (
            {
                "syntax_highlighter_opts": {
                    "line_numbers": True,
                    "block": {"line_numbers": False},
                }
            },
            KramdownOptions(),
        ),
        (
            {"syntax_highlighter_opts": {"block": {"line_numbers": True, "start_line": 7}}},
            KramdownOptions(line_numbers=7),
        ),
    ],
)
def test_an_option_has_the_value_that_kramdown_gives_it(value, options):
    assert read(value) == (options, [])


@pytest.mark.parametrize(
    ("value", "faults"),
    [
        ("GFM", [("", "kramdown is 'GFM', expected a mapping; using Jekyll's defaults")]),
        (
            {"toc_levels": "all"},
            [("toc_levels", "kramdown: toc_levels cannot be 'all'; using (1, 2, 3, 4, 5, 6)")],
        ),
        (
            {"smart_quotes": "lsquo"},
            [("smart_quotes",
              "kramdown: smart_quotes cannot be 'lsquo'; using ('‘', '’', '“', '”')")],
        ),
        ({"autoids": 1}, [("autoids", "kramdown: 'autoids' is no option of kramdown; it is ignored")]),
        (
            {"html_to_native": True},
            [("html_to_native", "kramdown: html_to_native is not honoured; it is ignored")],
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_reported_and_the_default_holds(value, faults):
    assert read(value) == (KramdownOptions(), faults)


def test_ids_in_ascii_are_asked_for_in_vain_under_kramdown_s_own_parser():
    value = {"transliterated_header_ids": True, "input": "kramdown"}
    message = "kramdown: transliterated_header_ids is not honoured; it is ignored"
    expected = KramdownOptions(input="kramdown")
    assert read(value) == (expected, [("transliterated_header_ids", message)])


@pytest.mark.parametrize(
    ("config", "kramdown", "problems"),
    [
        ("title: A", KramdownOptions(), []),
        ("markdown: kramdown\nkramdown:\n  hard_wrap: true", KramdownOptions(hard_wrap=True), []),
        ("markdown: CommonMark", None, []),
        ("markdown: CommonMarkGhPages", None, []),
        ("markdown: GFM", None, []),
        (
            "\nmarkdown: redcarpet",
            KramdownOptions(),
            [(2, "markdown: 'redcarpet' is unknown (expected kramdown or CommonMark); "
              "using kramdown")],
        ),
        (
            "kramdown:\n  input: GFM\n  footnote_nr: one",
            KramdownOptions(),
            [(3, "kramdown: footnote_nr cannot be 'one'; using 1")],
        ),
    ],
)  # fmt: skip
def test_a_site_says_which_markdown_its_articles_are(
    tmp_path, write_tree, config, kramdown, problems
):
    site, found = read_site(write_tree(tmp_path, {"_config.yml": config}))
    assert (site.kramdown, [(one.line, one.message) for one in found]) == (kramdown, problems)
