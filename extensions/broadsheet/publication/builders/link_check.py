"""``linkcheck``: Sphinx's, which remembers for some days which links have been found working."""

from __future__ import annotations

import json
import time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.builders.linkcheck import (
    CheckExternalLinksBuilder,
    CheckResult,
    Hyperlink,
    _Status,
)
from sphinx.util import logging

from broadsheet.publication.domain import domain_of
from broadsheet.publication.output_files import replace_text
from broadsheet.rules.destinations import on_site

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

logger = logging.getLogger(__name__)

#: The file between runs, beside the doctrees: a link a line, added when it is known.
NAME = "broadsheet-links.jsonl"
DAY = 86_400  #: seconds

#: What is not asked again soon. A link that is broken may be mended by now, or the network.
_GOOD = frozenset({_Status.WORKING, _Status.REDIRECTED})


class LinkCheckBuilder(CheckExternalLinksBuilder):
    """Ask other sites whether they have what is linked to; retries and pauses are Sphinx's.

    An answer is written down as it comes, so a run that is interrupted is not lost.
    """

    def finish(self) -> None:
        """Check the links to other sites that have not been found working lately."""
        links = {uri: one for uri, one in self.hyperlinks.items() if self._is_elsewhere(uri)}
        known = {uri: one for uri, one in links.items() if uri in self._known}
        self.hyperlinks = {uri: one for uri, one in links.items() if uri not in known}
        replace_text(self._file, "".join(f"{json.dumps(one)}\n" for one in self._known.values()))
        super().finish()
        with Path(self.outdir, "output.json").open("a", encoding="utf-8") as self.json_outfile:
            for result in self._results(known):
                self.write_linkstat(_stat(result, self.env.doc2path(result.docname, False)))
        logger.info(
            "%d links to other sites: %d asked, %d found working in the last %d days",
            len(links),
            len(self.hyperlinks),
            len(known),
            self.config.broadsheet_linkcheck_days,
        )

    def process_result(self, result: CheckResult) -> None:
        """Report an answer, and remember a good one."""
        super().process_result(result)
        if result.status in _GOOD:
            kept = {"uri": result.uri, "time": time.time(), "status": result.status}
            kept |= {"code": result.code, "info": result.message}
            with self._file.open("a", encoding="utf-8") as file:
                file.write(f"{json.dumps(kept)}\n")

    def _is_elsewhere(self, uri: str) -> bool:
        """Tell whether another site is linked to: what is on this one, its build has told."""
        site = domain_of(self.env).layout.site.url
        return uri.startswith(("http://", "https://")) and on_site(uri, site) == uri

    @property
    def _file(self) -> Path:
        return Path(self.doctreedir, NAME)

    @cached_property
    def _known(self) -> Mapping[str, dict[str, Any]]:
        """The links that were found working lately; of a damaged line nothing is known."""
        since = time.time() - DAY * self.config.broadsheet_linkcheck_days
        try:
            lines = self._file.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return {}
        known: dict[str, dict[str, Any]] = {}
        for line in lines:
            try:
                kept = json.loads(line)
                if since < float(kept["time"]) <= time.time():
                    known[str(kept["uri"])] = {**kept, "status": _Status(kept["status"])}
            except (ValueError, KeyError, TypeError):
                continue
        return known

    def _results(self, known: Mapping[str, Hyperlink]) -> Iterator[CheckResult]:
        for uri, link in known.items():
            kept = self._known[uri]
            yield CheckResult(
                uri, link.docname, link.lineno, kept["status"], kept["info"], kept["code"]
            )


def _stat(result: CheckResult, filename: object) -> dict[str, str | int | _Status]:
    """Return an answer as Sphinx writes it."""
    return {
        "filename": str(filename),
        "lineno": result.lineno,
        "status": result.status,
        "code": result.code,
        "uri": result.uri,
        "info": result.message,
    }
