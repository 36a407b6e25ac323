from __future__ import annotations

from dataclasses import replace

import pytest

from broadsheet.model import Problem, Subtype
from broadsheet.sources.jekyll import (
    JekyllCollection,
    JekyllSite,
    Scope,
    deep_merge,
    front_matter_defaults,
    is_jekyll,
    read_site,
)
from broadsheet.sources.jekyll.globs import crossing, within
from broadsheet.sources.jekyll.site import DEFAULT_EXCLUDES

POSTS = JekyllCollection(name="posts", title="Posts", folder="_posts", output=True)
DEFAULTS = JekyllSite(collections=(POSTS,))


def problem(line, message, path="_config.yml", subtype=Subtype.SITE):
    return Problem(path=path, line=line, subtype=subtype, message=message)


def read(folder, write_tree, config, **files):
    return read_site(write_tree(folder, {"_config.yml": config, **files}))


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("_config.yml", True),
        ("_config.yaml", True),
        ("_config.toml", True),
        ("_posts/2025-01-05-a.md", True),
        ("conf.py", False),
        ("docs/_posts/2025-01-05-a.md", False),
    ],
)
def test_a_configuration_or_a_folder_of_posts_makes_a_jekyll_site(
    tmp_path, write_tree, name, answer
):
    assert is_jekyll(write_tree(tmp_path, {name: ""})) is answer


def test_a_silent_configuration_gives_jekyll_s_defaults(tmp_path, write_tree):
    assert read(tmp_path, write_tree, "") == (DEFAULTS, ())


def test_a_whole_configuration_is_read(tmp_path, write_tree):
    config = """
title: The Gazette
description: News & views
url: https://example.org/
baseurl: /gazette/
timezone: Asia/Hong_Kong
locale: zh_HK
collections_dir: cols/
collections:
  field_notes: {output: true, permalink: /n/:name/}
  essays: {output: false, title: All Essays}
  posts: {title: Leaders}
permalink: pretty
excerpt_separator: <!--more-->
exclude: [drafts, vendor/bundle/]
include: [_pages]
future: true
unpublished: yes
show_drafts: true
markdown_ext: md, .MARKDOWN
data_dir: data
destination: ./public/
author: {name: The Editor}
defaults:
  - scope: {path: "", type: post}
    values: {layout: post}
  - values: {lang: zh}
"""
    site, problems = read(tmp_path, write_tree, config, **{"data/authors.yml": "ann: {name: Ann}"})
    assert problems == ()
    assert replace(site, raw={}) == JekyllSite(
        title="The Gazette",
        description="News & views",
        url="https://example.org",
        baseurl="/gazette",
        timezone="Asia/Hong_Kong",
        language="zh-HK",
        collections=(
            JekyllCollection(name="posts", title="Leaders", folder="cols/_posts", output=True),
            JekyllCollection(
                name="field_notes",
                title="Field Notes",
                folder="cols/_field_notes",
                output=True,
                permalink="/n/:name/",
            ),
            JekyllCollection(name="essays", title="All Essays", folder="cols/_essays"),
        ),
        collections_dir="cols",
        defaults=(
            Scope(path="", type="posts", values={"layout": "post"}),
            Scope(values={"lang": "zh"}),
        ),
        permalink="pretty",
        excerpt_separator="<!--more-->",
        exclude=("drafts", "vendor/bundle/", *(e for e in DEFAULT_EXCLUDES if "bundle" not in e)),
        include=("_pages",),
        future=True,
        unpublished=True,
        show_drafts=True,
        markdown_ext=(".md", ".markdown"),
        data_dir="data",
        destination="public",
        author={"name": "The Editor"},
        authors={"ann": {"name": "Ann"}},
    )
    assert site.raw["collections"]["essays"] == {"output": False, "title": "All Essays"}


