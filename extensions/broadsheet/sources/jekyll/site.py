"""Read the configuration of a Jekyll site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from os.path import realpath
from pathlib import Path, PurePosixPath
from typing import Any

from broadsheet.model import Problem, Subtype
from broadsheet.sources.dates import parse_timezone
from broadsheet.sources.folders import is_file
from broadsheet.sources.jekyll.data import Keys, Loaded, load
from broadsheet.sources.kramdown.config import from_config
from broadsheet.sources.kramdown.formulas import with_formulas
from broadsheet.sources.kramdown.options import KramdownOptions
from broadsheet.sources.permalinks import fault_of

_CONFIGS = ("_config.yml", "_config.yaml", "_config.toml")  # Jekyll takes the first it finds
_DATA_SUFFIXES = (".yaml", ".yml", ".json")  # the later wins (lib/jekyll/readers/data_reader.rb)
_AUTHOR_KEYS = ("key", "id", "slug", "username", "name")  # of the items of a list of authors
_OLD_TYPES = {"page": "pages", "post": "posts", "draft": "drafts"}  # Jekyll 2 wrote the first
_COMMONMARK = frozenset(("commonmark", "commonmarkghpages", "gfm"))  # plug-ins for CommonMark
_LABEL_CHARS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")

#: What Jekyll leaves out whatever a site says (lib/jekyll/configuration.rb, DEFAULT_EXCLUDES).
DEFAULT_EXCLUDES = (
    ".sass-cache", ".jekyll-cache", "gemfiles", "Gemfile", "Gemfile.lock", "node_modules",
    "vendor/bundle/", "vendor/cache/", "vendor/gems/", "vendor/ruby/",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class JekyllCollection:
    """A collection as ``_config.yml`` describes it."""

    name: str
    title: str
    folder: str  #: relative to the source folder, with ``collections_dir``
    output: bool = False  #: Jekyll writes its pages
    permalink: str = ""  #: pattern; "" when the collection names none


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Front matter for every file in a folder or of a type (an entry of ``defaults``)."""

    path: str = ""  #: prefix or glob, as written; "" for all
    type: str = ""  #: ``pages``, ``posts``, ``drafts`` or a collection; "" for all
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class JekyllSite:
    """What Broadsheet needs of ``_config.yml``, with Jekyll's defaults where it is silent."""

    title: str = ""
    description: str = ""
    url: str = ""  #: no slash at the end
    baseurl: str = ""  #: "" or ``/base``
    timezone: str = "UTC"  #: a name that is known
    language: str = "en"
    collections: tuple[JekyllCollection, ...]  #: ``posts`` first
    collections_dir: str = ""  #: no slash at either end
    defaults: tuple[Scope, ...] = ()
    permalink: str = "date"  #: a named style or a pattern
    excerpt_separator: str = "\n\n"
    exclude: tuple[str, ...] = DEFAULT_EXCLUDES
    include: tuple[str, ...] = (".htaccess",)
    future: bool = False
    unpublished: bool = False
    show_drafts: bool = False
    markdown_ext: tuple[str, ...] = (".markdown", ".mkdown", ".mkdn", ".mkd", ".md")
    #: None where articles are CommonMark
    kramdown: KramdownOptions | None = field(default_factory=KramdownOptions)
    data_dir: str = "_data"
    destination: str = "_site"
    author: Any = None  #: of the site: a text, a mapping or None
    authors: Mapping[str, Any] = field(default_factory=dict)  #: ``_data/authors``, as written
    raw: Mapping[str, Any] = field(default_factory=dict)  #: the whole configuration


def is_jekyll(root: Path) -> bool:
    """Tell whether a folder is a Jekyll repository: a configuration, or a ``_posts`` folder."""
    return any((root / name).is_file() for name in _CONFIGS) or (root / "_posts").is_dir()


def read_site(root: Path) -> tuple[JekyllSite, tuple[Problem, ...]]:
    """Read the configuration of a site; what is faulty takes Jekyll's default and a problem."""
    name = next((name for name in _CONFIGS if (root / name).is_file()), "")
    if not name:
        problem = Problem(
            path=_CONFIGS[0],
            subtype=Subtype.SITE,
            message="there is no configuration (expected _config.yml, .yaml or .toml); "
            "using Jekyll's defaults",
        )
        # Jekyll builds a folder of posts without one, too
        problems = [] if (root / "_posts").is_dir() else [problem]
        reading = _Reading(path=_CONFIGS[0], loaded=Loaded(value={}), problems=problems)
    else:
        reading = _Reading(path=name, loaded=load(root / name), problems=[])
    site = _site(root, reading)
    return site, tuple(reading.problems)


