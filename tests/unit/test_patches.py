"""The function of MyST that is replaced still gives what docutils gives, and gives it anew."""

from __future__ import annotations

from docutils.frontend import get_default_settings
from docutils.parsers.rst import Parser
from myst_parser.mdit_to_docutils import base
from sphinx import events

from broadsheet.publication import patches


def test_settings_that_were_kept_are_those_that_docutils_works_out():
    first, second = patches.default_settings(Parser), patches.default_settings(Parser)
    whole = vars(get_default_settings(Parser))
    assert first.record_dependencies is not second.record_dependencies
    assert {**vars(first), "record_dependencies": None} == {**whole, "record_dependencies": None}
    first.env = "of one document"
    assert not hasattr(second, "env")


def test_the_locked_version_of_myst_is_the_one_that_was_read():
    patches.keep_settings()
    assert base.get_default_settings is patches.default_settings


def test_a_message_for_debugging_has_the_beginning_of_what_it_is_about(monkeypatch):
    monkeypatch.setattr(events, "repr", repr, raising=False)
    patches.shorten_messages()
    assert events.repr(("page", {"body": "x" * 10_000}))[:30] == "('page', {'body': 'xxxxxxxxxxx"
    assert len(events.repr(("page", {"body": "x" * 10_000}))) < 100


def test_in_another_version_of_sphinx_nothing_is_replaced(monkeypatch):
    monkeypatch.setattr(events, "repr", repr, raising=False)
    monkeypatch.setattr(patches, "version", lambda name: "10.0.0")
    patches.shorten_messages()
    assert events.repr is repr
