"""The ``broadsheet_*`` options: each declared once, read through one typed object."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from myst_parser.config.main import MdParserConfig
from sphinx.errors import ConfigError

from broadsheet.model import HTML_ENDINGS, Collection
from broadsheet.sources import dates

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config


def _option(default: Any, *types: type, help: str, rebuild: Literal["", "env"] = "") -> Any:
    """Declare an option: its default, the types that it may have (by default its own), its help.

    *rebuild* is what a change makes Sphinx read again.
    """
    about = {"types": types or (type(default),), "help": help, "rebuild": rebuild}
    return field(default=default, metadata=about)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What ``conf.py`` says of the publication.

    Hardly an option rebuilds Sphinx's environment: what a page shows of them is in
    the digest of the page.
    """

    collections: Mapping[str, Any] | list[str] | tuple[str, ...] = _option(  # noqa: RUF009 - makes a field; its default is immutable
        ("articles",),
        dict,
        list,
        tuple,
        help="The collections: a list of folders, or a map of names to "
        '`{"folder": …, "title": …, "defaults": …}`, with defaults for the front matter.',
    )
    authors: str = _option(
        "authors.yml", help="The registry of authors, relative to the source folder."
    )
    description: str = _option(
        "",
        help="What the publication is, in a sentence: it stands below the title of the front page.",
    )
    menu: list[str] | tuple[str, ...] = _option(  # noqa: RUF009 - as above
        (),
        list,
        tuple,
        help="The hand-written pages that the sidebar names, by the names of their documents; "
        "those in a `toctree` of the root document stand there without it.",
    )
    timezone: str = _option("UTC", help="The time zone of dates that name none.")
    excerpt_separator: str = _option(
        "\n\n", help="Where the excerpt of an article ends, unless its front matter says."
    )
    page_size: int = _option(25, help="How many articles stand on a page of a listing.")
    date_format: str = _option(
        "d MMMM y", help="How dates are written: a pattern of Unicode's LDML."
    )
    front: str = _option(
        "",
        help="The page of the listing of all articles; by default `index` where no hand-written "
        "page has that name, `latest/index` where one has and there are several collections.",
    )
    series_from_names: bool = _option(
        False,
        help="Make a series of articles whose names differ only in a number at the end, if there "
        "are three or more: `trial-day-1`, `trial-day-2` and so on.",
    )
    wiki_links: bool = _option(
        False,
        rebuild="env",  # MyST's tokens differ
        help="Read `[[slug]]` and `[[slug|words]]` as references to articles.",
    )
    related: int = _option(
        4,
        help="How many articles that are about the same an article shows; with 0 only those that "
        "its front matter names.",
    )
    drafts: bool = _option(False, help="Publish drafts too.")
    future: bool = _option(False, help="Publish articles dated in the future too.")
    unlisted: bool = _option(
        False, help="Build what Jekyll's entry filter hides: addressable, listed nowhere."
    )
    now: str = _option(
        "",
        help="The moment of the build, instead of the clock's; decides what is future or expired.",
    )
    one_pass: bool = _option(
        True, help="Make each article's HTML page in one pass, outside Sphinx's environment."
    )
    figures: bool = _option(
        True,
        rebuild="env",  # MyST's tokens differ
        help="Make figures of pictures with a line of caption below them, in articles.",
    )
    myst_extensions: list[str] | tuple[str, ...] = _option(  # noqa: RUF009 - as above
        ("colon_fence", "deflist", "dollarmath"),
        list,
        tuple,
        rebuild="env",
        help="The extensions of MyST that articles have besides those in `myst_enable_extensions`; "
        "in a Jekyll repository they have none.",
    )
    linkcheck_days: int = _option(
        7, help="How many days `linkcheck` does not ask again for a link that it found working."
    )
    previews: bool = _option(
        True,
        help="Show what a link to an article leads to, and what a footnote says, where it is "
        "pointed at.",
    )
    jekyll: bool = _option(
        False, help="The source folder is a Jekyll repository; `_config.yml` is its configuration."
    )

    @property
    def syntax(self) -> frozenset[str]:
        """The extensions of MyST that articles have of their own."""
        return frozenset() if self.jekyll else frozenset(self.myst_extensions)

    @classmethod
    def from_config(cls, config: Config) -> Options:
        """Read the options of *config*, which :func:`check` has found right."""
        return cls(**{one.name: getattr(config, f"broadsheet_{one.name}") for one in fields(cls)})

    def moment(self, environ: Mapping[str, str]) -> datetime:
        """Return the moment of the build: the option, ``SOURCE_DATE_EPOCH``, the clock."""
        if self.now:
            moment = dates.parse_date(self.now, UTC)
            if moment is not None:
                return moment
        if epoch := environ.get("SOURCE_DATE_EPOCH"):
            try:
                return datetime.fromtimestamp(int(epoch), UTC)
            except (ValueError, OverflowError, OSError) as error:
                message = f"SOURCE_DATE_EPOCH is {epoch!r} (expected seconds since 1970)"
                raise ConfigError(message) from error
        return datetime.now(UTC)

    def named_collections(self) -> tuple[Collection, ...]:
        """Return the collections in the order in which they are written."""
        return tuple(
            Collection(
                name=name,
                folder=str(details.get("folder", name)).strip("/"),
                title=str(details.get("title", name.replace("-", " ").capitalize())),
            )
            for name, details in self._details().items()
        )

    def defaults(self, collection: str) -> Mapping[str, Any]:
        """Return the front matter that articles of *collection* have unless they say otherwise."""
        return dict(self._details()[collection].get("defaults") or {})

    def _details(self) -> Mapping[str, Mapping[str, Any]]:
        if isinstance(self.collections, Mapping):
            return {name: details or {} for name, details in self.collections.items()}
        return {name: {} for name in self.collections}