def titlecased(name: str) -> str:
    """Make a title of a name: ``field_notes`` is "Field Notes"."""
    words = name.replace("_", " ").replace("-", " ").split()
    return " ".join(word[:1].upper() + word[1:] for word in words)


@dataclass(slots=True)
class _Reading:
    """A configuration under way: its typed getters note what they cannot use."""

    path: str
    loaded: Loaded
    problems: list[Problem]
    values: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        value = self.loaded.value
        if self.loaded.fault:
            self.report(f"{self.loaded.fault}; using Jekyll's defaults", line=self.loaded.line)
        elif isinstance(value, dict):
            self.values = {str(key): item for key, item in value.items()}
        elif value is not None:
            self.report(f"is {_kind(value)}, expected a mapping; using Jekyll's defaults", line=1)

    def report(self, message: str, *keys: str | int, line: int = 0) -> None:
        place: Keys = keys
        line = line or self.loaded.lines.get(place, 0)
        problem = Problem(path=self.path, line=line, subtype=Subtype.SITE, message=message)
        self.problems.append(problem)

    def text(self, *keys: str, default: str = "") -> str:
        """Give the first of some keys that says something, as a text."""
        for key in keys:
            value = self.values.get(key)
            if isinstance(value, (str, int, float, date)) and not isinstance(value, bool):
                return str(value)
            if value is not None and value is not False:
                self.wrong(key, value, "a text", default)
        return default

    def flag(self, key: str) -> bool:
        """Give a switch; everything but ``false`` and nothing is true, as in Ruby."""
        return _is_true(self.values.get(key))

    def texts(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """Give a list of texts; one text is a list of one."""
        value = self.values.get(key)
        if value is None:
            return default
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list):
            self.wrong(key, value, "a list", default)
            return default
        if odd := [item for item in value if not _is_scalar(item) or not str(item).strip("/")]:
            self.report(f"{key}: {odd[0]!r} matches no file; it is left out", key)
        return tuple(str(item) for item in value if item not in odd)

    def folder(self, key: str, default: str) -> str:
        """Give a folder below the source folder, no slash at either end."""
        value = self.text(key, default=default)
        parts = [part for part in value.split("/") if part not in {"", "."}]
        if ".." in parts or "\0" in value:
            self.report(f"{key}: {value!r} leaves the source folder; using {default!r}", key)
            return default
        return "/".join(parts)

    def zone(self, key: str) -> str:
        """Give the name of a time zone that is known."""
        name = self.text(key, default="UTC")
        if parse_timezone(name) is not None:
            return name
        self.report(f"{key} {name!r} is unknown (expected e.g. Asia/Hong_Kong); using UTC", key)
        return "UTC"

    def check_permalink(self, pattern: str, *place: str | int) -> None:
        """Report a placeholder of a pattern that has no value."""
        if fault := fault_of(pattern):
            self.report(f"permalink {pattern[:80]!r} {fault}; it stays as it is", *place)

    def wrong(self, key: str, value: Any, expected: str, used: object) -> None:
        then = f"using {used!r}" if used else "it is ignored"
        self.report(f"{key} is {_kind(value)}, expected {expected}; {then}", key)


def _site(root: Path, reading: _Reading) -> JekyllSite:
    collections_dir = reading.folder("collections_dir", "")
    data_dir = reading.folder("data_dir", "_data")
    if (folder := reading.text("source").strip("./")) and (root / folder).is_dir():
        message = f"source is {folder!r}, which is not followed (expected nothing)"
        reading.report(f"{message}; to build it, put this file into that folder", "source")
    return JekyllSite(
        title=reading.text("title", "name"),
        description=" ".join(reading.text("description").split()),
        url=reading.text("url").rstrip("/"),
        baseurl=_baseurl(reading.text("baseurl")),
        timezone=reading.zone("timezone"),
        language=reading.text("lang", "locale", "language", default="en").replace("_", "-"),
        collections=_collections(reading, collections_dir),
        collections_dir=collections_dir,
        defaults=_scopes(reading),
        permalink=_permalink(reading),
        excerpt_separator=reading.text("excerpt_separator", default="\n\n"),
        exclude=_joined(reading.texts("exclude", ()), DEFAULT_EXCLUDES),
        include=reading.texts("include", (".htaccess",)),
        future=reading.flag("future"),
        unpublished=reading.flag("unpublished"),
        show_drafts=reading.flag("show_drafts"),
        markdown_ext=_suffixes(reading),
        kramdown=_kramdown(reading),
        data_dir=data_dir,
        destination=_destination(reading),
        author=_author(reading),
        authors=_authors(root, data_dir, reading.problems),
        raw=reading.values,
    )


