"""What stands around the source folder of an imported project."""

from __future__ import annotations

import json

import pytest

from broadsheet import __version__
from broadsheet.command.import_.project import files, requirement

HERE = "# From where it was installed when this project was made.\n"


@pytest.mark.parametrize(
    ("origin", "text"),
    [
        ("", f"broadsheet[live]>={__version__}\n"),
        ("[]", f"broadsheet[live]>={__version__}\n"),
        (
            {"url": "https://example.org/b.git", "vcs_info": {"vcs": "git", "commit_id": "1a"}},
            f"{HERE}broadsheet[live] @ git+https://example.org/b.git@1a\n",
        ),
        (
            {"url": "file:///a/broadsheet", "dir_info": {"editable": True}},
            f"{HERE}# Other machines need an address that they can reach.\n"
            "broadsheet[live] @ file:///a/broadsheet\n",
        ),
    ],
)
def test_broadsheet_is_required_from_where_it_was_installed(origin, text):
    assert requirement(origin if isinstance(origin, str) else json.dumps(origin)) == text


def test_the_readme_speaks_of_folders_that_are_there():
    with_extra, without = (
        files("A {b}", "essays", extra=extra)["README.md"] for extra in (True, False)
    )
    assert with_extra.startswith("# A {b}\n")
    assert "`docs/essays/2026-03-14-on-margins.md`" in with_extra
    assert "`docs/_extra/`" in with_extra
    assert "_extra" not in without
