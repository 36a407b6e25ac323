"""What a template may ask of the publication that it is rendered in."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import NamedTuple, Protocol


class Taken(NamedTuple):
    """A file that a template takes in."""

    path: str  #: relative to the source folder
    text: str


class Host(Protocol):
    """Answers; where there is none to give, a :class:`KeyError` says why."""

    @property
    def zone(self) -> tzinfo:
        """The time zone of the site."""

    @property
    def url(self) -> str:
        """The address of the host, no slash at the end."""

    @property
    def baseurl(self) -> str:
        """The path of the site at its host: "" or ``/base``."""

    def now(self) -> datetime:
        """Return the moment of the build."""

    def markdown(self, text: str) -> str:
        """Return the HTML of a text in the Markdown of the site."""

    def included(self, name: str) -> Taken:
        """Return a file of ``_includes``."""

    def included_relative(self, name: str) -> Taken:
        """Return a file beside the article, or below its folder."""

    def post_url(self, name: str) -> str:
        """Return the address below the base path of the post ``2025-11-05-name``."""

    def link(self, path: str) -> str:
        """Return the same of the article, page or file that *path* names."""
