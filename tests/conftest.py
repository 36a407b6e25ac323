"""What the tests share: real builds, trees of files, the real archives, a real browser."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from jinja2 import Environment

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping

    from selenium.webdriver import Chrome
    from sphinx.application import Sphinx

ROOTS = Path(__file__).parent / "roots"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
MISSED = "NOT TESTED: "  #: begins the reason of a skip that the summary repeats


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """A finished build of a site."""

    app: Sphinx
    outdir: Path
    warnings: str  #: as they were printed; colours removed, paths relative to the site
    status: str  #: likewise


@pytest.fixture(scope="session", autouse=True)
def compiled_templates() -> Iterator[None]:
    """Compile a template once: a third of a small build's time goes into nothing else.

    As Jinja's own caches of bytecode do, by name, file and text; theirs end with each build.
    """
    real = Environment.compile
    kept: dict[tuple[Hashable, ...], Any] = {}

    def compile_once(
        self: Environment, source: Any, name: Any = None, filename: Any = None, **more: Any
    ) -> Any:
        if not isinstance(source, str):
            return real(self, source, name, filename, **more)
        key = source, name, filename, *more.items(), type(self), *self.extensions
        if key not in kept:
            kept[key] = real(self, source, name, filename, **more)
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Environment, "compile", compile_once)
        yield


@pytest.fixture(scope="session")
def build() -> Callable[..., Build]:
    """Build a site: ``build(srcdir)``; the options are those of :func:`build_site`."""
    return build_site


def build_site(
    srcdir: Path,
    *,
    builder: str = "html",
    outdir: Path | None = None,
    confoverrides: Mapping[str, Any] | None = None,
    parallel: int = 1,
    freshenv: bool = False,
    force_all: bool = False,
    tags: Iterable[str] = (),
) -> Build:
    """Run Sphinx in this process, into ``<srcdir>-<builder>`` unless told otherwise.

    The doctrees lie beside the output, so the same ``outdir`` again is an incremental build.
    """
    # Here, because tests without a site start faster without Sphinx.
    from sphinx import locale
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    outdir = outdir or srcdir.with_name(f"{srcdir.name}-{builder}")
    status, warning = StringIO(), StringIO()
    locale.translators.clear()  # or the language of the last build leaks into this one
    with patch_docutils(srcdir), docutils_namespace():
        app = Sphinx(
            srcdir=srcdir,
            confdir=srcdir,
            outdir=outdir,
            doctreedir=outdir.with_name(f"{outdir.name}.doctrees"),
            buildername=builder,
            confoverrides=dict(confoverrides or {}),
            status=status,
            warning=warning,
            freshenv=freshenv,
            parallel=parallel,
            tags=tuple(tags),
        )
        app.build(force_all=force_all)
    warnings, said = (
        COLOUR.sub("", stream.getvalue()).replace(f"{app.srcdir}{os.sep}", "")
        for stream in (warning, status)
    )
    return Build(app=app, outdir=outdir, warnings=warnings, status=said)


@pytest.fixture
def root(tmp_path: Path) -> Callable[[str], Path]:
    """Copy a site of ``tests/roots/``, free to be edited: ``root("name")``."""
    return lambda name: shutil.copytree(ROOTS / name, tmp_path / name)


@pytest.fixture(scope="session")
def write_tree() -> Callable[[Path, Mapping[str, str | bytes]], Path]:
    """Write files below a folder: ``write_tree(folder, {"posts/a.md": "..."})``."""

    def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return folder

    return write


@pytest.fixture(scope="session")
def tree() -> Callable[[Path], dict[str, bytes]]:
    """Read every file of a built site: ``tree(outdir) == tree(other)``."""

    def read(folder: Path) -> dict[str, bytes]:
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.name.startswith(".buildinfo")  # Sphinx's own notes
        }

    return read


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Give the folder of the real archives, one folder for each."""
    if not (folder := os.environ.get("BROADSHEET_CORPUS")):
        go_without("real archives: set BROADSHEET_CORPUS to their folder")
    if not Path(folder).is_dir():
        pytest.fail(f"BROADSHEET_CORPUS={folder} is no folder")
    return Path(folder)


@pytest.fixture(scope="session")
def browser() -> Iterator[Chrome]:
    """Start Chromium, without a window and without a network."""
    chromium = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    driver = shutil.which("chromedriver")
    if not (chromium and driver):
        if os.environ.get("CI") == "true":
            pytest.fail("CI=true, and there is no Chromium with chromedriver")
        go_without("browser tests: install Chromium and chromedriver")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in (
        "--headless=new",
        "--no-sandbox",  # which root and most containers cannot have; the pages are our own
        "--disable-dev-shm-usage",  # 64 MB in a container
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
        "--window-size=1280,900",
        "--enable-blink-features=PrefersReducedData",  # which a page may be asked for already
    ):
        options.add_argument(argument)
    with webdriver.Chrome(options, webdriver.ChromeService(driver)) as chrome:
        yield chrome


def go_without(what: str) -> NoReturn:
    """Skip the test, and say so again in the summary."""
    pytest.skip(f"{MISSED}{what}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses the browser or the archives, so that ``-m`` finds it."""
    for item in items:
        for name in {"browser", "corpus"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(name)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what this run went without, in whatever process."""
    reasons = {report.longrepr[2] for report in terminalreporter.stats.get("skipped", ())}
    for reason in sorted(reasons):
        _, missed, what = reason.partition(MISSED)
        if missed:
            terminalreporter.write_line(f"{missed}{what}", red=True, bold=True)
