from __future__ import annotations

import pytest

from broadsheet.rules.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", ""),
        ("12 — 34", ""),
        ("The paper was made of rags.", ""),
        ("Le papier était fait de chiffons.", ""),
        ("The word 報紙 is older than the thing.", ""),
        ("報紙改直為橫，當年是一件大事；網頁生來橫排，沒有人覺得需要解釋。", "zh-Hant"),
        ("报纸改直为横，当年是一件大事；网页生来横排，没有人觉得需要解释。", "zh-Hans"),
        (
            "## 报纸\n\n![image01](https://example.org/a.png)\n\n这是 2025 年的报纸，没有图片。",
            "zh-Hans",
        ),
        (
            '<figure class="wide"><img src="a.png" alt=""></figure>\n\n這是<strong>報紙</strong>。\n'
            "[全文](https://example.org/the-whole-text){: .external}",
            "zh-Hant",
        ),
        ("紙はぼろから作られた。新聞は縦書きである。", "ja"),
        ("종이는 넝마로 만들었다.", "ko"),
    ],
)
def test_a_text_in_a_cjk_script_is_in_its_language(text, language):
    assert language_of(text) == language
