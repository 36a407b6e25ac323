"""What our translator does in the place of docutils'."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from sphinx.writers.html5 import HTML5Translator

from broadsheet.publication.elements import ArticleTranslator


@given(st.text(alphabet="a&<>\"'@;字 \n") | st.text())
def test_a_text_is_escaped_as_docutils_does(text):
    ours, theirs = ArticleTranslator.__new__(ArticleTranslator), HTML5Translator
    assert ours.encode(text) == theirs.encode(ours, text)
