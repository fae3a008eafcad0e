"""What is written to the log, and what never is.

LLR_LOG=json writes one JSON object a line: time, level, logger, message, reference of the request, and the fields of an
access line; without it the same as text. A filter on every handler takes out whatever looks like a national number,
and puts the kind of a fault and its place where its traceback would stand, whose text may hold answers.
"""

from __future__ import annotations

import contextvars
import logging
import re
import secrets
import traceback
from typing import Any, Final

# The reference of the request that is being answered; "-" outside one.
reference: Final[contextvars.ContextVar[str]] = contextvars.ContextVar("reference", default="-")

# Eleven digits, in one go or as on a card (85.04.12-333.22), whatever letters stand beside them and whatever the
# check digits say: a number with a typing mistake is somebody's too.
NUMBER_OF_A_PERSON: Final = re.compile(
    r"(?<!\d)" + r"[\s./_-]{0,3}".join(rf"\d{{{length}}}" for length in (2, 2, 2, 3, 2)) + r"(?!\d)"
)
# References are written without digits, so that the filter leaves them whole; without vowels they spell no words.
LETTERS_OF_A_REFERENCE: Final = "bcdfghjkmnpqrstv"
EMAIL: Final = re.compile(r"[^\s@<>\"']+@[\w-]+(?:\.[\w-]+)+")
REMOVED: Final = "[removed]"
FIELDS: Final = ("method", "route", "status", "ms", "job", "task")


def new_reference() -> str:
    """Something to find one request by: twenty letters, out of 16 to the power 20."""
    return "".join(secrets.choice(LETTERS_OF_A_REFERENCE) for _ in range(20))


class NothingPersonal(logging.Filter):
    """Takes out of a record what looks like a person, and adds the reference of the request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always keeps the record."""
        message = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            message = f"{message} ({type(error).__name__} at {place_of(error)})"
        record.exc_info, record.exc_text, record.stack_info = None, None, None
        record.msg, record.args = without_people(message), ()
        record.reference = getattr(record, "reference", None) or reference.get()
        for name in FIELDS:
            if isinstance(value := getattr(record, name, None), str):
                setattr(record, name, without_people(value))
        return True


def without_people(text: str) -> str:
    """The text without what looks like a national number or an e-mail address."""
    return EMAIL.sub(REMOVED, NUMBER_OF_A_PERSON.sub(REMOVED, text))


def place_of(error: BaseException) -> str:
    """The lines of code a fault went through, the last one first."""
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames))


def logging_settings(form: str) -> dict[str, Any]:
    """For Django's LOGGING; `form` is "json" or "text". Errors: ValueError."""
    if form not in ("json", "text"):
        raise ValueError(f"LLR_LOG must be json or text, not {form!r}")
    fields = " ".join(
        f"%({name})s" for name in ("asctime", "levelname", "name", "message", "reference", *FIELDS)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"nothing_personal": {"()": NothingPersonal}},
        "formatters": {
            "text": {"format": "%(levelname)s %(name)s %(message)s"},
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "format": fields,
                "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
                "defaults": dict.fromkeys(FIELDS),
            },
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": form, "filters": ["nothing_personal"]}
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "leerrekening": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
            # These write the address that was asked for; record_request writes what may be kept instead.
            "django.request": {"handlers": [], "level": "CRITICAL", "propagate": False},
            "django.security": {"handlers": [], "level": "CRITICAL", "propagate": False},
            "django.server": {"handlers": [], "level": "CRITICAL", "propagate": False},
        },
    }
