"""Match paths as Ruby's ``File.fnmatch`` and ``Dir.glob`` do."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\\.|\[[!^]?[^\]]+\]|\*\*/|\*+|\{[^{}]*\}|.", re.DOTALL)


def crossing(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of ``exclude`` or ``include``: ``*`` matches a ``/`` too.

    This is ``File.fnmatch`` without a flag, as lib/jekyll/entry_filter.rb calls it.
    """
    return _compiled(pattern, star=".*", deep=".*/", one=".", braces=False)


def within(pattern: str) -> re.Pattern[str]:
    """Compile the path of a scope: ``*`` stays in a folder, ``**/`` is any number of them.

    This is ``Dir.glob``, as lib/jekyll/frontmatter_defaults.rb calls it; a match reaches from
    the start of a path to the end of a name, so it covers all that lies below it.
    """
    star = r"(?:(?<=[^/])|(?!\.))[^/]*"  # at the start of a name, `*` matches no dot
    return _compiled(pattern, star=star, deep=r"(?:(?!\.)[^/]+/)*", one="[^/]", braces=True)


def _compiled(pattern: str, *, star: str, deep: str, one: str, braces: bool) -> re.Pattern[str]:
    end = r"(?=/|\Z)" if braces else r"\Z"
    try:
        source = _source(pattern, star=star, deep=deep, one=one, braces=braces)
        return re.compile(source + end, re.DOTALL)
    except re.error:  # `[z-a]`
        return re.compile(re.escape(pattern) + end)


def _source(pattern: str, *, star: str, deep: str, one: str, braces: bool) -> str:
    pieces: list[str] = []
    for token in _TOKEN.findall(pattern):
        if token == "**/":
            piece = deep
        elif token.startswith("*"):
            piece = star
        elif token == "?":
            piece = one
        elif token.startswith("[") and len(token) > 2:
            piece = _set(token)
        elif braces and token.startswith("{") and len(token) > 1:
            choices = token[1:-1].split(",")
            inner = [_source(c, star=star, deep=deep, one=one, braces=False) for c in choices]
            piece = f"(?:{'|'.join(inner)})"
        else:
            piece = re.escape(token[1:] if len(token) == 2 and token[0] == "\\" else token)
        if not (piece == star and pieces[-1:] == [star]):  # no `.*.*`, which takes for ever
            pieces.append(piece)
    return "".join(pieces)


def _set(token: str) -> str:
    """Turn ``[!a-z]`` into ``[^a-z]``."""
    negated = token[1] in "!^"
    inner = re.sub(r"[\[\\&|~]", r"\\\g<0>", token[2 if negated else 1 : -1]).replace("--", "-")
    return f"[{'^' if negated else ''}{inner}]"
