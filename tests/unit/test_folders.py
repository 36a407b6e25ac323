from __future__ import annotations

import os

import pytest

from broadsheet.model import Collection, Found, Problem, Subtype
from broadsheet.sources.folders import find_articles


def collection(name, folder=None):
    return Collection(name=name, title=name.title(), folder=name if folder is None else folder)


def found(root, *collections, excluded=lambda path: False, suffixes=(".md",)):
    return find_articles(root, collections, suffixes=suffixes, excluded=excluded)


def test_every_source_of_a_collection_is_an_article(tmp_path, write_tree):
    names = [
        "posts/b.md", "posts/a.markdown", "posts/sub/c.md", "posts/index.md", "posts/sub/index.md",
        "posts/notes.txt", "posts/.hidden.md", "posts/.git/x.md", "posts/_drafts/d.md",
        "posts/_old/e.md", "posts/_f.md", "posts/_drafts/_g.md", "about.md", "posts2/h.md",
    ]  # fmt: skip
    write_tree(tmp_path, dict.fromkeys(names, "x"))
    assert found(tmp_path, collection("posts"), suffixes=(".md", ".markdown")) == (
        (
            Found(path="posts/_drafts/_g.md", collection="posts", draft=True, listed=False),
            Found(path="posts/_drafts/d.md", collection="posts", draft=True),
            Found(path="posts/_f.md", collection="posts", listed=False),
            Found(path="posts/_old/e.md", collection="posts", listed=False),
            Found(path="posts/a.markdown", collection="posts"),
            Found(path="posts/b.md", collection="posts"),
            Found(path="posts/sub/c.md", collection="posts"),
        ),
        (),
    )


def test_what_is_excluded_is_no_article(tmp_path, write_tree):
    write_tree(tmp_path, {"posts/a.md": "x", "posts/b.md": "x", "posts/sub/c.md": "x"})
    excluded = {"posts/b.md", "posts/sub"}.__contains__
    articles, problems = found(tmp_path, collection("posts"), excluded=excluded)
    assert ([one.path for one in articles], problems) == (["posts/a.md"], ())


def test_a_file_belongs_to_the_deepest_collection(tmp_path, write_tree):
    write_tree(tmp_path, {"a.md": "x", "posts/b.md": "x", "posts/news/c.md": "x"})
    all_of_them = collection("news", "posts/news"), collection("all", ""), collection("posts")
    articles, problems = found(tmp_path, *all_of_them)
    assert {one.path: one.collection for one in articles} == {
        "a.md": "all",
        "posts/b.md": "posts",
        "posts/news/c.md": "news",
    }
    assert problems == ()


@pytest.mark.parametrize(
    ("folder", "fault"),
    [("posts", "does not exist"), ("../outside", "leads out of the source folder")],
)
def test_a_folder_that_cannot_be_read_is_reported(tmp_path, write_tree, folder, fault):
    write_tree(tmp_path, {"outside/a.md": "x", "docs/index.md": "x"})
    assert found(tmp_path / "docs", collection("posts", folder)) == (
        (),
        (
            Problem(
                path=folder,
                subtype=Subtype.SITE,
                message=f"the folder of collection 'posts' {fault}; it has no articles",
            ),
        ),
    )


def test_links_are_followed_inside_the_source_folder_only(tmp_path, write_tree):
    root = write_tree(tmp_path / "docs", {"posts/a.md": "x", "more/b.md": "x", ".secret/c.md": "x"})
    write_tree(tmp_path, {"outside/d.md": "x"})
    for name, target in {
        "in.md": "a.md",
        "more": "../more",
        "up": "..",
        "out": "../../outside",
        "nowhere.md": "nothing.md",
        "self.md": "self.md",
        "secret": "../.secret",
    }.items():
        (root / "posts" / name).symlink_to(target)
    articles, problems = found(root, collection("posts"))
    assert [one.path for one in articles] == ["posts/a.md", "posts/in.md", "posts/more/b.md"]
    assert {one.path: one.message for one in problems} == {
        "posts/nowhere.md": "the link leads nowhere; it is left out",
        "posts/out": "the link leads out of the source folder; it is left out",
        "posts/secret": "the link leads to a hidden file; it is left out",
        "posts/self.md": "the link leads nowhere; it is left out",
        "posts/up": "the link leads to a folder above itself; it is left out",
    }


def test_links_that_lead_to_each_other_end(tmp_path, write_tree):
    write_tree(tmp_path, {"posts/one/a.md": "x", "posts/two/b.md": "x"})
    (tmp_path / "posts/one/two").symlink_to("../two")
    (tmp_path / "posts/two/one").symlink_to("../one")
    articles, problems = found(tmp_path, collection("posts"))
    assert [one.path for one in articles] == [
        "posts/one/a.md",
        "posts/one/two/b.md",
        "posts/two/b.md",
        "posts/two/one/a.md",
    ]
    assert problems == ()


def test_a_name_that_is_not_utf_8_is_reported(tmp_path):
    folder = os.fsencode(tmp_path / "posts")
    try:
        os.mkdir(folder)  # noqa: PTH102 - a Path cannot hold these bytes
        with open(folder + b"/caf\xe9.md", "wb"):  # noqa: PTH123
            pass
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    message = "the name is not UTF-8; the file is left out"
    assert found(tmp_path, collection("posts")) == (
        (),
        (Problem(path="posts/caf\\udce9.md", subtype=Subtype.ENCODING, message=message),),
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_is_passed_over(tmp_path, write_tree):
    write_tree(tmp_path, {"posts/a.md": "x"})
    os.mkfifo(tmp_path / "posts" / "pipe.md")
    articles, problems = found(tmp_path, collection("posts"))
    assert ([one.path for one in articles], problems) == (["posts/a.md"], ())
