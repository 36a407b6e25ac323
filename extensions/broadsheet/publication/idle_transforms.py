"""Leave out the transforms that look for nodes which an article does not hold (12 % of a build).

Each of them passes over the whole document, and prose has no index entries, glossaries or
citations.  What each looks for is read off its source, so with other versions than those
below every transform runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

from docutils import nodes

if TYPE_CHECKING:
    from docutils.transforms import Transform
    from sphinx.environment import BuildEnvironment

#: The versions whose transforms have been read.
READ = {"docutils": "0.22", "furo": "2025.12", "myst-parser": "5.2", "sphinx": "9.0"}

#: Packages of which it is known what their other transforms may add.
_OF_KNOWN = ("broadsheet.", "docutils.", "furo", "myst_parser.", "sphinx.")

#: Transform to the nodes without any of which it does nothing.
_LOOKS_FOR: Mapping[str, frozenset[str]] = {
    name: frozenset(wanted.split())
    for name, wanted in {
        "broadsheet.publication.elements.UnwrapAttributes": "table math_block",
        "docutils.transforms.misc.Transitions": "transition footnote",  # MyST draws one above notes
        "docutils.transforms.references.AnonymousHyperlinks": "reference target",
        "docutils.transforms.references.DanglingReferences": "reference target",
        "docutils.transforms.references.ExternalTargets": "target",
        "docutils.transforms.references.InternalTargets": "target",
        "docutils.transforms.references.PropagateTargets": "target",
        "docutils.transforms.references.Substitutions": "substitution_reference",
        "furo.WrapTableAndMathInAContainerTransform": "table math_block",
        "myst_parser.mdit_to_docutils.transforms.ResolveAnchorIds": "reference",
        "myst_parser.mdit_to_docutils.transforms.ResolveSectionRefs": "numbered_inline",
        "myst_parser.sphinx_ext.myst_refs.MystReferenceResolver": "pending_xref",
        "sphinx.builders.latex.transforms.FootnoteDocnameUpdater": ("footnote footnote_reference"),
        "sphinx.domains.c.AliasTransform": "AliasNode",
        "sphinx.domains.citation.CitationDefinitionTransform": "citation",
        "sphinx.domains.citation.CitationReferenceTransform": "citation_reference",
        "sphinx.domains.cpp.AliasTransform": "AliasNode",
        "sphinx.transforms.AutoIndexUpgrader": "index",
        "sphinx.transforms.DefaultSubstitutions": "substitution_reference",
        "sphinx.transforms.DoctestTransform": "doctest_block",
        "sphinx.transforms.GlossarySorter": "glossary",
        "sphinx.transforms.HandleCodeBlocks": "block_quote",
        "sphinx.transforms.MoveModuleTargets": "target",
        "sphinx.transforms.ReorderConsecutiveTargetAndIndexNodes": "target",
        "sphinx.transforms.i18n.Locale": "",  # no catalogue of messages, nothing to translate
        "sphinx.transforms.i18n.PreserveTranslatableMessages": "translatable",
        "sphinx.transforms.i18n.RemoveTranslatableInline": "translatable_inline",
        "sphinx.transforms.i18n.TranslationProgressTotaliser": "substitution_reference",
        "sphinx.transforms.post_transforms.OnlyNodeTransform": "only",
        "sphinx.transforms.post_transforms.PropagateDescDomain": "desc_signature",
        "sphinx.transforms.post_transforms.ReferencesResolver": "pending_xref",
        "sphinx.transforms.post_transforms.code.HighlightLanguageTransform": (
            "literal_block highlightlang"
        ),
        "sphinx.transforms.post_transforms.code.TrimDoctestFlagsTransform": (
            "literal_block doctest_block"
        ),
        "sphinx.transforms.post_transforms.images.DataURIExtractor": "image",
        "sphinx.transforms.post_transforms.images.ImageDownloader": "image",
        "sphinx.transforms.references.SphinxDanglingReferences": "reference target",
    }.items()
}

#: Attribute of an inline node to the name that a node with it has above, besides its own.
_INLINE = {"section_numbers": "numbered_inline", "translatable": "translatable_inline"}

#: Nodes whose transforms, added later, may make any other node.
_MAKES_OTHERS = frozenset({"pending", "translatable"})

_REFERENCES = frozenset({"reference", "footnote_reference", "citation_reference"})


def needed(
    transforms: Iterable[type[Transform]], document: nodes.document
) -> Iterator[type[Transform]]:
    """Yield those of *transforms* that have something to do in *document*."""
    every = list(transforms)
    held = _names(document)
    sure = _are_read() and not held & _MAKES_OTHERS and not _is_translated(document)
    if not sure or not all(map(_is_known, every)):
        yield from every
        return
    if held & _REFERENCES:
        held |= {"reference"}
    for transform in every:
        wanted = _LOOKS_FOR.get(f"{transform.__module__}.{transform.__qualname__}")
        if wanted is None or wanted & held:
            yield transform


def _names(document: nodes.document) -> frozenset[str]:
    """Return the names of all classes of the nodes in *document*, and of what sets one apart."""
    kinds: set[type] = set()
    apart: set[str] = set()
    waiting: list[nodes.Node] = [document]
    while waiting:
        node = waiting.pop()
        kinds.add(node.__class__)
        waiting.extend(node.children)
        if isinstance(node, nodes.inline):
            apart.update(name for key, name in _INLINE.items() if key in node)
    return frozenset(one.__name__ for kind in kinds for one in kind.__mro__) | apart


def _is_known(transform: type[Transform]) -> bool:
    return transform.__module__.startswith(_OF_KNOWN)


def _is_translated(document: nodes.document) -> bool:
    env: BuildEnvironment = document.settings.env
    return any((env.srcdir / folder).is_dir() for folder in env.config.locale_dirs)


@cache
def _are_read() -> bool:
    return all(f"{version(name)}.".startswith(f"{known}.") for name, known in READ.items())
