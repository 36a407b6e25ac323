"""Files of a Jekyll repository that are copied as they stand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

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
    root, static = Path(app.srcdir), builder.domain.layout.static
    builder.staging.expect("static files", static.values(), others=builder.store.former)
    for path, address in static.items():
        try:
            builder.staging.copy(root / path, address, mode=True)
        except OSError as error:
            builder.staging.remove(address)
            reason = error.strerror or type(error).__name__
            message = f"the file cannot be copied: {reason}; left out"
            report([Problem(path=path, subtype=Subtype.SOURCE, message=message)], root)
