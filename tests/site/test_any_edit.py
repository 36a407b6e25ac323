"""After any edit a build makes what a clean build makes, and touches no other page.

Every edit is made, a few before each build; then random sequences of them are played.  With
``BROADSHEET_EXAMPLES=500`` in the environment every edit is tried by itself, and 500 long
sequences are played, other ones in every run.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from archive_edits import AUTHORS, KINDS, Archive, article, picture

BY_HAND = os.environ.get("BROADSHEET_EXAMPLES", "")

#: What edits write: plain, of another script, markup, and what HTML and YAML treat as special.
WORDS = ("Cloth", "布与线", "*Twill* & <tabby>", "x", "Ann Example")

DATES = ("2025-04-20", "2024-12-31 20:00:00 +0000", "2025-01-15", "2031-01-01", "2025-13-40")
NAMES = ("Ann Example", "ben", "B. Sample", "[Ann Example, Cy Model]", "张 三", "'[]'")
TAGS = ("[red]", "[Red]", "[RED, green]", "[织物]", "[]", "[blue, blue]")
TARGETS = ("https://example.org/elsewhere", "/about.html")
PERMALINKS = (
    "/own/place.html", "/own/folder/", "/2025/01/warp.html", "/about.html", None,
    "/own/place.html/below.html", "/own", "/tags", "/more.html", "/assets/sheet.txt",
    "/own/added.html", "/_static/own.css", "/index.html", "/essays/2025-02-01-weft.html",
    "/genindex.html",
)  # fmt: skip
LIQUID = (
    "{{ site.posts | map: 'title' | join: ', ' }}", "{% include thread.html of='x' %}",
    "{{ site.tags.red | size }}", "{% post_url 2025-04-10-new %}", "{% link more.md %}",
    "{{ site.time | date: '%F' }}", "{{ page.next.title }} {{ page.previous.url }}",
    "[away]({{ site.baseurl }}/2025/02/weft.html)", "{{ site.pages | map: 'title' }}", "{{ nope }}",
    "{{ site.notes.last.excerpt | strip_html }}", "{{ site.static_files | size }}",
)  # fmt: skip
TEMPLATES = (
    "{% for post in site.posts %}<a href='{{ post.url | relative_url }}'>{{ post.title }}</a>\n"
    "{{ post.content | strip_html | truncate: 40 }}{% endfor %}",
    "{% for post in paginator.posts %}{{ post.excerpt }}{% endfor %}",
    "{% for tag in site.tags %}<h2>{{ tag[0] }}</h2><a href='/tags/{{ tag[0] }}/'>x</a>{% endfor %}"
    "{% include thread.html of='y' %}{{ site.data.looms }}{{ nope }}{% nope %}",
    "<img src='/assets/mark.png'><a href='/tags/green/'>a</a> <a href='more.html'>b</a>"
    "<a href='/feed.xml'>c</a>", "",
)  # fmt: skip
PICTURES = ("/assets/mark.png", "/assets/lead.png", "/assets/absent.png", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """Every edit that there is; ``pick`` says of what, ``word`` what comes there."""

    archive: Archive
    pick: int
    word: str

    @property
    def article(self) -> str:
        """The path of an article."""
        return self._one_of(self.archive.articles)

    @property
    def other(self) -> str:
        """The path of another one, where there are two."""
        articles = self.archive.articles
        return articles[(self.pick + 1) % len(articles)]

    @property
    def collection(self) -> str:
        return self._one_of(self.archive.kind.collections)

    def _one_of(self, values: Sequence[Any]) -> Any:
        return values[self.pick % len(values)]

    # articles

    def body(self):
        self.archive.append(self.article, f"\n{self.word}.\n")

    def body_of_the_same_length(self):
        text = self.archive.read(self.article)
        self.archive.write(self.article, text.replace("ext", "EXT") if "ext" in text else text)

    def heading(self):
        self.archive.append(self.article, f"\n### {self.word}\n\nBelow it.\n")

    def excerpt(self):
        self.archive.replace(self.article, "The excerpt of", f"{self.word} of")

    def end_of_the_excerpt(self):
        self.archive.replace(self.article, "<!--more-->\n\n", "")

    def title(self):
        self.archive.set_key(self.article, "title", f"'{self.word}'")

    def no_title(self):
        self.archive.set_key(self.article, "title", None)

    def description(self):
        self.archive.set_key(self.article, "description", f"'{self.word}'")

    def date(self):
        self.archive.set_key(self.article, "date", self._one_of(DATES))

    def expiry(self):
        self.archive.toggle_key(self.article, "expiry_date", "2025-06-30")

    def author(self):
        self.archive.set_key(self.article, "author", self._one_of(NAMES))

    def tag(self):
        self.archive.set_key(self.article, "tags", self._one_of(TAGS))

    def case_of_a_tag(self):
        path = self.article
        self.archive.set_key(path, "tags", (self.archive.key(path, "tags") or "[red]").swapcase())

    def category(self):
        self.archive.set_key(self.article, "categories", f"['{self.word}']")

    def permalink(self):
        self.archive.set_key(self.article, "permalink", self._one_of(PERMALINKS))

    def former_address(self):
        self.archive.toggle_key(
            self.article, "redirect_from", f"[{self._one_of(PERMALINKS)}, /old]"
        )

    def address_that_leads_away(self):
        self.archive.toggle_key(self.article, "redirect_to", self._one_of(TARGETS))

    def lead_image(self):
        self.archive.set_key(self.article, "image", self._one_of(PICTURES))

    def image_in_the_text(self):
        up = "" if self.archive.is_jekyll else ".."
        target = self._one_of(PICTURES[:3])
        self.archive.append(self.article, f"\n![{self.word}]({up}{target})\n")

    def figure(self):
        up = "" if self.archive.is_jekyll else ".."
        target = self._one_of(PICTURES[:3])
        self.archive.append(self.article, f"\n![{self.word}]({up}{target})\n▲ {self.word}\n")

    def no_figures(self):
        self.archive.toggle_key(self.article, "figures", "false")

    def place_of_images(self):
        self.archive.toggle_key(self.article, "media_subpath", "/assets")
        self.archive.append(self.article, "\n![It](absent.png) ![It](mark.png)\n")

    def link_to_the_site_itself(self):
        target = self._one_of(("about.html", "2025/01/warp.html", "assets/sheet.txt", "none", ""))
        self.archive.append(self.article, f"\n[It](https://example.org/loom/{target}#x)\n")

    def references(self):
        name = re.sub(r"^[\d-]+", "", Path(self.other).stem)
        text = f"See {{post}}`{name}`, [it](#{name}#text) and [[{name}|that]]: {self.word}."
        self.archive.append(self.article, f"\n{text}\n")

    def section_that_is_referred_to(self):
        self.archive.append(self.other, "\n## Text\n\nOf it.\n")
        name = re.sub(r"^[\d-]+", "", Path(self.other).stem)
        self.archive.append(self.article, f"\n{self.word}, in [the text](#{name}#text).\n")

    def series(self):
        self.archive.toggle_key(self.article, "series", self.word)

    def language(self):
        self.archive.toggle_key(self.article, "lang", "de")

    def pin(self):
        self.archive.toggle_key(self.article, "pin", "true")

    def draft(self):
        self.archive.toggle_key(self.article, "draft", "true")

    def unlisted(self):
        self.archive.toggle_key(self.article, "unlisted", "true")

    def front_matter_broken_or_mended(self):
        path = self.article
        text = self.archive.read(path)
        broken = text.removeprefix("---\nbroken: [\n")
        self.archive.write(
            path, f"---\nbroken: [\n{text[4:]}" if broken == text else f"---\n{broken}"
        )

    def ends_of_lines(self):
        path = self.article
        text = self.archive.read(path)
        dos = "\r\n" in text
        self.archive.write(path, text.replace("\r\n", "\n") if dos else text.replace("\n", "\r\n"))

    def link_to_an_article(self):
        self.archive.append(self.article, f"\n[{self.word[:3]}](/{self.other})\n")

    def link_to_a_file(self):
        self.archive.append(self.article, "\n[A file](/assets/sheet.txt)\n")

    def list_in_an_article(self):
        tag = self._one_of(("", ":tag: green\n", ":tag: blue\n:author: ann\n"))
        self.archive.append(self.article, f"\n```{{post-list}}\n:limit: 3\n{tag}```\n")

    # Liquid, which is text in a project of Sphinx

    def included_file(self):
        self.archive.write("_includes/thread.html", f"<p>{self.pick} {{{{ include.of }}}}</p>\n")

    def included_file_gone_or_back(self):
        self.archive.toggle("_includes/thread.html", f"\n{self.word} {{{{ page.url }}}}\n")

    def data(self):
        self.archive.write("_data/looms.yml", f"[hand, '{self.word}']\n")

    def data_broken(self):
        self.archive.toggle("_data/looms.yml", "[: {")

    def liquid_in_an_article(self):
        self.archive.append(self.article, f"\n{self._one_of(LIQUID)}\n")

    def liquid_in_an_excerpt(self):
        self.archive.replace(self.article, "The excerpt", f"{self._one_of(LIQUID)} The excerpt")

    # files of articles

    def added_article(self):
        path = f"{self.collection}/2025-04-{self.pick + 10}-new.md"
        text = f"See [it](/{self.article})."
        self.archive.write(
            path, article(f"New {self.pick}", text, tags="[red]", author="Ben Sample")
        )

    def deleted_article(self):
        self.archive.put_away(self.article)

    def deleted_collection(self):
        for path in self.archive.articles:
            if path.startswith(f"{self.collection}/"):
                self.archive.put_away(path)

    def what_was_deleted_comes_back(self):
        self.archive.bring_back(self.pick)

    def renamed_article(self):
        path = self.article
        self.archive.move(path, path.replace(".md", "-b.md"))

    def article_moved_to_another_collection(self):
        collections = self.archive.kind.collections
        folder, _, name = self.article.rpartition("/")
        target = collections[(collections.index(folder) + 1) % len(collections)]
        dated = name if name[:4].isdigit() else f"2025-03-15-{name}"  # as posts must be
        self.archive.move(self.article, f"{target}/{dated}")

    def two_articles_swapped(self):
        if self.article != self.other:
            self.archive.swap(self.article, self.other)

    # files beside them

    def bytes_of_an_image(self):
        self.archive.write("assets/mark.png", picture(100 + self.pick))

    def size_of_an_image(self):
        self.archive.write("assets/mark.png", picture(100, 5 + self.pick))

    def image_beside_an_article(self):
        self.archive.append(self.article, "\n![It](beside.png)\n")
        self.archive.toggle(f"{self.collection}/beside.png", picture(self.pick))

    def image_taken_away(self):
        self.archive.put_away(self._one_of(("assets/mark.png", "assets/lead.png")))

    def image_that_was_missing(self):
        self.archive.toggle("assets/absent.png", picture(self.pick))

    def file_beside_the_articles(self):
        self.archive.toggle("assets/sheet.txt", f"A sheet of {self.word}.\n")

    def file_with_the_name_of_ours(self):
        name = self._one_of(("articles.json", "sitemap.xml", "404.html", "objects.inv"))
        folder = "" if self.archive.is_jekyll else "extra/"
        self.archive.toggle(f"{folder}{name}", f"{self.word}.\n")
        self.archive.configure({}, {"html_extra_path": ["extra"]})

    def file_or_folder_of_one_name(self):
        path = "thing" if self.archive.is_jekyll else "static/thing"
        if (self.archive.source / path).is_dir():
            shutil.rmtree(self.archive.source / path)
            self.archive.write(path, f"{self.word}.\n")
        else:
            self.archive.remove(path)
            self.archive.write(f"{path}/below", f"{self.word}.\n")

    def link_that_leads_nowhere(self):
        path = self.archive.source / self._one_of(("dangling.md", f"{self.collection}/d.md"))
        if path.is_symlink():
            path.unlink()
        else:
            path.symlink_to("nowhere.md")

    def file_at_an_address(self):
        if self.archive.is_jekyll:
            self.archive.toggle("own/added.html", f"<h1>{self.word}</h1>\n")
        else:
            self.archive.toggle("extra/own/added.html", f"<h1>{self.word}</h1>\n")
            self.archive.replace("conf.py", "html_extra_path = []", 'html_extra_path = ["extra"]')

    def registry_name(self):
        self.archive.replace(self.archive.kind.authors, "name: Ann Example", "name: Anna Example")

    def registry_biography(self):
        self.archive.replace(
            self.archive.kind.authors, "paper", f"paper and {self.word}".replace("*", "")
        )

    def registry_portrait(self):
        portrait = "name: Ben Sample\n  portrait: /assets/lead.png\n"
        self.archive.replace(self.archive.kind.authors, "name: Ben Sample\n", portrait)

    def registry_broken_gone_or_mended(self):
        if self.pick % 3 == 0:
            self.archive.remove(self.archive.kind.authors)
        else:
            self.archive.write(
                self.archive.kind.authors, AUTHORS if self.pick % 3 == 1 else "ann: [\n"
            )

    def page(self):
        self.archive.append("about.md", f"\n{self.word}.\n")

    def title_of_a_page(self):
        self.archive.replace("about.md", "title: About", f"title: '{self.word}'")
        self.archive.replace("about.md", "# About", f"# {self.word}")

    def former_address_of_a_page(self):
        self.archive.toggle_key("about.md", "redirect_from", f"[{self._one_of(PERMALINKS)}, /old]")

    def page_that_leads_away(self):
        self.archive.toggle_key("about.md", "redirect_to", self._one_of(TARGETS[:1]))

    def permalink_of_a_page(self):
        if self.archive.is_jekyll:
            places = ("/who/", "/", "/authors/", "/2025/01/warp.html", "/assets/sheet.txt", None)
            self.archive.set_key("about.md", "permalink", self._one_of(places))

    def list_on_a_page(self):
        self.archive.replace("about.md", ":tag: red", ":tag: blue")
        self.archive.replace("about.md", ":limit: 2", f":limit: {self.pick % 4}")

    def link_of_a_page(self):
        self.archive.append("about.md", f"\n[{self.word[:3]}](/{self.article})\n")

    def image_on_a_page(self):
        self.archive.append("about.md", f"\n![{self.word}]({self._one_of(PICTURES[:3])})\n")

    def link_of_a_page_to_the_site_itself(self):
        target = self._one_of(("2025/01/warp.html", "essays/long/", "more.html", "none"))
        self.archive.append("about.md", f"\n[It](https://example.org/loom/{target})\n")

    def added_page(self):
        head = (
            "---\ntitle: More\n---\n\n"
            if self.archive.is_jekyll
            else "---\norphan: true\n---\n# More\n"
        )
        self.archive.toggle("more.md", f"{head}\n[It](/{self.article}), and [no](nowhere.md).\n")

    def page_in_html(self):
        self.archive.toggle("more/form.html", f"---\ntitle: Form\n---\n<h2>{self.word}</h2>\n")

    def page_of_loops(self):
        text = self._one_of(TEMPLATES)
        self.archive.write("loops.html", f"---\ntitle: '{self.word}'\n---\n{text}\n")

    def front_page_of_loops(self):
        self.archive.toggle("index.html", f"---\n---\n{self._one_of(TEMPLATES)}\n")

    def page_without_a_text(self):
        self.archive.toggle("tags.html", "---\n---\n")
        self.archive.toggle("feed.xml", "---\n---\n<feed/>\n")

    def page_that_becomes_a_template(self):
        self.archive.toggle("form.html", f"---\ntitle: '{self.word}'\n---\n<p>Text.</p>\n")
        self.archive.toggle("more/form.html", "---\ntitle: Form\n---\n{% for x in y %}\n")

    def page_of_another_ending(self):
        text = f"---\ntitle: '{self.word}'\n---\n\n# More\n"
        self.archive.toggle("about.markdown", text)
        self.archive.configure({}, {"source_suffix": {".md": "markdown", ".markdown": "markdown"}})

    # the configuration

    def figures(self):
        self.archive.configure({}, {"broadsheet_figures": bool(self.pick % 2)})

    def pages_of_sphinx(self):
        additional = {"more/one": "page.html", "own/place": "page.html"}
        self.archive.configure({}, {
            "html_use_index": bool(self.pick % 2),
            "html_additional_pages": additional if self.pick % 3 else {},
        })  # fmt: skip

    def site_title(self):
        self.archive.configure({"title": f"'{self.word}'"}, {"html_title": self.word})

    def site_address(self):
        self.archive.configure(
            {"baseurl": f"/press{self.pick}"},
            {"html_baseurl": f"https://example.org/press{self.pick}/"},
        )

    def time_zone(self):
        zone = self._one_of(("America/Lima", "UTC"))
        self.archive.configure({"timezone": zone}, {"broadsheet_timezone": zone})

    def site_language(self):
        language = self._one_of(("de", "zh", "en"))
        self.archive.configure({"lang": language}, {"language": language})

    def site_excerpt_separator(self):
        self.archive.configure(
            {"excerpt_separator": "<!--cut-->"}, {"broadsheet_excerpt_separator": "<!--cut-->"}
        )

    def defaults(self):
        self.archive.replace(self.archive.kind.config, "Ann Example", self._one_of(NAMES[1:4:2]))

    def site_permalink_or_size_of_pages(self):
        pattern = self._one_of(("pretty", "/:categories/:title:output_ext", "none"))
        self.archive.configure({"permalink": pattern}, {"broadsheet_page_size": 1 + self.pick % 4})

    def title_of_a_collection(self):
        self.archive.replace("conf.py", '"notes": {}', f'"notes": {{"title": "{self.word}"}}')
        self.archive.replace("_config.yml", "  notes:\n", f"  notes:\n    title: '{self.word}'\n")

    def collection_withdrawn(self):
        self.archive.replace(self.archive.kind.config, "  notes:\n    output: true\n", "")
        self.archive.replace(self.archive.kind.config, '    "notes": {},\n', "")

    def permalink_of_a_collection(self):
        old = "  notes:\n    output: true\n"
        self.archive.replace(
            self.archive.kind.config, old, f"{old}    permalink: /n{self.pick}/:name/\n"
        )

    def code_of_the_configuration(self):
        if not self.archive.is_jekyll:
            self.archive.append("conf.py", LISTENER.format(self.pick))

    def template(self):
        if not self.archive.is_jekyll:
            self.archive.replace("templates/broadsheet/overview.html", "<p>", f"<p>{self.pick} ")

    def template_of_all_pages(self):
        if not self.archive.is_jekyll:
            self.archive.toggle("templates/page.html", PAGE)

    def template_that_extends_ours(self):
        if not self.archive.is_jekyll:
            text = EXTENDED.format(self.pick)
            self.archive.toggle("templates/broadsheet/article.html", text)

    def style_sheet(self):
        if not self.archive.is_jekyll:
            self.archive.write("static/own.css", f"p {{ margin: {self.pick}px }}\n")

    def contents(self):
        if not self.archive.is_jekyll:
            new = self._one_of((":caption: Handbook", ":caption: Manual\n:maxdepth: 2"))
            self.archive.replace("index.md", ":caption: Manual", new)
            self.archive.replace("index.md", "\nguide\n", "\nThe guide <guide>\n")

    def front_page(self):
        head = "---\ntitle: Home\n---\n\n" if self.archive.is_jekyll else "# Home\n\n"
        self.archive.toggle("index.md", f"{head}Welcome.\n")

    # the command line

    def option(self):
        self.archive.toggle_option(
            self._one_of(("--drafts", "--future", "--unlisted", "--wiki-links"))
        )

    def moment(self):
        self.archive.options["--now"] = self._one_of(
            ("2025-04-01", "2025-09-01 +0800", "2032-01-01")
        )

    def processes(self):
        self.archive.options["--jobs"] = self._one_of(("2", "4", "1"))

    def nothing(self):
        pass


LISTENER = """
def setup(app):
    def add(app, pagename, templatename, context, doctree):
        context["body"] = f"<p>Listened to {}.</p>{{context.get('body', '')}}"

    app.connect("html-page-context", add)
