"""Sending a question to a register: encrypted, bounded in time and size, tried again only where that is safe.

LLR_SOURCES_URL          where all registers answer, each under its id (the demo)
LLR_SOURCE_<ID>_URL      where one register answers, such as LLR_SOURCE_EMPLOYMENT_URL
LLR_SOURCE_<ID>_CERTIFICATE, LLR_SOURCE_<ID>_KEY, LLR_SOURCE_<ID>_CA   files for mutual TLS
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from leerrekening.registry.sources.source import Malformed, Question, TimedOut, Unreachable

ALL: Final = "LLR_SOURCES_URL"
LARGEST_REPLY: Final = 8_000_000
MOST_TRIES: Final = 2
AGAIN_AFTER_SECONDS: Final = 0.2
# The register was not able to take the question; nothing was done with it.
WORTH_ANOTHER_TRY: Final = frozenset({502, 503, 504})


@dataclass(frozen=True, slots=True)
class Line:
    """How to reach one register."""

    url: str
    certificate: tuple[str, str] | None = None
    authority: str | bool = True


def line_to(source: str) -> Line | None:
    """The settings for a register; None: not connected. Errors: Unreachable (an unsafe address)."""
    name = f"LLR_SOURCE_{source.upper()}"
    base = os.environ.get(ALL, "").strip()
    url = os.environ.get(f"{name}_URL", "").strip() or (f"{base.rstrip('/')}/{source}" if base else "")
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise Unreachable(f"{name}_URL is not https: what is known of a person travels encrypted only")
    certificate, key = os.environ.get(f"{name}_CERTIFICATE"), os.environ.get(f"{name}_KEY")
    return Line(
        url, (certificate, key) if certificate and key else None, os.environ.get(f"{name}_CA") or True
    )


def send(line: Line, question: Question, deadline: float) -> bytes:
    """The reply to a question, before `deadline` (of time.monotonic). Errors: TimedOut, Unreachable, Malformed."""
    for left in range(MOST_TRIES, 0, -1):
        try:
            return _once(line, question, deadline)
        except _Again as again:
            if left == 1 or deadline - time.monotonic() < AGAIN_AFTER_SECONDS:
                raise Unreachable(str(again)) from None
            time.sleep(AGAIN_AFTER_SECONDS)
    raise AssertionError("a loop that always returns or raises")


class _Again(Exception):
    """It may work a moment later."""


def _once(line: Line, question: Question, deadline: float) -> bytes:
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimedOut("no time was left to ask")
    headers = {"Content-Type": question.content_type, "Accept": question.content_type.partition(";")[0]}
    if question.action:
        headers["SOAPAction"] = f'"{question.action}"'
    try:
        with requests.Session() as session:
            session.trust_env = False  # no proxy and no password file of whoever runs the program
            with session.post(
                line.url,
                data=question.body,
                headers=headers,
                timeout=(min(2.0, seconds), seconds),
                allow_redirects=False,
                stream=True,
                cert=line.certificate,
                verify=line.authority,
            ) as reply:
                if reply.status_code in WORTH_ANOTHER_TRY:
                    raise _Again(f"it answered {reply.status_code}")
                if reply.status_code != 200 and not _may_be_fault(reply):
                    raise Unreachable(f"it answered {reply.status_code}")
                return _body(reply, deadline)
    except requests.Timeout:
        raise TimedOut("it did not answer in time") from None
    except requests.ConnectionError:
        raise _Again("it cannot be reached") from None
    except requests.RequestException:
        raise Unreachable("its answer cannot be read") from None


def _may_be_fault(reply: requests.Response) -> bool:
    return reply.status_code == 500 and "xml" in reply.headers.get("Content-Type", "")


def _body(reply: requests.Response, deadline: float) -> bytes:
    """What comes in, as it comes in: a register that sends a byte now and then is not waited for."""
    chunks: list[bytes] = []
    size = 0
    while True:
        try:
            chunk = reply.raw.read1(65536, decode_content=True)
        except ReadTimeoutError:
            raise TimedOut("it did not finish its answer in time") from None
        except HTTPError:
            raise _Again("the line was cut") from None
        if not chunk:
            return b"".join(chunks)
        size += len(chunk)
        if size > LARGEST_REPLY:
            raise Malformed(f"the reply is larger than {LARGEST_REPLY} bytes")
        if time.monotonic() > deadline:
            raise TimedOut("it did not finish its answer in time")
        chunks.append(chunk)