def register(app: Sphinx) -> None:
    """Make every option known to Sphinx."""
    for one in fields(Options):
        app.add_config_value(
            f"broadsheet_{one.name}",
            one.default,
            one.metadata["rebuild"],
            types=one.metadata["types"],
            description=one.metadata["help"],
        )


def check(app: Sphinx, config: Config) -> None:
    """List every mistake in the options, then refuse to build with them."""
    mistakes = list(_mistakes(config))
    if mistakes:
        lines = "\n".join(f"- {mistake}" for mistake in mistakes)
        message = f"{len(mistakes)} wrong in the configuration of broadsheet:\n{lines}"
        raise ConfigError(message)


def accept_pages_of_html(app: Sphinx, config: Config) -> None:
    """Have Sphinx read the pages that a Jekyll repository has in HTML: the parser knows them."""
    if config.broadsheet_jekyll:
        suffixes: Mapping[str, str] = config.source_suffix
        config.source_suffix = {**suffixes, **dict.fromkeys(HTML_ENDINGS, "markdown")}


def _mistakes(config: Config) -> list[str]:
    found: list[str] = []
    for one in fields(Options):
        name = f"broadsheet_{one.name}"
        value = getattr(config, name)
        if not isinstance(value, one.metadata["types"]):
            expected = " or ".join(kind.__name__ for kind in one.metadata["types"])
            found.append(f"{name} = {value!r} (expected {expected})")
    if found:
        return found
    options = Options.from_config(config)
    if options.page_size < 1:
        found.append(f"broadsheet_page_size = {options.page_size!r} (expected 1 or more)")
    if options.linkcheck_days < 0:
        found.append(f"broadsheet_linkcheck_days = {options.linkcheck_days!r} (expected 0 or more)")
    if options.related < 0:
        found.append(f"broadsheet_related = {options.related!r} (expected 0 or more)")
    if dates.parse_timezone(options.timezone) is None:
        found.append(f"broadsheet_timezone = {options.timezone!r} (expected e.g. 'Asia/Hong_Kong')")
    if options.now and dates.parse_date(options.now, UTC) is None:
        found.append(f"broadsheet_now = {options.now!r} (expected e.g. '2025-11-05 12:00 +0800')")
    odd = [one for one in options.myst_extensions if not _is_of_myst(one)]
    if odd:
        found.append(f"broadsheet_myst_extensions names {odd[0]!r} (expected e.g. ['dollarmath'])")
    names: Iterable[Any] = options.menu
    if odd := [one for one in names if not isinstance(one, str)]:
        found.append(f"broadsheet_menu names {odd[0]!r} (expected e.g. ['about'])")
    found += _collection_mistakes(options.collections)
    return found


def _is_of_myst(extension: Any) -> bool:
    """Tell whether MyST has an extension, which it would ask for each article."""
    try:
        MdParserConfig(enable_extensions={extension})
    except (TypeError, ValueError):
        return False
    return True


def _collection_mistakes(collections: Mapping[Any, Any] | Iterable[Any]) -> list[str]:
    expected = 'expected e.g. {"articles": {"title": "Articles", "folder": "articles"}}'
    given: Mapping[Any, Any]
    given = collections if isinstance(collections, Mapping) else dict.fromkeys(collections)
    return [
        f"broadsheet_collections: {name!r}: {value!r} ({expected})"
        for name, value in given.items()
        if not isinstance(name, str)
        or not name.strip("/")
        or ".." in name.split("/")
        or not isinstance(value or {}, Mapping)
        or not isinstance((value or {}).get("defaults") or {}, Mapping)
    ]
