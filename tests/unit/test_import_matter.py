"""The front matter of an imported article: the author's lines, and what they lack."""

from __future__ import annotations

import pytest

from broadsheet.command.import_.matter import Matter, settle
from broadsheet.model import Found
from broadsheet.rules.article import Rules, read_article

OLD = Rules(jekyll=True)
NEW = Rules(suffixes=(".md",))


def settled(text: str, old: Found, new: Found, *, withheld: bool = False) -> tuple[str, list[str]]:
    article = read_article(old, text.encode(), OLD)[0]
    matter = Matter(text, old.path)
    problems = settle(
        matter,
        article,
        new,
        NEW,
        defaults=old.defaults,
        image=lambda src: f"_extra/{src}",
        withheld=withheld,
    )
    return matter.text(matter.body), [problem.message for problem in problems]


def found(path: str, permalink: str = "", **defaults: object) -> Found:
    return Found(path=path, collection="posts", defaults=defaults, permalink=permalink)


def test_lines_that_lack_nothing_stay_as_they_are() -> None:
    text = "---\ntitle :  A   # said twice\n\ntags: [x,\n  y]\n---\nText.\n"
    old, new = found("_posts/2025-01-01-a.md"), found("posts/2025-01-01-a.md")
    address = "/posts/2025-01-01-a.html"
    assert settled(text, old._replace(permalink=address), new) == (text, [])


def test_what_scopes_folders_and_patterns_say_is_written_below_the_author_s_own() -> None:
    text = "---\ntitle: A\ncategory: news\n# the end\n---\nText.\n"
    old = found("x/_posts/2025-01-01-a.md", "/:categories/:title/", author="Ada", layout="post")
    new = found("posts/x/2025-01-01-a.md")
    made, problems = settled(text, old._replace(categories=("x",)), new)
    assert made == (
        "---\ntitle: A\n# the end\nauthor: Ada\ncategories: [x, news]\n"
        "permalink: /x/news/a/index.html\n---\nText.\n"
    )
    assert problems == []


def test_a_file_without_front_matter_gets_some_if_it_has_to_say_something() -> None:
    old, new = found("_posts/2025-01-01-a.md", "/:title/"), found("posts/2025-01-01-a.md")
    made, problems = settled("Text.\n", old, new)
    assert (made, problems) == ("---\npermalink: /a/index.html\n---\nText.\n", [])


@pytest.mark.parametrize(
    ("image", "written"),
    [
        ("image: /a/b.png", "image: /_extra/a/b.png"),
        ("image: a/b.png # ours", "image: /_extra/a/b.png # ours"),
        ("image:\n  path: /a/b.png\n  alt: B", "image:\n  path: /_extra/a/b.png\n  alt: B"),
        ("media_subpath: /a\nimage: b.png", "image: /_extra/a/b.png"),
        ("image: https://example.org/b.png", "image: https://example.org/b.png"),
    ],
)
def test_a_lead_image_is_where_its_file_is(image: str, written: str) -> None:
    old = found("_posts/2025-01-01-a.md", "/posts/2025-01-01-a.html")
    made, problems = settled(f"---\ntitle: A\n{image}\n---\n", old, found("posts/2025-01-01-a.md"))
    assert (made, problems) == (f"---\ntitle: A\n{written}\n---\n", [])


def test_what_is_withheld_is_not_published() -> None:
    old = found("_posts/_x/2025-01-01-a.md", "/posts/_x/2025-01-01-a.html")._replace(listed=False)
    new = found("posts/_x/2025-01-01-a.md")._replace(listed=False)
    made, problems = settled("---\ntitle: A\n---\n", old, new, withheld=True)
    assert (made, problems) == ("---\ntitle: A\npublished: false\n---\n", [])


def test_broken_yaml_stays_and_loses_nothing() -> None:
    text = "---\ntitle: A: b\n\ttags: [x\n---\nText.\n"
    old, new = found("_posts/2025-01-01-a.md", "/z.html"), found("posts/2025-01-01-a.md")
    made, problems = settled(text, old, new)
    assert made == "---\ntitle: A: b\n\ttags: [x\npermalink: /z.html\n---\nText.\n"
    assert problems == []


def test_what_follows_front_matter_without_an_end_is_text() -> None:
    text = "---\ntitle: A\n\nText.\n"
    old, new = found("_posts/2025-01-01-a.md", "/z.html"), found("posts/2025-01-01-a.md")
    made, _ = settled(text, old, new)
    assert made == "---\npermalink: /z.html\n---\ntitle: A\n\nText.\n"
