"""The report as JSON; its keys are those of :mod:`broadsheet.command.audit.report`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from broadsheet.command.audit.report import Report


def as_json(report: Report) -> str:
    """Return the report as JSON, in UTF-8, with a newline at its end."""
    return f"{json.dumps(asdict(report), ensure_ascii=False, indent=1)}\n"