def _permalink(reading: _Reading) -> str:
    permalink = reading.text("permalink", default="date")
    reading.check_permalink(permalink, "permalink")
    return permalink


def _baseurl(text: str) -> str:
    inside = text.strip("/")
    return f"/{inside}" if inside else ""


def _joined(some: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*some, *others]))


def _suffixes(reading: _Reading) -> tuple[str, ...]:
    """Read ``markdown_ext``: ``markdown,md`` is ``(".markdown", ".md")``."""
    default = ("markdown", "mkdown", "mkdn", "mkd", "md")
    words = ",".join(reading.texts("markdown_ext", default)).split(",")
    cleaned = [word.strip().lower().lstrip(".") for word in words]
    return tuple(f".{word}" for word in cleaned if word) or tuple(f".{word}" for word in default)


def _kramdown(reading: _Reading) -> KramdownOptions | None:
    """Read ``markdown``, and what ``kramdown`` says of it (lib/jekyll/converters/markdown.rb)."""
    name = reading.text("markdown", default="kramdown")
    if name.lower() in _COMMONMARK:
        return None
    if name.lower() != "kramdown":
        message = f"markdown: {name!r} is unknown (expected kramdown or CommonMark)"
        reading.report(f"{message}; using kramdown", "markdown")
    options = from_config(
        reading.values.get("kramdown"),
        lambda message, key: reading.report(message, *filter(None, ("kramdown", key))),
    )
    return with_formulas(options, reading.values)


def _destination(reading: _Reading) -> str:
    """Give the output folder relative to the source folder; "" when it is elsewhere."""
    value = reading.text("destination", default="_site")
    parts = [part for part in value.split("/") if part not in {"", "."}]
    return "" if value.startswith("/") or ".." in parts else "/".join(parts)


def _author(reading: _Reading) -> Any:
    value = reading.values.get("author")
    if isinstance(value, list):
        reading.wrong("author", value, "a text or a mapping", None)
        return None
    return value


def _collections(reading: _Reading, collections_dir: str) -> tuple[JekyllCollection, ...]:
    """Read ``collections``, a list or a mapping; ``posts`` is always one of them.

    The rules are those of lib/jekyll/configuration.rb (add_default_collections) and
    lib/jekyll/collection.rb (sanitize_label, relative_directory).
    """
    value = reading.values.get("collections")
    if isinstance(value, list):
        value = {item: None for item in value if _is_scalar(item)}
    elif not isinstance(value, dict):
        if value is not None:
            reading.wrong("collections", value, "a list or a mapping", None)
        value = {}
    described = {"posts": {}} | {str(key): item for key, item in value.items()}
    found: dict[str, JekyllCollection] = {}
    for label, metadata in described.items():
        collection = _collection(reading, label, metadata, collections_dir)
        found.setdefault(collection.name, collection)
    found.pop("", None)
    return tuple(found.values())


def _collection(
    reading: _Reading, label: str, metadata: Any, collections_dir: str
) -> JekyllCollection:
    name = "".join(char for char in label if char in _LABEL_CHARS)
    if name != label:
        said = f"read as {name!r}" if name else "left out"
        message = f"collections: {label!r} holds more than letters, digits, '_', '-', '.'; {said}"
        reading.report(message, "collections", label)
    if metadata is not None and not isinstance(metadata, dict):
        message = f"collections: {label!r} is {_kind(metadata)}, expected a mapping; it is empty"
        reading.report(message, "collections", label)
    described = metadata if isinstance(metadata, dict) else {}
    title, permalink = described.get("title"), described.get("permalink")
    pattern = str(permalink) if _is_scalar(permalink) else ""
    reading.check_permalink(pattern, "collections", label)
    return JekyllCollection(
        name=name,
        title=str(title) if _is_scalar(title) else titlecased(name),
        folder=f"{collections_dir}/_{name}" if collections_dir else f"_{name}",
        output=name == "posts" or _is_true(described.get("output")),
        permalink=pattern,
    )


