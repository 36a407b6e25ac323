from __future__ import annotations

import pytest

from broadsheet.model import Found, Problem, Subtype
from broadsheet.sources.jekyll import Files, find_articles, read_site, walk

HEAD = "---\ntitle: T\n---\nText.\n"
POST = "/:categories/:year/:month/:day/:title:output_ext"
FLAT = "/:collection/:basename:output_ext"
OWN = "/:collection/:path:output_ext"


@pytest.fixture
def site(tmp_path, write_tree):
    """Walk a site: ``site(config, *names, **options)``; a name with ``=`` has no header."""

    def build(config, *names, **options):
        files = {name.removesuffix("="): "raw" if name.endswith("=") else HEAD for name in names}
        write_tree(tmp_path, {"_config.yml": config, **files})
        return walk(tmp_path, read_site(tmp_path)[0], **options)

    return build


def paths(files):
    return [one.path for one in files.articles]


def post(path, *categories, **more):
    return Found(path=path, collection="posts", categories=categories, permalink=POST, **more)


def test_posts_are_found_at_every_level(site):
    files = site(
        "",
        "_posts/2025-01-05-a.md",
        "_posts/2025-1-5-one-digit.md",
        "_posts/25-1-5-short-year.md",
        "_posts/2025-01-05-no-header.md=",
        "_posts/sub/2025-01-05-b.markdown",
        "_posts/sub/_mid/2025-01-05-c.md",
        "_posts/_hidden/2025-01-05-d.md",
        "_posts/.dot/2025-01-05-e.md",
        "_posts/2025-01-05-f.md~",
        "Ruby/On Rails/_posts/2025-01-05-g.md",
        "_private/_posts/2025-01-05-h.md",
        "_posts/notes.txt",
        "_drafts/i.md",
    )
    assert files == Files(
        articles=(
            post("Ruby/On Rails/_posts/2025-01-05-g.md", "Ruby", "On Rails"),
            post("_posts/2025-01-05-a.md"),
            post("_posts/2025-01-05-no-header.md"),
            post("_posts/2025-1-5-one-digit.md"),
            post("_posts/25-1-5-short-year.md"),
            post("_posts/sub/2025-01-05-b.markdown"),
            post("_posts/sub/_mid/2025-01-05-c.md"),
        ),
        pages=(),
        theme_pages=(),
        static=(),
    )


def test_drafts_are_found_when_asked_for(site):
    config = "defaults: [{scope: {type: drafts}, values: {a: 1}}]"
    names = "_drafts/a.md", "_drafts/2025-01-05-b.md", "ruby/_drafts/c.md"
    assert site(config, *names).articles == ()
    assert site(config, drafts=True).articles == (
        post("_drafts/2025-01-05-b.md", draft=True, defaults={"a": 1}),
        post("_drafts/a.md", draft=True, defaults={"a": 1}),
        post("ruby/_drafts/c.md", "ruby", draft=True, defaults={"a": 1}),
    )


def test_a_post_that_jekyll_would_not_read_is_reported(site):
    files = site("", "_posts/undated.md", "_posts/2025-01-05-page.textile")
    suffixes = ".markdown .mkdown .mkdn .mkd .md .html .htm"
    assert files.articles == ()
    assert files.problems == (
        Problem(
            path="_posts/2025-01-05-page.textile",
            subtype=Subtype.SOURCE,
            message=f"an article is .textile, expected one of {suffixes}; it is left out",
        ),
        Problem(
            path="_posts/undated.md",
            subtype=Subtype.DATE,
            message="the file name starts with no date (expected 2025-11-05-name.md); left out",
        ),
    )


def test_a_collections_dir_holds_every_post(site):
    files = site(
        "collections_dir: cols\ncollections: {notes: {output: true}}",
        "cols/_posts/2025-01-05-a.md",
        "cols/ruby/_posts/2025-01-05-b.md",
        "cols/_notes/c.md",
        "cols/page.md",
        "_posts/2025-01-05-d.md",
        "_notes/e.md",
    )
    assert files.articles == (
        Found(path="cols/_notes/c.md", collection="notes", permalink=OWN),
        post("cols/_posts/2025-01-05-a.md"),
        post("cols/ruby/_posts/2025-01-05-b.md", "ruby"),
    )
    assert files.pages == ("cols/page.md",)
    assert files.problems == (
        Problem(
            path="_posts",
            subtype=Subtype.SITE,
            message="Jekyll reads no _posts outside collections_dir 'cols'; it is left out",
        ),
    )


