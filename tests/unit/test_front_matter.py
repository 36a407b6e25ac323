"""Front matter is typed, knows its lines, and is never lost."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.model import FrontMatter, Problem, Subtype
from broadsheet.sources.front_matter import parse


def _parse(block: str) -> FrontMatter:
    return parse(f"---\n{block}---\nBody.\n", "posts/a.md")


def _problem(line: int, message: str) -> Problem:
    return Problem(
        path="posts/a.md", line=line, subtype=Subtype.FRONT_MATTER, message=f"front matter{message}"
    )


def _values(block: str) -> dict[str, Any]:
    return dict(_parse(block).values)


# Where the block is.


@pytest.mark.parametrize(
    ("text", "values", "body_line"),
    [
        ("", {}, 1),
        ("Body.\n---\na: 1\n---\n", {}, 1),
        ("----\na: 1\n----\n", {}, 1),
        (" ---\na: 1\n---\n", {}, 1),
        ("---yaml\na: 1\n---\n", {}, 1),
        ("---\na: 1\n---\nBody.", {"a": 1}, 4),
        ("---  \t\na: 1\n---  \nBody.", {"a": 1}, 4),
        ("---\na: 1\n...\nBody.", {"a": 1}, 4),
        ("---\na: 1\n---", {"a": 1}, 4),
        ("---\n---\nBody.", {}, 3),
        ("---\n\n# only a comment\n---\nBody.", {}, 5),
        ("---\na: 1\n----\nb: 2\n---\n", {"a": 1, "b": 2}, 6),
    ],
)
def test_the_block_is_found_by_the_rule_of_jekyll(
    text: str, values: dict[str, Any], body_line: int
) -> None:
    found = parse(text, "posts/a.md")
    assert (dict(found.values), found.body_line) == (values, body_line)


@pytest.mark.parametrize("text", ["---", "---\n", "---\ntitle: A\n\nBody.\n", "---\na: 1\n --- \n"])
def test_a_block_without_an_end_is_reported_and_is_the_body(text: str) -> None:
    message = " has no end (expected a line ---); what follows it is the body"
    assert parse(text, "posts/a.md") == FrontMatter(
        values={}, lines={}, body_line=2, problems=(_problem(1, message),)
    )


@pytest.mark.parametrize(
    ("block", "line", "kind"),
    [("- a\n- b\n", 2, "a list"), ("# why\nonly words\n", 3, "a text"), ("[a, b]\n", 2, "a list")],
)
def test_a_block_that_is_no_mapping_is_reported_and_left_out(
    block: str, line: int, kind: str
) -> None:
    message = f" is {kind} (expected lines like title: A title); left out"
    found = _parse(block)
    assert (found.values, found.lines) == ({}, {})
    assert found.problems == (_problem(line, message),)
    assert found.body_line == block.count("\n") + 3


# What the values are.


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("A title", "A title"),
        ('"A: b"', "A: b"),
        ("'it''s'", "it's"),
        ("", None),
        ("~", None),
        ("null", None),
        ("12", 12),
        ("1.5", 1.5),
        ("true", True),
        ("no", False),
        ("[a, 1, ~]", ["a", 1, None]),
        ("{name: A, 2: b, on: c}", {"name": "A", "2": "b", "on": "c"}),
        ("2025-11-05", date(2025, 11, 5)),
        ("2025-11-05 12:00:00", datetime(2025, 11, 5, 12)),  # noqa: DTZ001
        ("2025-11-05T12:00:00Z", datetime(2025, 11, 5, 12, tzinfo=UTC)),
        ("2025-11-05 12:00:00 +0800", "2025-11-05 12:00:00 +0800"),
        ("2025-13-40", "2025-13-40"),
        ("0000-00-00", "0000-00-00"),
        ("2025-11-05 25:00:00", "2025-11-05 25:00:00"),
        ("12:30", "12:30"),
        (".nan", ".nan"),
        ("-.inf", "-.inf"),
        ("!foo bar", "bar"),
        ("!foo [a]", ["a"]),
        ("!foo {a: 1}", {"a": 1}),
        ("!!int x", "x"),
        ("!!bool x", "x"),
        ("!!timestamp x", "x"),
        ("!!binary aGk=", "aGk="),
        ("!!set {a, b}", {"a": None, "b": None}),
        ("!!python/object:os.system ls", "ls"),
        ("=", "="),
        ("9" * 5000, "9" * 5000),
        ("{? [a] : b}", {"['a']": "b"}),
        ("|\n  a\n  b", "a\nb\n"),
        (">-\n  a\n  b", "a b"),
        ("中文 😀", "中文 😀"),
    ],
)
def test_a_value_has_the_type_that_yaml_gives_it(written: str, value: object) -> None:
    found = _parse(f"key: {written}\n")
    assert (dict(found.values), found.problems) == ({"key": value}, ())


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("title ", "title"),
        ("2025", "2025"),
        ("no", "no"),
        ("null", "null"),
        ('"a b"', "a b"),
        ("date.", "date."),
        ("? [a, b]\n", "['a', 'b']"),
    ],
)
def test_a_key_is_always_a_text(written: str, key: str) -> None:
    assert _values(f"{written}: x\n") == {key: "x"}


def test_every_key_knows_its_line() -> None:
    found = _parse("# comment\ntitle : A\ntags:\n  - a\n  - b\n\ndate: 2025-11-05\n")
    assert dict(found.lines) == {"title": 3, "tags": 4, "date": 8}


def test_the_later_of_two_equal_keys_counts_and_is_reported() -> None:
    message = ": 'a' appears again (expected once, as on line 2); the later value counts"
    assert _parse("a: 1\nb: 2\na: 3\n") == FrontMatter(
        values={"a": 3, "b": 2},
        lines={"a": 4, "b": 3},
        body_line=6,
        problems=(_problem(4, message),),
    )


def test_aliases_and_merged_keys_are_read() -> None:
    block = "base: &base {a: 1, b: 2}\nsame: *base\n<<: *base\nb: 3\nc: {<<: *base, a: 0}\n"
    found = _parse(block)
    assert found.problems == ()
    assert found.values == {
        "base": {"a": 1, "b": 2},
        "same": {"a": 1, "b": 2},
        "a": 1,
        "b": 3,
        "c": {"a": 0, "b": 2},
    }


def test_line_separators_of_unicode_do_not_shift_the_lines() -> None:
    found = _parse("title: A\u2028B\nname: C\x85D\u2029E\ndate: 2025-11-05\n")
    assert found.values == {"title": "A B", "name": "C D E", "date": date(2025, 11, 5)}
    assert found.lines == {"title": 2, "name": 3, "date": 4}


# What must not explode.


def test_an_alias_bomb_is_refused_key_by_key() -> None:
    names = "abcdefgh"
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{name}: &{name} [{', '.join([f'*{previous}'] * 10)}]"
        for previous, name in pairwise(names)
    ]
    found = _parse("\n".join([*lines, "title: A"]) + "\n")
    reason = "is more than 10,000 values with its aliases; left out"
    assert found.values["title"] == "A"
    assert [name for name in names if found.values[name] is None] == list("defgh")
    assert found.problems == tuple(
        _problem(line, f": the value of {name!r} {reason}")
        for line, name in enumerate("defgh", start=5)
    )


def test_a_value_that_holds_itself_is_refused() -> None:
    found = _parse("a: &a [*a]\nb: &b {c: {d: *b}}\ntitle: A\n")
    assert dict(found.values) == {"a": None, "b": None, "title": "A"}
    assert found.problems == (
        _problem(2, ": the value of 'a' holds itself; left out"),
        _problem(3, ": the value of 'b' holds itself; left out"),
    )


@pytest.mark.parametrize("count", [150, 1_500, 200_000])
def test_a_value_that_nests_too_deep_costs_no_other(count: int) -> None:
    found = _parse(f"title: A\na: {'[' * count}{']' * count}\n")
    assert found.values["title"] == "A"
    assert [problem.line for problem in found.problems] == [3]
    assert "nests more than 100 deep" in found.problems[0].message


def test_aliases_that_nest_too_deep_are_refused() -> None:
    lines = ["k0: &k0 [x]", *(f"k{n}: &k{n} [*k{n - 1}]" for n in range(1, 200))]
    found = _parse("\n".join(lines) + "\n")
    assert len(json.dumps(found.values["k99"])) == len('"x"') + 200
    assert found.values["k100"] is None


def test_a_merge_that_yaml_refuses_costs_only_its_key() -> None:
    found = _parse("a: {<<: 3}\nb: 1\n")
    assert dict(found.values) == {"a": None, "b": 1}
    assert [problem.line for problem in found.problems] == [2]


# What is broken.

CONTEXT = "mapping values are not allowed in this context"


@pytest.mark.parametrize(
    ("block", "values", "line", "said"),
    [
        (
            "title: A: b\nauthor: x\n",
            {"title": "A: b", "author": "x"},
            2,
            f"{CONTEXT} in 'title: A: b' (expected e.g. title: \"A: b\")",
        ),
        (
            'layout: post\ntitle: "abc\ntags: [a, b]\n',
            {"layout": "post", "title": "abc", "tags": ["a", "b"]},
            3,
            'found unexpected end of stream in \'title: "abc\' (expected e.g. title: "abc")',
        ),
        (
            'title: "A" and "B"\nn: 1\n',
            {"title": '"A" and "B"', "n": 1},
            2,
            'did not find expected key in \'title: "A" and "B"\' '
            r'(expected e.g. title: "\"A\" and \"B\"")',
        ),
        (
            "title: it's: x\n",
            {"title": "it's: x"},
            2,
            f'{CONTEXT} in "title: it\'s: x" (expected e.g. title: "it\'s: x")',
        ),
        (
            "title: [a, b\nn: 1\n",
            {"title": "[a, b", "n": 1},
            2,
            "did not find expected ',' or ']' in 'title: [a, b' (expected e.g. title: \"[a, b\")",
        ),
        (
            "title: *bold* text\n",
            {"title": "*bold* text"},
            2,
            "did not find expected alphabetic or numeric character in 'title: *bold* text' "
            '(expected e.g. title: "*bold* text")',
        ),
        (
            "title: A\nauthor:\n\tname: B\n\turl: /b\nn: 1\n",
            {"title": "A", "author": {"name": "B", "url": "/b"}, "n": 1},
            4,
            r"found character that cannot start any token in '\tname: B' "
            "(expected spaces instead of a tab)",
        ),
        (
            "author:\n  name: A: b\n  url: /b\nn: 1\n",
            {"author": {"name": "A: b", "url": "/b"}, "n": 1},
            3,
            f"{CONTEXT} in 'name: A: b' (expected e.g. name: \"A: b\")",
        ),
        (
            "tags:\n- a: b: c\n- d\n-\nn: 1\n",
            {"tags": ["a: b: c", "d", None], "n": 1},
            3,
            f"{CONTEXT} in '- a: b: c' (expected a line like title: A title)",
        ),
        (
            "title: A\n author: B\n",
            {"title": "A", "author": "B"},
            3,
            f"{CONTEXT} in 'author: B' (expected e.g. author: \"B\")",
        ),
        (
            "description: He said: yes\n  and went\nn: 1\n",
            {"description": "He said: yes and went", "n": 1},
            2,
            f"{CONTEXT} in 'description: He said: yes' "
            '(expected e.g. description: "He said: yes")',
        ),
        (
            "description: One line\nand another\nn: 1\n",
            {"description": "One line and another", "n": 1},
            3,
            "could not find expected ':' in 'and another' (expected a line like title: A title)",
        ),
        (
            "text: |\nwords\nn: 1\n",
            {"text": "words", "n": 1},
            3,
            "could not find expected ':' in 'words' (expected a line like title: A title)",
        ),
        (
            "stray\ntitle: A\n",
            {"title": "A"},
            2,
            "no key in 'stray' (expected a line like title: A title)",
        ),
        (
            "title:A\nlayout:post\n",
            {"title": "A", "layout": "post"},
            2,
            "no space after the colon in 'title:A' (expected e.g. title: \"A\")",
        ),
        (
            "layout: post\ntitle:A\ndate: 2025-11-05\n",
            {"layout": "post", "title": "A", "date": date(2025, 11, 5)},
            3,
            "no space after the colon in 'title:A' (expected e.g. title: \"A\")",
        ),
        (
            "title: A\x7f\nn: 1\n",
            {"title": "A\x7f", "n": 1},
            2,
            "control characters are not allowed in 'title: A\\x7f' "
            '(expected e.g. title: "A\x7f")',
        ),
        (
            f"title: {'A: ' * 40}\nn: 1\n",
            {"title": ("A: " * 40).strip(), "n": 1},
            2,
            f"{CONTEXT} in 'title: {('A: ' * 40)[:53]}…' "
            f'(expected e.g. title: "{("A: " * 40)[:60]}…")',
        ),
    ],
)
def test_broken_yaml_is_read_line_by_line_and_is_one_problem(
    block: str, values: dict[str, Any], line: int, said: str
) -> None:
    found = _parse(block)
    assert found.values == values
    assert found.problems == (_problem(line, f": {said}; read line by line"),)
    assert found.body_line == block.count("\n") + 3


def test_the_keys_of_broken_yaml_know_their_lines() -> None:
    found = _parse("# c\ntitle: A: b\n\nauthor:\n  name: B\ntags: [a]\n")
    assert dict(found.lines) == {"title": 3, "author": 5, "tags": 7}


def test_an_address_on_a_line_of_its_own_is_no_key() -> None:
    assert _values("title: A: b\nhttps://example.org/\n") == {"title": "A: b https://example.org/"}


YAML_PIECES = st.sampled_from(
    [
        *"abc:-[]{}&*!|>'\"%@`#?, \t\n0123456789",
        "a: ",
        "\n",
        "\n  ",
        "\n- ",
        "<<: ",
        "&a ",
        "*a",
        "…",
    ]
)
BLOCKS = st.lists(YAML_PIECES, max_size=60).map("".join)


@given(st.text() | BLOCKS.map(lambda block: f"---\n{block}\n---\nBody."))
def test_no_text_breaks_the_reader(text: str) -> None:
    found = parse(text, "posts/a.md")
    assert set(found.values) == set(found.lines)
    assert all(1 <= line < found.body_line for line in found.lines.values())
    assert 1 <= found.body_line <= text.count("\n") + 2
    json.dumps(dict(found.values), default=str, allow_nan=False)


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,8}", fullmatch=True),
        st.text(st.characters(exclude_categories=["Cc", "Cn", "Cs", "Zl", "Zp"]), max_size=20),
    )
)
def test_quoted_texts_come_back_as_they_are(values: dict[str, str]) -> None:
    pairs = [(key, json.dumps(value, ensure_ascii=False)) for key, value in values.items()]
    found = _parse("".join(f"{key}: {value}\n" for key, value in pairs))
    assert (dict(found.values), found.problems) == (values, ())


@given(st.lists(BLOCKS.map(lambda block: block.replace("\n", " ").strip()), min_size=1, max_size=5))
def test_a_broken_line_costs_no_key(rests: list[str]) -> None:
    block = "".join(f"key{number}: {rest}\n" for number, rest in enumerate(rests))
    found = _parse(f"{block}broken: a: b\n")
    assert {*(f"key{number}" for number in range(len(rests))), "broken"} <= set(found.values)
