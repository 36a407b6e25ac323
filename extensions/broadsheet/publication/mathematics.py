"""Formulas: of the TeX that authors write, MathML, which browsers show without any script.

KaTeX makes it while the site is built: the program that ``sphinxcontrib-katex`` brings, run by
QuickJS.  A page with formulas loads nothing, and one without pays nothing.
"""

from __future__ import annotations

import re
import threading
from functools import cache, lru_cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.utils.math import mathalphabet2unichar
from sphinx.locale import _
from sphinx.util.math import get_node_equation_number

from broadsheet.model import Subtype
from broadsheet.publication.problems import warn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sphinx.application import Sphinx

#: The name of our renderer, for ``html_math_renderer``.
NAME = "broadsheet"

#: Returns ``+`` and the MathML of a formula, or ``-`` and what is wrong with it.  Joined, not
#: added: the engine hands on no string that is still in pieces.  What authors write may neither
#: expand without end nor bring in addresses.
_FUNCTION = """
(function (tex, block) {
  try {
    return ["+", katex.renderToString(tex, {
      displayMode: block, output: "mathml", strict: "ignore", trust: false, maxExpand: 1000,
      throwOnError: true,
      macros: {
        "\\\\mbox": "\\\\text",
        "\\\\label": "\\\\@firstoftwo{}{#1}", "\\\\require": "\\\\@firstoftwo{}{#1}",
        "\\\\vspace": "\\\\@firstoftwo{}{#1}",
      },
    })].join("");
  } catch (error) { return ["-", String(error.message)].join(""); }
})
"""

#: What Unicode has letters of its own for; browsers know no other variant (MathML Core, 2.3).
_ALPHABETS: Mapping[str, Mapping[str, str]] = {
    "bold": mathalphabet2unichar.mathbf,
    "bold-italic": mathalphabet2unichar.mathbfit,
    "bold-sans-serif": mathalphabet2unichar.mathsfbf,
    "double-struck": mathalphabet2unichar.mathbb,
    "fraktur": mathalphabet2unichar.mathfrak,
    "italic": mathalphabet2unichar.mathit,
    "monospace": mathalphabet2unichar.mathtt,
    "sans-serif": mathalphabet2unichar.mathsf,
    "sans-serif-italic": mathalphabet2unichar.mathsfit,
    "script": mathalphabet2unichar.mathcal,
}
_VARIANT = re.compile(r'<(m[iont]|mtext) mathvariant="([\w-]+)">([^<&]*)</\1>')


def register(app: Sphinx) -> None:
    """Offer this renderer: it is that of a project which names no other."""
    app.add_html_math_renderer(
        NAME, inline_renderers=(_inline, None), block_renderers=(_block, None)
    )


@lru_cache(maxsize=4096)
def mathml(tex: str, *, block: bool) -> tuple[str, str]:
    """Return the MathML of a formula, and what is wrong with it; one of the two is empty."""
    answer = _katex(threading.get_ident())(tex, block)
    if not answer.startswith("+"):
        return "", answer[1:]
    math = answer[1:].removeprefix('<span class="katex">').removesuffix("</span>")
    return _VARIANT.sub(_letters, math), ""


def _letters(found: re.Match[str]) -> str:
    """Write letters of an alphabet as Unicode has them, in place of an attribute."""
    name, variant, text = found.groups()
    alphabet = _ALPHABETS.get(variant)
    if alphabet is None:
        return found[0]
    letters = "".join(alphabet.get(letter, letter) for letter in text)
    # a letter by itself would be set in italics again
    upright = ' mathvariant="normal"' if letters == text and name == "mi" else ""
    return f"<{name}{upright}>{letters}</{name}>"


@cache
def _katex(thread: int) -> Callable[[str, bool], str]:
    """Return the function of a *thread*, which takes some 50 ms to make."""
    from quickjs import Context  # 40 ms, which few builds need

    context = Context()
    context.set_memory_limit(256 * 2**20)
    context.set_time_limit(10)  # seconds of a processor: nothing goes on without end
    context.eval((files("sphinxcontrib") / "katex.min.js").read_text("utf-8"))
    function: Callable[[str, bool], str] = context.eval(_FUNCTION)
    return function


def _inline(writer: Any, node: nodes.math) -> None:
    tag = writer.starttag(node, "span", "", CLASS="math notranslate nohighlight")
    writer.body.append(f"{tag}{_formula(node, block=False)}</span>")
    raise nodes.SkipNode


def _block(writer: Any, node: nodes.math_block) -> None:
    writer.body.append(writer.starttag(node, "div", CLASS="math notranslate nohighlight"))
    if node.get("number"):
        number = get_node_equation_number(writer, node)
        writer.body.append(f'<span class="eqno">({escape(str(number))})')
        writer.add_permalink_ref(node, _("Link to this equation"))
        writer.body.append("</span>")
    writer.body.append(f"{_formula(node, block=True)}</div>\n")
    raise nodes.SkipNode


def _formula(node: nodes.Element, *, block: bool) -> str:
    """Return a formula; one that cannot be read is shown as it is written."""
    tex = node.astext()
    math, fault = mathml(_aligned(tex) if block else tex, block=block)
    if not fault:
        return math
    reason = " ".join(fault.removeprefix("KaTeX parse error: ").replace("\u0332", "").split())
    message = f"formula {' '.join(tex.split())[:60]!r} is not understood ({reason[:100]})"
    warn(Subtype.MATH, f"{message}; shown as it is written", location=node)
    return f'<code class="tex">{escape(tex)}</code>'


def _aligned(tex: str) -> str:
    """Return a formula with an environment for its lines, if it has lines and none."""
    is_bare = r"\\" in tex and r"\begin" not in tex
    if not is_bare:
        return tex
    return (
        rf"\begin{{aligned}}{tex}\end{{aligned}}"
        if "&" in tex
        else (rf"\begin{{gathered}}{tex}\end{{gathered}}")
    )
