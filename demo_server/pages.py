"""The demo server's own pages: what this is, who there is, and the start of an app out of an EHR."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from demo_server import agencies, config
from demo_server.agencies import fhir_base
from demo_server.authorize import record
from demo_server.launches import LAUNCHES, Launch
from demo_server.oauth import person_of
from demo_server.world import world


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ehr(request: HttpRequest) -> HttpResponse:
    """An EHR that starts the app: choose who is at the screen and whose record is open there.

    The form's `context` is a person's slug and a patient's id with a space between. The answer leads to
    the app's launch address with `iss` and `launch`. SMART App Launch 2.2, "Launch App: EHR Launch".
    """
    slug, _, patient = request.POST.get("context", "").partition(" ")
    person = person_of(slug)
    if request.method == "POST" and person is not None and patient in person.patients:
        launch = LAUNCHES.begin(Launch(person.slug, patient))
        joint = "&" if "?" in config.LAUNCH_URL else "?"
        query = urlencode({"iss": fhir_base(), "launch": launch})
        return HttpResponse(status=303, headers={"Location": f"{config.LAUNCH_URL}{joint}{query}"})
    rows = [(one, [record(patient) for patient in one.patients]) for one in world().people]
    context = {"rows": rows, "missing": request.method == "POST", "app": config.LAUNCH_URL}
    return render(request, "demo_server/ehr.html", context, status=400 if context["missing"] else 200)


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """`{"people": [{"slug", "name", "says"}]}`, for the portal's front page."""
    second = request.GET.get("base") == urlsplit(agencies.fhir_base_of(agencies.SECOND)).path
    with agencies.at(agencies.SECOND if second else agencies.FIRST):
        found = [{"slug": one.slug, "name": one.name, "says": one.says} for one in world().people]
    return JsonResponse({"people": found}, headers={"Cache-Control": "no-store"})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Whatever is not here."""
    return render(request, "demo_server/not_found.html", status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that came from elsewhere, or from a browser that keeps no cookies."""
    says = "The page was open for too long, or your browser keeps no cookies."
    return render(request, "demo_server/refused.html", {"says": says}, status=403)
