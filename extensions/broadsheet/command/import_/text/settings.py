"""What the writers of blocks and spans go by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token
    from mdformat.renderer import RenderContext

#: The key among mdformat's options.
KEY = "broadsheet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a text is to be written."""

    extensions: frozenset[str]  #: of MyST, which the new project enables
    html: Callable[[Sequence[Token]], str]  #: gives the HTML of blocks
    labels: Mapping[str, str] = field(default_factory=dict)  #: new names of footnotes
    html_emphasis: bool = False  #: write ``<em>``: marks have been tried
    page: bool = False  #: a hand-written page, whose headings bear no ids of their own


def settings_of(context: RenderContext) -> Settings:
    """Return the settings of a rendering."""
    settings: Settings = context.options[KEY]
    return settings
