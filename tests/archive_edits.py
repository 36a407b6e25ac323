"""A small archive, its edits by name, and a kept build that a clean one is compared with.

Two kinds of source know the same edits: a Jekyll repository, and a Sphinx project.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import struct
import time
import zlib
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from broadsheet.command import main

NOW = "2025-07-01 12:00 +0000"

#: Long ago for whoever asks whether a file has just been written.
HOUR_NS = 3_600_000_000_000

#: What a build keeps for itself at the top of OUT, and what no two builds have in common.
#: Nothing else is left out of any comparison.
OWN = re.compile(r"\.(broadsheet|buildinfo|doctrees)")

_SECONDS = re.compile(r"\d+\.\d s$")


def article(title: str, body: str, **front_matter: str) -> str:
    """Return the text of an article; its excerpt ends at ``<!--more-->``."""
    keys = "".join(f"{key}: {value}\n" for key, value in front_matter.items())
    return f"---\ntitle: {title}\n{keys}---\n\nThe excerpt of {title}.\n\n<!--more-->\n\n{body}\n"


def picture(shade: int, width: int = 4) -> bytes:
    """Return a PNG, one grey *shade* (0 to 255), *width* by 4 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        size, check = struct.pack(">I", len(data)), struct.pack(">I", zlib.crc32(kind + data))
        return size + kind + data + check

    rows = (b"\0" + bytes([shade]) * width) * 4
    return b"".join((
        b"\x89PNG\r\n\x1a\n",
        chunk(b"IHDR", struct.pack(">IIBBBBB", width, 4, 8, 0, 0, 0, 0)),
        chunk(b"IDAT", zlib.compress(rows)),
        chunk(b"IEND", b""),
    ))  # fmt: skip


AUTHORS = """\
ann:
  name: Ann Example
  bio: Ann folds *paper*.
ben:
  name: Ben Sample
  aliases: [B. Sample]
"""

CONFIG = """\
title: The Loom
description: A journal of cloth
url: https://example.org
baseurl: /loom
timezone: Asia/Tokyo
permalink: /:year/:month/:title:output_ext
excerpt_separator: <!--more-->
collections:
  essays:
    output: true
    permalink: /essays/:name/
  notes:
    output: true
defaults:
  - scope: {path: "", type: essays}
    values: {author: Ann Example}
exclude: [README.md]
"""

JEKYLL: Mapping[str, str | bytes] = {
    "_config.yml": CONFIG,
    "_data/authors.yml": AUTHORS,
    "_posts/2025-01-01-warp.md": article(
        "Warp",
        "![A mark](/assets/mark.png)\n\nSee [weft](/2025/02/weft.html) and [about](/about.html).",
        author="Ann Example", tags="[red, blue]", categories="cloth",
    ),
    "_posts/2025-02-01-weft.md": article(
        "Weft",
        "## A heading\n\nBack to [warp](/2025/01/warp.html#top), on to [an essay](/essays/long/).",
        author="Ben Sample", tags="[red]", image="/assets/lead.png",
    ),
    "_posts/2025-03-01-织机.md": article(
        "织机与梭子",
        "织机是一种古老的工具。\n\n## 结构\n\n梭子穿过经线。",
        author="Ann Example", tags="[织物, blue]", lang="zh",
    ),
    "_posts/2025-08-01-later.md": article("Of the future", "Not yet.", author="Cy Model"),
    "_essays/long.md": article(
        "A long essay", "See [the first](/2025/01/warp.html) and a file: [sheet](/assets/sheet.txt).",
        date="2025-01-15", tags="[red]",
    ),
    "_essays/short.md": article("A short essay", "Text.", date="2025-04-01", tags="[green]"),
    "_notes/2025-05-01-note.md": article("A note", "Text.", author="[Ann Example, Ben Sample]"),
    "_notes/2025-06-01-idea.md": article("An idea", "Text.", draft="true", tags="[blue]"),
    "_notes/2025-05-02-threads.md": article(
        "Threads",
        "{% include thread.html of=page.title %}\n\n"
        "{% for post in site.posts %}\n* [{{ post.title }}]({{ post.url | relative_url }})"
        " {{ post.next.title }}\n{% endfor %}\n\nSee [a link]({% link assets/sheet.txt %}).",
    ).replace("The excerpt", "The excerpt {{ site.data.looms | size }}"),
    "_notes/2025-05-03-looms.md": article(
        "Looms", "{% for loom in site.data.looms %}{{ loom }}, {% endfor %}{{ site.description }}.\n\n"
        "[Warp]({% post_url 2025-01-01-warp %}), {{ site.notes | map: 'title' | join }}.",
    ),
    "_includes/thread.html": "<p>{{ include.of }}: {{ site.title }}</p>\n",
    "_data/looms.yml": "[hand, power]\n",
    "about.md": "---\ntitle: About\n---\n\nRead [warp](/2025/01/warp.html).\n\n"
    "{% include thread.html of=site.posts[0].title %} {{ site.data.looms }}\n\n"
    "```{post-list}\n:limit: 2\n:tag: red\n```\n",
    "assets/mark.png": picture(10),
    "assets/lead.png": picture(20),
    "assets/sheet.txt": "A sheet of facts.\n",
    "README.md": "Not a page.\n",
}  # fmt: skip

