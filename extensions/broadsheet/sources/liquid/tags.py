"""Jekyll's tags, and Liquid's where Jekyll's differ (lib/jekyll/tags)."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Mapping
from html import escape
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TextIO, cast

from liquid.ast import Node
from liquid.builtin.expressions import FilteredExpression, Path, tokenize
from liquid.exceptions import LiquidSyntaxError
from liquid.stream import TokenStream
from liquid.tag import Tag
from liquid.token import TOKEN_CONTENT, TOKEN_EXPRESSION, TOKEN_OUTPUT, TOKEN_TAG, Token
from liquid.undefined import is_undefined

from broadsheet.model import HTML_ENDINGS
from broadsheet.sources.liquid.fences import fence
from broadsheet.sources.liquid.filters import relative_url
from broadsheet.sources.liquid.running import Buffer, Context, FaultError, Run
from broadsheet.sources.liquid.template import render_nodes
from broadsheet.sources.liquid.values import printed

if TYPE_CHECKING:
    from liquid import RenderContext

    from broadsheet.sources.liquid.host import Taken
    from broadsheet.sources.liquid.running import Template
    from broadsheet.sources.liquid.template import PublicationEnvironment

#: lib/jekyll/tags/include.rb, VALID_SYNTAX
_PARAMETER = re.compile(
    r"""\s*+([\w-]++)\s*+=\s*+(?:"((?>(?:[^"\\]|\\.)*))"|'((?>(?:[^'\\]|\\.)*))'|([\w.\[\]-]++))""",
    re.DOTALL,
)
_OUTPUT = re.compile(r"\{\{([^{}]*)\}\}")
_FILE_NAME = re.compile(r"[\w/.\-()+~#@]+")
_UP = re.compile(r"[./]{2,}")
#: lib/jekyll/tags/highlight.rb, SYNTAX
_HIGHLIGHT = re.compile(r"([\w.+#-]+)((?:\s+\w+(?:=(?:\w+|\"[\d\s]*\"))?)*)\s*")
_END_HIGHLIGHT = re.compile(r"\{%-?\s*endhighlight\s*(-?)%\}")
_OPTION = re.compile(r"(\w+)(?:=(?:\"([\d\s]*)\"|(\w+)))?")

#: Variables that there are, or that any text may ask for.
_KNOWN = frozenset({
    "site", "page", "layout", "jekyll", "include", "content", "paginator", "theme", "forloop",
    "tablerowloop", "nil", "empty", "blank",
})  # fmt: skip


def run_of(context: RenderContext) -> Run:
    """Return the rendering that a context belongs to."""
    return cast("Context", context).run


class Output(Tag):
    """``{{ … }}``; a variable that nothing sets is a fault in Markdown."""

    name = TOKEN_OUTPUT
    block = False

    def parse(self, stream: TokenStream) -> Node:
        """Read it."""
        token = stream.eat(TOKEN_OUTPUT)
        expression = stream.expect(TOKEN_EXPRESSION)
        tokens = TokenStream(tokenize(expression.value, expression))
        return _OutputNode(token, FilteredExpression.parse(self.env, tokens))


class _OutputNode(Node):
    __slots__ = ("expression",)

    def __init__(self, token: Token, expression: Any) -> None:
        super().__init__(token)
        self.expression = expression
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        run = run_of(context)
        if not (run.files or run.in_html) and (name := self._unknown(context, run)):
            message = f"variable {name!r} is not known (expected page, site, or one that is set)"
            raise FaultError(message)
        return buffer.write(printed(self.expression.evaluate(context)))

    def _unknown(self, context: RenderContext, run: Run) -> str:
        """Return the name of a variable that neither Jekyll nor any tag sets."""
        left = self.expression.left
        if not isinstance(left, Path) or not isinstance(left.path[0], str):
            return ""
        if any(one.name == "default" for one in self.expression.filters or ()):
            return ""
        name = left.path[0]
        is_known = name in _KNOWN or name in run.assigned or context.scope.get(name) is not None
        return "" if is_known else name

    def expressions(self) -> list[Any]:
        return [self.expression]


class _Markup(Tag):
    """A tag that reads its markup itself."""

    block = False

    def parse(self, stream: TokenStream) -> Node:
        """Take the whole markup."""
        token = stream.current
        markup = ""
        if stream.peek.kind == TOKEN_EXPRESSION:
            next(stream)
            markup = stream.current.value
        return self.node(token, markup)

    @abstractmethod
    def node(self, token: Token, markup: str) -> Node:
        """Return the node that *markup* makes."""


