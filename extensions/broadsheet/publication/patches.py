"""The two functions of somebody else's that are replaced, as nothing else leads to them."""

from __future__ import annotations

import reprlib
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from docutils.frontend import get_default_settings
from docutils.utils import DependencyList
from myst_parser.mdit_to_docutils import base
from sphinx import events

if TYPE_CHECKING:
    from docutils.frontend import Values

#: The version of MyST of which it is known that it needs a copy, and no more.
MYST = "5.2."

#: The versions of Sphinx of which it is known that only a message for debugging is made of it.
SPHINX = ("9.0.", "9.1.")


def keep_settings() -> None:
    """Have docutils' settings worked out once, not for every text (6 % of a build).

    ``DocutilsRenderer.setup_render`` makes a document, with settings, for whoever gives it none;
    it makes it for everybody.
    """
    if version("myst-parser").startswith(MYST):
        base.get_default_settings = default_settings  # type: ignore[attr-defined] # an import of theirs


def shorten_messages() -> None:
    """Have no whole page written out for a message that nobody reads (2 % of a build).

    ``EventManager.emit`` takes ``repr`` of all that a listener is given, a page among it.
    """
    if version("sphinx").startswith(SPHINX):
        events.repr = reprlib.repr  # type: ignore[attr-defined] # instead of the builtin


def default_settings(*components: Any) -> Values:
    """Return what docutils' function of that name does, for the caller to change."""
    settings = _settings(*components).copy()
    settings.record_dependencies = DependencyList()
    return settings


@cache
def _settings(*components: Any) -> Values:
    return get_default_settings(*components)
