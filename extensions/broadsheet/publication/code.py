"""Code of Jekyll's articles: its language, its line numbers, its marked lines.

kramdown names the language behind the fence, or in a class, of a block as of a span::

    ```ruby                 puts 1                  `puts 1`{:.language-ruby}
    puts 1                 {: .language-ruby}
    ```

Two more attributes of a block say what Jekyll's tag ``highlight`` says, and what becomes of
that tag has them in an attribute list below its fence::

    ```ruby
    puts 1
    ```
    {: linenos="table" mark_lines="1 3-5"}

``linenos`` numbers the lines, whatever its value but ``false``; ``mark_lines``, which may also
be called ``hl_lines`` or ``data-lines``, marks some.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from docutils import nodes
from pygments.lexers import find_lexer_class_by_name
from pygments.util import ClassNotFound

#: What Rouge calls otherwise than Pygments, and what means no language at all.
_NAMES: Mapping[str, str] = MappingProxyType({
    "": "none",
    "conf": "ini",
    "docker": "dockerfile",
    "escape": "none",
    "irb": "rbcon",
    "jsonc": "json",
    "json-doc": "json",
    "markup": "html",
    "no-highlight": "none",
    "nohighlight": "none",
    "none": "none",
    "plain": "none",
    "plain_text": "none",
    "plaintext": "none",
    "text": "none",
    "txt": "none",
    "viml": "vim",
    "xhtml": "html",
})  # fmt: skip

_LINES = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?")
_MARKS = ("mark_lines", "hl_lines", "data-lines")

#: The attributes that say how a block is to be shown, and are no attributes of HTML.
OWN = frozenset(("linenos", *_MARKS))


def language_of(info: str, classes: str) -> str:
    """Return the language that a fence or else a class names, "" for none.

    (``extract_code_language`` of kramdown; what follows ``?`` are options.)
    """
    if words := info.strip("{").split(maxsplit=1):  # knitr's {r}, pandoc's {.python}
        return words[0].partition("?")[0].strip("{.,}") or words[0]
    if "language-" in classes:
        for one in classes.split():
            if one.startswith("language-"):
                return one.removeprefix("language-").partition("?")[0]
    return ""


def lexer_name(language: str) -> str | None:
    """Return the name of the lexer of a *language*, ``none`` for no lexer; None if unknown."""
    name = language.lower()
    return _NAMES[name] if name in _NAMES else _known(name)


@cache
def _known(name: str) -> str | None:
    try:
        find_lexer_class_by_name(name)
    except ClassNotFound:
        return None
    return name


def code_block(
    text: str, lexer: str, attributes: Mapping[str, str], first: int = 0
) -> nodes.literal_block:
    """Return a block of code; what a *lexer* cannot read is shown all the same.

    Its lines are numbered if the *attributes* say so, or from the *first* on if they say nothing.
    """
    # old text: forced, or each fault of a snippet would be a warning
    block = nodes.literal_block(text, text, language=lexer, force=True)
    number, marks = lines_of(text, attributes, first)
    arguments: dict[str, int | list[int]] = {}
    if number:
        block["linenos"] = True
        arguments |= {"linenostart": number} if number > 1 else {}
    if marks is not None:
        arguments["hl_lines"] = marks
    if arguments:
        block["highlight_args"] = arguments
    return block


def lines_of(
    text: str, attributes: Mapping[str, str], first: int = 0
) -> tuple[int, list[int] | None]:
    """Return the number of the first line, 0 for none, and the lines that are marked, if any."""
    is_numbered = attributes.get("linenos", "false" if not first else "").lower() != "false"
    marks = None
    for name in _MARKS:
        if name in attributes:
            marks = _marked(attributes[name], text.count("\n") + 1)
    return (first or 1) if is_numbered else 0, marks


def _marked(written: str, count: int) -> list[int]:
    """Return the numbers of lines that are *written*, ``1 3-5``, of *count* lines."""
    marked: set[int] = set()
    for first, last in _LINES.findall(written):
        marked.update(range(int(first), min(int(last or first), count) + 1))
    return sorted(marked)
