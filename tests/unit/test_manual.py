"""The tables of the manual are the code's own declarations."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from broadsheet.model import Subtype
from broadsheet.publication.config import Options

MANUAL = Path(__file__).parents[2] / "docs" / "manual"


def options_table() -> str:
    rows = ["| option | default | meaning |", "|---|---|---|"]
    for one in fields(Options):
        default = repr(list(one.default) if isinstance(one.default, tuple) else one.default)
        rows.append(f"| `broadsheet_{one.name}` | `{default}` | {one.metadata['help']} |")
    return "\n".join(rows)


def subtypes_table() -> str:
    rows = ["| type | what is wrong |", "|---|---|"]
    rows += [f"| `broadsheet.{one}` | {one.meaning} |" for one in Subtype]
    return "\n".join(rows)


def test_the_manual_lists_every_option_as_it_is_declared() -> None:
    assert options_table() in (MANUAL / "configuration.md").read_text(encoding="utf-8")


def test_the_manual_lists_every_subtype_of_warnings() -> None:
    assert subtypes_table() in (MANUAL / "warnings.md").read_text(encoding="utf-8")
