"""The portal's addresses and one more: bytes as wished, behind the same middleware, session and access check."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import include, path

from insync_portal.urls import handler400, handler403, handler404, handler500
from smart_auth.access import PatientRequest, access_required

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@access_required
def bare(request: PatientRequest, **_where: Any) -> HttpResponse:
    """So many bytes."""
    return HttpResponse("x" * int(request.GET["bytes"]))


urlpatterns = [path("record/<str:access>/bare/", bare), path("", include("insync_portal.urls"))]