class PostUrl(_Markup):
    """``{% post_url 2025-11-05-name %}`` (lib/jekyll/tags/post_url.rb)."""

    name = "post_url"

    def node(self, token: Token, markup: str) -> Node:
        """Look at the name."""
        if not re.search(r"\d+-\d+-\d+-.", markup):
            message = f"{markup[:60]!r} is no name of a post (expected e.g. 2025-11-05-name)"
            raise LiquidSyntaxError(message, token=token)
        return _AddressNode(token, markup, "post_url")


class Link(_Markup):
    """``{% link _posts/2025-11-05-name.md %}`` (lib/jekyll/tags/link.rb)."""

    name = "link"

    def node(self, token: Token, markup: str) -> Node:
        """Look whether there is anything."""
        if not markup:
            message = "no path (expected that of an article, a page or a file)"
            raise LiquidSyntaxError(message, token=token)
        return _AddressNode(token, markup, "link")


class _AddressNode(Node):
    __slots__ = ("kind", "markup")

    def __init__(self, token: Token, markup: str, kind: str) -> None:
        super().__init__(token)
        self.markup = markup
        self.kind = kind
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        host = run_of(context).host
        name = _filled(self.markup, context).strip()
        try:
            address = host.post_url(name) if self.kind == "post_url" else host.link(name)
        except KeyError as error:
            raise FaultError(str(error.args[0])) from error
        return buffer.write(relative_url(address, context=context))


def _filled(markup: str, context: RenderContext) -> str:
    """Return markup with the outputs in it rendered."""

    def value(found: re.Match[str]) -> str:
        tokens = tokenize(found[1].strip(), Token(TOKEN_EXPRESSION, found[1], 0, markup))
        return printed(FilteredExpression.parse(context.env, TokenStream(tokens)).evaluate(context))

    return _OUTPUT.sub(value, markup) if "{{" in markup else markup


class Include(_Markup):
    """``{% include part.html name="value" other=page.variable %}`` (lib/jekyll/tags/include.rb)."""

    name = "include"

    def node(self, token: Token, markup: str) -> Node:
        """Read the name of the file, and the parameters."""
        name, rest = _name_and_rest(markup)
        if not name:
            message = "no file (expected e.g. part.html)"
            raise LiquidSyntaxError(message, token=token)
        parameters, place = [], 0
        while found := _PARAMETER.match(rest, place):
            parameters.append((found[1], *found.groups()[1:]))
            place = found.end()
        if rest[place:].strip():
            message = f'parameter {rest[place:].strip()[:40]!r} (expected name="value")'
            raise LiquidSyntaxError(message, token=token)
        return _IncludeNode(token, name, parameters, relative=self.name == "include_relative")


class IncludeRelative(Include):
    """``{% include_relative beside.md %}``."""

    name = "include_relative"


class IncludeCached(Include):
    """``{% include_cached part.html %}`` of jekyll-include-cache."""

    name = "include_cached"


def _name_and_rest(markup: str) -> tuple[str, str]:
    """Part the name of a file, which may hold outputs with blanks, from what follows."""
    hidden = _OUTPUT.sub(lambda found: "x" * len(found[0]), markup)
    length = len(hidden.split(maxsplit=1)[0]) if hidden.strip() else 0
    return markup[:length], markup[length:]


class _IncludeNode(Node):
    __slots__ = ("file", "parameters", "relative")

    def __init__(
        self,
        token: Token,
        file: str,
        parameters: list[tuple[str | Any, ...]],
        *,
        relative: bool,
    ) -> None:
        super().__init__(token)
        self.file = file
        self.parameters = parameters
        self.relative = relative
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        run = run_of(context)
        name = _filled(self.file, context)
        template = self._template(run, name)
        is_page = template.origin.path.endswith(HTML_ENDINGS)
        target: TextIO = Buffer(run) if is_page else buffer
        namespace = {"include": self._values(context)}
        with run.inside(template), context.extend(namespace):
            render_nodes(run, template, context, target)
        if is_page:
            text = cast("Buffer", target).getvalue()
            run.budget.written += len(text)  # it is counted when it was written into its place
            buffer.write(_without_blank_lines(text))
        return 1

    def _template(self, run: Run, name: str) -> Template:
        if _UP.search(name) or not _FILE_NAME.fullmatch(name):
            message = f"file {name[:60]!r} has a name that no include has (expected e.g. part.html)"
            raise FaultError(message)
        try:
            taken = run.host.included_relative(name) if self.relative else run.host.included(name)
        except KeyError as error:
            raise FaultError(str(error.args[0])) from error
        return _read(run.env, taken)

    def _values(self, context: RenderContext) -> Mapping[str, object]:
        values: dict[str, object] = {}
        for name, double, single, variable in self.parameters:
            if double is not None:
                values[name] = double.replace('\\"', '"')
            elif single is not None:
                values[name] = single.replace("\\'", "'")
            else:
                value = _variable(variable, context)
                if value is not None and not is_undefined(value):
                    values[name] = value
        return values


