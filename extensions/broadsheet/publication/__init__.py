"""The Sphinx side: configuration, catalogue, parser, domain and builders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

PACKAGE = Path(__file__).resolve().parent.parent


def add_assets(app: Sphinx, config: Config) -> None:
    """Add our templates and style sheet to the user's, which come first."""
    config.templates_path = [*config.templates_path, str(PACKAGE / "templates")]
    config.html_static_path = [*config.html_static_path, str(PACKAGE / "static")]
    app.add_css_file("broadsheet.css", priority=650)  # after Furo's extensions (600)
