"""``broadsheet serve SOURCE [OUT]``: the publication in a browser, as it is being written."""

from __future__ import annotations

import argparse
import os
import socket
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

from broadsheet.command import arguments, build
from broadsheet.command.refusal import Refusal

HOST = "127.0.0.1"

#: The first port that is tried where none is asked for, and how many more.
PORT, MORE = 8000, 20


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = arguments.command(
        commands,
        "serve",
        run,
        help="show a publication in the browser, and build it again whenever a file is saved",
        description=f"Build SOURCE, serve it on {HOST}, and after each change of a file build it"
        " again and reload the page in the browser. SOURCE is never written to.",
    )
    parser.add_argument(
        "out", metavar="OUT", type=Path, nargs="?",
        help="where the pages are built (default: a folder in the user's cache)",
    )  # fmt: skip
    parser.add_argument(
        "--port", metavar="N", type=_port,
        help=f"the port of the server; 0 takes any (default: the first free one from {PORT})",
    )  # fmt: skip
    arguments.switch(parser, "--open", help="open the browser")
    arguments.add_build_options(parser)


def run(options: argparse.Namespace) -> int:
    """Serve until interrupted; return the exit status."""
    try:
        # none of them is needed to build, and none is installed unless asked for
        import platformdirs

        from broadsheet.command.serve import session
    except ModuleNotFoundError as error:
        message = f"{error.name} is not installed (expected: pip install 'broadsheet[live]')"
        raise Refusal(message) from error
    with _listen(options.port) as listener:
        port: int = listener.getsockname()[1]
        caches = platformdirs.user_cache_path("broadsheet")
        out = (options.out or _kept(caches, options.source, port)).absolute()
        build.check(options.source.absolute(), out)
        if options.port is None and port != PORT:
            print(f"Port {PORT} is taken; this is {port}", flush=True)
        _make_room(out.parent)
        with suppress(KeyboardInterrupt):  # before there is anything to end
            session.run(options, out, listener)
        return 0


def _listen(port: int | None) -> socket.socket:
    """Return a socket at the *port*, which nobody else has until it is closed."""
    if port is not None:
        return _bind(port)
    for free in range(PORT, PORT + MORE):
        try:
            listener = _bind(free)
        except Refusal:
            continue
        return listener
    message = f"ports {PORT} to {PORT + MORE - 1} are taken (expected a free one, or --port N)"
    raise Refusal(message)


def _bind(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":  # elsewhere it would share the port with whoever has it
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except OSError as error:
        listener.close()
        message = f"port {port} cannot be had: {error.strerror} (expected a free one)"
        raise Refusal(message) from error
    return listener


def _kept(caches: Path, source: Path, port: int) -> Path:
    """Return the folder that is kept for *source* between one start and the next.

    The port is in its name: who holds the port holds the folder, alone.
    """
    real = source.resolve()
    key = blake2b(os.fsencode(real), digest_size=6).hexdigest()
    return caches / f"{real.name}-{key}-{port}"


def _make_room(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # drafts are nobody else's
    except OSError as error:
        message = f"{folder} cannot be written: {error.strerror} (expected that, or another OUT)"
        raise Refusal(message) from error


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        message = f"{text!r} (expected a number from 0 to 65535)"
        raise argparse.ArgumentTypeError(message)
    return int(text)
