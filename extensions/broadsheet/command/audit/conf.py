"""The configuration of a Sphinx project, read without being run."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from posixpath import join
from typing import Any

from broadsheet.command.audit.findings import Finding, Kind
from broadsheet.model import Collection
from broadsheet.sources.text_file import decode

NAME = "conf.py"

_PREFIX = "broadsheet_"
_READ = frozenset({
    "exclude_patterns", "html_baseurl", "html_title", "language", "project", "source_suffix",
    "templates_path",
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Conf:
    """What ``conf.py`` writes down as plain values."""

    values: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def text(self, name: str, default: str = "") -> str:
        """Return a text."""
        value = self.values.get(name)
        return value if isinstance(value, str) else default

    def flag(self, name: str) -> bool:
        """Return a switch."""
        return self.values.get(name) is True

    @property
    def collections(self) -> tuple[tuple[Collection, Mapping[str, Any]], ...]:
        """The collections, each with the front matter that its articles have by default."""
        given = self.values.get(f"{_PREFIX}collections", ("articles",))
        described = given if isinstance(given, dict) else dict.fromkeys(_strings(given))
        return tuple(
            _collection(name, details if isinstance(details, dict) else {})
            for name, details in described.items()
            if isinstance(name, str)
        )

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The endings of Markdown files."""
        given = self.values.get("source_suffix", (".rst", ".md"))
        several = [given] if isinstance(given, str) else given
        return tuple(one for one in _strings(several) if one in {".md", ".markdown"}) or (".md",)

    def excluded(self) -> Callable[[str], bool]:
        """Return what tells whether a path is left out."""
        patterns = [
            *_strings(self.values.get("exclude_patterns", ())),
            *_strings(self.values.get("templates_path", ())),
        ]
        matches = re.compile("|".join(map(_pattern, patterns)) or "(?!)").fullmatch
        return lambda path: any(matches(part) for part in accumulate(path.split("/"), join))


def read_conf(root: Path) -> Conf:
    """Read ``conf.py``; what only running it would tell is a finding, and has its default."""
    text, _ = decode((root / NAME).read_bytes(), NAME)
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        reason = getattr(error, "msg", None) or str(error)
        message = f"is not Python ({reason}); read as if it were empty"
        line = getattr(error, "lineno", 0) or 0
        return Conf(findings=(Finding(NAME, line, Kind.SITE, message),))
    values: dict[str, Any] = {}
    findings = []
    for name, node in _assignments(tree):
        if name not in _READ and not name.startswith(_PREFIX):
            continue
        try:
            values[name] = ast.literal_eval(node)
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
            message = f"{name} is no plain value (expected one, as conf.py is not run); left out"
            findings.append(Finding(NAME, node.lineno, Kind.SITE, message))
    return Conf(values=values, findings=tuple(findings))


def _assignments(tree: ast.Module) -> list[tuple[str, ast.expr]]:
    """List what is assigned at the margin, each name with its value."""
    found: list[tuple[str, ast.expr]] = []
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            found.append((node.target.id, node.value))
        elif isinstance(node, ast.Assign):
            names = [one.id for one in node.targets if isinstance(one, ast.Name)]
            found += [(name, node.value) for name in names]
    return found


def _collection(name: str, details: dict[str, Any]) -> tuple[Collection, Mapping[str, Any]]:
    title = str(details.get("title", name.replace("-", " ").capitalize()))
    collection = Collection(
        name=name, folder=str(details.get("folder", name)).strip("/"), title=title
    )
    defaults = details.get("defaults")
    return collection, defaults if isinstance(defaults, dict) else {}


def _strings(value: object) -> list[str]:
    several = value if isinstance(value, list | tuple | dict | set) else ()
    return [one for one in several if isinstance(one, str)]


def _pattern(glob: str) -> str:
    """Translate a pattern of Sphinx (``sphinx.util.matching``): only ``**`` crosses a slash."""
    pieces = re.split(r"(\*\*/?|\*|\?|\[[^\]]+\])", glob)
    return "".join(map(_piece, pieces))


def _piece(piece: str) -> str:
    fixed = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    if piece in fixed:
        return fixed[piece]
    if piece.startswith("[") and piece.endswith("]"):
        inside = piece[1:-1].replace("\\", "\\\\")
        return f"[^/{inside[1:]}]" if inside[0] == "!" else f"[{inside}]"
    return re.escape(piece)