COLLECTION = (
    "_notes/a b.md", "_notes/UP.MD", "_notes/sub/c.md", "_notes/sub/_mid/d.md", "_notes/plain.md=",
    "_notes/pic...png=", "_notes/sub/pic.png=", "_notes/_old/e.md", "_notes/_old/raw.png=",
    "_notes/sub/_f.md", "_notes/.g.md", "_notes/#h.md", "_notes/~i.md", "_notes/j.md~",
    "_notes/_old/.k/l.md", "_notes/_drafts/m.md", "_quiet/n.md", "_unknown/o.md",
)  # fmt: skip
NOTES = "collections: {notes: {output: true}, quiet: {output: false}}"


def test_a_collection_hides_what_jekyll_hides(site):
    files = site(NOTES, *COLLECTION)
    assert files == Files(
        articles=tuple(
            Found(path=f"_notes/{name}", collection="notes", permalink=OWN)
            for name in ("UP.MD", "a b.md", "sub/_mid/d.md", "sub/c.md")
        ),
        pages=(),
        theme_pages=(),
        static=(
            ("_notes/pic...png", "/notes/pic.png"),
            ("_notes/plain.md", "/notes/plain.md"),
            ("_notes/sub/pic.png", "/notes/sub/pic.png"),
        ),
    )


def test_hidden_articles_are_unlisted_when_asked_for(site):
    files = site(NOTES, *COLLECTION, unlisted=True)
    assert [one for one in files.articles if not one.listed] == [
        Found(path=path, collection="notes", listed=False, permalink=FLAT)
        for path in ("_notes/_old/e.md", "_notes/sub/_f.md")
    ]
    assert len(files.articles) == 6


def test_a_hidden_draft_is_never_published_as_unlisted(site):
    files = site(NOTES, *COLLECTION, unlisted=True, drafts=True)
    assert [one for one in files.articles if one.draft] == [
        Found(
            path="_notes/_drafts/m.md", collection="notes", draft=True, listed=False, permalink=FLAT
        )
    ]


@pytest.mark.parametrize(
    ("config", "permalinks"),
    [
        ("", {"notes": OWN, "own": "/o/:name/", "posts": POST}),
        (
            "permalink: pretty",
            {
                "notes": "/:collection/:path/",
                "own": "/o/:name/",
                "posts": "/:categories/:year/:month/:day/:title/",
            },
        ),
        (
            "permalink: /b/:title.html",
            {"notes": "/:collection/:path", "own": "/o/:name/", "posts": "/b/:title.html"},
        ),
    ],
)
def test_a_collection_has_its_own_pattern_or_the_site_s(site, config, permalinks):
    collections = "collections: {notes: {output: true}, own: {output: true, permalink: /o/:name/}}"
    files = site(
        f"{config}\n{collections}",
        "_posts/2025-01-05-a.md",
        "_notes/b.md",
        "_own/c.md",
        "_own/d.png=",
    )
    assert {one.collection: one.permalink for one in files.articles} == permalinks
    assert files.static == (("_own/d.png", "/o/d.png"),)


def test_scopes_give_front_matter_to_articles(site):
    files = site(
        "collections: {notes: {output: true}}\n"
        "defaults:\n"
        "- {scope: {path: '', type: notes}, values: {lang: zh}}\n"
        "- {scope: {path: _notes/old}, values: {lang: en}}\n",
        "_notes/a.md",
        "_notes/old/b.md",
        "_posts/2025-01-05-c.md",
    )
    assert {one.path: dict(one.defaults) for one in files.articles} == {
        "_notes/a.md": {"lang": "zh"},
        "_notes/old/b.md": {"lang": "en"},
        "_posts/2025-01-05-c.md": {},
    }


def test_pages_templates_and_files_are_told_apart(site):
    files = site(
        "exclude: [skip, '*.bak', deep/*/no.txt, tail/]\ninclude: [.htaccess, _pages, deep/_x.txt]",
        "index.md", "sub/about.markdown", "README.md=", "feed.xml", "css/main.scss", "plain.html=",
        "img/a b.png=", "img/pct%20name.png=", "img/dots...png=", ".htaccess=", ".nojekyll=",
        "_pages/z.md", "deep/_pages/y.md", "deep/_x.txt=", "deep/q/no.txt=", "deep/q/r/no.txt=",
        "deep/q/yes.txt=", "skip/a.md", "skip2/a.md", "x.bak=", "tail/x.txt=", "sub/tail/x.txt=",
        "node_modules/x.js=", "sub/node_modules/x.js=", "vendor/bundle/x.txt=", "vendor/x.txt=",
        "Gemfile=", "Gemfile.lock=", "_layouts/default.html=", "_site/index.html=", "a.txt~=",
        ".git/config=",
    )  # fmt: skip
    assert files == Files(
        articles=(),
        pages=("_pages/z.md", "deep/_pages/y.md", "index.md", "sub/about.markdown"),
        theme_pages=("css/main.scss", "feed.xml"),
        static=(
            (".htaccess", "/.htaccess"),
            ("README.md", "/README.md"),
            ("deep/_x.txt", "/deep/_x.txt"),
            ("deep/q/yes.txt", "/deep/q/yes.txt"),
            ("img/a b.png", "/img/a b.png"),
            ("img/dots...png", "/img/dots.png"),
            ("img/pct%20name.png", "/img/pct name.png"),
            ("plain.html", "/plain.html"),
            ("sub/node_modules/x.js", "/sub/node_modules/x.js"),
            ("sub/tail/x.txt", "/sub/tail/x.txt"),
            ("vendor/x.txt", "/vendor/x.txt"),
        ),
    )


