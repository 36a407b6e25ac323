"""What a command refuses to do."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - a refusal is no error of the program
    """Wrong usage, said in one line: what was found, what was expected."""
