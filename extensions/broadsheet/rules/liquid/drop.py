"""What all that templates are given has in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from broadsheet.rules.liquid.view import View


class Drop(Mapping[str, Any]):
    """A mapping whose values are made when they are asked for."""

    def __init__(self, view: View) -> None:
        self.view = view

    @property
    @abstractmethod
    def makers(self) -> Mapping[str, Callable[[], Any]]:
        """What makes the values."""

    def __getitem__(self, key: str) -> Any:
        return self.makers[key]()

    def __contains__(self, key: object) -> bool:
        return key in self.makers

    def __iter__(self) -> Iterator[str]:
        return iter(self.makers)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __str__(self) -> str:
        return type(self).__name__

    def __repr__(self) -> str:
        return str(self)
