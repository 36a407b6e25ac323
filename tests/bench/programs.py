"""The programs that are measured: how each wants its articles, and how it is called."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

from archives import Archive, Copy, lay_out, lay_out_articles
from processes import Failed

from broadsheet.sources import jekyll

#: As little as a page of an article can be.
_PAGE = (
    '<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{title}</title></head>\n'
    "<body><h1>{title}</h1>\n{body}\n</body></html>\n"
)
_JEKYLL_PAGE = _PAGE.format(title="{{ page.title | escape }}", body="{{ content }}")
_HUGO_PAGE = _PAGE.format(title="{{ .Title }}", body="{{ .Content }}")
_HUGO_LIST = _PAGE.format(
    title="{{ .Title }}",
    body='{{ range .Pages }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>\n{{ end }}',
)

#: Folders of a Jekyll repository that its articles may draw on.
_DATA = ("_data", "_includes")
_LOOKS = ("_layouts", "_plugins", "_sass", "assets")

_HUGO_CONFIG = """\
baseURL = "https://example.org/"
disableKinds = ["taxonomy", "term", "RSS", "sitemap", "404"]
[markup.goldmark.renderer]
unsafe = true
"""


class Program(ABC):
    """A program with a folder of its own: ``source/``, ``out/`` and ``cache/``."""

    name: ClassVar[str]
    executable: ClassVar[str] = sys.executable
    once: ClassVar[bool] = False  #: too slow for every run

    def __init__(self, folder: Path, jobs: int) -> None:
        self.folder, self.jobs = folder, str(jobs)
        self.source, self.out, self.cache = folder / "source", folder / "out", folder / "cache"
        self.remark = ""  #: a sentence on how it was run, known once the articles are laid out

    @abstractmethod
    def lay_out(self, archive: Archive, copies: Sequence[Copy]) -> None:
        """Write the articles, and what the program needs besides, below ``source/``."""

    @abstractmethod
    def command(self, *, fresh: bool) -> list[str]:
        """Return the command that builds, from nothing or on top of the last build."""

    def article(self, path: str) -> Path:
        """Return the file of an article."""
        return self.source / path

    def forget(self) -> None:
        """Remove what the last build left."""
        for folder in (self.out, self.cache):
            shutil.rmtree(folder, ignore_errors=True)


class Broadsheet(Program):
    """``broadsheet build``, on the repository as it is."""

    name = "Broadsheet"

    def lay_out(self, archive: Archive, copies: Sequence[Copy]) -> None:
        """Copy the repository."""
        lay_out(archive, copies, self.source)

    def command(self, *, fresh: bool) -> list[str]:
        """Call the command of the package that this Python has."""
        build = [self.executable, "-m", "broadsheet.command", "build", "-j", self.jobs]
        return [*build, str(self.source), str(self.out), *["--clean"] * fresh]

    def server(self) -> list[str]:
        """Return the command that builds and serves."""
        serve = [self.executable, "-m", "broadsheet.command", "serve", "-j", self.jobs]
        return [*serve, "--port", "0", str(self.source), str(self.out)]


class PlainSphinx(Program):
    """Sphinx, MyST and Furo, without Broadsheet; see ``plain_conf.py``."""

    name = "plain Sphinx"
    once = True

    def lay_out(self, archive: Archive, copies: Sequence[Copy]) -> None:
        """Write the articles, a configuration and a front page."""
        lay_out_articles(archive, copies, self.source)
        shutil.copyfile(Path(__file__).with_name("plain_conf.py"), self.source / "conf.py")
        _write(self.source / "plain-sphinx.md", "# Plain Sphinx\n")

    def command(self, *, fresh: bool) -> list[str]:
        """Call Sphinx; what it remembers has been removed for a fresh build."""
        build = [self.executable, "-m", "sphinx", "-b", "html", "-j", self.jobs]
        return [*build, "-d", str(self.cache), str(self.source), str(self.out)]


class SerialSphinx(PlainSphinx):
    """The same in one process: the CPU time that the articles cost Sphinx."""

    name = "plain Sphinx, serial"

    def __init__(self, folder: Path, jobs: int) -> None:
        super().__init__(folder, 1)


class Jekyll(Program):
    """Jekyll, with the layouts, the theme and the plugins of the repository, where installed."""

    name = "Jekyll"
    executable = "jekyll"
    options: ClassVar[tuple[str, ...]] = ()

    def lay_out(self, archive: Archive, copies: Sequence[Copy]) -> None:
        """Write the articles and what they draw on; no hand-written page, and no Gemfile.

        Raises :class:`Failed` where that would give pages without a layout.
        """
        lay_out_articles(archive, copies, self.source)
        for name in (*_DATA, *_LOOKS):
            self.copy(archive, name)
        raw = jekyll.read_site(archive.root)[0].raw
        theme, plugins = raw.get("theme"), raw.get("plugins") or []
        known = [one for one in plugins if one in gems()]
        if theme not in gems():
            if not (self.source / "_layouts").is_dir():
                message = "the archive has no layouts, nor a theme that is installed"
                raise Failed(message)
            theme = False
        self.configure(archive, theme=theme, plugins=known)
        missing = ", ".join(str(one) for one in plugins if one not in known)
        self.remark = (
            f"theme: {theme or 'its own layouts'}; plugins: {', '.join(known) or 'none'}"
            f"{f'; not installed: {missing}' if missing else ''}"
        )

    def configure(self, archive: Archive, **others: object) -> None:
        """Copy the repository's configuration, and write what is to be otherwise."""
        self.copy(archive, "_config.yml")
        _write(self.folder / "others.yml", json.dumps(others))

    def copy(self, archive: Archive, name: str) -> None:
        """Copy a file or a folder of the repository, where it has it."""
        path = archive.root / name
        if path.is_dir():
            shutil.copytree(path, self.source / name, dirs_exist_ok=True)
        elif path.is_file():
            shutil.copyfile(path, self.source / name)

    def command(self, *, fresh: bool) -> list[str]:
        """Call Jekyll, which builds everything every time."""
        configs = [self.source / "_config.yml", self.folder / "others.yml"]
        named = ",".join(str(path) for path in configs if path.is_file())
        build = [self.executable, "build", *self.options, "--config", named]
        return [*build, "--source", str(self.source), "--destination", str(self.out)]

    def forget(self) -> None:
        """Remove Jekyll's cache too, which it keeps beside the source."""
        super().forget()
        shutil.rmtree(self.source / ".jekyll-cache", ignore_errors=True)


