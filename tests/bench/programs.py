"""The programs that are measured: how each wants its articles, and how it is called."""

from __future__ import annotations

import shutil
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar

from archives import Archive, Copy, lay_out, lay_out_articles

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

_JEKYLL_CONFIG = "plugins: []\ntheme: false\n"

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

    def __init__(self, folder: Path, jobs: int) -> None:
        self.folder, self.jobs = folder, str(jobs)
        self.source, self.out, self.cache = folder / "source", folder / "out", folder / "cache"

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


class PlainSphinx(Program):
    """Sphinx, MyST and Furo, without Broadsheet; see ``plain_conf.py``."""

    name = "plain Sphinx"

    def lay_out(self, archive: Archive, copies: Sequence[Copy]) -> None:
        """Write the articles, a configuration and a front page."""
        lay_out_articles(archive, copies, self.source)
        shutil.copyfile(Path(__file__).with_name("plain_conf.py"), self.source / "conf.py")
        _write(self.source / "plain-sphinx.md", "# Plain Sphinx\n")

    def command(self, *, fresh: bool) -> list[str]:
        """Call Sphinx; what it remembers has been removed for a fresh build."""
        build = [self.executable, "-m", "sphinx", "-b", "html", "-j", self.jobs]
        return [*build, "-d", str(self.cache), str(self.source), str(self.out)]


class Jekyll(Program):
    """Jekyll, with bare layouts and no plugin, as most archives need some that are not here."""

    name = "Jekyll"
    executable = "jekyll"

    def lay_out(self, archive: Archive, copies: Sequence[Copy]) -> None:
        """Write the articles, what they may draw on, and layouts."""
        lay_out_articles(archive, copies, self.source)
        for folder in ("_data", "_includes"):
            if (archive.root / folder).is_dir():
                shutil.copytree(archive.root / folder, self.source / folder)
        if (archive.root / "_config.yml").is_file():
            shutil.copyfile(archive.root / "_config.yml", self.source / "_config.yml")
        for layout in ("default", "home", "page", "post"):
            _write(self.source / "_layouts" / f"{layout}.html", _JEKYLL_PAGE)
        _write(self.folder / "bare.yml", _JEKYLL_CONFIG)

    def command(self, *, fresh: bool) -> list[str]:
        """Call Jekyll, which builds everything every time."""
        configs = [self.source / "_config.yml", self.folder / "bare.yml"]
        named = ",".join(str(path) for path in configs if path.is_file())
        build = [self.executable, "build", "--safe", "--config", named]
        return [*build, "--source", str(self.source), "--destination", str(self.out)]

    def forget(self) -> None:
        """Remove Jekyll's cache too, which it keeps beside the source."""
        super().forget()
        shutil.rmtree(self.source / ".jekyll-cache", ignore_errors=True)


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

    def command(self, *, fresh: bool) -> list[str]:
        """Call Hugo, which builds everything every time."""
        build = [self.executable, "--source", str(self.source)]
        return [*build, "--destination", str(self.out), "--cacheDir", str(self.cache)]

    def article(self, path: str) -> Path:
        """Return the file of an article."""
        return self.source / "content" / path


def others() -> Iterable[type[Program]]:
    """Give the programs besides Sphinx that are installed here."""
    return [program for program in (Jekyll, Hugo) if shutil.which(program.executable)]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
