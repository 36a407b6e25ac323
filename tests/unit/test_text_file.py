"""Bytes of a source file become clean text, whatever they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.model import Problem, Subtype
from broadsheet.sources.text_file import decode


def _problem(line: int, message: str) -> Problem:
    return Problem(path="posts/a.md", line=line, subtype=Subtype.ENCODING, message=message)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"a\nb\n", "a\nb\n"),
        ("Zürich 中文 😀\n".encode(), "Zürich 中文 😀\n"),
        (b"\xef\xbb\xbf---\n", "---\n"),
        (b"a\r\nb\rc\n\r\n", "a\nb\nc\n\n"),
        (b"a\tb", "a\tb"),
        ("a\u2028b\x85c\u00a0\ufffd".encode(), "a\u2028b\x85c\u00a0\ufffd"),
    ],
)
def test_clean_bytes_become_text_without_a_problem(data: bytes, text: str) -> None:
    assert decode(data, "posts/a.md") == (text, ())


def test_one_byte_that_is_not_utf8_is_reported_with_its_line() -> None:
    assert decode(b"a\r\nb\rcaf\xe9\n", "posts/a.md") == (
        "a\nb\ncaf\ufffd\n",
        (_problem(3, "byte 0xe9 is not UTF-8 (expected UTF-8); shown as U+FFFD"),),
    )


def test_many_bytes_that_are_not_utf8_are_one_problem() -> None:
    data = "\ufffd\n".encode() + b"\xe9\n\xff\xe8 a\n"
    assert decode(data, "posts/a.md") == (
        "\ufffd\n\ufffd\n\ufffd\ufffd a\n",
        (_problem(2, "byte 0xe9 and 2 more are not UTF-8 (expected UTF-8); shown as U+FFFD"),),
    )


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-16", "UTF-16"), ("utf-32", "UTF-32")],
)
def test_utf16_and_utf32_are_read_and_reported(encoding: str, name: str) -> None:
    assert decode("a\r\n中\n".encode(encoding), "posts/a.md") == (
        "a\n中\n",
        (_problem(1, f"the file is {name} (expected UTF-8); read as {name}"),),
    )


def test_big_endian_utf16_is_read() -> None:
    text, problems = decode(b"\xfe\xff\x4e\x2d", "posts/a.md")
    assert (text, len(problems)) == ("中", 1)


def test_a_control_character_is_left_out_and_reported_with_its_line() -> None:
    assert decode(b"a\nb\x08c\n", "posts/a.md") == (
        "a\nbc\n",
        (_problem(2, "control character U+0008 in the text (expected none); left out"),),
    )


def test_many_control_characters_are_one_problem_and_words_stay_apart() -> None:
    data = "a\x0bb\x0cc\x00d\ufffe\uffff\x1f".encode()
    message = "control character U+000B and 5 more in the text (expected none); left out"
    assert decode(data, "posts/a.md") == ("a b cd", (_problem(1, message),))


def test_foreign_bytes_and_control_characters_are_two_problems() -> None:
    text, problems = decode(b"\x00\n\xe9", "posts/a.md")
    assert text == "\n\ufffd"
    assert [problem.line for problem in problems] == [2, 1]


@given(st.binary())
def test_any_bytes_become_text_that_html_and_xml_may_hold(data: bytes) -> None:
    text, problems = decode(data, "posts/a.md")
    allowed = {"\t", "\n"}
    assert all(character >= " " or character in allowed for character in text)
    assert not {"\ufffe", "\uffff"} & set(text)
    assert text.encode().decode() == text
    assert all(1 <= problem.line <= text.count("\n") + 1 for problem in problems)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"])))
def test_any_text_without_controls_comes_back_as_it_is(text: str) -> None:
    assert decode(text.encode(), "posts/a.md") == (text.removeprefix("\ufeff"), ())
