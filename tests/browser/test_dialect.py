"""What kramdown's dialect becomes, in a real browser: on a phone, and from note to text."""

from __future__ import annotations

import pytest

TEXT = """\
A word[^n]. Here is the same note again[^n].

| a wide table | {words} | of many columns | {words} |
|--------------|---------|-----------------|---------|
| 1            | {words} | 3               | {words} |

$$
a + {sum} + z
$$

```text
{line}
```

{paragraphs}

[^n]: The note.
""".format(
    words="longer_than_any_screen_is_wide",
    sum=" + ".join(["bbbb"] * 60),
    line="x" * 300,
    paragraphs="\n\n".join(["A paragraph."] * 60),
)


@pytest.fixture(scope="module")
def page(tmp_path_factory, build, write_tree):
    files = {
        "conf.py": 'extensions = ["broadsheet"]\nhtml_theme = "furo"\nbroadsheet_jekyll = True\n'
        'source_suffix = {".md": "markdown"}\n',
        "_config.yml": "title: The Sheet\n",
        "_posts/2025-01-01-a.md": f"---\ntitle: A\n---\n{TEXT}",
    }
    result = build(write_tree(tmp_path_factory.mktemp("browser") / "site", files))
    return (result.outdir / "2025/01/01/a.html").as_uri()


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_what_is_too_wide_scrolls_and_the_page_does_not(browser, page, width):
    metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 700}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get(page)
    wide = browser.execute_script(
        "return [document.documentElement.scrollWidth - innerWidth,"
        " ...['.table-wrapper', '.math-wrapper'].map(one => {"
        "  const box = document.querySelector(one);"
        "  return [box.scrollWidth > box.clientWidth, box.getBoundingClientRect().right <= innerWidth]"
        " })]"
    )
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert wide[0] <= 0
    assert wide[2] == [True, True]
    assert wide[1][1]
    assert wide[1][0] or width > 700  # there it fits


def test_a_reader_gets_to_a_note_and_back_to_the_word(browser, page):
    browser.get(page)
    browser.find_elements("css selector", "a.footnote")[1].click()
    assert browser.execute_script("return location.hash") == "#fn:n"
    from selenium.webdriver.support.wait import WebDriverWait

    WebDriverWait(browser, 10).until(  # Furo scrolls smoothly
        lambda browser: browser.execute_script(
            "const box = document.getElementById('fn:n').getBoundingClientRect();"
            "return box.top >= 0 && box.bottom <= innerHeight"
        )
    )
    browser.find_elements("css selector", "a.reversefootnote")[1].click()
    assert browser.execute_script("return location.hash") == "#fnref:n:1"
