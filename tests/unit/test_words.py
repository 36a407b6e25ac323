from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.rules.words import count_words


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("", 0),
        ("One two three.", 3),
        ("don’t well-known U.S. 3.5 1,000", 5),
        ("before—after – and * - > # ___", 3),
        ("**bold** _thin_ ~~gone~~", 3),
        ("北京，上海。", 4),
        ("ひらがなとカタカナ", 9),
        ("안녕하세요 여러분", 2),
        ("中文 and English，混合", 6),
        ("हिन्दी में", 2),
        ("# A heading\n\n> quoted text\n\n- item\n", 5),
        ("[two words](https://example.org/a/b \"A title\") here", 3),
        ("![image01](https://example.org/a.png) seen", 1),
        ("see [it][id]\n\n[id]: https://example.org 'A title'\n", 2),
        ("text[^1]\n\n[^1]: a note\n", 4),
        ("a<br>b <a href=\"x\" class=\"y z\">c</a> <!-- not this -->", 3),
        ("1 < 2 and 3 > 2", 5),
        ("```python\ncode here\n```\n", 2),
        ("*A*{: .wide #id} [it](a.md){.external}\n{:width=\"20\"}\n{: .end }\n", 2),
        ("a &gt; b &amp; caf&eacute;&nbsp;au lait &#x4e2d;", 6),
        ("| one | two |\n|-----|:---:|\n| 3 | 4 |\n", 4),
    ],
)  # fmt: skip
def test_the_words_of_a_text_are_counted_without_its_markup(markdown, words):
    assert count_words(markdown) == words


@given(st.text())
def test_any_text_has_a_number_of_words(text):
    assert 0 <= count_words(text) <= len(text)
