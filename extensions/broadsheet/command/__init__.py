"""The ``broadsheet`` command."""

from __future__ import annotations

import argparse
import atexit
import gc
import sys
from typing import TYPE_CHECKING

from broadsheet import __version__
from broadsheet.command import audit, build, check, import_, linkcheck, serve
from broadsheet.command.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status: 0 done, 1 failed, 2 wrong usage."""
    # what is left goes with the process: to have it collected before takes 0.2 s
    atexit.register(gc.freeze)
    return execute(parser().parse_args(arguments))


def execute(options: argparse.Namespace) -> int:
    """Run the command that was asked for; return its exit status."""
    try:
        return int(options.run(options))
    except Refusal as refusal:
        print(f"broadsheet: {refusal}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("broadsheet: interrupted; the next build goes on from here", file=sys.stderr)
        return 1


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(
        prog="broadsheet", description="Make a publication of Markdown articles."
    )
    top.add_argument("--version", action="version", version=f"broadsheet {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    build.add_to(commands)
    serve.add_to(commands)
    audit.add_to(commands)
    check.add_to(commands)
    linkcheck.add_to(commands)
    import_.add_to(commands)
    return top
