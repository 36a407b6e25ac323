"""What a command accepts as SOURCE."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from broadsheet.command.refusal import Refusal
from broadsheet.sources import jekyll

CONF = "conf.py"


def kind_of(source: Path) -> Literal["jekyll", "sphinx"]:
    """Tell a Jekyll repository from a Sphinx project; refuse what is neither."""
    if not source.is_dir():
        found = "is a file" if source.exists() else "does not exist"
        message = f"{source} {found} (expected a Jekyll repository or a Sphinx project)"
        raise Refusal(message)
    try:
        empty = not any(source.iterdir())
    except OSError as error:
        message = f"{source} cannot be read: {error.strerror}"
        raise Refusal(message) from error
    if empty:
        message = f"{source} is empty (expected a Jekyll repository or a Sphinx project)"
        raise Refusal(message)
    if (source / CONF).is_file():
        return "sphinx"
    if jekyll.is_jekyll(source):
        return "jekyll"
    message = (
        f"{source} holds no publication"
        " (expected _config.yml or _posts of a Jekyll repository, or a conf.py)"
    )
    raise Refusal(message)


def has_conf(source: Path) -> bool:
    """Tell whether a Sphinx project has its configuration there."""
    return (source / CONF).is_file()