def _variable(text: str, context: RenderContext) -> object:
    tokens = TokenStream(tokenize(text, Token(TOKEN_EXPRESSION, text, 0, text)))
    return FilteredExpression.parse(context.env, tokens).evaluate(context)


def _read(env: PublicationEnvironment, taken: Taken) -> Template:
    """Read a file that is taken in, once."""
    if taken.path not in env.templates:
        markdown = not taken.path.endswith((".html", ".htm", ".xml", ".svg", ".js", ".css"))
        env.templates[taken.path] = env.read(taken.text, taken.path, markdown=markdown)
    return env.templates[taken.path]


def _without_blank_lines(html: str) -> str:
    """Leave out the blank lines of HTML: by CommonMark (4.6) one would end the block.

    Where blank lines are seen, or part the paragraphs of Markdown, they stay.
    """
    if not re.match(r"\s*<", html) or re.search(r"<(?:pre|textarea|script)\b|markdown=", html):
        return html
    body = html.strip("\n")
    above = html[: html.index(body)] if body else ""
    below = html[len(above) + len(body) :]
    return above + re.sub(r"\n(?:[ \t]*\n)+", "\n", body) + below


class Highlight(Tag):
    """``{% highlight ruby linenos %}``, whose text is code and no Liquid."""

    name = "highlight"
    block = False

    def parse(self, stream: TokenStream) -> Node:
        """Read the language and the options."""
        token = stream.eat(TOKEN_TAG)
        markup = (
            stream.expect(TOKEN_EXPRESSION).value if stream.current.kind == TOKEN_EXPRESSION else ""
        )
        syntax = _HIGHLIGHT.fullmatch(markup)
        if syntax is None:
            message = f"{markup[:60]!r} (expected e.g. ruby, or ruby linenos)"
            raise LiquidSyntaxError(message, token=token)
        next(stream)
        code = stream.expect(TOKEN_CONTENT).value
        options = {found[1]: found[2] or found[3] or "" for found in _OPTION.finditer(syntax[2])}
        return _HighlightNode(token, code, syntax[1].lower(), options)


class _HighlightNode(Node):
    __slots__ = ("code", "language", "options")

    def __init__(self, token: Token, code: str, language: str, options: Mapping[str, str]) -> None:
        super().__init__(token)
        self.code = code
        self.language = language
        self.options = options
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        if run_of(context).in_html:
            return buffer.write(_figure(self.code, self.language))
        attributes = {}
        if "linenos" in self.options:
            attributes["linenos"] = self.options["linenos"] or "inline"
        marked = self.options.get("mark_lines") or self.options.get("hl_lines")
        if marked:
            attributes["data-lines"] = " ".join(marked.split())
        before, behind = _around(self.token)
        return buffer.write(fence(self.code, self.language, attributes, before) + behind)


def _figure(code: str, language: str) -> str:
    """Return code as Jekyll writes it, but for its colours (highlight.rb, add_code_tag)."""
    named = f'class="language-{escape(language)}" data-lang="{escape(language)}"'
    text = escape(code.strip("\n"), quote=False)
    return f'<figure class="highlight"><pre><code {named}>{text}</code></pre></figure>'


def _around(token: Token) -> tuple[str, str]:
    """Return what stands before a block on its line, and a break where something follows."""
    source, start = token.source, token.start_index
    before = source[source.rfind("\n", 0, start) + 1 : start]
    if source.startswith("{%-", start) and start:
        before = "x"  # blanks and breaks before it go: it stands behind words
    end = _END_HIGHLIGHT.search(source, start)
    rest = source[end.end() :].partition("\n")[0] if end else ""
    return before, "\n\n" if rest.strip() or (end and end[1]) else ""


TAGS: Mapping[str, type[Tag]] = MappingProxyType({
    tag.name: tag
    for tag in (Output, PostUrl, Link, Include, IncludeRelative, IncludeCached, Highlight)
})  # fmt: skip
