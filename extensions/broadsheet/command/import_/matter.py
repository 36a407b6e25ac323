"""The front matter of an article in the new project: the author's lines, and what they lack.

What an article has of its scopes, of folders and of its place in the repository has to stand in
its own front matter, or it would be another article.  So the new file is read as a build reads
it, and compared with the old one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import yaml

from broadsheet.command.import_.plan import address_of
from broadsheet.model import Problem, Subtype
from broadsheet.rules.article import Rules, read_article
from broadsheet.sources import front_matter

if TYPE_CHECKING:
    from broadsheet.model import Article, Found, Image

#: Where the new article differs in one of these, the key is written with what the value is made of.
_FACTS: Mapping[str, Callable[[Article], Any]] = {
    "title": lambda one: one.title,
    "slug": lambda one: one.slug,
    "date": lambda one: one.date.isoformat(sep=" ") if one.dated else None,
    "description": lambda one: one.description,
    "categories": lambda one: list(one.categories),
    "tags": lambda one: list(one.tags),
    "series": lambda one: one.series,
    "pin": lambda one: one.pinned,
    "unlisted": lambda one: not one.listed,
    "draft": lambda one: one.draft,
    "excerpt_separator": lambda one: one.excerpt_separator,
    "permalink": lambda one: f"/{escaped(address_of(one))}",
}


def escaped(address: str) -> str:
    """Return an address as a permalink that stands for itself."""
    return address.replace("%", "%25").replace(":", "%3A")


#: Keys of scopes that say nothing to the new project.
_UNWANTED = frozenset({"layout", "media_subpath", "img_path", "image"})
#: Keys that say the same as others, which would be added to what these say.
_SINGULARS = {"categories": "category", "tags": "tag"}


class Matter:
    """The lines of front matter, and the body below them."""

    def __init__(self, text: str, path: str) -> None:
        self.path = path
        matter = front_matter.parse(text, path)
        lines = text.split("\n")
        self.values, self.lines = matter.values, dict(matter.lines)
        self.body = "\n".join(lines[matter.body_line - 1 :])
        self.head = lines[: matter.body_line - 1]
        self.has_end = matter.body_line > 2

    def text(self, body: str) -> str:
        """Return the file with another body."""
        return "\n".join([*self.head, body]) if self.head else body

    def set(self, key: str, value: Any) -> None:
        """Write a key, in place of the lines that it has."""
        written = _dumped(key, value)
        if not self.has_end:
            self.head = ["---", "---"]
            self.has_end = True
        if other := _SINGULARS.get(key):
            self._write(other, [])
        self._write(key, written)

    def drop(self, key: str) -> None:
        """Take a key out."""
        if key in self.lines:
            self._write(key, [])

    def _write(self, key: str, lines: list[str]) -> None:
        start, end = self._place(key)
        self.head[start:end] = lines
        text = "\n".join([*self.head, ""])
        self.lines = dict(front_matter.parse(text, self.path).lines)

    def replace(self, key: str, old: str, new: str) -> None:
        """Change a word in the lines of a key, if it stands there once."""
        start, end = self._place(key)
        lines = self.head[start:end]
        if sum(line.count(old) for line in lines) == 1:
            self.head[start:end] = [line.replace(old, new) for line in lines]

    def _place(self, key: str) -> tuple[int, int]:
        """Return the lines of a key; before the last line where it has none."""
        last = len(self.head) - 1
        if key not in self.lines or self.lines[key] > last:
            return last, last
        start = self.lines[key] - 1
        after = [line - 1 for line in self.lines.values() if line - 1 > start]
        end = min([*after, last])
        while end > start + 1 and re.match(r"\s*(?:#|$)", self.head[end - 1]):
            end -= 1  # comments belong to what follows
        return start, end


def _dumped(key: str, value: Any) -> list[str]:
    """Return a key with its value, on a line of its own; a text of several has as many more."""
    if isinstance(value, str) and "\n" in value:
        lines = [f"{key}: |-", *(f"  {line}" if line else "" for line in value.split("\n"))]
        if _read_back("\n".join(lines)) == {key: value}:
            return lines
    text = yaml.safe_dump(
        [value], allow_unicode=True, default_flow_style=True, width=10**9, sort_keys=False
    )
    return [f"{key}: {str(text).strip()[1:-1]}"]


def _read_back(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return None


def settle(
    matter: Matter,
    old: Article,
    new: Found,
    rules: Rules,
    *,
    defaults: Mapping[str, Any],
    image: Callable[[str], str],
    withheld: bool,
) -> tuple[Problem, ...]:
    """Write what front matter lacks; return what cannot be had.

    *defaults* are those of the scopes that the article stands in, *image* gives the new path of
    an image, and what is *withheld* is not published in spite of what its front matter says.
    """
    for key, value in defaults.items():
        given = key in matter.values or (key in new.defaults and new.defaults[key] == value)
        if not given and key not in _UNWANTED:
            matter.set(key, value)
    for key in ("media_subpath", "img_path"):  # images have their whole paths now
        matter.drop(key)
    if withheld:
        matter.set("published", False)
    elif old.published and matter.values.get("published") is False:
        matter.set("published", True)  # as `unpublished` of a _config.yml had it
    wanted = _with_image(old, matter, image)
    for _ in range(4):  # one key may have an effect on another
        article = _read(matter, new, rules)
        missing = dict(_missing(article, wanted))
        if len(missing) > 1:
            missing.pop("permalink", None)  # the others may be what it lacks
        for key, value in missing.items():
            matter.set(key, value)
        if not missing:
            break
    return tuple(_faults(_read(matter, new, rules), wanted, matter))


def _with_image(old: Article, matter: Matter, image: Callable[[str], str]) -> Article:
    """Write the new path of the lead image."""
    if old.image is not None and old.image.shared:
        return old._replace(image=None)  # which no page shows
    if old.image is None or old.image.remote:
        return old
    wanted = old.image._replace(src=image(old.image.src))
    source = f"/{wanted.src}"
    value = matter.values.get("image", old.front_matter.get("image"))
    if isinstance(value, Mapping):
        key = next((key for key in ("path", "url", "src") if value.get(key)), "path")
        written = str(value.get(key, ""))
        changed: Any = {**value, key: source}
    else:
        written, changed = str(value), source
    if "image" in matter.values:
        matter.replace("image", written, source)
        if front_matter.parse(matter.text(""), matter.path).values.get("image") != changed:
            matter.set("image", changed)
    else:
        matter.set("image", changed)
    return old._replace(image=wanted)


def _read(matter: Matter, found: Found, rules: Rules) -> Article:
    return read_article(found, matter.text("").encode(), rules)[0]


def _missing(new: Article, old: Article) -> Iterator[tuple[str, Any]]:
    for key, value_of in _FACTS.items():
        value = value_of(old)
        if value is not None and value != value_of(new):
            yield key, value


def _faults(new: Article, old: Article, matter: Matter) -> Iterator[Problem]:
    others: Mapping[str, Callable[[Article], Any]] = {
        "author": lambda one: one.names,
        "image": lambda one: _place_of(one.image),
        "published": lambda one: one.published,
        "expiry_date": lambda one: one.expires,
        "redirect_from": lambda one: one.redirect_from,
        "redirect_to": lambda one: one.redirect_to,
    }
    for key, value_of in {**_FACTS, **others}.items():
        if value_of(new) != value_of(old) and not (key == "published" and not new.published):
            message = f"{key} is {value_of(new)!r} in the new project (it was {value_of(old)!r})"
            line = matter.lines.get(key, 1)
            yield Problem(path=old.path, line=line, subtype=Subtype.FRONT_MATTER, message=message)


def _place_of(image: Image | None) -> str:
    return image.src if image is not None else ""
