"""The portal's addresses around a page of a record that is no more than a door: for tests of smart_auth alone."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.urls import include, path

from insync_portal import pages
from smart_auth.access import PatientRequest, SignInNeeded, access_required


def meanwhile() -> None:
    """Happens while a page is made."""


@access_required
def record(request: PatientRequest, page: str = "") -> HttpResponseBase:
    """Says what it was let see. `?bearer` asks for the token as records does; `?refused` acts as after a second 401."""
    access = request.access
    if "bearer" in request.GET:
        return HttpResponse(access.bearer())
    if "renew" in request.GET:
        return HttpResponse(access.renew(request.GET["renew"]))
    if "refused" in request.GET:
        raise SignInNeeded
    meanwhile()
    return HttpResponse(
        f"record of {access.patient} read by {access.reader.name!r} {access.reader.fhir_user}"
        f" ({access.relation.value}) {page}"
    )


urlpatterns = [
    path("", pages.front, name="front"),
    path("help/", pages.help_page, name="help"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
    path("language/", include("django.conf.urls.i18n")),
    path("", include("smart_auth.urls")),
    path("record/", include(([path("<str:access>/", record, name="overview")], "records"))),
    path("record/<str:access>/<path:page>", record),
]
