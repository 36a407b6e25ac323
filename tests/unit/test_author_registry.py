from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.model import Author, Image, Problem, Subtype
from broadsheet.rules.author_registry import NO_REGISTRY, read_registry, read_registry_file
from broadsheet.rules.bylines import Byline

PATH = "_data/authors.yml"


def problem(message: str, line: int = 0) -> Problem:
    return Problem(path=PATH, line=line, subtype=Subtype.AUTHOR, message=message)


def test_a_registered_name_stays_whole_in_a_byline():
    registry, _ = read_registry({"sk": {"name": "Smith, Kline & Co", "aliases": ["S/K"]}}, PATH)
    byline = registry.split("Jane Doe, SMITH,  Kline & Co and S/K")
    assert byline == Byline(names=("Jane Doe", "SMITH, Kline & Co", "S/K"))
    assert [author.key for author in registry.authors_of(byline)] == ["jane-doe", "sk"]


def test_authors_without_a_registry_are_made_of_their_names():
    byline = NO_REGISTRY.split(
        [{"name": "José Doe", "url": "/jose/"}, "José-Doe", "jane@example.org"]
    )
    assert NO_REGISTRY.authors_of(byline) == (
        Author(key="josé-doe", name="José Doe", url="/jose/"),
        Author(key="jane", name="jane"),
    )


def test_a_registered_spelling_is_one_name_where_it_is_the_whole_byline():
    registry, _ = read_registry({"rain, fog": "The Weather Desk"}, PATH)
    assert registry.split("Rain,  Fog") == Byline(names=("Rain, Fog",))
    assert registry.split("Rain, Fog, Hail") == Byline(names=("Rain", "Fog", "Hail"))


@given(st.text() | st.lists(st.text() | st.dictionaries(st.text(), st.text())))
def test_any_byline_has_no_more_authors_than_names(value):
    byline = NO_REGISTRY.split(value)
    assert len(NO_REGISTRY.authors_of(byline)) <= len(byline.names)


FULL = """\
jane_doe:
  name: jdoe
  display_name: Jane Doe
  email: jane@example.org
  uri: https://example.org/jane
  website: https://jane.example
  bio: |
    Writes *about* rain.
  avatar: {path: /img/jane.png, alt: Jane, width: 80, height: 80}
  aliases: [J. Doe, jane@old.example]
  github: "@jane"
  mastodon: "@jane@social.example"
  links:
    - {label: Talks, url: https://talks.example/jane}
  same_as: [https://www.example.com/jane, https://talks.example/jane]
roe@example.org:
  name: Richard Roe
  picture: https://example.org/roe.png
  links: {Site: https://roe.example}
plain: Plain Name
empty:
"""

AUTHORS = (
    Author(
        key="jane-doe",
        name="Jane Doe",
        url="https://jane.example",
        links=(
            ("Website", "https://example.org/jane"),
            ("GitHub", "https://github.com/jane"),
            ("Mastodon", "https://social.example/@jane"),
            ("Talks", "https://talks.example/jane"),
            ("example.com", "https://www.example.com/jane"),
        ),
        portrait=Image(src="img/jane.png", alt="Jane", width=80, height=80),
        biography="Writes *about* rain.",
        aliases=("jdoe", "J. Doe"),
        registered=True,
    ),
    Author(
        key="richard-roe",
        name="Richard Roe",
        links=(("Site", "https://roe.example"),),
        portrait=Image(src="https://example.org/roe.png"),
        registered=True,
    ),
    Author(key="plain", name="Plain Name", registered=True),
    Author(key="empty", name="empty", registered=True),
)


def test_a_registry_is_read_as_jekyll_sites_write_it():
    registry, problems = read_registry_file(FULL, PATH)
    assert registry.authors == AUTHORS
    assert problems == ()


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("jane_doe", "Jane Doe"),
        ("jane-doe", "Jane Doe"),
        ("JANE   doe", "Jane Doe"),
        ("Ｊ. Doe", "Jane Doe"),
        ("jdoe", "Jane Doe"),
        ("jane@example.org", "Jane Doe"),
        ("Jane@old.example", "Jane Doe"),
        ("roe@example.org", "Richard Roe"),
        ("plain", "Plain Name"),
        ("Nobody", None),
        ("", None),
    ],
)
def test_an_author_is_found_by_key_name_alias_and_mail_address(spelling, name):
    registry, _ = read_registry_file(FULL, PATH)
    author = registry.find(spelling)
    assert (author and author.name) == name


