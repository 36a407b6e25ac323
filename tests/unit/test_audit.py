"""What an audit finds in a text, case by case; the cases stand in ``audit/*.md``."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.command.audit.conf import read_conf
from broadsheet.command.audit.dialect import dialect_findings, dialect_uses
from broadsheet.command.audit.findings import Finding, Kind, Lines, Use
from broadsheet.command.audit.links import read_links
from broadsheet.command.audit.liquid import read_liquid
from broadsheet.command.audit.look import MOST, few, read_text
from broadsheet.command.audit.report import Count, Year, bars
from broadsheet.command.audit.support import LIQUID_FILTERS, LIQUID_TAGS
from broadsheet.command.audit.terminal import columns, cut, fit, fit_end
from broadsheet.rules.anchors import anchors_of
from broadsheet.sources.liquid.render import Renderer
from broadsheet.sources.prose import prose_of

CASES = Path(__file__).with_name("audit")
_CASE = re.compile(r"^(?P<title>.+)\n\.\n(?P<given>(?:.*\n)*?)\.\n(?P<wanted>(?:.*\n)*?)\.\n", re.M)


def cases(name: str) -> list[pytest.param]:
    """Read "title / . / input / . / expected / ."."""
    text = (CASES / f"{name}.md").read_text("utf-8")
    found = [*_CASE.finditer(text)]
    assert 3 * len(found) == len(re.findall(r"^\.$", text, re.M)), name
    return [pytest.param(one["given"], one["wanted"], id=one["title"]) for one in found]


def shown(finding: Finding) -> str:
    return f"! {finding.line} {finding.kind} {finding.text}"


def used(use: Use) -> str:
    group = "" if use.group == "dialect" else f"{use.group} "
    return f"{use.line} {group}{use.name} {use.number}"


def lines_of(text: str) -> list[str]:
    return text.splitlines()


@pytest.mark.parametrize(("given", "wanted"), cases("dialect"))
def test_the_dialect_of_a_text_is_counted(given, wanted):
    prose, lines = prose_of(given), Lines(given)
    uses = map(used, dialect_uses(given, prose, lines))
    findings = map(shown, dialect_findings("a.md", prose, lines))
    assert [*sorted(uses), *findings] == lines_of(wanted)


@pytest.mark.parametrize(("given", "wanted"), cases("liquid"))
def test_the_liquid_of_a_text_is_read(given, wanted):
    liquid = read_liquid("a.md", given, prose_of(given), Lines(given))
    found = sorted(map(used, liquid.uses))
    found += [f"! {one.line} {one.text}" for one in sorted(liquid.findings)]
    found += [f"> {place.line} {tag} {place.name}" for tag, place in liquid.names]
    assert found == lines_of(wanted)


@pytest.mark.parametrize(("given", "wanted"), cases("links"))
def test_the_links_and_images_of_a_text_are_read(given, wanted):
    links = read_links("a.md", prose_of(given), Lines(given), "https://site.example/base/")
    found = [f"links {links.links}"]
    found += [f"images {links.images}"] if links.images else []
    found += [f"host {host} {number}" for host, number in links.hosts]
    found += [f"{one.line} {'image ' * one.is_image}{one.to}" for one in links.targets]
    found += map(shown, sorted(links.findings))
    assert found == lines_of(wanted)


def test_a_space_in_a_destination_is_a_fault_where_kramdown_does_not_read_it():
    text = "![plan](/img/a b.png)\n"
    links = read_links("a.md", prose_of(text), Lines(text), jekyll=False)
    assert [shown(one) for one in links.findings] == [
        "! 1 image image ![plan] has no address behind it; it shows as text"
    ]


@pytest.mark.parametrize(("given", "wanted"), cases("prose"))
def test_code_and_comments_are_blanked_out(given, wanted):
    assert prose_of(given).text == wanted.replace("·", " ")


@pytest.mark.parametrize(("given", "wanted"), cases("anchors"))
def test_the_anchors_of_a_text_are_those_of_its_page(given, wanted):
    assert sorted(f"#{one}" for one in anchors_of(given)) == lines_of(wanted)


@given(st.text(st.sampled_from("ab1 \n\t`~[]()!{}%:#<>\"'|*-^$\\雨"), max_size=120))
def test_any_text_is_read_without_a_failure(text):
    prose = prose_of(text)
    assert len(prose.text) == len(text)
    assert prose.text.count("\n") == text.count("\n")
    read_text("a.md", text, 1, jekyll=True, own="https://site.example/")
    anchors_of(text)


def test_of_many_findings_of_one_kind_the_first_are_kept_and_the_rest_are_counted():
    findings = [Finding("a.md", line, Kind.ALT, "x") for line in range(MOST + 20)] * 2
    kept, more = few([*findings, Finding("a.md", 9, Kind.LINK, "y")])
    assert (len(kept), more) == (MOST + 1, ((Kind.ALT, 20),))


def test_a_conf_py_is_read_and_not_run(tmp_path):
    (tmp_path / "conf.py").write_text(
        "import os\nos.mkdir('here')\nraise SystemExit\n"
        "project = 'The Sheet'\nhtml_title: str = 'Sheet'\n"
        "exclude_patterns = ['_build', '**/old', 'x?.md']\n"
        "broadsheet_collections = {'a': None, 'b': {'folder': 'c/d', 'defaults': {'lang': 'fr'}}}\n"
        "broadsheet_timezone = os.environ['TZ']\nother = f()\n",
        "utf-8",
    )
    conf = read_conf(tmp_path)
    assert conf.text("html_title") == "Sheet"
    found = [(one.name, one.folder, one.title, dict(more)) for one, more in conf.collections]
    assert found == [("a", "a", "A", {}), ("b", "c/d", "B", {"lang": "fr"})]
    excluded = conf.excluded()
    paths = ("_build/a.md", "a/old/b.md", "x1.md", "a.md", "a/x1.md", "older.md")
    assert [excluded(path) for path in paths] == [True, True, True, False, False, False]
    expected = (
        "broadsheet_timezone is no plain value (expected one, as conf.py is not run); left out"
    )
    assert conf.findings == (Finding("conf.py", 8, Kind.SITE, expected),)


@pytest.mark.parametrize("text", ["x = (", "\0", "x = " + "(" * 5000, "", "raise"])
def test_a_broken_conf_py_is_read_as_if_it_were_empty(tmp_path, text):
    (tmp_path / "conf.py").write_text(text, "utf-8")
    conf = read_conf(tmp_path)
    assert (conf.text("project"), conf.suffixes) == ("", (".md",))


def test_a_text_is_cut_by_columns_and_steers_no_terminal():
    assert (columns("雨 rain"), cut("雨雨雨", 5), fit("雨雨雨", 5)) == (7, "雨雨", "雨雨…")
    assert fit_end("a/very/long/path.md:12", 10) == "…ath.md:12"
    assert fit("a\x1b[31mb\nc\u202e", 40) == "a\\u001b[31mb c\\u202e"


def test_the_oldest_of_many_years_share_a_bar():
    years = tuple(
        Year(year=year, count=1, collections=(Count(name="a", count=1),))
        for year in range(1900, 1930)
    )
    rows = bars(years, 20)
    assert [(row.label, row.count) for row in rows[:2]] == [("1900-1910", 11), ("1911", 1)]
    assert len(rows) == 20
    assert bars(years[:20], 20)[0].label == "1900"


def test_an_audit_knows_the_tags_and_filters_that_are_rendered():
    renderer = Renderer()
    assert {*renderer.filters} == LIQUID_FILTERS
    blocks = {"if", "unless", "case", "for", "tablerow", "capture", "highlight", "ifchanged"}
    inside = {"else", "elsif", "when", "raw", "comment", *(f"end{name}" for name in blocks)}
    pseudo = {"content", "illegal", "output"}
    assert {*renderer.tags} - pseudo | inside | {"endraw", "endcomment"} == LIQUID_TAGS
