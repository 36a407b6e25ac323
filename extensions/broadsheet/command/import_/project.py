"""What stands around the source folder: how the new project is built and published."""

from __future__ import annotations

import json
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, distribution

from broadsheet import __version__
from broadsheet.command.import_.plan import DOCS, EXTRA

_MAKEFILE = """\
# A fresh machine needs Python 3.11 or later and make.
PYTHON ?= python3
VENV := .venv

.PHONY: html live clean

html: $(VENV)/.ready  ## build the publication into {docs}/_build/html/
	$(VENV)/bin/python -m sphinx -b html -d {docs}/_build/doctrees -j auto {docs} {docs}/_build/html

live: $(VENV)/.ready  ## show the publication in the browser as it is being written
	$(VENV)/bin/broadsheet serve {docs}

clean:  ## remove what was built, the environment too
	rm -rf $(VENV) {docs}/_build

$(VENV)/.ready: requirements.txt
	$(PYTHON) -m venv --clear $(VENV)
	$(VENV)/bin/python -m pip install -q -r requirements.txt
	touch $@
"""

_READ_THE_DOCS = """\
version: 2

build:
  os: ubuntu-24.04
  tools:
    python: "3.12"

python:
  install:
    - requirements: requirements.txt

sphinx:
  configuration: {docs}/conf.py
"""

_README = """\
# {title}

The articles, pages and files of this publication are in `{docs}/`, with its configuration in `{docs}/conf.py`. Sphinx builds it with the extension Broadsheet; the articles are Markdown in MyST's dialect.

```console
$ make html
```

builds the site into `{docs}/_build/html/`, and `make live` shows it in a browser while it is being written. Both need Python 3.11 or later.

A page is a Markdown file such as `{docs}/about.md`; `broadsheet_menu` in `{docs}/conf.py` says which of them the sidebar names.{extra}

A new article is a file such as `{folder}/2026-03-14-on-margins.md`:

```markdown
---
title: On Margins
author: Jane Doe
date: 2026-03-14 09:00:00 +0000
---

The text of the article.
```

`.readthedocs.yaml` is there for Read the Docs; any other host takes the folder that `make html` makes.
"""


_EXTRA = " Files in `{docs}/{extra}/` are copied as they are."


def files(title: str, folder: str, *, extra: bool) -> dict[str, str]:
    """Return the files around the source folder, by path; with *extra* some are copied."""
    about = {
        "title": " ".join(title.split()) or "A publication",
        "docs": DOCS,
        "folder": f"{DOCS}/{folder}",
        "extra": _EXTRA.format(docs=DOCS, extra=EXTRA) if extra else "",
    }
    return {
        "README.md": _README.format_map(about),
        "Makefile": _MAKEFILE.format(docs=DOCS),
        "requirements.txt": requirement(_origin()),
        ".readthedocs.yaml": _READ_THE_DOCS.format(docs=DOCS),
        ".gitignore": f".venv/\n{DOCS}/_build/\n",
    }


def requirement(origin: str) -> str:
    """Return what has Broadsheet installed as it is here; *origin* is as PEP 610 has it."""
    try:
        found = json.loads(origin)
        url = str(found["url"])
        if vcs := found.get("vcs_info"):
            url = f"{vcs['vcs']}+{url}@{vcs['commit_id']}"
    except (ValueError, KeyError, TypeError, AttributeError):
        return f"broadsheet[live]>={__version__}\n"
    where = "# From where it was installed when this project was made.\n"
    note = "# Other machines need an address that they can reach.\n" if "file:" in url else ""
    return f"{where}{note}broadsheet[live] @ {url}\n"


def _origin() -> str:
    """Return from where Broadsheet was installed, "" for an index of packages."""
    with suppress(PackageNotFoundError):
        return distribution("broadsheet").read_text("direct_url.json") or ""
    return ""
