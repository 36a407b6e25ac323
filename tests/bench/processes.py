"""Run a command and say what it cost, with all its descendants.

The command runs under this file as a program of its own: the kernel counts what a process
held before it became the command, and the benchmark holds more than Python at its start.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

#: What ``ru_maxrss`` counts in (getrusage(2) of Linux; macOS counts bytes).
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024

_INTERVAL = 1.0  # seconds between two looks at the memory: each takes some milliseconds
_LINES = 12  # of what a failed command printed: first ones, and last ones


class Failed(Exception):  # noqa: N818 - says what happened
    """A command that did not end well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a command cost."""

    wall: float  #: seconds
    cpu: float  #: seconds, user and system, of all processes that were waited for
    memory: int  #: bytes, resident, of the largest single process at its peak
    together: int  #: bytes, of all processes at once, shared parts once (Linux; elsewhere as above)


def measure(command: Sequence[str], folder: Path) -> tuple[Usage, str]:
    """Run *command* in *folder*; return what it cost and what it printed."""
    report, log = folder / "usage.json", folder / "log.txt"
    report.unlink(missing_ok=True)
    if hasattr(os, "sync"):
        os.sync()  # what the command before has written is not to be written at this one's cost
    wrapped = [sys.executable, "-I", "-S", str(Path(__file__).resolve()), str(report), *command]
    with log.open("wb") as stream:
        _run(wrapped, folder, stream.fileno())
    printed = log.read_text(encoding="utf-8", errors="replace")
    try:
        values = json.loads(report.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = f"{command[0]} could not be run:\n{_ends(printed)}"
        raise Failed(message) from error
    if status := values.pop("status"):
        message = f"exit status {status} of: {' '.join(command)}\n{_ends(printed)}"
        raise Failed(message)
    return Usage(**values), printed


def _run(command: list[str], folder: Path, output: int) -> None:
    """Run in a session of its own, so that all of it ends when the benchmark is interrupted."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        process.wait()
    except BaseException:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise


def _ends(text: str) -> str:
    """Return the first and the last lines: some programs end with a traceback, some begin so."""
    lines = text.splitlines()
    if len(lines) > 2 * _LINES:
        lines[_LINES:-_LINES] = ["..."]
    return "\n".join(f"  {line}" for line in lines)


def _wrapper(report: str, *command: str) -> None:
    """Run the command and write down what it cost."""
    started = time.perf_counter()
    pid = os.posix_spawnp(command[0], command, os.environ)
    ended, peaks = Event(), [0]
    watch = Thread(target=_watch, args=(ended, peaks))
    watch.start()
    # With the usage of the child come those of its children, and so on.
    _, status, usage = os.wait4(pid, 0)
    ended.set()
    values = {
        "wall": time.perf_counter() - started,
        "cpu": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss * _RSS_UNIT,
        "status": os.waitstatus_to_exitcode(status),
    }
    watch.join()
    # What was seen now and then may be less than the peak that the kernel knows of one process.
    values["together"] = max(values["memory"], *peaks)
    Path(report).write_text(json.dumps(values), encoding="utf-8")


def _watch(ended: Event, peaks: list[int]) -> None:
    """Note now and then what the processes of this session hold (Linux; elsewhere nothing)."""
    while not ended.wait(_INTERVAL):
        peaks.append(sum(map(_held, _session())))


def _session() -> Iterator[Path]:
    """Give the folder of every process of this session, but for this one."""
    session = str(os.getsid(0))
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # one that has ended meanwhile
            # After the name, which may hold anything: state, parent, group, session (proc(5)).
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
            if fields[3] == session and stat.parent.name != str(os.getpid()):
                yield stat.parent


def _held(process: Path) -> int:
    """Return the bytes of a process, with its part of what it shares (proc(5), smaps: Pss)."""
    with suppress(OSError, StopIteration):
        lines = (process / "smaps_rollup").read_text(encoding="ascii").splitlines()
        return 1024 * int(next(line for line in lines if line.startswith("Pss:")).split()[1])
    return 0


if __name__ == "__main__":
    _wrapper(*sys.argv[1:])
