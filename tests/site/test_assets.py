"""Files of the output that are no pages: exact, left alone while their bytes stay, removed."""

from __future__ import annotations

import os
import re
import shutil
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sphinx.errors import ExtensionError

from archive_edits import CONFIG, article, picture
from broadsheet.publication import TEMPLATES

CONF = """\
project = "The Loom"
html_title = "The Loom"
html_theme = "furo"
html_baseurl = "https://example.org/"
sitemap_url_scheme = "{link}"
extensions = ["myst_parser", "broadsheet"]
html_static_path = ["static"]
html_extra_path = ["extra"]
html_css_files = ["own.css"]
html_js_files = ["name.js"]
html_logo = "logo.png"
"""

JEKYLL_CONF = """\
html_theme = "furo"
extensions = ["myst_parser", "broadsheet"]
html_baseurl = "https://example.org/"
sitemap_url_scheme = "{link}"
broadsheet_jekyll = True
"""

LISTENER = """

def setup(app):
    app.connect({event!r}, work{priority})


def work(app, *arguments):
    {work}
"""

SPHINX: Mapping[str, str | bytes] = {
    "conf.py": CONF,
    "index.md": "# The Loom\n\n```{toctree}\nguide\n```\n",
    "guide.md": "# Guide\n\n![A mark](mark.png)\n\n{download}`sheet.txt`\n",
    "mark.png": picture(10),
    "lead.png": picture(20),
    "logo.png": picture(30),
    "sheet.txt": "A sheet of facts.\n",
    "static/own.css": "p { color: black; }\n",
    "static/name.js.jinja": "const name = '{{ project }}';\n",
    "static/deep/er/one.txt": "One.\n",
    "extra/CNAME": "example.org\n",
    "extra/deep/er/two.txt": "Two.\n",
    "articles/2025-01-01-warp.md": article(
        "Warp", "![Lead](../lead.png)\n\n[A file](../sheet.txt)", image="/lead.png"
    ),
    "articles/2025-02-01-weft.md": article("Weft", "Text."),
}

JEKYLL: Mapping[str, str | bytes] = {
    "conf.py": JEKYLL_CONF,
    "_config.yml": CONFIG,
    "_posts/2025-01-01-warp.md": article("Warp", "![A mark](/assets/mark.png)"),
    "_posts/2025-02-01-weft.md": article("Weft", "[A file](/assets/sheet.txt)", image="/lead.png"),
    "about.md": "---\ntitle: About\n---\n\n![A mark](/assets/mark.png)\n",
    "assets/mark.png": picture(10),
    "assets/sheet.txt": "A sheet of facts.\n",
    "lead.png": picture(20),
    "deep/er/one.txt": "One.\n",
    "CNAME": "example.org\n",
}

