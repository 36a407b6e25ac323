"""Files of a Jekyll repository that are copied as they stand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.util.osutil import copyfile

from broadsheet.model import Problem, Subtype
from broadsheet.publication.builders import PublicationBuilder
from broadsheet.publication.problems import report

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def copy(app: Sphinx, exception: Exception | None) -> None:
    """Copy those that changed; a file that cannot be copied is named, the others follow."""
    builder = app.builder
    if exception is not None or not isinstance(builder, PublicationBuilder):
        return
    root = Path(app.srcdir)
    for path, address in builder.domain.layout.static.items():
        target = Path(app.outdir) / address
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            copyfile(root / path, target, force=True)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            message = f"the file cannot be copied: {reason}; left out"
            report([Problem(path=path, subtype=Subtype.SOURCE, message=message)], root)
