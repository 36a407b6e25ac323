"""The language of a text in Chinese, Japanese or Korean script, where no key names it.

Fonts, line breaking and emphasis of these scripts go by the ``lang`` of a page; a page
that calls Chinese English is set, hyphenated and read aloud as English.
"""

from __future__ import annotations

import re

from broadsheet.rules.words import without_markup

#: Characters that are enough to tell; the rest of a long text says nothing new.
SAMPLE = 1_500

_LETTERS = re.compile(r"[^\W\d_]")
_KANA = re.compile(r"[\u3041-\u30ff]")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")

# Frequent characters whose simplified form is used for nothing else, in pairs.
_SIMPLE = frozenset(
    "们这为国说时会对过还没来开关见长东车门问间书给让从发现经济实际进远运动议论记权产业学习义务"
)
_FULL = frozenset(
    "們這為國說時會對過還沒來開關見長東車門問間書給讓從發現經濟實際進遠運動議論記權產業學習義務"
)
_ONLY_SIMPLIFIED = _SIMPLE - _FULL
_ONLY_TRADITIONAL = _FULL - _SIMPLE


def language_of(text: str) -> str:
    """Return ``zh-Hans``, ``zh-Hant``, ``ja`` or ``ko``; "" for a text in another script.

    At least three letters in ten have to be of the script, markup apart: English with
    Chinese names in it is English.
    """
    sample = without_markup(text[: 2 * SAMPLE])[:SAMPLE]
    letters = len(_LETTERS.findall(sample))
    han, kana, hangul = (len(one.findall(sample)) for one in (_HAN, _KANA, _HANGUL))
    if (han + kana + hangul) * 10 < letters * 3 or not letters:
        return ""
    if kana * 10 > han + kana:
        return "ja"
    if hangul > han:
        return "ko"
    simplified = sum(character in _ONLY_SIMPLIFIED for character in sample)
    traditional = sum(character in _ONLY_TRADITIONAL for character in sample)
    return "zh-Hans" if simplified > traditional else "zh-Hant"
