"""What the cases say of Jekyll, Jekyll itself does: it renders all of them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from liquid_site import FILES, PAGE, cases

CASES = cases(Path(__file__).parents[1] / "unit" / "liquid_by_jekyll.txt")


@pytest.fixture(scope="module")
def by_jekyll(tmp_path_factory, write_tree) -> Path:
    jekyll = shutil.which("jekyll")
    if jekyll is None:
        pytest.skip("Jekyll is not installed")
    folder = tmp_path_factory.mktemp("jekyll")
    pages = {
        f"case-{number}.txt": f"---\n{PAGE}---\n{case.template}"
        for number, case in enumerate(CASES)
    }
    source = write_tree(folder / "source", FILES | pages)
    subprocess.run(
        [jekyll, "build", "--quiet", "--source", source, "--destination", folder / "out"],
        check=True, timeout=300, cwd=folder,
        env={**os.environ, "JEKYLL_ENV": "production", "JEKYLL_NO_BUNDLER_REQUIRE": "true"},
    )  # fmt: skip
    return folder / "out"


@pytest.mark.parametrize(("number", "case"), list(enumerate(CASES)), ids=lambda one: str(one)[:40])
def test_jekyll_renders_a_case_as_it_says(by_jekyll, number, case):
    text = (by_jekyll / f"case-{number}.txt").read_text("utf-8")
    assert text.rstrip("\n") == case.expected