CONF = """\
project = "The Loom"
html_title = "The Loom"
html_theme = "furo"
html_baseurl = "https://example.org/loom/"
html_static_path = ["static"]
html_css_files = ["own.css"]
html_extra_path = []
sitemap_url_scheme = "{link}"
extensions = ["myst_parser", "broadsheet"]
templates_path = ["templates"]
suppress_warnings = []
broadsheet_collections = {
    "essays": {"title": "Essays", "defaults": {"author": "Ann Example"}},
    "notes": {},
}
broadsheet_excerpt_separator = "<!--more-->"
broadsheet_page_size = 3
broadsheet_timezone = "Asia/Tokyo"
"""

OVERVIEW = """\
{% extends "page.html" %}
{% block content %}<h1>{{ view.title }}</h1>
{% for one in view.entries %}<p>{{ one.title|e }}: {{ one.count }}</p>{% endfor %}{% endblock %}
"""

SPHINX: Mapping[str, str | bytes] = {
    "conf.py": CONF,
    "authors.yml": AUTHORS,
    "static/own.css": "p { color: black; }\n",
    "templates/broadsheet/overview.html": OVERVIEW,
    "index.md": "# The Loom\n\n```{toctree}\n:caption: Manual\n\nabout\nguide\n```\n",
    "about.md": "# About\n\nRead [](essays/2025-01-01-warp.md).\n\n"
    "```{post-list}\n:limit: 2\n:tag: red\n```\n",
    "guide.md": "(guide)=\n# Guide\n\nText of the guide.\n",
    "essays/2025-01-01-warp.md": article(
        "Warp", "![A mark](../assets/mark.png)\n\nSee [](2025-02-01-weft.md) and {ref}`guide`.",
        author="Ann Example", tags="[red, blue]", categories="cloth",
    ),
    "essays/2025-02-01-weft.md": article(
        "Weft", "## A heading\n\nBack to [warp](2025-01-01-warp.md), see {doc}`/about`.",
        author="Ben Sample", tags="[red]", image="/assets/lead.png",
    ),
    "essays/2025-03-01-织机.md": article(
        "织机与梭子", "织机是一种古老的工具。\n\n## 结构\n\n梭子穿过经线。",
        author="Ann Example", tags="[织物, blue]", lang="zh",
    ),
    "essays/2025-04-01-short.md": article("A short essay", "Text.", tags="[green]"),
    "essays/2025-08-01-later.md": article("Of the future", "Not yet.", author="Cy Model"),
    "notes/2025-05-01-note.md": article(
        "A note", "From [the first](../essays/2025-01-01-warp.md).",
        author="[Ann Example, Ben Sample]",
    ),
    "notes/2025-05-02-other.md": article("Another note", "Text.", author="Ben Sample"),
    "notes/2025-06-01-idea.md": article("An idea", "Text.", draft="true", tags="[blue]"),
    "assets/mark.png": picture(10),
    "assets/lead.png": picture(20),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Where a kind of source keeps its things."""

    files: Mapping[str, str | bytes]
    config: str
    authors: str
    collections: tuple[str, ...]  #: folders of articles


KINDS: Mapping[str, Kind] = {
    "jekyll": Kind(
        files=JEKYLL,
        config="_config.yml",
        authors="_data/authors.yml",
        collections=("_posts", "_essays", "_notes"),
    ),
    "sphinx": Kind(
        files=SPHINX, config="conf.py", authors="authors.yml", collections=("essays", "notes")
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """How a build ended, and what it said: warnings sorted, the summary without its seconds."""

    status: int
    warnings: tuple[str, ...]
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """A folder as it stands: the bytes and times of its files, and its folders."""

    files: Mapping[str, bytes]
    times: Mapping[str, int]
    folders: frozenset[str]


def read_output(folder: Path) -> Output:
    """Read what a build has made, without what it keeps for itself."""
    paths = [path for path in sorted(folder.rglob("*")) if not OWN.match(_name(path, folder))]
    files = {_name(path, folder): path for path in paths if path.is_file()}
    return Output(
        files={name: path.read_bytes() for name, path in files.items()},
        times={name: path.stat().st_mtime_ns for name, path in files.items()},
        folders=frozenset(_name(path, folder) for path in paths if path.is_dir()),
    )


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def build(source: Path, out: Path, options: Mapping[str, str], *, later: int = 0) -> Said:
    """Run the command in this process, by a clock that is so many nanoseconds *later*."""
    from sphinx import locale
    from sphinx.builders.html import _assets

    # what Sphinx remembers in a process, and no build of a shell would know
    locale.translators.clear()
    _assets._file_checksum_inner.cache_clear()
    said, warned, now = io.StringIO(), io.StringIO(), time.time_ns
    clock = patch("time.time_ns", lambda: now() + later)
    with redirect_stdout(said), redirect_stderr(warned), clock:
        given = [f"{name}={value}" if value else name for name, value in options.items()]
        status = main(["build", str(source), str(out), *given])
    lines = said.getvalue().splitlines() or [""]
    return Said(
        status=status,
        warnings=tuple(sorted(filter(None, warned.getvalue().splitlines()))),
        summary=_SECONDS.sub("", lines[-1]),
    )


class Archive:
    """A source that is edited, and the output that is kept from one build to the next."""

    def __init__(self, folder: Path, kind: Kind) -> None:
        self.kind = kind
        self.source, self.out, self.clean = (folder / name for name in ("source", "out", "clean"))
        self.options: dict[str, str] = {"--jobs": "1", "--now": NOW}
        self.aged = False  #: whether edits seem to have been made long before a build
        self._edits = 0
        self._away: dict[str, bytes] = {}  #: articles that were put away, by path

    @classmethod
    def written(cls, folder: Path, kind: Kind) -> Archive:
        """Write the source below *folder*, an hour old."""
        archive = cls(folder, kind)
        archive.aged = True
        for path, content in kind.files.items():
            archive.write(path, content)
        archive.aged = False
        return archive

    # building

    def build(self) -> Said:
        """Build into the kept output."""
        return build(self.source, self.out, self.options, later=HOUR_NS if self.aged else 0)

    def check(self) -> None:
        """Build, and assert that a clean build says and makes the same, and no page is touched."""
        before = read_output(self.out) if self.out.is_dir() else None
        said = self.build()
        after = read_output(self.out)
        shutil.rmtree(self.clean, ignore_errors=True)
        clean_said = build(self.source, self.clean, self.options)
        assert_same(after, read_output(self.clean))
        assert said == clean_said, f"{said} where a clean build says {clean_said}"
        if before is not None:
            assert_rewritten_where_changed(before, after)

    # the parts of the source

    @property
    def articles(self) -> list[str]:
        """The paths of all articles, sorted."""
        return sorted(
            path.relative_to(self.source).as_posix()
            for folder in self.kind.collections
            for path in (self.source / folder).glob("**/*.md")
            if path.is_file()
        )

    @property
    def is_jekyll(self) -> bool:
        return self.kind.config == "_config.yml"

    def read(self, path: str) -> str:
        return (self.source / path).read_bytes().decode()

    def write(self, path: str, content: str | bytes) -> None:
        """Write a file; as if it had been written long ago where edits are :attr:`aged`."""
        file = self.source / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        self._touch(file)

    def remove(self, path: str) -> None:
        (self.source / path).unlink(missing_ok=True)

    def move(self, path: str, target: str) -> None:
        (self.source / target).parent.mkdir(parents=True, exist_ok=True)
        (self.source / path).rename(self.source / target)

    def toggle(self, path: str, content: str | bytes) -> None:
        """Write a file that is not there, remove one that is."""
        if (self.source / path).exists():
            self.remove(path)
        else:
            self.write(path, content)

    def swap(self, path: str, other: str) -> None:
        """Give each of two files the name of the other, and not a new time."""
        self.move(path, f"{path}.kept")
        self.move(other, path)
        self.move(f"{path}.kept", other)

    def put_away(self, path: str) -> None:
        """Remove a file, which may come back; the last article stays."""
        if (self.source / path).exists() and [path] != self.articles:
            self._away[path] = (self.source / path).read_bytes()
            self.remove(path)

    def bring_back(self, pick: int) -> None:
        """Write one of the files again that were put away."""
        if self._away:
            path = sorted(self._away)[pick % len(self._away)]
            self.write(path, self._away.pop(path))

    def _touch(self, file: Path) -> None:
        if self.aged:
            self._edits += 1
            # a time of its own for each edit: without one even `make` sees no edit
            moment = file.stat().st_mtime_ns - HOUR_NS + self._edits * 1_000_000_000
            os.utime(file, ns=(moment, moment))

    # editing

    def replace(self, path: str, old: str, new: str) -> None:
        """Replace all of *old* in a file; nothing happens where there is none."""
        text = self.read(path) if (self.source / path).exists() else ""
        if old in text:
            self.write(path, text.replace(old, new))

    def append(self, path: str, text: str) -> None:
        self.write(path, self.read(path) + text)

    def set_key(self, path: str, key: str, value: str | None) -> None:
        """Set a key at the top level of front matter or of a YAML file; None takes it out."""
        text = self.read(path)
        line = "" if value is None else f"{key}: {value}\n"
        pattern = re.compile(rf"^{re.escape(key)}:.*\n(?:[ -] .*\n)*", re.MULTILINE)
        if pattern.search(text):
            self.write(path, pattern.sub(lambda _: line, text, count=1))
        elif text.startswith("---\n"):
            self.write(path, f"---\n{line}{text.removeprefix('---' + chr(10))}")
        else:
            self.write(path, text + line)

    def toggle_key(self, path: str, key: str, value: str) -> None:
        """Set a key that is not there, take out one that is."""
        self.set_key(path, key, value if self.key(path, key) is None else None)

    def configure(self, jekyll: Mapping[str, str], sphinx: Mapping[str, object]) -> None:
        """Set values of ``_config.yml``, or of ``conf.py``."""
        if self.is_jekyll:
            for key, value in jekyll.items():
                self.set_key("_config.yml", key, value)
        else:
            for name, option in sphinx.items():
                self.append("conf.py", f"{name} = {option!r}\n")

    def toggle_option(self, name: str) -> None:
        """Give the command an option that it was not given, or no more."""
        if self.options.pop(name, None) is None:
            self.options[name] = ""

    def key(self, path: str, key: str) -> str | None:
        """Return the value of a key in front matter."""
        found = re.search(rf"^{re.escape(key)}: (.*)$", self.read(path), re.MULTILINE)
        return found[1] if found else None


def assert_same(ours: Output, theirs: Output) -> None:
    """Assert that two folders hold the same files, byte for byte."""
    extra, missing = ours.files.keys() - theirs.files, theirs.files.keys() - ours.files
    assert not extra, f"left over: {sorted(extra)}"
    assert not missing, f"missing: {sorted(missing)}"
    stale = sorted(name for name in ours.files if ours.files[name] != theirs.files[name])
    assert not stale, f"stale: {stale}"
    left = ours.folders - theirs.folders
    assert not left, f"folders left over: {sorted(left)}"


def assert_rewritten_where_changed(before: Output, after: Output) -> None:
    """Assert that a page has a new time if, and only if, it has new bytes."""
    pages = [name for name in before.files.keys() & after.files if name.endswith(".html")]
    changed = {name for name in pages if before.files[name] != after.files[name]}
    rewritten = {name for name in pages if before.times[name] != after.times[name]}
    assert not rewritten - changed, f"written to no effect: {sorted(rewritten - changed)}"
    assert not changed - rewritten, f"changed under an old time: {sorted(changed - rewritten)}"
