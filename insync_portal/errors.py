"""The pages for when something is wrong: what happened, that the record is safe, what to do.

Each is set by `templates/errors/error.html`. Where that itself fails (a broken template, a context processor
without its database), a plain page with the same words stands in: an error page may never be the error.
"""

from __future__ import annotations

import html
import logging
import time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.urls import Resolver404, resolve
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

log = logging.getLogger(__name__)

FORMS = frozenset(
    {"set_language", "smart_auth:sign-out", "smart_auth:stay", "records:search", "records:units"}
    | {"records:take", "records:take-stop", "records:take-again"}
)
"""Names of the addresses to which a form of ours is sent."""

PLAIN = """<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{title}</title></head>
<body><main><h1>{title}</h1><p>{what_happened}</p><p>{what_to_do}</p>{request_line}
<p><a href="/">{home}</a></p></main></body>
</html>
"""


def page(
    request: HttpRequest,
    *,
    status: int,
    title: Any,
    what_happened: Any,
    what_to_do: Any,
) -> HttpResponse:
    """An error page in words.

    Args:
        status: the HTTP status of the answer.
        title, what_happened, what_to_do: plain text, or lazy translations of it.
    """
    words = {
        "title": title,
        "what_happened": what_happened,
        "what_to_do": what_to_do,
        "request_id": getattr(request, "request_id", ""),
    }
    try:
        content: str = loader.render_to_string("errors/error.html", {**words, "status": status}, request)
    except Exception:  # whatever it was, the reader still gets the words
        log.exception("the error page itself failed")
        content = plain(words)
    return HttpResponse(content, status=status)


def plain(words: dict[str, Any]) -> str:
    """The same words with nothing but Python: no template, no style sheet, no translation that may fail."""
    try:
        told = {name: str(value) for name, value in words.items()}
        language, home = get_language() or "en", gettext("Go to the first page")
        request_label = gettext("If you call, this number helps them find what went wrong:")
    except Exception:  # a broken catalogue: English, then
        log.exception("the words of the error page could not be translated")
        told = {
            "title": "Something went wrong on this page",
            "what_happened": "The page could not be shown. Your record is safe: nothing in it was changed.",
            "what_to_do": "Wait a minute, then try again.",
            "request_id": str(words.get("request_id", "")),
        }
        language, home = "en", "Go to the first page"
        request_label = "If you call, this number helps them find what went wrong:"
    safe = {name: html.escape(value) for name, value in told.items()}
    request_id = safe.pop("request_id")
    request_line = f"<p>{html.escape(request_label)} {request_id}</p>" if request_id else ""
    return PLAIN.format(
        language=html.escape(language), home=html.escape(home), request_line=request_line, **safe
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: a request that this portal does not understand, or for a host that it is not."""
    return page(
        request,
        status=400,
        title=_("This address could not be read"),
        what_happened=_("Your browser asked for something in a way that this portal does not understand."),
        what_to_do=_("Go to the first page and start from there."),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: not for this reader."""
    return page(
        request,
        status=403,
        title=_("This page is not open to you"),
        what_happened=_("You may not see this page. Your record is safe: nothing in it was changed."),
        what_to_do=_("Go back to your record, or sign in again."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no page has this address."""
    return page(
        request,
        status=404,
        title=_("There is no page at this address"),
        what_happened=_("The address may have a typing mistake, or the page may have moved."),
        what_to_do=_("Start again from the page below. Nothing in the record was changed."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours. Django has logged the exception already."""
    return page(
        request,
        status=500,
        title=_("Something went wrong on this page"),
        what_happened=_(
            "The page could not be shown because of a fault in this portal."
            " Your record is safe: nothing in it was changed."
        ),
        what_to_do=_("Wait a minute, then try again. If it happens again, call your agency."),
    )


NO_DATABASE_SECONDS = 10
"""After how long whoever met a database that does not answer may try again."""

LINES_APART_SECONDS = 60
_last_line: list[float] = []


def log_no_database(error: Exception, *, where: bool) -> None:
    """One line a minute, however many pages meet it. `where`: with the places in the code, as of any fault."""
    now = time.monotonic()
    if not _last_line or now - _last_line[-1] >= LINES_APART_SECONDS:
        _last_line[:] = [now]
        log.error(
            "the database does not answer (%s); pages say so, and this is said once a minute",
            type(error).__name__,
            exc_info=error if where else None,
        )


def write_no_line_for(answer: HttpResponse) -> None:
    """Django would write one for each answer that tells of a fault."""
    answer._has_been_logged = True  # type: ignore[attr-defined]  # what its log_response goes by


def no_database(request: HttpRequest, error: Exception) -> HttpResponse:
    """503: the place where sessions are kept hangs, or is away."""
    log_no_database(error, where=True)
    answer = page(
        request,
        status=503,
        title=_("This website cannot be used for the moment"),
        what_happened=_(
            "It did not reach the place where it keeps who is signed in."
            " The record is safe: it is kept elsewhere, and nothing in it was changed."
        ),
        what_to_do=_("Wait a minute, then load the page again. If it lasts, call the agency."),
    )
    answer.headers["Retry-After"] = str(NO_DATABASE_SECONDS)
    write_no_line_for(answer)
    return answer


def only_read(request: HttpRequest) -> HttpResponse:
    """405: something was sent to a page that is only there to be read."""
    answer = page(
        request,
        status=405,
        title=_("Nothing can be sent to this page"),
        what_happened=_(
            "Your browser tried to send something to a page that can only be read. Nothing was changed."
        ),
        what_to_do=_("Open the page again, from the record or from the first page."),
    )
    answer.headers["Allow"] = "GET"
    return answer


def _is_only_read(request: HttpRequest) -> bool:
    """Whether a page of ours, by its name, takes no form. Of an address without a page or a name nothing is known."""
    try:
        found = resolve(request.path_info)
    except Resolver404:
        return False
    return bool(found.url_name) and found.view_name not in FORMS


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that cannot be shown to come from our own page, most often an old tab.

    Django asks this before the page itself can say that it takes no form; then 405. `reason` is Django's, for
    developers; it goes to the log by Django itself.
    """
    if _is_only_read(request):
        return only_read(request)
    return page(
        request,
        status=403,
        title=_("This page was open for too long"),
        what_happened=_(
            "For your safety, a button works only for a while, and only with the cookies of this portal."
            " Nothing was sent."
        ),
        what_to_do=_("Go back, load the page again, and press the button once more."),
    )
