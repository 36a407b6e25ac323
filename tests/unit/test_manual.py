"""The tables of the manual are the code's own declarations."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from broadsheet.command.audit.findings import Kind
from broadsheet.command.audit.report import keys
from broadsheet.model import Subtype
from broadsheet.publication.config import Options
from broadsheet.rules.liquid.drops import PageDrop, PaginatorDrop, SiteDrop
from broadsheet.rules.liquid.view import JEKYLL, View
from broadsheet.sources.liquid.render import Renderer
from liquid_site import publication

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


def kinds_table() -> str:
    rows = ["| kind | fault | meaning |", "|---|---|---|"]
    rows += [
        f"| `{one}` | {'yes' if one.is_fault else 'no'} | {one.meaning} |"
        for one in sorted(Kind, key=lambda one: not one.is_fault)
    ]
    return "\n".join(rows)


def keys_table() -> str:
    rows = ["| key | meaning |", "|---|---|"]
    rows += [f"| `{name}` | {meaning} |" for name, meaning in keys()]
    return "\n".join(rows)


def test_the_manual_lists_every_option_as_it_is_declared() -> None:
    assert options_table() in (MANUAL / "configuration.md").read_text(encoding="utf-8")


def test_the_manual_lists_every_subtype_of_warnings() -> None:
    assert subtypes_table() in (MANUAL / "warnings.md").read_text(encoding="utf-8")


def rows_of(heading: str) -> dict[str, set[str]]:
    """Return, by its first cell, what each row of the table below *heading* names as code."""
    text = (MANUAL / "jekyll.md").read_text(encoding="utf-8")
    section = text.partition(f"\n### {heading}\n")[2].partition("\n##")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    return {row[0].strip(): set(re.findall(r"`([^`]+)`", row[1])) for row in rows[2:]}


def test_the_manual_lists_every_tag_of_liquid() -> None:
    pseudo = {"content", "illegal", "output"}
    by_scanner = {"raw", "comment", "#", "else", "elsif", "when"}
    named = set[str]().union(*rows_of("Tags").values())
    assert named == (Renderer().tags - pseudo) | by_scanner


def test_the_manual_lists_every_filter_of_liquid() -> None:
    named = [name for row in rows_of("Filters").values() for name in row]
    assert sorted(named) == sorted(Renderer().filters)


def test_the_manual_lists_what_liquid_knows_of_site_and_page(tmp_path: Path) -> None:
    (tmp_path / "_posts").mkdir()
    (tmp_path / "_posts" / "2025-01-01-a.md").write_text("---\n---\n")
    view = View(publication(tmp_path).known, "a.md", Renderer())
    (article,) = view.articles()
    rows = rows_of("Variables")
    assert rows["`site`"] - {"_config.yml"} == set(SiteDrop(view).makers)
    assert rows["`page`, of an article"] == set(article.makers)
    assert rows["`page`, of a page"] == set(PageDrop(view, "/a.html", "a.md", {}).makers)
    assert rows["`paginator`, of a page"] == set(PaginatorDrop(view).makers)
    assert rows["`jekyll`"] - {"production"} == set(JEKYLL)


def test_the_manual_lists_every_kind_of_findings_of_an_audit() -> None:
    assert f"\n{kinds_table()}\n\n" in (MANUAL / "audit.md").read_text(encoding="utf-8")


def test_the_manual_lists_every_key_of_an_audit() -> None:
    assert f"\n{keys_table()}\n\n" in (MANUAL / "audit.md").read_text(encoding="utf-8")
