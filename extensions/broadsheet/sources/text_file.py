"""The text of a source file: its bytes as clean Unicode, its lines as Unix ends them."""

from __future__ import annotations

import codecs
import re

from broadsheet.model import Problem, Subtype

#: UTF-32 first: its little-endian mark begins with that of UTF-16.
_FOREIGN_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
#: What neither HTML nor XML 1.0 (section 2.2) may hold; tab, LF and CR may stay.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FORBIDDEN_BYTES = bytes([*range(9), 11, 12, *range(14, 32)])
_FORBIDDEN_PREFIX = "\uffff".encode()[:2]


def decode(data: bytes, path: str) -> tuple[str, tuple[Problem, ...]]:
    """Return the text of the file `path` and what is wrong with its encoding.

    A byte order mark is left out, CRLF and CR become LF; there is at most one problem for
    bytes that are no text and one for control characters, each on the line of the first.
    """
    for mark, encoding in _FOREIGN_MARKS:
        if data.startswith(mark):
            return _decode_foreign(data, encoding, path)
    problems: tuple[Problem, ...] = ()
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        text, problems = data.decode(errors="replace"), _byte_problems(data, error, path)
    text = _with_newlines(text.removeprefix("\ufeff"))
    return _without_controls(text, path, problems) if _may_hold_controls(data) else (text, problems)


def _decode_foreign(data: bytes, encoding: str, path: str) -> tuple[str, tuple[Problem, ...]]:
    message = f"the file is {encoding} (expected UTF-8); read as {encoding}"
    problem = Problem(path=path, line=1, subtype=Subtype.ENCODING, message=message)
    text = _with_newlines(data.decode(encoding, errors="replace"))
    return _without_controls(text, path, (problem,))


def _byte_problems(data: bytes, error: UnicodeDecodeError, path: str) -> tuple[Problem, ...]:
    replaced = data.decode(errors="replace").count("\ufffd") - data.count("\ufffd".encode())
    verb = f"and {replaced - 1} more are" if replaced > 1 else "is"
    message = f"byte 0x{data[error.start]:02x} {verb} not UTF-8 (expected UTF-8); shown as U+FFFD"
    line = _with_newlines(data[: error.start].decode()).count("\n") + 1
    return (Problem(path=path, line=line, subtype=Subtype.ENCODING, message=message),)


def _with_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _may_hold_controls(data: bytes) -> bool:
    # Both tests run in C over the bytes: a tenth of the time of a regular expression.
    return _FORBIDDEN_PREFIX in data or len(data.translate(None, _FORBIDDEN_BYTES)) != len(data)


def _without_controls(
    text: str, path: str, problems: tuple[Problem, ...]
) -> tuple[str, tuple[Problem, ...]]:
    found = _FORBIDDEN.findall(text)
    if not found:
        return text, problems
    first = text.index(found[0])
    others = f" and {len(found) - 1} more" if len(found) > 1 else ""
    name = f"U+{ord(found[0]):04X}"
    message = f"control character {name}{others} in the text (expected none); left out"
    line = text.count("\n", 0, first) + 1
    problem = Problem(path=path, line=line, subtype=Subtype.ENCODING, message=message)
    return _FORBIDDEN.sub(_stand_in, text), (*problems, problem)


def _stand_in(control: re.Match[str]) -> str:
    # A vertical tab and a form feed part words, as a space does.
    return " " if control[0] in "\v\f" else ""
