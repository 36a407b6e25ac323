"""The audit of the real archives: their numbers, and their faults with file and line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).with_name("broadsheet")
NOW = "2027-01-01 00:00 +0000"  # after the newest article of any archive


def audit(corpus: Path, name: str, cache: Path) -> dict:
    folder = corpus / name
    if not folder.is_dir():
        pytest.skip(f"{name} is not among the archives")
    done = subprocess.run(
        [COMMAND, "audit", folder, "--json", "--now", NOW],
        capture_output=True, text=True, encoding="utf-8", timeout=300,
        env={**os.environ, "XDG_CACHE_HOME": str(cache)},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    for one in report["findings"]:  # each names a place that is there
        lines = (folder / one["path"]).read_bytes().splitlines()
        assert one["line"] <= len(lines) + 1, one
    return report


@pytest.fixture(scope="module")
def pen0(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> dict:
    return audit(corpus, "pen0", tmp_path_factory.mktemp("cache"))


def test_all_articles_of_the_archive_are_counted(pen0):
    articles = pen0["articles"]
    assert {name: articles[name] for name in ("total", "published", "hidden", "undated")} == {
        "total": 2584,
        "published": 2378,
        "hidden": 206,
        "undated": 2,
    }
    counts = {one["name"]: one["count"] for one in articles["collections"]}
    assert counts == {"hkers": 1515, "columns": 865, "heros": 204}
    assert articles["years"][0]["year"] == 1776
    assert sum(one["count"] for one in articles["years"]) == 2582


def test_the_front_matter_of_the_archive_is_counted(pen0):
    keys = {one["name"]: one for one in pen0["front_matter"]}
    assert keys["excerpt_separator"]["count"] == 1497
    assert keys["image_caption"]["count"] == 196
    assert {one["name"]: one["count"] for one in keys["description"]["types"]}["empty"] == 783
    assert (keys["date."]["meant"], keys["date."]["count"]) == ("date", 1)
    assert [name for name in keys if keys[name]["meant"]] == ["date."]
    # one of the 1,190 is the template's, which is empty
    assert pen0["authors"]["strings"] == 1189


def test_the_images_of_the_archive_are_all_remote_but_for_the_malformed(pen0):
    images = pen0["images"]
    assert images["total"] == images["remote"]
    malformed = [one for one in pen0["findings"] if one["kind"] == "image"]
    assert len(malformed) == 4
    # three of these look like images to a search, for there is a parenthesis behind the bracket
    assert images["total"] == 8110 - 3


def test_the_faulty_links_of_the_archive_are_named(pen0):
    found = {
        (Path(one["path"]).name, one["line"]) for one in pen0["findings"] if one["kind"] == "scheme"
    }
    assert found == {
        ("2024-03-06-china-outpacing-us-dib.md", 239),
        ("2025-12-18-on-the-horizon.md", 288),
        ("2023-02-17-risk-great-power-competition.md", 53),
    }
    kinds = {one["kind"]: one["count"] for one in pen0["kinds"]}
    assert {one: kinds.get(one, 0) for one in ("link", "anchor", "image_file", "dialect")} == {
        "link": 0,
        "anchor": 0,
        "image_file": 0,
        "dialect": 0,
    }
    assert kinds["date"] == 2


def test_names_that_repeat_without_their_dates_are_listed(pen0):
    assert len(pen0["slugs"]) == 15
    assert all(len(one["paths"]) > 1 for one in pen0["slugs"])


def test_the_languages_of_the_archive_are_told(pen0):
    counts = {one["name"]: one["count"] for one in pen0["languages"]}
    chinese = counts["zh-Hant"] + counts["zh-Hans"]
    assert 1430 <= chinese <= 1450


def test_the_blog_is_audited(corpus, tmp_path):
    report = audit(corpus, "rubygems-blog/rubygems", tmp_path)
    assert report["articles"]["total"] == 478
    tags = {one["name"]: one["supported"] for one in report["liquid_tags"]}
    assert tags == {"post_url": True}
    assert {one["kind"] for one in report["findings"]}.isdisjoint({"liquid", "include", "dialect"})