def _scopes(reading: _Reading) -> tuple[Scope, ...]:
    value = reading.values.get("defaults")
    if value is None:
        return ()
    if not isinstance(value, list):
        reading.wrong("defaults", value, "a list", None)
        return ()
    scopes = (_scope(reading, index, item) for index, item in enumerate(value))
    return tuple(scope for scope in scopes if scope)


def _scope(reading: _Reading, index: int, item: Any) -> Scope | None:
    """Read an entry of ``defaults`` (lib/jekyll/frontmatter_defaults.rb, valid?)."""
    if not isinstance(item, dict) or not isinstance(item.get("values"), dict):
        message = f"defaults: entry {index + 1} has no mapping `values`; it is left out"
        reading.report(message, "defaults", index)
        return None
    scope = item.get("scope")
    if scope is not None and not isinstance(scope, dict):
        message = f"defaults: `scope` of entry {index + 1} is {_kind(scope)}, expected a mapping"
        reading.report(f"{message}; the entry is left out", "defaults", index)
        return None
    path, type_ = (scope or {}).get("path"), str((scope or {}).get("type") or "")
    permalink = item["values"].get("permalink")
    if isinstance(permalink, str) and type_ not in {"page", "pages"}:
        reading.check_permalink(permalink, "defaults", index)
    return Scope(
        path=path if isinstance(path, str) else "",
        type=_OLD_TYPES.get(type_, type_),
        values={str(key): value for key, value in item["values"].items()},
    )


def _authors(root: Path, data_dir: str, problems: list[Problem]) -> Mapping[str, Any]:
    """Read ``_data/authors.yml`` and its like, or a folder with a file for each author."""
    authors: dict[str, Any] = {}
    for suffix in _DATA_SUFFIXES:
        name = f"{data_dir}/authors{suffix}"
        if is_file(root / name):
            authors = _registry(name, _loaded(root, name, problems).value, problems)
    for name in _names(root / data_dir / "authors"):
        file = PurePosixPath(name)
        if file.suffix in _DATA_SUFFIXES:
            authors[file.stem] = _loaded(root, f"{data_dir}/authors/{name}", problems).value
    return authors


def _names(folder: Path) -> list[str]:
    try:
        return sorted(path.name for path in folder.iterdir() if is_file(path))
    except OSError:  # there is none
        return []


def _registry(name: str, value: Any, problems: list[Problem]) -> dict[str, Any]:
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        return dict(_keyed(item) for item in value)
    if isinstance(value, dict):
        return {str(key): item for key, item in value.items()}
    if value is not None:
        message = f"is {_kind(value)}, expected a mapping of authors; no author is read from it"
        problems.append(Problem(path=name, line=1, subtype=Subtype.AUTHOR, message=message))
    return {}


def _keyed(item: dict[Any, Any]) -> tuple[str, Any]:
    return next((str(item[key]) for key in _AUTHOR_KEYS if _is_scalar(item.get(key))), ""), item


def _loaded(root: Path, name: str, problems: list[Problem]) -> Loaded:
    """Load a file of data, unless a link leads out of the source folder."""
    target = Path(realpath(root / name))
    inside = target.is_relative_to(realpath(root))
    loaded = load(target) if inside else Loaded(fault="is a link out of the source folder")
    if loaded.fault:
        message = f"{loaded.fault}; no author is read from it"
        problem = Problem(path=name, line=loaded.line, subtype=Subtype.AUTHOR, message=message)
        problems.append(problem)
    return loaded


def _is_true(value: Any) -> bool:
    return value is not None and value is not False


def _is_scalar(value: Any) -> bool:
    return isinstance(value, (str, int, float)) and not isinstance(value, bool) and value != ""


def _kind(value: Any) -> str:
    names = {dict: "a mapping", list: "a list", str: "a text", bool: "true or false"}
    return names.get(type(value), repr(value))
