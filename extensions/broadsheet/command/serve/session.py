"""A session: build, serve, watch, until it is interrupted."""

from __future__ import annotations

import asyncio
import sys
import time
import webbrowser
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import anyio
import uvicorn
from watchfiles import DefaultFilter, awatch

from broadsheet.command.refusal import Refusal
from broadsheet.command.serve.builds import Builds, Outcome
from broadsheet.command.serve.preview import Preview
from broadsheet.command.serve.server import Channel, application

if TYPE_CHECKING:
    import argparse
    import socket
    from collections.abc import Callable, Iterable
    from types import FrameType

    from watchfiles import Change

#: Milliseconds without a change after which a build begins; and after which it does in any case.
QUIET, PATIENCE = 20, 500

#: Seconds in which open requests may end after Ctrl-C.
GRACE = 2


def run(options: argparse.Namespace, out: Path, listener: socket.socket) -> None:
    """Serve *out*, built from the SOURCE of *options*, until a signal."""
    asyncio.run(_serve(options, out, listener))


async def _serve(options: argparse.Namespace, out: Path, listener: socket.socket) -> None:
    await Session(options, out, listener).run()


class Session:
    """Everything between the first build and Ctrl-C."""

    def __init__(self, options: argparse.Namespace, out: Path, listener: socket.socket) -> None:
        self._source: Path = options.source
        self._open: bool = options.open
        self._listener = listener
        self._builds = Builds(options, out)
        self._preview = Preview(out)
        self._channel = Channel()
        self._changed: set[str] = set()
        self._dirty = asyncio.Event()
        self._stop = anyio.Event()
        self._told: frozenset[str] = frozenset()  #: warnings of the last good build

    async def run(self) -> None:
        """Serve, watch and build side by side until one of them ends."""
        loop = asyncio.get_running_loop()
        config = uvicorn.Config(
            application(self._preview, self._channel),
            access_log=False,
            lifespan="off",
            log_level="error",
            timeout_graceful_shutdown=GRACE,
            ws="none",
        )
        server = Server(config, lambda: loop.call_soon_threadsafe(self._end))
        work = [
            asyncio.create_task(server.serve([self._listener])),
            asyncio.create_task(self._watch()),
            asyncio.create_task(self._build()),
        ]
        try:
            await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._end()
            server.should_exit = True
        for result in await asyncio.gather(*work, return_exceptions=True):
            if isinstance(result, BaseException):
                raise result

    def _end(self) -> None:
        self._channel.close()
        self._builds.stop()
        self._stop.set()
        self._dirty.set()

    async def _watch(self) -> None:
        """Note what changes."""
        root = self._source.resolve()
        relevant = Relevant(root, self._preview.out)
        try:
            async for changes in awatch(
                root,
                watch_filter=relevant,
                debounce=PATIENCE,
                step=QUIET,
                stop_event=self._stop,
                ignore_permission_denied=True,  # of a folder that a build need not read either
            ):
                self._changed |= {Path(path).relative_to(root).as_posix() for _, path in changes}
                self._dirty.set()
        except (OSError, RuntimeError) as error:  # the latter from watchfiles
            message = f"{self._source} cannot be watched: {error}"
            raise Refusal(message) from error

    async def _build(self) -> None:
        """Build, and again after each change; what changes meanwhile is one more build."""
        self._preview.begin(await asyncio.to_thread(self._preview.compare))
        await self._build_once("first build", silent=not sys.stdout.isatty())
        self._greet()
        while not self._stop.is_set():
            await self._dirty.wait()
            self._dirty.clear()
            changed, self._changed = self._changed, set()
            if changed:
                await self._build_once(_listed(changed), silent=True)

    async def _build_once(self, cause: str, *, silent: bool) -> None:
        outcome = await asyncio.to_thread(self._builds.run, silent=silent)
        if self._stop.is_set():
            return
        files = await asyncio.to_thread(self._preview.compare)
        changed = self._preview.take(outcome, files)
        self._channel.announce()
        self._report(cause, outcome, changed)

    def _report(self, cause: str, outcome: Outcome, changed: Iterable[str]) -> None:
        """Say how a build went: what is new among its warnings, then one line."""
        new = [one for one in outcome.warnings if one not in self._told]
        if outcome.good:
            self._told = frozenset(outcome.warnings)
        for text in (*new, outcome.error.rstrip()):
            if text:
                print(text, file=sys.stderr, flush=True)
        pages = sum(name.endswith(".html") for name in changed)
        warnings = _number(len(outcome.warnings), "warning")
        if outcome.warnings and len(new) < len(outcome.warnings):
            warnings += f" ({len(new)} new)"
        result = f"{_number(pages, 'page')}, {warnings}" if outcome.good else "FAILED"
        clock = time.strftime("%H:%M:%S")
        print(f"{clock} {cause}: {result}, {outcome.seconds:.1f} s", flush=True)

    def _greet(self) -> None:
        if self._stop.is_set():
            return
        host, port = self._listener.getsockname()
        address = f"http://{host}:{port}{self._preview.base}"
        print(f"{self._source} is at {address} (Ctrl-C ends this)", flush=True)
        if self._open:  # a browser in the terminal would not return
            Thread(target=webbrowser.open, args=[address], daemon=True).start()


class Server(uvicorn.Server):
    """A server that ends at a signal, and does not pass it on."""

    def __init__(self, config: uvicorn.Config, end: Callable[[], object]) -> None:
        super().__init__(config)
        self._end = end

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Have the session end; uvicorn's own handler would raise the signal again."""
        self.should_exit = True
        self._end()


class Relevant(DefaultFilter):
    """Sources, but neither what editors and other programs leave beside them nor the output."""

    ignore_dirs = (
        *DefaultFilter.ignore_dirs,
        "_build", "_site", ".jekyll-cache", ".sass-cache", ".bundle",
    )  # fmt: skip
    ignore_entity_patterns = (
        *DefaultFilter.ignore_entity_patterns,
        r"^#.*#$",  # Emacs
        r"^4913$",  # Vim, to see whether it may write
        r"^\.goutputstream-",  # GNOME
    )

    def __init__(self, root: Path, out: Path) -> None:
        super().__init__()
        self._root = root
        self._out = out

    def __call__(self, change: Change, path: str) -> bool:
        """Tell whether a change at *path* calls for a build."""
        changed = Path(path)
        if changed == self._root or not changed.is_relative_to(self._root):
            return False
        if changed.is_relative_to(self._out):
            return False
        # below the root only: a project may lie in a folder of any name
        return super().__call__(change, str(changed.relative_to(self._root)))


def _listed(names: Iterable[str]) -> str:
    first, *others = sorted(names)
    return f"{first} and {_number(len(others), 'other')}" if others else first


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
