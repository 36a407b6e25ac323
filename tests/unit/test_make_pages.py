"""Pages are made whoever makes them: one process, several, or a program that asks for none."""

from __future__ import annotations

import pytest

from broadsheet.publication.one_pass import Made, make_pages


@pytest.mark.parametrize("processes", [0, 1, 2])
def test_all_pages_are_made_by_any_number_of_processes(processes):
    names = [(f"page-{number:03}", number % 7) for number in range(230)]
    made = make_pages(
        names, lambda name: Made(name=name), processes=processes, summary="", verbosity=0
    )
    assert [one.name for one in made] == [name for name, _ in names]
