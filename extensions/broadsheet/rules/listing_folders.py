"""The folders in which the pages of listings stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from broadsheet.rules.catalogue import Kind

if TYPE_CHECKING:
    from broadsheet.model import Collection

_USUAL: Mapping[Kind, str] = {
    Kind.FRONT: "",
    Kind.COLLECTION: "",
    Kind.AUTHOR: "authors",
    Kind.TAG: "tags",
    Kind.CATEGORY: "categories",
    Kind.SERIES: "series",
    Kind.YEAR: "archive",
    Kind.MONTH: "archive",
}


def listing_folders(collections: Iterable[Collection]) -> Mapping[Kind, str]:
    """Return the folder of each kind's listings; a collection's name is left to it."""
    taken = {collection.name for collection in collections}
    return {
        kind: folder if folder not in taken else f"by-{kind}" for kind, folder in _USUAL.items()
    }