def test_collections_may_be_a_list(tmp_path, write_tree):
    site, problems = read(tmp_path, write_tree, "collections: [notes, posts]")
    notes = JekyllCollection(name="notes", title="Notes", folder="_notes")
    assert (site.collections, problems) == ((POSTS, notes), ())


def test_toml_is_read_where_there_is_no_yaml(tmp_path, write_tree):
    write_tree(tmp_path, {"_config.toml": 'title = "T"\n[collections.notes]\noutput = true\n'})
    site, problems = read_site(tmp_path)
    notes = JekyllCollection(name="notes", title="Notes", folder="_notes", output=True)
    assert (site.title, site.collections, problems) == ("T", (POSTS, notes), ())


def test_only_the_first_document_counts(tmp_path, write_tree):
    site, problems = read(tmp_path, write_tree, "---\ntitle: T\n---\ntitle: U\n")
    assert (site.title, problems) == ("T", ())


def test_no_configuration_is_reported(tmp_path):
    message = (
        "there is no configuration (expected _config.yml, .yaml or .toml); using Jekyll's defaults"
    )
    assert read_site(tmp_path) == (DEFAULTS, (problem(0, message),))


@pytest.mark.parametrize(
    ("config", "line", "fault"),
    [
        ("a:\n\t- b", 2, "is not YAML: found character that cannot start any token"),
        ("- a", 1, "is a list, expected a mapping"),
        ("text", 1, "is a text, expected a mapping"),
        (b"title: \xff", 0, "is not UTF-8 at byte 7"),
        ("d: 2025-13-40", 0, "is not YAML: month must be in 1..12"),
        ("a: !ruby/object:X {}", 1, "is not YAML: could not determine a constructor for the tag '!ruby/object:X'"),
        ("{[a]: b}", 1, "is not YAML: found unhashable key"),
        ("a: &a [*a]", 0, "grows without end through its anchors"),
        ("a: " + "[" * 100_000, 0, "is nested more than 200 levels deep"),
        ("- " * 50_000, 0, "is nested more than 200 levels deep"),
        ("a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 30)), 0, "grows without end through its anchors"),
    ],
)  # fmt: skip
def test_a_broken_configuration_is_reported_with_its_line(
    tmp_path, write_tree, config, line, fault
):
    expected = problem(line, f"{fault}; using Jekyll's defaults")
    assert read(tmp_path, write_tree, config) == (DEFAULTS, (expected,))


def test_a_source_elsewhere_is_not_followed(tmp_path, write_tree):
    write_tree(tmp_path, {"_config.yml": "title: x\nsource: ./site\n", "site/a.md": "x"})
    message = "source is 'site', which is not followed (expected nothing)"
    _, problems = read_site(tmp_path)
    assert problems == (problem(2, f"{message}; to build it, put this file into that folder"),)


def test_broken_toml_is_reported_with_its_line(tmp_path, write_tree):
    write_tree(tmp_path, {"_config.toml": "a = 1\nb\n"})
    site, (fault,) = read_site(tmp_path)
    assert (site, fault.path, fault.line) == (DEFAULTS, "_config.toml", 2)
    assert fault.message.startswith("is not TOML: ")


@pytest.mark.parametrize(
    ("config", "line", "message"),
    [
        ("\ntitle: [a]", 2, "title is a list, expected a text; it is ignored"),
        ("permalink: {a: b}", 1, "permalink is a mapping, expected a text; using 'date'"),
        ("exclude: 3", 1, "exclude is 3, expected a list; it is ignored"),
        ("exclude: ['']", 1, "exclude: '' matches no file; it is left out"),
        ("collections: 3", 1, "collections is 3, expected a list or a mapping; it is ignored"),
        ("collections_dir: ../x", 1, "collections_dir: '../x' leaves the source folder; using ''"),
        ("data_dir: /../x", 1, "data_dir: '/../x' leaves the source folder; using '_data'"),
        ("author: [a]", 1, "author is a list, expected a text or a mapping; it is ignored"),
        ("defaults: {a: b}", 1, "defaults is a mapping, expected a list; it is ignored"),
        ("defaults:\n- scope: {}\n", 2, "defaults: entry 1 has no mapping `values`; it is left out"),
        ("defaults:\n- {scope: a, values: {}}", 2, "defaults: `scope` of entry 1 is a text, expected a mapping; the entry is left out"),
        ("collections:\n  posts: yes", 2, "collections: 'posts' is true or false, expected a mapping; it is empty"),
        ("collections:\n  '///': {}", 2, "collections: '///' holds more than letters, digits, '_', '-', '.'; left out"),
    ],
)  # fmt: skip
def test_a_wrong_value_takes_the_default_and_is_reported(
    tmp_path, write_tree, config, line, message
):
    site, problems = read(tmp_path, write_tree, config)
    assert (replace(site, raw={}), problems) == (DEFAULTS, (problem(line, message),))


@pytest.mark.parametrize(
    ("config", "line"),
    [
        ("title: T\npermalink: /:when/:title/", 2),
        ("collections:\n  notes:\n    permalink: /:when/:title/", 2),
        ("defaults:\n- {values: {}}\n- {scope: {type: posts}, values: {permalink: '/:when/:title/'}}", 3),
    ],
)  # fmt: skip
def test_a_placeholder_without_a_value_is_reported_with_its_line(
    tmp_path, write_tree, config, line
):
    found = "permalink '/:when/:title/' has no value for ':when' (expected e.g. ':title')"
    _, problems = read(tmp_path, write_tree, config)
    assert problems == (problem(line, f"{found}; it stays as it is"),)


@pytest.mark.parametrize(
    ("files", "authors"),
    [
        ({"_data/authors.yml": "ann: {name: Ann}\n7: x"}, {"ann": {"name": "Ann"}, "7": "x"}),
        ({"_data/authors.json": '{"ann":\t{"name": "Ann"}}'}, {"ann": {"name": "Ann"}}),
        ({"_data/authors.yaml": "a: b", "_data/authors.yml": "c: d"}, {"c": "d"}),
        ({"_data/authors.yml": "- {id: a, name: Ann}"}, {"a": {"id": "a", "name": "Ann"}}),
        ({"_data/authors/ann.yml": "name: Ann", "_data/authors/x.txt": ""}, {"ann": {"name": "Ann"}}),
        ({"_data/authors.yml": ""}, {}),
    ],
)  # fmt: skip
def test_the_registry_of_authors_is_read_in_every_form(tmp_path, write_tree, files, authors):
    site, problems = read(tmp_path, write_tree, "", **files)
    assert (dict(site.authors), problems) == (authors, ())


@pytest.mark.parametrize(
    ("name", "text", "line", "fault"),
    [
        ("authors.yml", "a: b: c", 1, "is not YAML: mapping values are not allowed in this context; no author is read from it"),
        ("authors.json", "{\n]", 2, "is not JSON: Expecting property name enclosed in double quotes; no author is read from it"),
        ("authors.yml", "text", 1, "is a text, expected a mapping of authors; no author is read from it"),
        ("authors/ann.yml", "[", 1, "is not YAML: did not find expected node content; no author is read from it"),
    ],
)  # fmt: skip
def test_a_broken_registry_is_reported_with_its_line(tmp_path, write_tree, name, text, line, fault):
    _, (found,) = read(tmp_path, write_tree, "", **{f"_data/{name}": text})
    assert replace(found, line=0) == problem(0, fault, f"_data/{name}", Subtype.AUTHOR)
    assert found.line in {line, line + 1}  # libyaml and PyYAML differ at the end of a file


def test_a_registry_outside_the_source_folder_is_not_read(tmp_path, write_tree):
    write_tree(tmp_path, {"secret/authors.yml": "a: b"})
    root = write_tree(tmp_path / "site", {"_config.yml": ""})
    (root / "_data").symlink_to("../secret")
    message = "is a link out of the source folder; no author is read from it"
    site, problems = read_site(root)
    assert site.authors == {}
    assert problems == (problem(0, message, "_data/authors.yml", Subtype.AUTHOR),)


def site_with(*scopes, collections_dir=""):
    return replace(DEFAULTS, defaults=scopes, collections_dir=collections_dir)


def scope(path="", type="", **values):
    return Scope(path=path, type=type, values=values)


@pytest.mark.parametrize(
    ("scopes", "values"),
    [
        ([scope(a=1), scope("_notes", b=2)], {"a": 1, "b": 2}),
        ([scope("_notes", a=1), scope(a=2)], {"a": 1}),  # the more specific path wins
        ([scope(a=1), scope(a=2)], {"a": 2}),  # the later wins
        ([scope(type="notes", a=1), scope(a=2)], {"a": 1}),  # a type wins
        ([scope(type="posts", a=1)], {}),
        ([scope("_notes/su", a=1)], {"a": 1}),  # a prefix, not a folder
        ([scope("/_notes", a=1)], {}),
        ([scope("_notes/*/x.md", a=1)], {"a": 1}),
        ([scope("*/x.md", a=1)], {}),
        ([scope("**/x.md", a=1)], {"a": 1}),
        ([scope("_note*", a=1)], {"a": 1}),
        ([scope(a={"b": 1, "c": 2}), scope(a={"b": 3})], {"a": {"b": 3, "c": 2}}),
        ([scope(a=1), scope(a=None)], {"a": 1}),
    ],
)
def test_the_scopes_of_a_file_give_its_defaults(scopes, values):
    lookup = front_matter_defaults(site_with(*scopes))
    assert lookup("_notes/sub/x.md", ("notes",)) == values


def test_a_scope_may_name_the_collections_dir_or_not():
    site = site_with(scope("cols/_notes", a=1), scope("_notes/", b=2), collections_dir="cols")
    assert front_matter_defaults(site)("cols/_notes/x.md", ("notes",)) == {"a": 1, "b": 2}


def test_deep_merge_changes_neither_mapping():
    first, second = {"a": {"b": 1}}, {"a": {"c": None}, "d": None}
    assert deep_merge(first, second) == {"a": {"b": 1, "c": None}, "d": None}
    assert (first, second) == ({"a": {"b": 1}}, {"a": {"c": None}, "d": None})


@pytest.mark.parametrize(
    ("pattern", "path", "answer"),
    [
        ("*.bak", "deep/a.bak", True),
        ("deep/*/no.txt", "deep/a/b/no.txt", True),
        ("**/no.txt", "no.txt", False),
        ("a?c", "abc", True),
        ("[!a]b", "ab", False),
        ("[^a]b", "cb", True),
        (r"\*", "*", True),
        (r"\*", "a", False),
        ("[z-a]", "[z-a]", True),
        ("[a--b&&[]", "&", True),
        ("a{b,c}", "ab", False),
    ],
)
def test_a_pattern_of_exclude_crosses_folders(pattern, path, answer):
    assert bool(crossing(pattern).match(path)) is answer


@pytest.mark.parametrize(
    ("pattern", "path", "answer"),
    [
        ("a/*", "a/b/c.md", True),
        ("a/*/c.md", "a/b/c.md", True),
        ("a/*/c.md", "a/b/b/c.md", False),
        ("a/**/c.md", "a/b/b/c.md", True),
        ("a/**/c.md", "a/c.md", True),
        ("*", ".hidden/a.md", False),
        ("a*", "a.b/c.md", True),
        ("{a,b}/*", "b/c.md", True),
        ("a/?", "a/bc", False),
    ],
)
def test_the_glob_of_a_scope_stays_in_its_folder(pattern, path, answer):
    assert bool(within(pattern).match(path)) is answer
