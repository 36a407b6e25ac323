"""A text is read again where it may refer to what is not there, and nowhere else."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from broadsheet.rules.doubts import Known, is_doubtful

JEKYLL = Known(
    site="https://example.org/",
    jekyll=True,
    is_page=lambda to: to == "/there/",
    is_image=lambda to: to == "/there.png",
    is_name=lambda role, name: False,
)
SPHINX = replace(JEKYLL, jekyll=False, is_name=lambda role, name: (role, name) == ("post", "there"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Only words (and [brackets]).",
        "[a](https://example.com/#x), [b](/there/), [c](</there/>), [d](/there/ 'Title')",
        "![a](/there.png) [![b](/there.png)](/there/)",
        '<a href="/there/">a</a> <img src=/there.png> <https://example.com> <mailto:a@b.cc>',
        "[a][b]\n\n[b]: https://example.com 'Title'",
        "[to the top](#top)",
        "{% highlight c %}a[1]{% endhighlight %}",
        "[長い文](/there/)，文。",
    ],
)
def test_a_text_that_leads_to_what_is_there_is_passed_over(text: str) -> None:
    assert not is_doubtful(text, JEKYLL)


@pytest.mark.parametrize(
    "text",
    [
        "[a](/nowhere/)",
        "[a](\n/nowhere/)",
        "[a](/there/#section)",
        "[a](#section)",
        "[a]()",
        "[a](<no where>)",
        "[a](no where)",
        "[a](htts://example.com)",
        "[a](https://example.org/nowhere/)",
        "![a](/nowhere.png)",
        "![a](/there/)",
        "[a][b]\n\n> [b]: /nowhere/",
        "<A HREF = '/nowhere/'>a</A>",
        "<img alt='>' src=/nowhere.png>",
        "<htts://example.com>",
        "{% post_url 2025-01-01-a %}",
        "{{ site.baseurl }}",
    ],
)
def test_a_text_that_may_lead_nowhere_is_read(text: str) -> None:
    assert is_doubtful(text, JEKYLL)


@pytest.mark.parametrize("text", ["{post}`there`", "{post}`words <there>`", "[](#there)"])
def test_a_name_that_is_known_is_passed_over(text: str) -> None:
    assert not is_doubtful(text, SPHINX)


@pytest.mark.parametrize(
    "text",
    [
        "{post}`gone`",
        "{ref}`there`",
        "[](#gone)",
        "{post}`` ` ``",
        "```{note}\n```",
        ":::{note}\n:::",
    ],
)
def test_a_name_that_is_not_known_is_read(text: str) -> None:
    assert is_doubtful(text, SPHINX)


def test_brackets_of_wikis_are_read_where_they_are_switched_on() -> None:
    wiki = replace(JEKYLL, wiki_links=True)

    assert [is_doubtful("[[a]]", known) for known in (JEKYLL, wiki)] == [False, True]


@pytest.mark.parametrize(
    "part", ["[", "](", "![", "[a](", "<a ", "<a href=", "](a(", "{post}`", "[a]: ", "\\", "{% "]
)
def test_hostile_texts_take_no_longer_than_others(part: str) -> None:
    started = time.process_time()

    is_doubtful(part * (300_000 // len(part)), JEKYLL)
    is_doubtful(part * (300_000 // len(part)), SPHINX)

    assert time.process_time() - started < 5
