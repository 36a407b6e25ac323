"""The text of a built page as kramdown would have written it: what Sphinx and Furo add, undone."""

from __future__ import annotations

import re
from collections.abc import Collection

from bs4 import BeautifulSoup, NavigableString, Tag

#: Classes that the writers of docutils and Sphinx give, and no author.
GIVEN = frozenset(
    {
        "align-default", "arabic", "code", "container", "docutils", "download", "external", "head",
        "highlight", "image-reference", "internal", "literal", "myst", "nohighlight",
        "notranslate", "reference", "row-even", "row-odd", "rubric", "simple", "xref",
    }
)  # fmt: skip
WRAPPERS = "div.table-wrapper, div.math-wrapper, section, span.pre, span.xref"
HEADING = re.compile("h[1-6]")


def as_kramdown(body: Tag, ids: Collection[str] | None = None) -> str:
    """Return the HTML of an article's *body*; of the headings' ids only *ids*, if they are given.

    Headings are of no level: ours begin below the title, and leave none out.
    """
    for link in body.select("a.headerlink"):
        link.decompose()
    for number, section in enumerate(body.select("section")):
        if not number:
            continue  # that of the title, which a template has written
        heading = section.find(HEADING, recursive=False)
        if heading is not None and heading.get("id") is None and section.get("id"):
            heading["id"] = section["id"]
        for span in section.find_all("span", recursive=False):
            if not span.get_text() and list(span.attrs) == ["id"]:
                span.decompose()  # another id of the section
    for heading in body.find_all(HEADING):
        heading.name = "h2"
        if ids is not None and heading.get("id") not in ids:
            heading.attrs.pop("id", None)
    for block in body.select("div[class*=highlight-]"):
        _as_code(block)
    for code in body.select("code.highlight"):
        _as_code_span(code)
    for formula in body.select(".math"):
        _as_tex(formula)
    for quote in body.select("blockquote > div"):
        quote.unwrap()
    for image in body.select("img[src]"):
        image["src"] = image["src"].rpartition("/")[2]  # a file that Sphinx has looked for
    for link in body.select("a[href^=mailto]"):
        link["href"] = link["href"].replace("%40", "@")
        for span in link.find_all("span"):
            span.unwrap()  # against robots
        link.smooth()
    for wrapper in body.select(WRAPPERS):
        wrapper.unwrap()
    for tag in body.find_all(True):
        _without_given(tag)
    return body.decode_contents()


def as_expected(html: str) -> str:
    """Return kramdown's *html* as ours can be: headings have no level, images no folders.

    Of several elements with one id the first has it, as in a browser; kramdown gives it to all.
    """
    html = re.sub(r"(?<=<)(/?)h[1-6]\b", r"\1h2", html)
    html = re.sub(r'(<img[^>]* src=")[^"]*/(?=[^"/]*")', r"\1", html)
    given: set[str] = set()

    def first(found: re.Match[str]) -> str:
        is_first = found[1] not in given
        given.add(found[1])
        return found[0] if is_first else ""

    return re.sub(r' id="([^"]*)"', first, html)


def _as_code(block: Tag) -> None:
    name = next(one for one in block["class"] if one.startswith("highlight-"))
    languages = [one for one in block["class"] if one.startswith("language-")]
    block["class"] = [one for one in block["class"] if one not in {name, *languages}]
    text = block.get_text()
    block.name = "pre"
    block.clear()
    code = Tag(name="code")
    if languages:
        code["class"] = languages
    code.append(NavigableString(text))
    block.append(code)


def _as_code_span(code: Tag) -> None:
    for span in code.find_all("span"):
        span.unwrap()
    code["class"] = [one for one in code["class"] if not one.startswith("highlight-")]


def _as_tex(formula: Tag) -> None:
    annotation = formula.select_one("annotation")
    tex = (annotation or formula).get_text()
    written = rf"\[{tex}\]" if formula.name == "div" else rf"\({tex}\)"
    attributes = {key: value for key, value in formula.attrs.items() if key != "class"}
    classes = [one for one in formula["class"] if one not in GIVEN | {"math"}]
    formula.clear()
    formula.append(NavigableString(written))
    formula.attrs = attributes | ({"class": classes} if classes else {})
    if not formula.attrs:
        formula.unwrap()


def _without_given(tag: Tag) -> None:
    classes = [one for one in tag.get("class", ()) if one not in GIVEN]
    if classes or not any(tag.get("class", ["x"])):  # an author may write an empty one
        tag["class"] = classes
    else:
        tag.attrs.pop("class", None)


def body_of(page: str) -> Tag:
    """Return the body of the article on a page."""
    found = BeautifulSoup(page, "html5lib").select_one("article .broadsheet-body")
    assert found is not None
    return found