def test_folders_of_builds_are_passed_over(site, tmp_path):
    names = "public/a.md", "build/_posts/2025-01-05-a.md", "build/b.png=", "c.md"
    files = site("destination: public", *names, outside=(tmp_path / "build", tmp_path.parent / "x"))
    assert (files.articles, files.pages, files.static) == ((), ("c.md",), ())


def test_a_scope_can_keep_files_from_being_copied(site):
    config = "defaults: [{scope: {path: private}, values: {published: false}}]"
    assert site(config, "private/a.png=", "b.png=").static == (("b.png", "/b.png"),)


@pytest.mark.parametrize(
    ("head", "is_article"),
    [
        ("---\n", True),
        ("---  \r\n", True),
        ("\ufeff---\n", True),
        ("---", False),
        ("----\n", False),
        ("\n---\n", False),
        ("", False),
        ("---" + " " * 5000 + "\n", False),
    ],
)
def test_front_matter_makes_a_file_of_a_collection_an_article(
    tmp_path, write_tree, head, is_article
):
    config = "collections: {notes: {output: true}}"
    write_tree(tmp_path, {"_config.yml": config, "_notes/a.md": head})
    files = walk(tmp_path, read_site(tmp_path)[0])
    assert (paths(files), [path for path, _ in files.static]) == (
        (["_notes/a.md"], []) if is_article else ([], ["_notes/a.md"])
    )


def test_links_stay_inside_the_source_folder(tmp_path, write_tree):
    write_tree(tmp_path, {"secret/2025-01-05-s.md": HEAD, "secret/s.md": HEAD})
    config = "collections: {notes: {output: true}, gone: {output: true}}"
    names = {"real/a.md": HEAD, "real/_posts/2025-01-05-b.md": HEAD, "_notes/c.md": HEAD}
    root = write_tree(tmp_path / "site", {"_config.yml": config, ".git/config": "x", **names})
    for name, target in {
        "link": "real",
        "_posts": "../secret",
        "_gone": "../secret",
        "out.md": "../secret/s.md",
        "config": ".git/config",
        "_notes/in.md": "../real/a.md",
        "_notes/folder": "../real",
        "_notes/out.md": "../../secret/s.md",
        "real/up": "..",
    }.items():
        (root / name).symlink_to(target)
    files = walk(root, read_site(root)[0])
    assert paths(files) == [
        "_notes/c.md",
        "_notes/in.md",
        "link/_posts/2025-01-05-b.md",
        "real/_posts/2025-01-05-b.md",
    ]
    assert (files.pages, files.static) == (("link/a.md", "real/a.md"), ())
    assert {one.path: one.message for one in files.problems} == {
        "_gone": "the link leads out of the source folder; it is left out",
        "_notes/out.md": "the link leads out of the source folder; it is left out",
        "_posts": "the link leads out of the source folder; it is left out",
        "config": "the link leads to a hidden file; it is left out",
        "link/up": "the link leads to a folder above itself; it is left out",
        "out.md": "the link leads out of the source folder; it is left out",
        "real/up": "the link leads to a folder above itself; it is left out",
    }


def test_a_source_folder_that_is_not_there_is_reported(tmp_path):
    site, _ = read_site(tmp_path / "none")
    assert find_articles(tmp_path / "none", site, drafts=False, unlisted=False) == (
        (),
        (
            Problem(
                path=".",
                subtype=Subtype.SOURCE,
                message="the folder cannot be read (No such file or directory); its files are left out",
            ),
        ),
    )


def test_a_file_that_include_names_outside_the_source_folder_is_not_read(tmp_path, write_tree):
    write_tree(tmp_path, {"secret.txt": "x"})
    root = write_tree(tmp_path / "site", {"_config.yml": "include: [../secret.txt]"})
    assert walk(root, read_site(root)[0]).static == ()
