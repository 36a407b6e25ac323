"""The function of MyST that is replaced still gives what docutils gives, and gives it anew."""

from __future__ import annotations

from docutils.frontend import get_default_settings
from docutils.parsers.rst import Parser
from myst_parser.mdit_to_docutils import base

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
