"""What stands around the source folder: how the new project is built and published."""

from __future__ import annotations

from broadsheet import __version__
from broadsheet.command.import_.plan import DOCS

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


def files(title: str, folder: str) -> dict[str, str]:
    """Return the files around the source folder, by path."""
    plain = " ".join(title.split()) or "A publication"
    return {
        "README.md": _README.format(title=plain, docs=DOCS, folder=f"{DOCS}/{folder}"),
        "Makefile": _MAKEFILE.format(docs=DOCS),
        "requirements.txt": f"broadsheet[live]>={__version__}\n",
        ".readthedocs.yaml": _READ_THE_DOCS.format(docs=DOCS),
        ".gitignore": f".venv/\n{DOCS}/_build/\n",
    }