def test_no_mail_address_is_part_of_an_author():
    registry, _ = read_registry_file(FULL, PATH)
    assert all(mail not in repr(registry.authors) for mail in ("@example", "@old"))


@pytest.mark.parametrize(
    "data",
    [
        [{"name": "Jane Doe", "id": "jane"}],
        {"authors": [{"name": "Jane Doe", "username": "jane"}]},
        {"authors": {"jane": {"name": "Jane Doe"}}},
    ],
)
def test_a_registry_may_be_a_list_or_stand_under_one_key(data):
    registry, problems = read_registry(data, PATH)
    assert registry.authors == (Author(key="jane", name="Jane Doe", registered=True),)
    assert problems == ()


def test_the_key_of_one_author_is_stronger_than_the_alias_of_another():
    registry, _ = read_registry(
        {"a": {"name": "A One", "aliases": "b"}, "b": {"name": "B Two"}}, PATH
    )
    assert [registry.find("b"), registry.find("A one")] == [
        registry.authors[1],
        registry.authors[0],
    ]


FAULTS = """\
one: 3
two: {name: [a], bio: 5}
me@example.org: {bio: Nobody}
four: {url: www.example.org, links: [{label: x}, 7], github: "a b"}
Four: {name: Again}
five: {aliases: [1, Ann], same_as: "javascript:x", avatar: [a.png]}
"""


def test_what_is_wrong_in_a_registry_is_reported_with_its_line_and_left_out():
    registry, problems = read_registry_file(FAULTS, PATH)
    address = "(expected an address such as https://example.org/jane); left out"
    assert problems == (
        problem("author 'one' is a number (expected a map such as 'name: …'); left out", 1),
        problem("author 'two': 'name' is a list (expected a text); left out", 2),
        problem("author 'two': 'bio' is a number (expected a text); left out", 2),
        problem("author 'me@example.org' has no 'name' (expected a text); left out", 3),
        problem(f"author 'four': 'url' is 'www.example.org' {address}", 4),
        problem("author 'four': 'github' is no handle and no address; left out", 4),
        problem(
            "author 'four': 'links' has an entry without 'url' (expected label and url); left out",
            4,
        ),
        problem("author 'four': 'links' is a number (expected a text); left out", 4),
        problem("author 'Four' stands here again; left out", 5),
        problem("author 'five': 'aliases' is a number (expected a text); left out", 6),
        problem(f"author 'five': 'same_as' is 'javascript:x' {address}", 6),
        problem("author 'five': 'avatar' is a list (expected a text); left out", 6),
    )
    assert registry.authors == (
        Author(key="two", name="two", registered=True),
        Author(key="four", name="four", registered=True),
        Author(key="five", name="five", aliases=("Ann",), registered=True),
    )


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("a: {name: A}\nb: [", 2, "is not YAML"),
        ("a:\n\t- b", 2, "is not YAML"),
        ("a: 2025-13-40", 0, "is not YAML"),
        ("a: \x00", 0, "is not YAML"),
        ("Jane Doe", 0, "is a text"),
    ],
)
def test_a_broken_registry_is_one_problem(text, line, found):
    registry, problems = read_registry_file(text, PATH)
    assert registry == NO_REGISTRY
    # What stands in brackets is for PyYAML to word.
    assert [(problem.line, problem.message.partition(" (")[0]) for problem in problems] == [
        (line, f"the registry of authors {found}")
    ]


@pytest.mark.parametrize("text", ["", "# nothing\n", "authors:\n", "{}", "[]"])
def test_an_empty_registry_is_no_problem(text):
    assert read_registry_file(text, PATH) == (NO_REGISTRY, ())


@given(st.text(alphabet="ab:-[]{}&*!|>'\"@/.,#% \n\t0123é\x00"))
def test_any_text_gives_a_registry_and_problems(text):
    registry, _ = read_registry_file(text, PATH)
    assert [registry.find(author.key) for author in registry.authors] == list(registry.authors)


def test_an_author_may_have_a_full_name_alone():
    registry, problems = read_registry({"jd": {"full_name": "Jane Doe"}}, "authors.yml")
    assert [author.name for author in registry.authors] == ["Jane Doe"]
    assert problems == ()
