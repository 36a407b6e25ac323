"""The Sphinx side: configuration, catalogue, parser, domain and builders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

PACKAGE = Path(__file__).resolve().parent.parent

#: Our templates, which all builders of HTML find between the user's and the theme's.
TEMPLATES = PACKAGE / "templates"

#: Shows previews; not in the folder of all that is copied, as it may not be wanted.
PREVIEW_SCRIPT = PACKAGE / "scripts" / "broadsheet-previews.js"


def add_assets(app: Sphinx, config: Config) -> None:
    """Add our style sheet to the user's, which come first; and a script for some pages."""
    ours = [str(PACKAGE / "static")]
    if config.broadsheet_previews:
        ours.append(str(PREVIEW_SCRIPT))
    config.html_static_path = [*config.html_static_path, *ours]
    app.add_css_file("broadsheet.css", priority=650)  # after Furo's extensions (600)
