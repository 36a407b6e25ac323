"""Tokens written as MyST, by mdformat with renderers of ours."""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING, Any

from mdformat.renderer import MDRenderer

from broadsheet.command.import_.text import blocks, spans
from broadsheet.command.import_.text.settings import KEY, Settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markdown_it.token import Token
    from mdformat.renderer.typing import Render


class _Extension:
    """Our renderers, as mdformat takes them from its plug-ins."""

    RENDERERS: Mapping[str, Render] = {**spans.RENDERERS, **blocks.RENDERERS}


def write(tokens: Sequence[Token], settings: Settings) -> str:
    """Return blocks as MyST, without a line feed at the end."""
    options: dict[str, Any] = {"mdformat": {}, "parser_extension": [_Extension], KEY: settings}
    return MDRenderer().render(tokens, options, {}, finalize=False)


def write_note(label: str, tokens: Sequence[Token], settings: Settings) -> str:
    """Return a footnote with its blocks."""
    text = indent(write(tokens, settings), "    ")
    if tokens and tokens[0].type != "paragraph_open":
        # behind the label a block begins a column farther in than its other lines
        return f"[^{label}]:\n{text}".rstrip()
    return f"[^{label}]: {text.lstrip()}".rstrip()
