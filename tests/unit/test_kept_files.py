"""What is kept between builds: whole, of one version, or as good as none."""

from __future__ import annotations

import pytest

from broadsheet.publication import output_states, page_store
from broadsheet.publication.output_files import is_kept, keep, kept_in
from broadsheet.publication.output_states import MISSING, size_and_time, unchanged
from broadsheet.publication.page_store import PageStore, Record
from broadsheet.rules.columns import columns_of, rows_of


@pytest.fixture
def path(tmp_path):
    return tmp_path / "kept.pickle"


@pytest.mark.parametrize("value", [None, [], {"a": (1, "ü")}, "x" * 70_000])
def test_a_value_is_kept_for_its_version(path, value):
    keep(path, value, 7)
    assert kept_in(path, 7) == value
    assert is_kept(path, 7)
    assert kept_in(path, 8) is None
    assert not is_kept(path, 8)


@pytest.mark.parametrize("part", [0, 3, 4, 5, -1])
def test_a_file_with_any_other_byte_is_as_good_as_none(path, part):
    keep(path, ["something"], 1)
    data = bytearray(path.read_bytes())
    data[part] ^= 1
    path.write_bytes(data)
    assert kept_in(path, 1) is None
    assert not is_kept(path, 1)


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\0\0\0", b"\x80\x04garbage"])
def test_a_foreign_file_is_as_good_as_none(path, data):
    path.write_bytes(data)
    assert kept_in(path, 1) is None
    assert not is_kept(path, 1)


def test_a_missing_file_is_none(path):
    assert kept_in(path, 1) is None
    assert not is_kept(path, 1)


@pytest.mark.parametrize("rows", [[], [Record("a", ("a.html",)), Record("b", (), related="r")]])
def test_columns_are_rows_again(rows):
    assert rows_of(Record, columns_of(rows)) == rows


def test_files_are_unchanged_while_size_and_time_are(tmp_path):
    for name in ("a", "b", "c", "d"):
        (tmp_path / name).write_text(name)
    states = {name: size_and_time(str(tmp_path / name)) for name in ("a", "b", "c", "d", "e")}
    assert states["e"] == MISSING
    (tmp_path / "b").write_text("longer")
    (tmp_path / "c").unlink()
    output_states.keep_states(tmp_path, states, {"z", "y"})
    kept, others = output_states.states_in(tmp_path)
    assert (kept, others) == (states, ["y", "z"])
    assert unchanged(tmp_path, kept) == {"a", "d"}


@pytest.fixture
def store(tmp_path):
    """Records of two pages, one of which has been made again since the first build."""
    for text in ("first", "second"):
        made = PageStore(tmp_path, srcdir=tmp_path, outdir=tmp_path)
        for name in ("a", "b") if text == "first" else ("b",):
            (tmp_path / name).write_text(text)
            made.keep(name, Record(f"{name} {text}", (name,)))
        made.remove_former(["shared"])
        made.seal()
    return tmp_path


def taken_up(folder):
    made = PageStore(folder, srcdir=folder, outdir=folder)
    return {name: one.digest for name, one in made.records.items()}, {*made.former}


def test_records_are_taken_up_with_what_has_changed_since(store):
    assert taken_up(store) == ({"a": "a first", "b": "b second"}, {"a", "b", "shared"})
    assert not page_store.is_lost(store)


@pytest.mark.parametrize("module", [page_store, output_states], ids=["records", "states"])
def test_of_another_version_nothing_is_known_and_that_is_said(store, monkeypatch, module):
    monkeypatch.setattr(module, "VERSION", module.VERSION + 1)
    assert page_store.is_lost(store)
    records, former = taken_up(store)
    assert former == set()
    assert not records or module is output_states
