"""kramdown's own cases: what its grammar makes of them, ours does, but for those of the table.

A case of the table (``kramdown_cases.md``) fails, and one that is not in it passes, so that
the table is always true.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from broadsheet.sources.kramdown import kramdown
from broadsheet.sources.kramdown.contents import fill_contents
from broadsheet.sources.kramdown.options import KramdownOptions, with_option
from html_compare import normal

TABLE = Path(__file__).with_name("kramdown_cases.md")
CASES = Path("jekyll-kramdown-cases", "kramdown-tests", "test", "testcases")
ROW = re.compile(r"\| `(?P<case>[^`]+)` +\| (?P<reason>.+?) +\|")
#: What kramdown runs a case with that has no options (its ``test/test_files.rb``).
DEFAULT = {"auto_ids": False, "footnote_nr": 1}


def cases_in(folder: Path) -> dict[str, Path]:
    """Return the cases that have HTML to compare with, by name."""
    found = {
        path.relative_to(folder).with_suffix("").as_posix(): path
        for path in sorted(folder.rglob("*.text"))
    }
    return {name: path for name, path in found.items() if path.with_suffix(".html").is_file()}


def options_of(path: Path) -> KramdownOptions:
    """Return the options of a case; those that we do not have are without effect."""
    own, shared = path.with_suffix(".options"), path.with_name("options")
    written = next((one for one in (own, shared) if one.is_file()), None)
    values = yaml.safe_load(written.read_text("utf-8")) if written else DEFAULT
    options = KramdownOptions(input="kramdown")
    for key, value in values.items():
        options = with_option(options, key.lstrip(":"), value) or options
    return options


def give_ids(options: KramdownOptions) -> Callable[[StateCore], None]:
    """Return a rule that gives headings the ids of kramdown's own parser (``generate_id``)."""

    def rule(state: StateCore) -> None:
        given: Counter[str] = Counter()
        for token, inline in zip(state.tokens, state.tokens[1:], strict=False):
            if token.type == "heading_open" and "id" not in token.attrs:
                text = _stripped(inline) if options.auto_id_stripping else inline.content
                token.attrs["id"] = options.auto_id_prefix + _numbered(_basic_id(text), given)

    return rule


def _stripped(inline: Any) -> str:
    return "".join(child.content for child in inline.children if child.type == "text")


def _basic_id(text: str) -> str:
    kept = re.sub(r"[^a-zA-Z0-9 -]", "", re.sub(r"^[^a-zA-Z]+", "", text, flags=re.MULTILINE))
    return kept.replace(" ", "-").lower()


def _numbered(plain: str, given: Counter[str]) -> str:
    wanted = plain or "section"
    given[wanted] += 1
    return f"{wanted}-{given[wanted] - 1}" if given[wanted] > 1 else wanted


def rendered(text: str, options: KramdownOptions) -> str:
    markdown = MarkdownIt("commonmark").use(kramdown, options)
    if options.auto_ids:
        markdown.core.ruler.push("heading_ids", give_ids(options))
    markdown.core.ruler.push("contents", fill_contents)
    return str(markdown.render(text))


def difference(path: Path) -> tuple[str, str] | None:
    """Return what a case asks for and what it gets, if these differ."""
    text = path.read_text("utf-8")
    wanted = normal(path.with_suffix(".html").read_text("utf-8"))
    got = normal(rendered(text, options_of(path)))
    return None if got == wanted else (wanted, got)


def listed() -> Iterator[tuple[str, str]]:
    if TABLE.is_file():
        for line in TABLE.read_text("utf-8").splitlines():
            if found := ROW.fullmatch(line):
                yield found["case"], found["reason"]


@pytest.fixture(scope="module")
def cases(corpus: Path) -> dict[str, Path]:
    folder = corpus / CASES
    if not folder.is_dir():
        pytest.skip("kramdown's cases are not among the archives")
    return cases_in(folder)


def test_the_cases_that_fail_are_those_of_the_table(cases):
    failing = sorted(name for name, path in cases.items() if difference(path))
    assert failing == sorted(name for name, _ in listed())


def test_nine_cases_in_ten_pass(cases):
    assert len(cases) > 195
    assert len(list(listed())) <= len(cases) / 10
