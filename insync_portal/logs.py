"""Calm logs: one line an event, with the request's id, and nothing in it that belongs to a patient.

What the formatter does to every line, whoever wrote it:

* query strings are cut off, and whatever looks like a token, a code or a key is taken out;
* an exception is told by its type and the places it went through. Its message stays away unless its type
  is known to quote no values: the text of a ValidationError, for one, quotes the record.
"""

from __future__ import annotations

import datetime
import json
import logging
import logging.config
import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Any

NO_REQUEST = "-"
_request_id: ContextVar[str] = ContextVar("request_id", default=NO_REQUEST)

CHATTY = ("authlib", "urllib3", "requests")
"""Libraries whose DEBUG lines hold secrets: Authlib prints the code_verifier, urllib3 whole addresses."""

WITHHELD = "[withheld]"
PLACES = 12
"""How many of the innermost frames of an exception are named."""

# From the last slash before it: from the first one, a line of slashes would be read once for each of them.
_QUERY = re.compile(r"(?P<before>/[^\s?#'\"<>/]*)\?[^\s'\"<>]+")
_NAMED = re.compile(
    r"(?P<name>[\"']?\b(?:access_token|refresh_token|id_token|client_secret|code_verifier|code_challenge|"
    r"authorization|cookie|set-cookie|password|session_key|secret_key)\b[\"']?\s*[:=]\s*)"
    r"(?:(?:bearer|basic)\s+)?[\"']?[^\s\"',;&}]+[\"']?",
    re.IGNORECASE,
)
_ASSIGNED = re.compile(r"\b(?P<name>code|state|nonce|launch|login_hint)=[^\s\"',;&}]+", re.IGNORECASE)
_SCHEME = re.compile(r"\b(?P<scheme>Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{6,}", re.IGNORECASE)
_JWT = re.compile(r"\beyJ[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*){1,4}")
# A long run of letters, digits, - and _ with a digit and a letter in it: a token, a key, or a server's id.
_OPAQUE = re.compile(r"(?<![\w.-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9_-]{24,}={0,2}(?![\w-])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def scrub(line: str) -> str:
    """A line without query strings, tokens and line breaks. Nothing but the log reads the result."""
    line = _CONTROL.sub(" ", line)
    line = _QUERY.sub(r"\g<before>?" + WITHHELD, line)
    line = _NAMED.sub(r"\g<name>" + WITHHELD, line)
    line = _ASSIGNED.sub(r"\g<name>=" + WITHHELD, line)
    line = _SCHEME.sub(r"\g<scheme> " + WITHHELD, line)
    line = _JWT.sub(WITHHELD, line)
    return _OPAQUE.sub(WITHHELD, line)


def current_request() -> str:
    """The number of the request that is being answered here, or empty."""
    return _request_id.get().strip(NO_REQUEST)


@contextmanager
def request(request_id: str) -> Iterator[None]:
    """While it is open, every line of this thread carries the request's id.

    A thread of a pool starts without it; `contextvars.copy_context().run` takes it along.
    """
    token = _request_id.set(request_id)
    try:
        yield
    finally:
        _request_id.reset(token)


def _quotes_no_values(error: BaseException) -> bool:
    # requests' errors are OSErrors too, but quote whole addresses: the class itself must be Python's.
    if isinstance(error, OSError):
        return type(error).__module__ == "builtins"
    if isinstance(error, ImportError | AttributeError | NameError):
        return True
    return (type(error).__module__, type(error).__name__) in {
        ("django.core.exceptions", "ImproperlyConfigured"),
        ("django.core.exceptions", "DisallowedHost"),
        ("django.db.utils", "OperationalError"),
        ("django.template.exceptions", "TemplateDoesNotExist"),
        ("django.template.exceptions", "TemplateSyntaxError"),
    }


class OneLine(logging.Formatter):
    """`2026-11-24T15:42:07.318Z WARNING H7K2-94QD records.service.section: section allergies: 503`, in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        stamp, request_id, said = self._parts(record)
        return f"{stamp} {record.levelname} {request_id} {scrub(f'{record.name}: {said}')}"

    def _parts(self, record: logging.LogRecord) -> tuple[str, str, str]:
        """When, for which request, and what was said, as it stands in a line."""
        when = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        stamp = when.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        # Django logs some answers after the middleware is done with them, but says for which request.
        request_id = getattr(getattr(record, "request", None), "request_id", None) or _request_id.get()
        said = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            said += f" | {self.formatException(record.exc_info)}"
        return stamp, request_id, said

    def formatException(  # noqa: N802  (the name is logging's)
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """Type and places, innermost first; of the message only what quotes no values."""
        told: list[str] = []
        error: BaseException | None = ei[1]
        while error is not None and len(told) < 4:
            places = traceback.extract_tb(error.__traceback__)[-PLACES:]
            where = " < ".join(
                f"{_short(place.filename)}:{place.lineno} {place.name}" for place in reversed(places)
            )
            said = f" ({error})" if _quotes_no_values(error) else ""
            told.append(f"{type(error).__name__}{said} at {where or 'nowhere'}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "; caused by ".join(told)


class Json(OneLine):
    """The same as a line of JSON (RFC 8259), for whoever gathers logs: at, level, request, logger, message."""

    def format(self, record: logging.LogRecord) -> str:
        stamp, request_id, said = self._parts(record)
        line = {
            "at": stamp,
            "level": record.levelname,
            "request": request_id.strip(NO_REQUEST),
            "logger": record.name,
            "message": scrub(said),
        }
        return json.dumps({name: value for name, value in line.items() if value})


FORMATS: dict[str, type[OneLine]] = {"text": OneLine, "json": Json}


def _short(filename: str) -> str:
    """The last three parts of a file's path: enough to find it, nothing of the machine."""
    return "/".join(filename.replace("\\", "/").rsplit("/", 3)[-3:])


def configure(config: dict[str, Any]) -> None:
    """Django's LOGGING_CONFIG. `config` is the LOGGING setting: `{"level": "INFO", "format": "text"}`.

    At DEBUG, too, the chatty libraries stay at WARNING. Python's warnings become lines like the others.
    """
    logging.captureWarnings(True)
    level = config.get("level", "INFO")
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"one_line": {"()": FORMATS[config.get("format", "text")]}},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "one_line"}},
            "root": {"level": level, "handlers": ["stderr"]},
            "loggers": {
                **{name: {"level": "WARNING"} for name in CHATTY},
                # Its warnings name whole addresses too, where an answer's headers are malformed.
                "urllib3": {"level": "ERROR"},
                # Django's own handlers would write a second, longer line to the same place.
                "django": {"level": "INFO", "handlers": [], "propagate": True},
                "django.server": {"level": "WARNING", "handlers": [], "propagate": True},
                # SQL at DEBUG holds the session's key.
                "django.db.backends": {"level": "WARNING"},
            },
        }
    )
