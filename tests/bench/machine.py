"""What the figures were measured on and with."""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

VERSIONS = ("broadsheet", "sphinx", "docutils", "myst-parser", "markdown-it-py", "furo")


def machine() -> str:
    """Describe the machine and the versions in one line, without its name."""
    memory = ""
    with suppress(AttributeError, OSError, ValueError):
        memory = f", {os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 1e9:.0f} GB"
    load = f", load {os.getloadavg()[0]:.1f} at the start"
    versions = ", ".join(f"{name} {version(name)}" for name in VERSIONS)
    return (
        f"{cores()} cores ({processor()}){memory}, {platform.system()}{load};"
        f" Python {platform.python_version()}, {versions}"
    )


def cores() -> int:
    """Return how many processors this process may use."""
    with suppress(AttributeError):  # macOS does not know it
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def processor() -> str:
    """Return the name of the processor, as far as it is known."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
