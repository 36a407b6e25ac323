"""Images and links of articles: what they mean, what the page shows, what is said of faults."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from archive_edits import build, picture

OPTIONS = {"--jobs": "1", "--now": "2026-01-01"}
HEAD = "---\ntitle: Mills\ndate: 2025-01-01\n{}---\n\n"

JEKYLL = {
    "_config.yml": "title: The Sheet\nurl: https://example.org\nbaseurl: /sheet\n"
    "collections: {essays: {output: true}}\n"
    "defaults: [{scope: {path: _essays}, values: {media_subpath: /assets/essays/}}]\n",
    "about.md": "---\ntitle: About\n---\n\n![a](assets/a.png) ![none](none.png)\n",
    "assets/a.png": picture(1, 30),
    "assets/b c.png": picture(2, 20),
    "assets/essays/d.png": picture(3, 10),
    "assets/paper.pdf": b"%PDF-1.4\n",
    "_essays/beside.png": picture(4, 6),
    "_essays/other.md": "---\ntitle: Other\ndate: 2025-01-02\n---\n\nText.\n",
    "_posts/beside.png": picture(5, 5),
}
SPHINX = {
    "conf.py": 'extensions = ["broadsheet"]\nhtml_theme = "furo"\n'
    'html_baseurl = "https://example.org/sheet/"\nsitemap_url_scheme = "{link}"\n',
    "guide.md": "---\norphan: true\n---\n# Guide\n\n(part)=\n## Part\n",
    "assets/a.png": picture(1, 30),
    "articles/d.png": picture(3, 10),
    "articles/media/e.png": picture(3, 11),
    "articles/paper.pdf": b"%PDF-1.4\n",
    "articles/2025-01-02-other.md": "---\ntitle: Other\n---\n\nText.\n",
}


class Site:
    """A source that is built again and again into one output."""

    def __init__(self, source: Path) -> None:
        self.source, self.out = source, source.with_name("out")
        self.said = ""

    def build(self, **options: str) -> Site:
        said = build(self.source, self.out, OPTIONS | {f"--{k}": v for k, v in options.items()})
        assert said.status == 0
        self.said = "\n".join(said.warnings).replace(f"{self.source}/", "")
        return self

    def body(self, name: str) -> str:
        """Return the text of an article as HTML, without the section and lines around it."""
        section = self.soup(name).select_one(".broadsheet-body section")
        return re.sub(r">\s*\n\s*<", "><", section.decode_contents().strip())

    def images(self, name: str) -> list[dict[str, str]]:
        return [dict(one.attrs) for one in self.soup(name).select("article section img")]

    def links(self, name: str) -> list[str]:
        return [one["href"] for one in self.soup(name).select("article section a[href]")]

    def soup(self, name: str) -> BeautifulSoup:
        return BeautifulSoup((self.out / name).read_text("utf-8"), "html.parser")


@pytest.fixture
def jekyll(tmp_path, write_tree):
    return lambda body, path="_posts/2025-01-01-mills.md", keys="": Site(
        write_tree(tmp_path / "source", JEKYLL | {path: HEAD.format(keys) + body})
    ).build()


@pytest.fixture
def sphinx(tmp_path, write_tree):
    return lambda body, keys="", conf="": Site(
        write_tree(
            tmp_path / "source",
            SPHINX
            | {
                "conf.py": SPHINX["conf.py"] + conf,
                "articles/2025-01-01-mills.md": HEAD.format(keys) + body,
            },
        )
    ).build()


POST, ESSAY, ARTICLE = (
    "2025/01/01/mills.html",
    "essays/mills.html",
    "articles/2025-01-01-mills.html",
)


# which file an image means


@pytest.mark.parametrize(
    ("src", "shown"),
    [
        ("/assets/a.png", "../../../assets/a.png"),
        ("/sheet/assets/a.png", "../../../assets/a.png"),
        ("../../../assets/a.png", "../../../assets/a.png"),
        ("https://example.org/sheet/assets/a.png", "../../../assets/a.png"),
        ("http://example.org/sheet/assets/a.png", "../../../assets/a.png"),
        ("/assets/b%20c.png?raw=1", "../../../assets/b%20c.png"),
        ("<{{ site.baseurl }}/assets/b c.png>", "../../../assets/b%20c.png"),
        ("../assets/a.png", "../../../assets/a.png"),  # as it is beside the text
        ("beside.png", "../../../_images/beside-"),
        ("https://example.org/sheet/none.png", "https://example.org/sheet/none.png"),
        ("https://example.com/a.png", "https://example.com/a.png"),
    ],
)
def test_an_image_of_a_jekyll_repository_is_shown_from_where_it_is(jekyll, src, shown):
    site = jekyll(f"![]({src})\n")
    (image,) = site.images(POST)
    assert image["src"].startswith(shown)
    assert "beside.png" in src or not (site.out / "_images").exists()
    assert [line for line in site.said.splitlines() if "broadsheet.image" in line] == [
        "about.md:5: WARNING: image 'none.png' is no file of the source (expected one); its text "
        "is shown [broadsheet.image]"
    ]


@pytest.mark.parametrize(
    ("src", "shown"),
    [
        ("d.png", "../assets/essays/d.png"),
        ("/d.png", "../assets/essays/d.png"),
        ("beside.png", "beside.png"),  # not in the folder of the media, but at its own address
        ("/assets/a.png", "../assets/a.png"),
    ],
)
def test_media_subpath_of_the_defaults_comes_first(jekyll, src, shown):
    site = jekyll(f"![]({src})\n", "_essays/mills.md")
    assert [image["src"] for image in site.images(ESSAY)] == [shown]


def test_media_subpath_counts_for_the_lead_image_too(jekyll):
    site = jekyll("Text.\n", "_essays/mills.md", "image: d.png\n")
    lead = site.soup(ESSAY).select_one(".broadsheet-lead img")
    assert lead["src"] == "../assets/essays/d.png"


def test_media_may_all_be_elsewhere(jekyll):
    site = jekyll("![](a.png)\n", keys="media_subpath: https://cdn.example/x/\n")
    assert [image["src"] for image in site.images(POST)] == ["https://cdn.example/x/a.png"]


@pytest.mark.parametrize(
    ("src", "keys", "size"),
    [
        ("d.png", "", "10"),
        ("/assets/a.png", "", "30"),
        ("../assets/a.png", "", "30"),
        ("/sheet/assets/a.png", "", "30"),
        ("e.png", "media_subpath: media\n", "11"),
        ("d.png", "media_subpath: media\n", "10"),
        ("e.png", "media_subpath: /articles/media/\n", "11"),
        ("media/e.*", "", None),  # a choice of files, which Sphinx knows
    ],
)
def test_an_image_of_a_sphinx_project_is_a_file_of_the_source(sphinx, src, keys, size):
    site = sphinx(f"![]({src})\n", keys)
    (image,) = site.images(ARTICLE)
    assert image.get("width") == size
    assert (site.out / "articles" / image["src"]).is_file()
    assert not site.said


def test_a_file_with_an_address_of_its_own_is_shown_from_there_and_copied_once(sphinx, write_tree):
    site = sphinx("![](/_extra/media/b.png)\n", "image: /_extra/media/b.png\n")
    guide = "---\norphan: true\n---\n# Guide\n\n![](/_extra/media/b.png)\n"
    write_tree(site.source, {"_extra/media/b.png": picture(6, 40), "guide.md": guide})
    conf = site.source / "conf.py"
    without = conf.read_text("utf-8")
    conf.write_text(f'{without}html_extra_path = ["_extra"]\n', "utf-8")
    site.build()
    pages = (ARTICLE, "guide.html", "index.html")
    assert [[one["src"] for one in site.soup(name).select("article img")] for name in pages] == [
        ["../media/b.png"] * 2,
        ["media/b.png"],
        ["media/b.png"],
    ]
    assert [one.get("width") for one in site.images(ARTICLE)] == ["40"]
    assert not list(site.out.glob("_images/*"))
    conf.write_text(without, "utf-8")
    assert site.build().images(ARTICLE)[0]["src"] == "../_images/b-2b13d435.png"
    assert [one.name for one in site.out.rglob("b*.png")] == ["b-2b13d435.png"]


# what the page shows


def test_a_page_holds_figures_sizes_and_loads_what_is_below_when_it_is_needed(jekyll):
    site = jekyll(
        '![One](/assets/a.png "Its title")\n▲ The __first__.\n\n'
        "> [![Two](/assets/essays/d.png)](/about.html)\n> ![Three](https://example.com/c.png)\n"
        "> _▲ Two [of them](https://example.com/)._\n\n![Four](/assets/a.png)\n"
    )
    assert site.body(POST) == (
        '<figure class="align-default">'
        '<img alt="One" height="4" src="../../../assets/a.png" title="Its title" width="30"/>'
        '<figcaption><p><span class="caption-text">▲ The <strong>first</strong>.</span></p>'
        "</figcaption></figure>"
        '<blockquote><div><figure class="align-default">'
        '<a class="reference internal" href="../../../about.html"><span class="xref myst">'
        '<img alt="Two" decoding="async" height="4" loading="lazy" '
        'src="../../../assets/essays/d.png" width="10"/></span></a>'
        '<img alt="Three" decoding="async" loading="lazy" src="https://example.com/c.png"/>'
        '<figcaption><p><span class="caption-text">▲ Two '
        '<a class="reference external" href="https://example.com/">of them</a>.</span></p>'
        "</figcaption></figure></div></blockquote>"
        '<p><img alt="Four" decoding="async" height="4" loading="lazy" '
        'src="../../../assets/a.png" width="30"/></p>'
    )


CAPTION = "![](/assets/a.png)\n*A mill.*\n"


@pytest.mark.parametrize(
    ("keys", "conf", "count"),
    [
        ("", "", 1),
        ("figures: false\n", "", 0),
        ("", "broadsheet_figures = False\n", 0),
        ("", "broadsheet_one_pass = False\n", 1),
    ],
)
def test_figures_can_be_switched_off(sphinx, keys, conf, count):
    site = sphinx(CAPTION, keys, conf)
    assert len(site.soup(ARTICLE).select("section figure")) == count


def test_figures_are_made_again_when_the_option_changes(sphinx):
    site = sphinx(CAPTION)
    for value, count in (("False", 0), ("True", 1)):
        with (site.source / "conf.py").open("a") as conf:
            conf.write(f"broadsheet_figures = {value}\n")
        site.build()
        assert len(site.soup(ARTICLE).select("section figure")) == count


def test_a_document_of_a_sphinx_project_stays_as_sphinx_makes_it(sphinx, write_tree):
    site = sphinx("Text.\n")
    write_tree(site.source, {"guide.md": f"---\norphan: true\n---\n# Guide\n\n{CAPTION}"})
    site.build()
    assert [sorted(one) for one in site.images("guide.html")] == [["alt", "src"]]
    assert not site.soup("guide.html").select("figure")


@pytest.mark.parametrize("builder", ["text", "latex", "epub", "dirhtml"])
def test_other_builders_keep_the_caption_and_the_text_of_a_missing_image(
    tmp_path, write_tree, builder
):
    from conftest import build_site

    body = f"{CAPTION}\n![The old mill](none.png)\n"
    files = {**SPHINX, "articles/2025-01-01-mills.md": HEAD.format("") + body, "index.md": "# S\n"}
    conf = str(SPHINX["conf.py"]) + 'latex_engine = "xelatex"\n'
    source = write_tree(tmp_path / "source", files | {"conf.py": conf})
    made = build_site(source, builder=builder)
    text = "".join(
        path.read_text("utf-8")
        for suffix in ("txt", "tex", "xhtml", "html")
        for path in made.outdir.rglob(f"*.{suffix}")
    )
    assert "A mill." in text
    assert "The old mill" in text


# what is said of faults


def test_a_missing_image_is_named_once_a_text_with_file_and_line(jekyll):
    site = jekyll(
        "Text.\n\n![x](none.png)\n\n- a\n- ![Its text](none.png)\n\n![](/../../etc/passwd)\n\n"
        "[![y](%E5%9B%BE.png)](/none.html)\n\n[Write](press@example.org?subject=Type)\n",
        keys="image_alt: x\n",
    )
    missing = "is no file of the source (expected one); its text is shown [broadsheet.image]"
    assert [line for line in site.said.splitlines() if line.startswith("_posts")] == [
        f"_posts/2025-01-01-mills.md:14: WARNING: image '/../../etc/passwd' {missing}",
        f"_posts/2025-01-01-mills.md:16: WARNING: image '图.png' {missing}",
        "_posts/2025-01-01-mills.md:16: WARNING: link '/none.html' leads to no page of this site "
        "(expected one, or http(s)://…); left as it is [broadsheet.ref]",
        "_posts/2025-01-01-mills.md:18: WARNING: link 'press@example.org?subject=Type' leads to no "
        "page of this site (expected 'mailto:press@example.org?subject=Type'); left as it is "
        "[broadsheet.ref]",
        f"_posts/2025-01-01-mills.md:9: WARNING: image 'none.png' {missing}",
    ]
    assert [(one["alt"], one["src"]) for one in site.images(POST)] == [
        ("x", "none.png"),
        ("Its text", "none.png"),
        ("", "/../../etc/passwd"),
        ("y", "%E5%9B%BE.png"),
    ]


def test_an_image_never_leads_out_of_the_source(jekyll, tmp_path):
    (tmp_path / "secret.png").write_bytes(picture(1))
    site = jekyll("Text.\n")
    (site.source / "assets/link.png").symlink_to(tmp_path / "secret.png")
    (site.source / "_posts/link.png").symlink_to(tmp_path / "secret.png")
    post = site.source / "_posts/2025-01-01-mills.md"
    post.write_text(
        HEAD.format("") + "![](/assets/link.png) ![](link.png) ![](../../secret.png)\n", "utf-8"
    )
    site.build()
    assert site.said.count("is no file of the source") == 4  # with that of about.md
    assert not (site.out / "_images").exists()


# links


@pytest.mark.parametrize(
    ("link", "href"),
    [
        ("https://example.org/sheet/essays/other.html#x", "../../../essays/other.html#x"),
        ("https://example.org/sheet/about.html?a=b#c", "../../../about.html?a=b#c"),
        ("/essays/other?a=b%20c", "../../../essays/other.html?a=b%20c"),
        ("../assets/paper.pdf?a", "../../../assets/paper.pdf?a"),
        ("http://example.org/sheet/essays/other", "../../../essays/other.html"),
        ("https://example.org/sheet/", "../../../index.html"),
        ("/", "../../../index.html"),
        ("https://example.org/sheet/about.html", "../../../about.html"),
        ("https://example.org/sheet/none", "https://example.org/sheet/none"),
        ("https://example.org/elsewhere", "https://example.org/elsewhere"),
        ("/sheet/assets/paper.pdf", "../../../assets/paper.pdf"),
        ("../assets/paper.pdf", "../../../assets/paper.pdf"),
        ("../about.md", "../../../about.html"),
        ("../_essays/other.md", "../../../essays/other.html"),
        ("<{{ site.baseurl }}/assets/b c.png>", "../../../assets/b%20c.png"),
    ],
)
def test_links_of_a_jekyll_repository_lead_to_pages_and_files(jekyll, link, href):
    site = jekyll(f"[It]({link})\n")
    assert site.links(POST) == [href]
    assert "broadsheet.ref" not in site.said


@pytest.mark.parametrize(
    ("link", "href"),
    [
        ("https://example.org/sheet/articles/2025-01-02-other.html#x", "2025-01-02-other.html#x"),
        ("https://example.org/sheet/articles/2025-01-02-other/", "2025-01-02-other.html"),
        ("https://example.org/sheet/guide.html", "../guide.html"),
        ("https://example.org/sheet/guide.html?a=b", "https://example.org/sheet/guide.html?a=b"),
        ("https://example.org/sheet/", "../index.html"),
        ("/sheet/guide.html", "../guide.html"),
        ("{{site.url}}/guide.html", "../guide.html"),
        ("https://example.org/sheet/none", "https://example.org/sheet/none"),
        ("paper.pdf", "../_downloads/"),
        ("/articles/paper.pdf", "../_downloads/"),
        ("https://example.org/sheet/articles/paper.pdf", "../_downloads/"),
    ],
)
def test_links_of_a_sphinx_project_lead_to_pages_and_files(sphinx, link, href):
    site = sphinx(f"[It]({link})\n")
    (found,) = site.links(ARTICLE)
    assert found.startswith(href)
    assert not site.said


def test_an_address_in_angle_brackets_stays_as_it_is_written(jekyll):
    site = jekyll("<https://example.org/sheet/about.html>\n")
    assert site.links(POST) == ["https://example.org/sheet/about.html"]


# after an edit


def changed(site: Site) -> set[str]:
    """Build again, and return the pages that are written."""
    before = {path: path.stat().st_mtime_ns for path in site.out.rglob("*.html")}
    site.build()
    now = {path: path.stat().st_mtime_ns for path in site.out.rglob("*.html")}
    return {path.relative_to(site.out).as_posix() for path in now if now[path] != before.get(path)}


def test_a_picture_that_changes_its_size_changes_the_pages_that_show_it(jekyll, write_tree):
    site = jekyll("![](/assets/a.png)\n")
    write_tree(site.source, {"assets/a.png": picture(1, 31)})
    assert changed(site) == {POST, "about.html"}
    assert [one["width"] for one in site.images(POST)] == ["31"]
    write_tree(site.source, {"assets/a.png": picture(2, 31)})
    assert changed(site) == set()
    assert (site.out / "assets/a.png").read_bytes() == picture(2, 31)


@pytest.mark.parametrize("path", ["none.png", "_posts/later.png", "2025/01/01/later.png"])
def test_a_picture_that_appears_or_goes_changes_the_pages_that_show_it(jekyll, write_tree, path):
    site = jekyll("![](later.png)\n")
    page = "about.html" if path == "none.png" else POST
    write_tree(site.source, {path: picture(1, 9)})
    assert changed(site) == {page}
    assert site.images(page)[-1]["width"] == "9"
    (site.source / path).unlink()
    assert changed(site) == {page}
    assert "width" not in site.images(page)[-1]


def test_a_document_with_a_missing_image_is_not_read_each_time(jekyll):
    site = jekyll("Text.\n")
    shutil.copy(site.source / "assets/a.png", site.source / "assets/more.png")
    site.build()
    assert changed(site) == set()
    assert site.said.count("none.png") == 1
