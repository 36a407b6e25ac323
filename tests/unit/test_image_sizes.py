"""The sizes of images: read once, kept, and read again when a file has changed."""

from __future__ import annotations

import os
from pathlib import Path
from unittest.mock import patch

import pytest

from archive_edits import picture
from broadsheet.publication import image_sizes
from broadsheet.publication.image_sizes import ImageSizes

SIZE = {"width": "30", "height": "4"}


@pytest.fixture
def sizes(tmp_path) -> ImageSizes:
    (tmp_path / "a.png").write_bytes(picture(1, 30))
    return ImageSizes(tmp_path, tmp_path)


def reading_nothing():
    return patch.object(image_sizes, "_size", side_effect=AssertionError("read"))


def test_a_picture_has_a_size_and_what_is_none_has_not(sizes, tmp_path):
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "c.svg").write_text("<svg", encoding="utf-8")
    (tmp_path / "d.png").write_bytes(b"")
    (tmp_path / "e.svg").write_text('<svg width="5cm" height="1in"/>', encoding="utf-8")
    found = {name: sizes.attributes(name) for name in ("a.png", "b.png", "c.svg", "d.png", "no")}
    assert found == {"a.png": SIZE, "b.png": {}, "c.svg": {}, "d.png": {}, "no": {}}
    assert sizes.attributes("e.svg").keys() == {"width", "height"}


def test_another_process_and_the_next_build_read_nothing(sizes, tmp_path):
    sizes.attributes("a.png")
    other = ImageSizes(tmp_path / "none", tmp_path)
    other.add(sizes.take_new())
    sizes_of_a_build = ImageSizes(tmp_path, tmp_path)
    sizes_of_a_build.add(other.take_new())
    sizes_of_a_build.save({"a.png"})
    with reading_nothing():
        assert other.attributes("a.png") == SIZE
        assert ImageSizes(tmp_path, tmp_path).attributes("a.png") == SIZE


def test_a_changed_picture_is_read_again(sizes, tmp_path):
    sizes.attributes("a.png")
    sizes.save({str(tmp_path / "a.png")})
    (tmp_path / "a.png").write_bytes(picture(1, 31))
    os.utime(tmp_path / "a.png", ns=(1, 1))
    assert ImageSizes(tmp_path, tmp_path).attributes("a.png") == {"width": "31", "height": "4"}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 1, "images": {"a.png": 3}}'])
def test_what_is_kept_may_be_damaged(sizes, tmp_path, text):
    (tmp_path / image_sizes.NAME).write_text(text, encoding="utf-8")
    assert ImageSizes(tmp_path, tmp_path).attributes("a.png") == SIZE


def test_what_no_page_shows_is_dropped(sizes, tmp_path):
    sizes.attributes("a.png")
    sizes.save({"a.png"})
    ImageSizes(tmp_path, tmp_path).save(set())
    assert '"images": {}' in Path(tmp_path, image_sizes.NAME).read_text("utf-8")
