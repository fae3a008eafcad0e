"""The documents that a command is given: one JSON document, or JSON Lines, from a file or standard input.

Nothing is kept: a file of any length is read line by line, a line of any length up to the limit of a document.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Final

from leerrekening.cli.errors import BadInput
from leerrekening.rules.situation import MAX_BYTES

STANDARD_INPUT: Final = "-"
LINES_SUFFIXES: Final = (".jsonl", ".ndjson")
_CHUNK: Final = 65_536

Line = tuple[int, bytes]
"""The number of a line, from 1, and what stands on it."""


@dataclass(frozen=True, slots=True)
class Given:
    """What was given. ``lines``: one document a line; otherwise there is exactly one document."""

    lines: bool
    documents: Iterator[Line]


@contextmanager
def opened(name: str) -> Iterator[Given]:
    """The documents in a file, or in standard input for ``-``. Raises BadInput when there are none."""
    if name == STANDARD_INPUT:
        yield given(sys.stdin.buffer, named_lines=False)
        return
    try:
        stream = open(name, "rb")  # noqa: SIM115 - closed below; only opening is to be explained as bad input
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise BadInput(f"{name}: cannot be read ({why})") from error
    with stream:
        yield given(stream, named_lines=Path(name).suffix.lower() in LINES_SUFFIXES)


def given(stream: IO[bytes], *, named_lines: bool) -> Given:
    """Tell one document from JSON Lines. Raises BadInput for empty input.

    Two documents on two lines are JSON Lines. So is a first line that cannot be read when a whole object stands
    on the next one: one document over several lines never has that at the margin.
    """
    lines = _filled_lines(stream)
    first = next(lines, None)
    if first is None:
        raise BadInput("the input is empty; expected a JSON document with the key as_of")
    if named_lines:
        return Given(lines=True, documents=chain([first], lines))
    second = next(lines, None)
    if second is None:
        return Given(lines=False, documents=iter([first]))
    if _is_whole(first[1]) or (second[1].startswith(b"{") and _is_whole(second[1])):
        return Given(lines=True, documents=chain([first, second], lines))
    begun = first[1] + b"\n" + second[1] + b"\n"
    return Given(lines=False, documents=iter([(first[0], begun + stream.read(MAX_BYTES + 1))]))


def only(found: Given, command: str) -> bytes:
    """The one document. Raises BadInput when there are more."""
    if found.lines:
        raise BadInput(f"./llr {command} takes one document; this input has one a line")
    return next(found.documents)[1]


def _filled_lines(stream: IO[bytes]) -> Iterator[Line]:
    """Every line that is not blank. Of a line beyond the limit, just enough to be refused."""
    number = 0
    while line := stream.readline(MAX_BYTES + _CHUNK):
        number += 1
        end = line
        while not end.endswith(b"\n") and len(line) >= MAX_BYTES + _CHUNK:
            end = stream.readline(_CHUNK)
            if not end:
                break
        if line.strip():
            yield number, line.rstrip(b"\r\n")


def _is_whole(line: bytes) -> bool:
    """Whether a JSON document stands on one line, by itself."""
    try:
        json.loads(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return False
    return True