KINDS = {"sphinx": SPHINX, "jekyll": JEKYLL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A source and its output, built in this process again and again."""

    source: Path
    run: Callable[..., Any]
    builder: str = "html"

    @property
    def out(self) -> Path:
        return self.source.with_name(f"out-{self.builder}")

    @property
    def doctrees(self) -> Path:
        return self.out.with_name(f"{self.out.name}.doctrees")

    def build(self, **overrides: object) -> Site:
        self.run(self.source, builder=self.builder, outdir=self.out, confoverrides=overrides)
        return self

    def clean(self) -> dict[str, bytes]:
        """Return the files of a clean build."""
        other = Site(source=self.source, run=self.run, builder=self.builder)
        for folder in (self.out, self.doctrees):
            folder.rename(folder.with_name(f"kept-{folder.name}"))
        files = other.build().files()
        for folder in (self.out, self.doctrees):
            shutil.rmtree(folder)
            folder.with_name(f"kept-{folder.name}").rename(folder)
        return files

    def files(self) -> dict[str, bytes]:
        """Return all files but pages, and their sources."""
        return {
            path.relative_to(self.out).as_posix(): path.read_bytes()
            for path in sorted(self.out.rglob("*"))
            if path.is_file() and path.suffix != ".html" and "_sources" not in path.parts
        }

    def times(self) -> dict[str, int]:
        return {name: (self.out / name).stat().st_mtime_ns for name in self.files()}

    def write(self, name: str, content: str | bytes) -> None:
        path = self.source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def remove(self, *names: str) -> None:
        for name in names:
            (self.source / name).unlink()

    def listen(self, event: str, work: str, priority: str = "") -> None:
        """Have ``conf.py`` do *work* at an *event* of Sphinx."""
        listener = LISTENER.format(event=event, work=work, priority=priority)
        self.write("conf.py", CONF + listener)


@pytest.fixture
def site(tmp_path, write_tree, build) -> Callable[..., Site]:
    def make(kind: str, builder: str = "html") -> Site:
        source = write_tree(tmp_path / "source", KINDS[kind])
        return Site(source=source, run=build, builder=builder).build()

    return make


# what stays


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_second_build_touches_no_file(site, kind, builder):
    made = site(kind, builder)
    before = made.times()
    assert {".buildinfo", "objects.inv", "articles.json", "CNAME", "_static/styles/furo.css"} <= {
        *before
    }
    assert made.build().times() == before


def test_an_edited_article_touches_no_file_but_those_that_show_it(site):
    made = site("sphinx")
    before = made.times()
    made.write("articles/2025-01-01-warp.md", article("Warp", "![Lead](../lead.png)", tags="[x]"))
    after = made.build().times()
    changed = {name for name in after if after[name] != before[name]}
    # the page of the tag is new, and other projects can refer to it
    assert changed == {"articles.json", "sitemap.xml", "objects.inv"}


def test_a_touched_original_touches_no_copy(site):
    made = site("jekyll")
    before = made.times()
    for path in made.source.rglob("*.png"):
        path.touch()
    assert made.build().times() == before


@pytest.mark.parametrize("name", ["CNAME", "_static/by-hand.css", "deep/by-hand.txt"])
def test_a_file_that_somebody_put_into_the_output_stays(site, name):
    made = site("sphinx")
    made.remove("extra/CNAME", "extra/deep/er/two.txt")
    made.build()
    assert not (made.out / "CNAME").exists()
    (made.out / name).parent.mkdir(exist_ok=True)
    (made.out / name).write_text("by hand\n")
    made.build().build()
    assert (made.out / name).read_text() == "by hand\n"


def test_a_file_that_an_extension_writes_at_the_end_stays(site):
    made = site("sphinx")
    work = "(app.outdir / '_static' / 'late.txt').write_text(str((app.outdir / 'guide.html').stat().st_size))"
    made.listen("build-finished", work)
    made.build().build()
    assert int((made.out / "_static/late.txt").read_text()) > 0  # it saw the pages
    made.write("static/late.txt", "For a while.\n")
    made.build()
    made.remove("static/late.txt")
    assert int((made.build().out / "_static/late.txt").read_text()) > 0


# what changes

EDITS = {
    "_static/own.css": ("sphinx", "static/own.css"),
    "_static/name.js": ("sphinx", "static/name.js.jinja"),
    "_static/logo.png": ("sphinx", "logo.png"),
    "CNAME": ("sphinx", "extra/CNAME"),
    "assets/sheet.txt": ("jekyll", "assets/sheet.txt"),
    "lead.png": ("jekyll", "lead.png"),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_changed_file_appears_in_one_step(site, name, tmp_path):
    kind, original = EDITS[name]
    made = site(kind)
    before = made.files()[name]
    os.link(made.out / name, tmp_path / "held")  # as somebody who has just opened it
    made.write(original, b"// other")
    assert made.build().files()[name] == b"// other"
    assert (tmp_path / "held").read_bytes() == before
    assert made.files() == made.clean()


@pytest.mark.parametrize("original", ["mark.png", "lead.png", "sheet.txt"])
def test_a_changed_image_or_download_appears_in_one_step(site, original, tmp_path):
    made = site("sphinx")
    content = (made.source / original).read_bytes()
    shown = {name for name, found in made.files().items() if found == content}
    assert shown
    for number, name in enumerate(sorted(shown)):
        os.link(made.out / name, tmp_path / str(number))
    made.write(original, picture(99))
    files = made.build().files()
    assert {name for name, found in files.items() if found == picture(99)} == shown
    assert {(tmp_path / str(number)).read_bytes() for number in range(len(shown))} == {content}
    assert files == made.clean()


def test_a_file_of_the_same_size_and_time_is_told_from_another(site):
    made = site("jekyll")
    path = made.source / "assets/mark.png"
    moment = path.stat().st_mtime_ns
    made.write("assets/mark.png", picture(11))
    os.utime(path, ns=(moment, moment))
    assert made.build().files()["assets/mark.png"] == picture(11)


def test_an_extra_file_that_stays_is_not_copied_again(site, monkeypatch):
    made = site("sphinx")
    copied: list[str] = []
    real = shutil.copyfile
    monkeypatch.setattr(
        shutil, "copyfile", lambda source, *rest: (copied.append(str(source)), real(source, *rest))
    )
    made.build()
    assert [one for one in copied if "/extra/" in one] == []
    made.write("extra/CNAME", "example.net\n")
    assert made.build().files()["CNAME"] == b"example.net\n"
    assert [one for one in copied if "/extra/" in one] == [str(made.source / "extra/CNAME")]


def test_an_extra_file_is_excluded_as_sphinx_does(site):
    made = site("sphinx")
    made.write("extra/deep/notes.txt", "No.\n")
    files = made.build(
        exclude_patterns=["**/notes.txt", "CNAME", "deep/er"],
        html_extra_path=["extra", "lead.png"],
    ).files()
    assert {"CNAME", "lead.png"} <= files.keys()
    assert not {"deep/notes.txt", "deep/er/two.txt"} & files.keys()


def test_an_older_file_gets_a_new_time(site):
    made = site("sphinx")
    before = made.times()["_static/own.css"]
    made.write("static/own.css", "p { color: red; }\n")
    os.utime(made.source / "static/own.css", ns=(10**18, 10**18))
    assert made.build().times()["_static/own.css"] > before


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_altered_or_deleted_in_the_output_is_repaired(site, kind):
    made = site(kind)
    before = made.files()
    names = [name for name in before if not name.startswith(("_images/", "_downloads/"))]
    for number, name in enumerate(names):
        if number % 2:
            (made.out / name).write_bytes(b"x")
        else:
            (made.out / name).unlink()
    assert made.build().files() == before


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_a_copied_file_can_be_run_if_the_original_can(site):
    made = site("jekyll")
    assert not os.access(made.out / "deep/er/one.txt", os.X_OK)
    (made.source / "deep/er/one.txt").chmod(0o755)
    made.build()
    assert os.access(made.out / "deep/er/one.txt", os.X_OK)


# what goes


def test_a_removed_static_or_extra_file_goes_with_its_folders(site):
    made = site("sphinx")
    made.remove("static/deep/er/one.txt", "extra/deep/er/two.txt", "extra/CNAME")
    (made.source / "extra/deep/er").rmdir()
    made.build()
    assert made.files() == made.clean()
    assert not (made.out / "_static/deep").exists()
    assert not (made.out / "deep").exists()


def test_a_folder_that_is_configured_no_more_leaves_nothing(site):
    made = site("sphinx")
    conf = CONF.replace('["static"]', "[]").replace('["extra"]', "[]").replace("html_logo", "#")
    made.write("conf.py", conf)
    made.build()
    assert made.files() == made.clean()
    assert "CNAME" not in made.files()


def test_a_file_of_a_repository_goes_with_its_folders(site):
    made = site("jekyll")
    made.remove("deep/er/one.txt", "lead.png")
    made.write("_config.yml", f"{CONFIG}\nexclude: [CNAME]\n".replace("exclude: [README.md]\n", ""))
    made.build()
    assert made.files() == made.clean()
    assert not (made.out / "deep").exists()
    assert not (made.out / "CNAME").exists()


def test_an_image_and_a_download_go_with_the_last_page_that_has_them(site):
    made = site("sphinx")
    made.write("guide.md", "# Guide\n\nText.\n")
    files = made.build().files()
    assert picture(10) not in files.values()
    assert SPHINX["sheet.txt"].encode() in files.values()  # the article has it, too
    made.write("articles/2025-01-01-warp.md", article("Warp", "Text."))
    made.build()
    assert made.files() == made.clean()
    assert not (made.out / "_downloads").exists()
    assert not (made.out / "_images").exists()


def test_a_file_may_become_a_folder_and_a_folder_a_file(site):
    made = site("sphinx")
    made.remove("static/deep/er/one.txt", "extra/CNAME")
    (made.source / "static/deep/er").rmdir()
    made.write("static/deep/er", "Now a file.\n")
    made.write("extra/CNAME/file.txt", "Now a folder.\n")
    made.build()
    assert made.files() == made.clean()


def test_a_file_of_a_build_that_failed_is_known_to_the_next(site):
    made = site("sphinx")
    made.write("static/later.txt", "Later.\n")
    made.listen("html-page-context", "raise ValueError('no')")
    with pytest.raises(ExtensionError):
        made.build()
    assert (made.out / "_static/later.txt").exists()
    made.remove("static/later.txt")
    made.write("conf.py", CONF)
    assert made.build().files() == made.clean()


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"version": 1, "groups": 3, "copies": []}'])
def test_where_the_list_of_files_is_damaged_nothing_is_removed(site, damage):
    made = site("jekyll")
    (made.doctrees / "broadsheet-files.json").write_text(damage)
    made.remove("deep/er/one.txt")
    before = made.times()
    assert made.build().times() == before
    made.remove("CNAME")
    made.build()
    assert {*before} - {*made.files()} == {"CNAME"}


def test_nothing_is_left_of_the_making(site):
    made = site("sphinx")
    made.write("static/name.js.jinja", "const name = 'another';\n")
    said = made.run(made.source, outdir=made.out).status
    assert f"Writing evaluated template result to {made.out}/_static/name.js\n" in said
    assert "staged" not in said
    assert not list(made.doctrees.glob("*staged*"))
    assert not list(made.out.rglob("*.part"))


# who wins


def test_a_document_wins_over_an_extra_file(site):
    made = site("sphinx")
    before = (made.out / "guide.html").read_bytes()
    made.write("extra/guide.html", "not this\n")
    made.build()
    assert (made.out / "guide.html").read_bytes() == before
    made.remove("extra/guide.html")
    made.build()
    assert (made.out / "guide.html").read_bytes() == before


def test_an_extra_file_wins_over_a_listing_for_as_long_as_it_is_there(site):
    made = site("sphinx")
    before = (made.out / "404.html").read_bytes()
    made.write("extra/404.html", "mine\n")
    made.build().build()
    assert (made.out / "404.html").read_bytes() == b"mine\n"
    made.remove("extra/404.html")
    made.build()
    assert (made.out / "404.html").read_bytes() == before


def test_an_extra_file_takes_the_place_of_a_page_that_is_gone_and_back(site):
    made = site("sphinx")
    page = (made.out / "guide.html").read_bytes()
    made.remove("guide.md")
    made.write("index.md", "# The Loom\n")
    made.write("extra/guide.html", "mine\n")
    made.build()
    assert (made.out / "guide.html").read_bytes() == b"mine\n"
    made.remove("extra/guide.html")
    made.write("guide.md", SPHINX["guide.md"])
    made.write("index.md", SPHINX["index.md"])
    made.build()
    assert (made.out / "guide.html").read_bytes() == page


def test_a_page_takes_the_place_of_a_file_of_the_repository_and_back(site):
    made = site("jekyll")
    page = (made.out / "about.html").read_bytes()
    made.remove("about.md")
    made.write("about.html", "<p>mine</p>\n")
    made.build()
    assert (made.out / "about.html").read_bytes() == b"<p>mine</p>\n"
    made.remove("about.html")
    made.write("about.md", JEKYLL["about.md"])
    made.build()
    assert (made.out / "about.html").read_bytes() == page


@pytest.mark.parametrize("name", ["articles.json", "sitemap.xml", "objects.inv", "404.html"])
@pytest.mark.parametrize(("kind", "folder"), [("sphinx", "extra/"), ("jekyll", "")])
def test_a_file_of_the_source_wins_over_one_that_is_generated_for_as_long_as_it_is_there(
    site, kind, folder, name
):
    made = site(kind)
    before = (made.out / name).read_bytes()
    made.write(f"{folder}{name}", "mine\n")
    for _ in range(2):
        made.build()
        assert (made.out / name).read_bytes() == b"mine\n"
    times = made.times()
    assert made.build().times() == times
    assert made.files() == made.clean()
    made.remove(f"{folder}{name}")
    made.build()
    assert (made.out / name).read_bytes() == before
    assert made.files() == made.clean()
    assert made.build().files() == made.clean()


def test_a_static_file_of_sphinx_returns_when_that_of_a_repository_goes(site):
    made = site("jekyll")
    before = made.files()["_static/basic.css"]
    made.write("_config.yml", f"{CONFIG}include: [_static]\n")
    made.write("_static/basic.css", "p { color: red; }\n")
    assert made.build().build().files()["_static/basic.css"] == b"p { color: red; }\n"
    made.remove("_static/basic.css")
    assert made.build().files()["_static/basic.css"] == before


# the sitemap


def test_the_sitemap_goes_with_the_address_of_the_site_and_returns_with_it(site):
    made = site("sphinx")
    before = made.files()["sitemap.xml"]
    assert "sitemap.xml" not in made.build(html_baseurl="").files()
    assert made.build().files()["sitemap.xml"] == before


def test_a_sitemap_of_another_name_stands_for_the_old_one(site):
    made = site("sphinx")
    before = made.files()
    files = made.build(sitemap_filename="maps/all.xml").files()
    assert files["maps/all.xml"] == before["sitemap.xml"]
    assert "sitemap.xml" not in files
    assert made.build().files() == before


def test_a_build_that_fails_leaves_the_sitemap_as_it_was(site):
    made = site("sphinx")
    before = made.times()["sitemap.xml"]
    made.listen("html-page-context", "raise ValueError('no')")
    with pytest.raises(ExtensionError):
        made.build()
    assert made.times()["sitemap.xml"] == before


# checksums


@pytest.mark.parametrize("kind", KINDS)
def test_pages_name_style_sheets_and_scripts_by_their_checksums(site, kind):
    made = site(kind)
    assert_checksums(made.out)


def test_a_second_build_in_one_process_names_the_new_checksum_on_every_page(site):
    made = site("sphinx")
    made.write("static/own.css", "p { color: green; }\n")
    made.build()
    assert_checksums(made.out)


@pytest.mark.parametrize("builder", ["html", "dirhtml", "singlehtml"])
def test_the_style_sheet_is_one_file_of_all_its_parts(site, builder):
    made = site("sphinx", builder)
    whole = made.files()["_static/broadsheet.css"]
    parts = (TEMPLATES / "broadsheet" / "css").iterdir()
    assert [part.name for part in parts if part.read_bytes() not in whole] == []


def test_a_part_of_the_style_sheet_may_be_the_user_s_and_take_in_ours(site):
    made = site("sphinx")
    before = made.files()["_static/broadsheet.css"].decode()
    rule = "@page { margin: 25mm }"
    own = f'{{% include "!broadsheet/css/print.css" %}}\n{rule}\n'
    made.write("templates/broadsheet/css/print.css", own)
    made.build(templates_path=["templates"])
    assert made.files()["_static/broadsheet.css"].decode() == before + rule + "\n"
    assert_checksums(made.out)


def assert_checksums(out: Path) -> None:
    for page in (one for one in out.rglob("*.html") if "_previews" not in one.parts):
        named = re.findall(r'(_static/[^"?]+)\?v=([0-9a-f]{8})', page.read_text("utf-8"))
        assert named
        for name, checksum in named:
            content = (out / name).read_bytes().replace(b"\r", b"")
            assert f"{zlib.crc32(content):08x}" == checksum, f"{name} on {page.name}"
