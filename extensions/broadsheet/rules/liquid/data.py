"""The data of a site, as templates see them."""

from __future__ import annotations

import csv
import posixpath
import re
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from io import StringIO
from typing import TYPE_CHECKING, Any

from broadsheet.rules.liquid.drop import Drop
from broadsheet.sources.jekyll.data import Loaded, loads
from broadsheet.sources.liquid.running import FaultError

if TYPE_CHECKING:
    from broadsheet.rules.liquid.view import View


class DataDrop(Drop):
    """A folder of data, by name of file or folder (lib/jekyll/readers/data_reader.rb)."""

    def __init__(self, view: View, folder: str) -> None:
        super().__init__(view)
        self.folder = folder

    @cached_property
    def makers(self) -> Mapping[str, Callable[[], Any]]:
        """What reads the files, each when it is asked for."""
        files, made = self.view.known.files, dict[str, Callable[[], Any]]()
        for path in files.data:
            inside = path.removeprefix(f"{self.folder}/")
            if inside == path:
                continue
            name, is_folder, _ = inside.partition("/")
            if is_folder:
                made[_key(name)] = partial(DataDrop, self.view, f"{self.folder}/{name}")
            else:
                made[_key(posixpath.splitext(name)[0])] = partial(self._values, path)
        return made

    def _values(self, path: str) -> Any:
        if path not in self.view.data:
            data = self.view.known.files.read(path) or b""
            loaded = _loaded(data.decode("utf-8-sig", errors="replace"), path)
            if loaded.fault:
                message = f"{path} {loaded.fault}"
                raise FaultError(message)
            self.view.data[path] = self.view.plain(loaded.value)
        return self.view.data[path]


def _key(name: str) -> str:
    """Return the key under which data stands (data_reader.rb, sanitize_filename)."""
    return re.sub(r"\s+", "_", re.sub(r"[^\w\s-]+|(?<=^)\s+|\s+(?=$)", "", name))


def _loaded(text: str, path: str) -> Loaded:
    ending = posixpath.splitext(path)[1].lower()
    if ending not in {".csv", ".tsv"}:
        return loads(text, ending)
    rows = csv.DictReader(StringIO(text), delimiter="\t" if ending == ".tsv" else ",")
    try:
        return Loaded(value=[{str(key): one for key, one in row.items() if key} for row in rows])
    except csv.Error as error:
        return Loaded(fault=f"is no table: {error}")
