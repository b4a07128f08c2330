"""The pages that need no sign-in: front, help, accessibility, privacy, and the health check."""

from __future__ import annotations

import logging
from datetime import UTC, timedelta

from django.conf import settings
from django.db import Error as DatabaseTrouble
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from insync_portal import demo, errors, finding
from insync_portal.asking import asking
from smart_auth import agencies

log = logging.getLogger(__name__)

SECURITY_TXT_LASTS = timedelta(days=90)
"""It is made anew at each look: whoever keeps a copy longer should look again."""


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """What this is, the way to sign in, and, in the demo, the people to try it as; or how to find one's agency."""
    agency = agencies.only()
    if agency is None:
        return finding.front(request)
    return render(
        request,
        "pages/front.html",
        {
            "demo_people": demo.people(agency),
            "launch_href": agencies.launch_href(request),
            "asking": asking([agency]),
        },
    )


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Help in plain words."""
    return render(request, "pages/help.html")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """How accessible the portal is, and whom to tell where it is not."""
    return render(request, "pages/accessibility.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What the portal keeps, for how long, and who sees it."""
    return render(request, "pages/privacy.html")


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a weakness, in the agency's own words; 404 where it names nobody. RFC 9116."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    until = timezone.now().astimezone(UTC).replace(microsecond=0) + SECURITY_TXT_LASTS
    lines = (
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {until.isoformat().replace('+00:00', 'Z')}",
        "Preferred-Languages: en, es",
        f"Canonical: {settings.PORTAL_BASE_URL}.well-known/security.txt",
    )
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8")


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether this process is alive, and nothing else: whoever asks may start it anew where it is not. It needs neither
    database nor cache, which a new process would miss as well."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """For a load balancer: 200 `ok` while this process can reach its sessions, else 503. See `HealthCheck`.

    The record server is left out on purpose: while it is away, the portal says so in words itself. So is the cache:
    without it pages are slower, and right.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseTrouble as error:
        errors.log_no_database(error, where=False)
        not_ready = HttpResponse("no database\n", status=503, content_type="text/plain; charset=utf-8")
        errors.write_no_line_for(not_ready)
        return not_ready
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")