"""

PAGE = """\
{% extends "!page.html" %}
{% block content %}<p>Above every text.</p>{{ super() }}{% endblock %}
"""

EXTENDED = """\
{{% extends "!broadsheet/article.html" %}}
{{% block content %}}{{{{ super() }}}}<p>Below every text: {}.</p>{{% endblock %}}
"""

EDITS = tuple(
    name
    for name, edit in vars(Editor).items()
    if isinstance(edit, FunctionType) and not name.startswith("_")
)

#: How many edits are made before a build: by hand, each is tried by itself.
AT_ONCE = 1 if BY_HAND else 3
FEW = [EDITS[start : start + AT_ONCE] for start in range(0, len(EDITS), AT_ONCE)]


@pytest.fixture(scope="module", params=sorted(KINDS))
def built(request, tmp_path_factory) -> Archive:
    """Build an archive once; every test has a copy of it, at the same place."""
    folder = tmp_path_factory.mktemp(request.param)
    archive = Archive.written(folder / "work", KINDS[request.param])
    assert (said := archive.build()).status == 0
    assert said.warnings == ()
    shutil.copytree(folder / "work", folder / "saved", symlinks=True)
    return archive


def restored(built: Archive) -> Archive:
    """Put the archive and what was built of it back, with all times of modification."""
    work = built.source.parent
    shutil.rmtree(work)
    shutil.copytree(work.with_name("saved"), work, symlinks=True)
    return Archive(work, built.kind)


@pytest.mark.parametrize("names", FEW, ids=" ".join)
def test_after_a_few_edits_all_is_as_a_clean_build_makes_it(built, names):
    archive = restored(built)
    for name in names:
        getattr(Editor(archive=archive, pick=len(name), word="Cloth"), name)()
    archive.check()


class Editing(RuleBasedStateMachine):
    """Builds, with a few edits before each."""

    def __init__(self, built: Archive) -> None:
        super().__init__()
        self.archive = restored(built)

    @rule(
        edits=st.lists(
            st.tuples(st.sampled_from(EDITS), st.integers(0, 11), st.sampled_from(WORDS)),
            min_size=1, max_size=3,
        ),
        long_ago=st.booleans(),
    )  # fmt: skip
    def edit_and_build(self, edits: list[tuple[str, int, str]], long_ago: bool) -> None:
        self.archive.aged = long_ago
        for name, pick, word in edits:
            getattr(Editor(archive=self.archive, pick=pick, word=word), name)()
        self.archive.check()


def test_after_any_edits_all_is_as_a_clean_build_makes_it(built):
    run_state_machine_as_test(
        lambda: Editing(built),
        settings=settings(
            max_examples=int(BY_HAND or 5),
            stateful_step_count=20 if BY_HAND else 4,
            derandomize=not BY_HAND,
            deadline=None,  # a step is two builds
            # a failure takes minutes to be made small
            phases=[Phase.generate, *([Phase.shrink] if BY_HAND else [])],
        ),
    )
