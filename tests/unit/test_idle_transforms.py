"""Which transforms are left out, and that the versions they were read in are those that run."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from docutils import nodes, utils
from docutils.transforms import Transform
from docutils.transforms.misc import Transitions
from docutils.transforms.references import InternalTargets
from myst_parser.mdit_to_docutils.transforms import ResolveSectionRefs
from sphinx.transforms import SortIds
from sphinx.transforms.i18n import Locale, RemoveTranslatableInline

from broadsheet.publication import idle_transforms
from broadsheet.publication.idle_transforms import needed

TRANSFORMS = [SortIds, Transitions, InternalTargets, Locale]


@pytest.fixture
def document(tmp_path):
    new = utils.new_document("article")
    config = SimpleNamespace(locale_dirs=["locales"])
    new.settings.env = SimpleNamespace(srcdir=tmp_path, config=config)
    return new


def test_the_locked_versions_are_those_whose_transforms_have_been_read():
    assert idle_transforms._are_read()


def test_every_transform_in_the_table_exists_under_its_name():
    for name in idle_transforms._LOOKS_FOR:
        module, _, qualname = name.rpartition(".")
        found = getattr(__import__(module, fromlist=["_"]), qualname)
        assert f"{found.__module__}.{found.__qualname__}" == name


def test_a_transform_runs_only_where_the_document_holds_what_it_looks_for(document):
    assert list(needed(TRANSFORMS, document)) == [SortIds]
    document += nodes.paragraph("", "", nodes.target(ids=["a"]))
    assert list(needed(TRANSFORMS, document)) == [SortIds, InternalTargets]
    document += nodes.footnote()  # above which MyST draws a line
    assert list(needed(TRANSFORMS, document)) == [SortIds, Transitions, InternalTargets]


def test_inline_nodes_count_where_they_are_marked_for_a_transform(document):
    document += nodes.paragraph("", "", nodes.inline("", "", classes=["xref"]))
    assert list(needed([RemoveTranslatableInline, ResolveSectionRefs], document)) == []
    document += nodes.paragraph("", "", nodes.inline("", "", translatable=True))
    document += nodes.paragraph("", "", nodes.inline("", "", section_numbers=(1,)))
    assert list(needed([RemoveTranslatableInline, ResolveSectionRefs], document)) == [
        RemoveTranslatableInline,
        ResolveSectionRefs,
    ]


def test_all_run_where_a_transform_of_somebody_else_may_add_anything(document):
    class Foreign(Transform):
        pass

    assert list(needed([*TRANSFORMS, Foreign], document)) == [*TRANSFORMS, Foreign]


def test_all_run_where_a_pending_node_may_become_anything(document):
    document += nodes.pending(Transitions)
    assert list(needed(TRANSFORMS, document)) == TRANSFORMS


def test_all_run_where_texts_are_translated(document, tmp_path):
    (tmp_path / "locales").mkdir()
    assert list(needed(TRANSFORMS, document)) == TRANSFORMS


def test_all_run_with_other_versions(document, monkeypatch):
    monkeypatch.setattr(idle_transforms, "_are_read", lambda: False)
    assert list(needed(TRANSFORMS, document)) == TRANSFORMS
