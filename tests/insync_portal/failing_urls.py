"""The portal's addresses and some that fail, each in a way of its own."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_protect

from insync_portal import urls

handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500


def fault(request: HttpRequest) -> HttpResponse:
    """A fault that quotes what it must not."""
    raise ValueError("Amara Whitfield born 1984-02-17 has Rabies")


def refuse(request: HttpRequest) -> HttpResponse:
    """Not for this reader."""
    raise PermissionDenied


def suspect(request: HttpRequest) -> HttpResponse:
    """A request that makes no sense."""
    raise SuspiciousOperation


@csrf_protect
def form(request: HttpRequest) -> HttpResponse:
    """A form that must come from our own page."""
    return HttpResponse("sent")


def kept(request: HttpRequest) -> HttpResponse:
    """A page that says itself how long it may be kept."""
    return HttpResponse("kept", headers={"Cache-Control": "private, max-age=60"})


urlpatterns = [
    path("fault/", fault),
    path("refuse/", refuse),
    path("suspect/", suspect),
    path("form/", form),
    path("kept/", kept),
    *urls.urlpatterns,
]