class BareJekyll(Jekyll):
    """Jekyll, with layouts that hold a title and the text, and no plugin: its least."""

    name = "Jekyll, bare"
    once = True
    options = ("--safe",)

    def lay_out(self, archive: Archive, copies: Sequence[Copy]) -> None:
        """Write the articles, what they may draw on, and layouts."""
        lay_out_articles(archive, copies, self.source)
        for name in _DATA:
            self.copy(archive, name)
        for layout in ("default", "home", "page", "post"):
            _write(self.source / "_layouts" / f"{layout}.html", _JEKYLL_PAGE)
        self.configure(archive, theme=False, plugins=[])


class Hugo(Program):
    """Hugo, with bare templates."""

    name = "Hugo"
    executable = "hugo"

    def lay_out(self, archive: Archive, copies: Sequence[Copy]) -> None:
        """Write the articles, a configuration and three templates."""
        lay_out_articles(archive, copies, self.source / "content")
        _write(self.source / "config.toml", _HUGO_CONFIG)
        for name, text in (("single", _HUGO_PAGE), ("list", _HUGO_LIST), ("home", _HUGO_LIST)):
            _write(self.source / "layouts" / "_default" / f"{name}.html", text)
        self.leave_out(copies)

    def leave_out(self, copies: Sequence[Copy]) -> None:
        """Remove the articles that Hugo refuses, for it would build nothing.

        Raises :class:`Failed` where they are most.
        """
        told = subprocess.run(
            self.command(fresh=True), capture_output=True, text=True, check=False
        ).stderr  # fmt: skip
        refused = [one.path for one in copies if str(self.article(one.path)) in told]
        if 2 * len(refused) > len(copies):
            message = f"it refuses {len(refused):,} of {len(copies):,} articles:\n{told}"
            raise Failed(message)
        for path in refused:
            self.article(path).unlink()
        if refused:
            self.remark = f"without {len(refused):,} articles that it refuses, such as {refused[0]}"

    def command(self, *, fresh: bool) -> list[str]:
        """Call Hugo, which builds everything every time."""
        build = [located(self.executable) or self.executable, "--source", str(self.source)]
        return [*build, "--destination", str(self.out), "--cacheDir", str(self.cache)]

    def article(self, path: str) -> Path:
        """Return the file of an article."""
        return self.source / "content" / path


#: What Broadsheet is compared with.
RIVALS = (Jekyll, BareJekyll, Hugo, SerialSphinx, PlainSphinx)


def located(executable: str) -> str | None:
    """Return the path of a program, None where it is not installed.

    A binary within a package of PyPI comes first: its script costs the start of Python.
    """
    package = find_spec(executable) if executable.isidentifier() else None
    for folder in (package and package.submodule_search_locations) or ():
        binary = Path(folder) / "binaries" / executable
        if binary.is_file():
            return str(binary)
    return shutil.which(executable)


@cache
def gems() -> frozenset[str]:
    """Name the Ruby packages that are installed."""
    command = [shutil.which("gem") or "true", "list", "--no-versions"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False)
    return frozenset(listed.stdout.split())


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
