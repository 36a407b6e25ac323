"""One build after another, each in a process of its own that starts warm."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import TYPE_CHECKING, Any

from broadsheet.command import build
from broadsheet.command.run_sphinx import COLOUR, WARNING

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

WARM = "broadsheet.command.serve.warm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a build went."""

    status: int  #: of the exit; below 0 the number of the signal that ended it
    warnings: tuple[str, ...]  #: as they were printed, one or more lines each
    error: str  #: what else was printed on standard error
    seconds: float

    @property
    def good(self) -> bool:
        """Tell whether the pages were built."""
        return self.status == 0


class Builds:
    """Run ``broadsheet build``, again and again.

    Each build is forked from a process in which its modules are loaded and
    nothing has been built: it gives what the command gives, leaves nothing to
    the next, and may crash.  Where there is no fork, it is a new process.
    """

    def __init__(self, options: argparse.Namespace, out: Path) -> None:
        values = {**vars(options), "out": out, "run": build.run}
        self._options = argparse.Namespace(**values, clean=False, fail_on_warning=False)
        self._process: BaseProcess | None = None
        self._stopped = False
        self._lock = Lock()
        if "forkserver" in multiprocessing.get_all_start_methods():
            forking = multiprocessing.get_context("forkserver")
            forking.set_forkserver_preload([WARM])
            self._context: Any = forking
        else:
            self._context = multiprocessing.get_context("spawn")

    def run(self, *, silent: bool) -> Outcome:
        """Build, and wait for the end; *silent* keeps the progress from the terminal."""
        started = time.monotonic()
        # A file, not a pipe: a process that a build leaves behind would hold a pipe open
        with TemporaryDirectory(prefix="broadsheet-") as folder:
            said = Path(folder, "said")
            said.touch()
            status = self._wait(said, silent=silent)
            text = said.read_text(encoding="utf-8", errors="replace")
        warnings, error = sort_out(text)
        if status < 0:
            error += f"broadsheet: the build was ended by signal {-status}\n"
        seconds = time.monotonic() - started
        return Outcome(status=status, warnings=warnings, error=error, seconds=seconds)

    def stop(self) -> None:
        """End the build that is under way, and begin none any more."""
        with self._lock:
            self._stopped = True
            process = self._process
        if process is None or process.pid is None:
            return
        with suppress(OSError, AttributeError):  # ended, or not yet a group of its own; Windows
            os.killpg(process.pid, signal.SIGTERM)
        process.terminate()

    def _wait(self, said: Path, *, silent: bool) -> int:
        with self._lock:
            if self._stopped:
                return -signal.SIGTERM
            process = self._context.Process(target=_build, args=(self._options, said, silent))
            process.start()
            self._process = process
        process.join()
        with self._lock:
            self._process = None
        return int(process.exitcode or 0)


def _build(options: argparse.Namespace, said: Path, silent: bool) -> None:
    """Do what the command does, in a process that has been made for it."""
    from broadsheet.command import execute

    if hasattr(os, "setsid"):
        os.setsid()  # Ctrl-C is for the server, which ends this group with all its workers
    # what the build starts itself, it is to start as it would without us
    multiprocessing.set_start_method(None, force=True)
    sys.stderr = said.open("w", encoding="utf-8", errors="backslashreplace", buffering=1)
    os.dup2(sys.stderr.fileno(), 2)
    if silent:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - to the end of the process
        os.dup2(sys.stdout.fileno(), 1)
    sys.exit(execute(options))


def sort_out(text: str) -> tuple[tuple[str, ...], str]:
    """Return the warnings in what a build said, and the rest of it.

    A line that is indented goes with the warning above it.
    """
    warnings: list[str] = []
    rest: list[str] = []
    in_warning = False
    for line in COLOUR.sub("", text).splitlines():
        if WARNING.search(line):
            warnings.append(line)
            in_warning = True
        elif in_warning and line.startswith((" ", "\t")):
            warnings[-1] += f"\n{line}"
        else:
            rest.append(line)
            in_warning = False
    return tuple(warnings), "".join(f"{line}\n" for line in rest)
